// The order-book market where its law is known in closed form. Seeds are fixed; every tolerance is five standard errors
// (or the statistic's quantile at 10^-6) of a correct model.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "kernels/cpu/order_book_launcher.hpp"
#include "tests/plain_order_book.hpp"

namespace marketmimic {
namespace {

/// Turns of a step that are no events: its end.
constexpr std::uint32_t kOtherTurns = 1;

/// Nothing at the touch, hardly anything behind it.
OrderBookParameters quiet() {
  OrderBookParameters p = plain_order_book();
  for (auto& event : p.rate)
    for (auto& bin : event)
      for (float& rate : bin) rate = 0;
  for (float& branching : p.branching) branching = 0;
  p.deep_limit_rate = 1e-7f;
  p.deep_cancel_rate = 1e-7f;
  p.warm_up = 0;
  p.mean_rate = 1;
  return p;
}
/// Hidden trades alone strike the touch clock, `rate` a second: they change no book, so the rate stays.
OrderBookParameters ticking(float rate) {
  OrderBookParameters p = quiet();
  for (auto& bin : p.rate[static_cast<std::size_t>(TouchEvent::hidden)])
    for (float& x : bin) x = 0.5f * rate;
  p.mean_rate = rate;
  return p;
}

std::vector<OrderBook> states(const OrderBookParameters& p, float dt, OrderBookRun run) {
  const auto c = std::make_unique<OrderBookStep>(OrderBookStep::of(p, dt, 10));
  std::vector<OrderBook> all(static_cast<std::size_t>(run.steps) * kLanes);
  run_order_books(*c, run, all.data(), nullptr, best_instruction_set());
  return all;
}

/// Kolmogorov's distance of a sample from a law, which is exceeded with probability 10^-6 at about 2.7 / sqrt(n).
template <class Law>
double distance(std::vector<double> sample, const Law& law) {
  std::sort(sample.begin(), sample.end());
  const auto n = static_cast<double>(sample.size());
  double most = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double f = law(sample[i]);
    most = std::max({most, f - static_cast<double>(i) / n, (static_cast<double>(i) + 1) / n - f});
  }
  return most;
}

/// What one book did, event by event: time since its start and the event, with the state in which it struck.
struct Struck {
  double time;
  FlowEvent event;
  OrderBook before;
};
struct Log {
  static constexpr bool listens = true;
  double dt = 1, step_start = 0;
  OrderBook before;
  std::vector<Struck> struck;
  std::vector<std::pair<double, OrderBook>> spent;  ///< time in a state, of every turn
  double last = 0;
  void operator()(int, const FlowEvent& e, const BookChange&, const OrderBook& flow, const LimitOrderBook<1>&) {
    const double now = step_start + dt * 0x1p-30 * flow.now;
    spent.emplace_back(now - last, before);
    last = now;
    if (e.touch_struck != 0u || e.depth_struck != 0u) struck.push_back({now, e, before});
    before = flow;
  }
};
Log log_of(const OrderBookParameters& p, float dt, std::uint32_t steps, std::uint64_t seed) {
  const auto c = std::make_unique<OrderBookStep>(OrderBookStep::of(p, dt, 10));
  const auto market = std::make_unique<MarketBlock<OrderBook, 1>>();
  Lanes<Stream, 1> stream;
  Lanes<Modifiers, 1> calm;
  Lanes<Orders, 1> none;
  stream.store(0, Stream::of(seed, 0));
  calm.store(0, {});
  none.store(0, {});
  market->start(*c, {}, stream, false, 0);
  Log log;
  log.dt = dt;
  log.before = market->flow(0);
  for (std::uint32_t t = 0; t < steps; ++t) {
    log.step_start = static_cast<double>(t) * dt;
    market->advance(
        *c, {}, calm, none, stream, t, [](int, const Trade&, const Trade&) {}, log);
  }
  return log;
}
std::vector<double> waits(const Log& log) {
  std::vector<double> all;
  for (std::size_t i = 1; i < log.struck.size(); ++i) all.push_back(log.struck[i].time - log.struck[i - 1].time);
  return all;
}

TEST(KnownLimits, QueueBehindTheTouchIsPoisson) {
  // Arrivals lambda, each order leaves at theta: M/M/infinity, stationary Poisson(lambda / theta). A step of 6 / theta
  // leaves a correlation of e^-6, which widens the bound by less than 1 %.
  OrderBookParameters p = quiet();
  p.deep_limit_rate = 8;
  p.deep_cancel_rate = 1;
  OrderBookRun run;
  run.steps = 500;
  run.seed = 3;
  const std::vector<OrderBook> all = states(p, 6, run);
  constexpr int bins = 18;  // 0 to 16, and more
  double counts[bins] = {}, total = 0;
  for (const OrderBook& flow : all)
    for (const Touch& touch : {flow.bid, flow.ask}) {
      ++counts[std::min(touch.orders - touch.queue, bins - 1)];
      ++total;
    }
  double chi_square = 0, probability = std::exp(-8.0), rest = 1;
  for (int k = 0; k < bins; ++k) {
    const double expected = total * (k + 1 < bins ? probability : rest);
    chi_square += (counts[k] - expected) * (counts[k] - expected) / expected;
    rest -= probability;
    probability *= 8.0 / (k + 1);
  }
  EXPECT_LT(chi_square, 58);  // 17 degrees of freedom: quantile 1 - 2 10^-6
}

TEST(KnownLimits, WaitingTimesOfBothClocksAreExponential) {
  OrderBookParameters depth = quiet();
  depth.deep_limit_rate = 2;
  const auto exponential = [](double rate) { return [rate](double x) { return -std::expm1(-rate * x); }; };
  const std::vector<double> of_touch = waits(log_of(ticking(4), 60, 100, 5)),
                            of_depth = waits(log_of(depth, 60, 100, 6));
  ASSERT_GT(of_touch.size(), 20000u);
  ASSERT_GT(of_depth.size(), 20000u);
  // The touch clock's law is a table of 512 quantiles: off by half a knot at most.
  EXPECT_LT(distance(of_touch, exponential(4)), 2.7 / std::sqrt(of_touch.size()) + 0.5 / kWaitQuantiles);
  EXPECT_LT(distance(of_depth, exponential(4)), 2.7 / std::sqrt(of_depth.size()));
}

TEST(KnownLimits, RenewalFollowsTheFittedWaits) {
  // A Weibull law of shape 0.6 and unit mean: bursts and lulls. Operational time is the rate's integral.
  OrderBookParameters p = ticking(5);
  const double scale = 1 / std::tgamma(1 + 1 / 0.6);
  for (std::uint32_t k = 0; k < kWaitQuantiles; ++k)
    p.wait[k] = static_cast<float>(std::log(scale * std::pow(-std::log1p(-(k + 0.5) / kWaitQuantiles), 1 / 0.6)));
  const std::vector<double> all = waits(log_of(p, 30, 150, 7));
  ASSERT_GT(all.size(), 20000u);
  const double found = distance(all, [&](double x) { return -std::expm1(-std::pow(5 * x / scale, 0.6)); });
  EXPECT_LT(found, 2.7 / std::sqrt(all.size()) + 0.5 / kWaitQuantiles);
  EXPECT_GT(distance(all, [](double x) { return -std::expm1(-5 * x); }), 0.1);  // and no exponential one
}

/// Mean and variance over mean of the counts of steps, all lanes together.
struct Counts {
  double mean = 0, ratio = 0, n = 0;
};
Counts counts(const std::vector<OrderBook>& all, std::uint32_t skip) {
  Counts c;
  double squares = 0;
  for (std::size_t i = skip * kLanes; i < all.size(); ++i) {
    const double events = all[i].events - kOtherTurns;
    c.mean += events;
    squares += events * events;
    ++c.n;
  }
  c.mean /= c.n;
  c.ratio = (squares / c.n - c.mean * c.mean) / c.mean;
  return c;
}

TEST(KnownLimits, HawkesHasItsMeanIntensityAndItsClustering) {
  // Rate mu, kernels of branching 0.3 and 0.2: mean mu / (1 - n); counts of long windows vary (1 - n)^-2 times as much
  // as Poisson's. A window of 200 s is 100 times as long as the clusters last (1 / (decay (1 - n)) = 2 s): 1 % short.
  OrderBookParameters p = ticking(1);
  p.branching[0] = 0.3f;
  p.branching[1] = 0.2f;
  p.decay[0] = 20;
  p.decay[1] = 1;
  OrderBookRun run;
  run.steps = 401;
  const Counts c = counts(states(p, 200, run), 1);
  EXPECT_NEAR(c.mean / (200 * 2), 1, 5 * std::sqrt(4 / (400 * c.n)) + 0.002);  // the table of waits: 0.1 % fast
  EXPECT_NEAR(c.ratio / 4, 1, 5 * std::sqrt(2 / c.n) + 0.01);

  for (float& branching : p.branching) branching = 0;  // and without them it is a Poisson process
  const Counts poisson = counts(states(p, 200, run), 1);
  EXPECT_NEAR(poisson.mean / 200, 1, 5 * std::sqrt(1 / (200 * poisson.n)) + 0.002);
  EXPECT_NEAR(poisson.ratio, 1, 5 * std::sqrt(2 / poisson.n) + 0.01);
}

/// Mean count of steps of 10 s under a shock, of a flow at 0.5 a second in which an event brings about half another.
Counts shocked_counts(const Modifiers& shock) {
  OrderBookParameters p = ticking(0.5f);
  p.branching[0] = 0.5f;
  p.decay[0] = 50;
  OrderBookRun run;
  run.steps = 60;
  run.modifiers = shock;
  return counts(states(p, 10, run), 10);
}

TEST(KnownLimits, ExcitationStaysSubcriticalWhateverTheShock) {
  // Each event would bring about 3, so that flow would explode. It is held at 0.95: the mean intensity is 20 times that
  // of the base.
  Modifiers shock;
  shock.excitation = 3;
  const Counts c = shocked_counts(shock);
  EXPECT_NEAR(c.mean / (20 * 10 * 0.5), 1, 5 * std::sqrt(400 / (c.mean * c.n)) + 0.02);
}

TEST(KnownLimits, VolumeAskedForIsThePaceOfTheFlow) {
  // The base of the flow is 20 times as fast, while an event brings about half another as before.
  Modifiers shock;
  shock.log_volume = std::log(20.0f);
  const Counts c = shocked_counts(shock);
  EXPECT_NEAR(c.mean / (2 * 10 * 0.5 * 20), 1, 5 * std::sqrt(4 / (c.mean * c.n)) + 0.02);
}

TEST(KnownLimits, SignsWithoutMemoryAreIndependent) {
  OrderBookParameters p = ticking(4);
  for (auto& bin : p.rate[static_cast<std::size_t>(TouchEvent::trade)])
    for (float& rate : bin) rate = 0.5f;
  p.deep_limit_rate = 5;
  std::vector<double> signs;
  for (const Struck& s : log_of(p, 60, 60, 9).struck)
    if (s.event.counted > static_cast<std::uint32_t>(TouchEvent::trade))
      signs.push_back(s.event.operation.side == 1u ? 1 : -1);
  const auto n = static_cast<double>(signs.size());
  ASSERT_GT(n, 10000);
  double sum = 0;
  for (const double sign : signs) sum += sign;
  EXPECT_LT(std::abs(sum), 5 * std::sqrt(n));
  for (const std::size_t lag : {1u, 2u, 10u}) {
    double products = 0;
    for (std::size_t i = lag; i < signs.size(); ++i) products += signs[i] * signs[i - lag];
    EXPECT_LT(std::abs(products), 5 * std::sqrt(n)) << "lag " << lag;
  }
}

TEST(KnownLimits, MemoryMakesSignsPersist) {
  OrderBookParameters p = ticking(4);
  p.memory_weight[static_cast<std::size_t>(TouchEvent::hidden)][0] = 1;
  double products = 0, n = 0, before = 0;
  for (const Struck& s : log_of(p, 60, 60, 9).struck) {
    const double sign = s.event.operation.side == 1u ? 1 : -1;
    products += sign * before;
    before = sign;
    ++n;
  }
  // With memory m the next trade buys with odds e^(2 m): m = 1 - 2^-j after a run of j, so at least tanh(1/2) on
  // average in a run, less at its ends.
  EXPECT_GT(products / n, 0.2);
}

TEST(KnownLimits, RatesOfAStateAreThoseAsked) {
  // Every rate differs by event, imbalance and spread. Events of a kind in a state over the time spent there.
  OrderBookParameters p = plain_order_book();
  for (float& branching : p.branching) branching = 0;
  p.queue_exponent = 0.5f;
  for (auto& bin : p.rate[0])
    for (float& rate : bin) rate = 1.5f;  // a spread that comes and goes
  p.warm_up = 0;
  for (std::uint32_t k = 0; k + 1 < kSpreadBins; ++k) p.spread_edges[k] = static_cast<std::int32_t>(1 + k);
  for (std::uint32_t event = 0; event < kTouchEvents; ++event)
    for (std::uint32_t i = 0; i < kImbalanceBins; ++i)
      for (std::uint32_t s = 0; s < kSpreadBins; ++s)
        p.rate[event][i][s] *= 1 + 0.6f * std::sin(1.0f + static_cast<float>(5 * i + 3 * s + 7 * event));
  const Log log = log_of(p, 60, 250, 11);
  double found[kTouchEvents][kImbalanceBins][kSpreadBins] = {},
         expected[kTouchEvents][kImbalanceBins][kSpreadBins] = {};
  const auto state = [&](const OrderBook& flow, std::uint32_t side, std::uint32_t& imbalance, std::uint32_t& wide) {
    const double own = side == 0 ? flow.bid.lots : flow.ask.lots, other = side == 0 ? flow.ask.lots : flow.bid.lots;
    const auto bins = static_cast<double>(kImbalanceBins);
    // A share on an edge belongs to the upper bin for the bid and to the lower one for the ask.
    const double at = bins * own / (own + other);
    imbalance = static_cast<std::uint32_t>(std::clamp(side == 0 ? std::floor(at) : std::ceil(at) - 1, 0.0, bins - 1));
    wide = 0;
    for (const std::int32_t edge : p.spread_edges) wide += flow.spread() > edge ? 1u : 0u;
  };
  for (const auto& [time, flow] : log.spent)
    for (std::uint32_t side = 0; side < 2; ++side) {
      std::uint32_t i, s;
      state(flow, side, i, s);
      const Touch& touch = side == 0 ? flow.bid : flow.ask;
      for (std::uint32_t event = 0; event < kTouchEvents; ++event) {
        double rate = p.rate[event][i][s];
        if (event == static_cast<std::uint32_t>(TouchEvent::cancel))
          rate *= touch.orders > 1 ? std::sqrt(touch.queue) : 0;
        if (event == static_cast<std::uint32_t>(TouchEvent::improve) ||
            event == static_cast<std::uint32_t>(TouchEvent::hidden))
          rate *= flow.spread() > 1 ? 1 : 0;
        expected[event][i][s] += rate * time;
      }
    }
  for (const Struck& x : log.struck) {
    if (x.event.touch_struck == 0u) continue;
    std::uint32_t i, s, side = x.event.operation.side;
    state(x.before, side, i, s);
    ++found[x.event.counted - 1][i][s];
  }
  double chi_square = 0, cells = 0;
  for (std::uint32_t event = 0; event < kTouchEvents; ++event)
    for (std::uint32_t i = 0; i < kImbalanceBins; ++i)
      for (std::uint32_t s = 0; s < kSpreadBins; ++s) {
        const double e = expected[event][i][s], f = found[event][i][s];
        if (e < 20) continue;
        EXPECT_NEAR(f, e, 5 * std::sqrt(e)) << "event " << event << " imbalance " << i << " spread " << s;
        chi_square += (f - e) * (f - e) / e;
        ++cells;
      }
  EXPECT_GT(cells, 60);
  EXPECT_LT(chi_square, cells + 5 * std::sqrt(2 * cells));
}

}  // namespace
}  // namespace marketmimic
