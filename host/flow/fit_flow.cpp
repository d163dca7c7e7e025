#include "host/flow/fit_flow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "host/error.hpp"
#include "host/flow/flow_tape.hpp"
#include "host/flow/pull_fit.hpp"
#include "host/flow/season_fit.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kFewestEvents = 1000;

/// Quantiles (k + 1/2) / n of a sample; all ones where it is empty.
template <class Table, class Value>
void set_quantiles(Table& table, std::vector<Value> sample) {
  const std::size_t n = std::size(table);
  std::sort(sample.begin(), sample.end());
  for (std::size_t k = 0; k < n; ++k) {
    const std::size_t at = (2 * k + 1) * sample.size() / (2 * n);
    table[k] = sample.empty() ? 1 : static_cast<std::int32_t>(std::max<Value>(sample[at], 1));
  }
}

double mean_of(const std::vector<std::int32_t>& values) {
  return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

class Fitter {
 public:
  Fitter(const TapeView& tape, std::int64_t tick, const FlowIngredients& what)
      : tape_(tape), tick_(tick), what_(what) {}

  FlowFit run() {
    fit_.events = flow_events(tape_, tick_, kFlowClock);
    if (fit_.events.touch.size() < kFewestEvents) {
      throw Error(ExitCode::input_data,
                  fmt::format("{} messages at the touch are too few to fit an order book: at least {} are needed",
                              fit_.events.touch.size(), kFewestEvents));
    }
    if (!what_.state) forget_state();
    set_season();
    set_flow();
    set_choice();
    set_sizes();
    set_start();
    set_depth();
    if (what_.slow && what_.season) set_slow_factor();
    if (what_.moves) pull_back();
    return std::move(fit_);
  }

 private:
  void forget_state() {
    for (TouchRow& row : fit_.events.touch) row.bid_bin = kImbalanceBins / 2;
  }

  /// Activity by half hours, as far as the tape covers them.
  void set_season() {
    Season season{};
    if (what_.season && fit_.events.seconds >= kShortestSlowTape) {
      HalfHours seen;
      for (const TouchRow& row : fit_.events.touch) seen.add(row.time, 1, row.wait);
      season = fit_season(seen, static_cast<double>(fit_.events.touch.size()) / fit_.events.seconds);
    }
    std::copy(season.begin(), season.end(), fit_.parameters.season);
    for (const TouchRow& row : fit_.events.touch) activity_.push_back(std::exp(log_activity(season, row.time)));
  }

  void set_flow() {
    OrderBookParameters& p = fit_.parameters;
    fit_.excitation = fit_excitation(fit_.events.touch, activity_);
    const ExcitationFit& x = fit_.excitation;
    const double base = what_.excitation ? x.base : 1.0;
    for (std::uint32_t e = 0; e < kTouchEvents; ++e) {
      for (std::uint32_t b = 0; b < kImbalanceBins; ++b) {
        for (std::uint32_t s = 0; s < kSpreadBins; ++s) {
          const std::uint32_t bin = what_.state ? b : kImbalanceBins / 2;
          p.rate[e][b][s] = static_cast<float>(base * x.rate[e][bin][s]);
        }
      }
      p.weight[e] = static_cast<float>(x.weight[e]);
    }
    std::copy(fit_.events.spread_edges.begin(), fit_.events.spread_edges.end(), p.spread_edges);
    p.mean_rate = static_cast<float>(base * x.mean_rate);
    for (std::uint32_t k = 0; k < kExcitations; ++k) {
      p.branching[k] = what_.excitation ? static_cast<float>(x.branching[k]) : 0.0f;
      p.decay[k] = static_cast<float>(x.decay[k]);
    }
    std::vector<double> waits = x.waits;
    std::sort(waits.begin(), waits.end());
    double mean = 0;
    std::vector<double> quantile(kWaitQuantiles);
    for (std::size_t k = 0; k < kWaitQuantiles; ++k) {
      const double level = (static_cast<double>(k) + 0.5) / kWaitQuantiles;
      quantile[k] = what_.waits ? waits[static_cast<std::size_t>(level * static_cast<double>(waits.size()))]
                                : -std::log1p(-level);
      mean += quantile[k] / kWaitQuantiles;
    }
    for (std::size_t k = 0; k < kWaitQuantiles; ++k) p.wait[k] = static_cast<float>(std::log(quantile[k] / mean));
    p.queue_exponent = 0;
  }

  void set_choice() {
    OrderBookParameters& p = fit_.parameters;
    fit_.choice =
        fit_choice(fit_.events.touch, fit_.excitation, {what_.follow, what_.memory, what_.moves, what_.spread});
    for (std::uint32_t e = 0; e < kTouchEvents; ++e) {
      for (std::uint32_t k = 0; k < kPreceding; ++k) p.follow[e][k] = static_cast<float>(fit_.choice.follow[e][k]);
      for (std::uint32_t j = 0; j < kFlowMemories; ++j)
        p.memory_weight[e][j] = static_cast<float>(fit_.choice.memory_weight[e][j]);
    }
    for (std::uint32_t e = 0; e < kTouchEvents; ++e) {
      for (std::uint32_t j = 0; j < kSpreadMemories; ++j)
        p.spread_weight[e][j] = static_cast<float>(fit_.choice.spread_weight[e][j]);
    }
    p.usual_spread = static_cast<float>(fit_.events.usual_spread);
    for (std::size_t k = 0; k < kSpreadMemories; ++k) p.spread_half_life[k] = kFlowClock.spread_half_life[k];
    std::copy(kFlowClock.memory_decay.begin(), kFlowClock.memory_decay.end(), p.memory_decay);
    std::copy(kFlowClock.memory_half_life.begin(), kFlowClock.memory_half_life.end(), p.memory_half_life);
  }

  /// Of an order inside the spread, as OrderBookParameters::improvement counts.
  std::uint32_t course_of(const TouchRow& row) const {
    if (!what_.moves) return 1;
    return marketmimic::course_of(row.side == 1u ? row.memory[kFirstMove] : -row.memory[kFirstMove]);
  }

  void set_sizes() {
    OrderBookParameters& p = fit_.parameters;
    std::vector<std::int64_t> limits, trades;
    std::vector<std::int32_t> improvements[kCourses][kSpreadBins];
    std::vector<std::int32_t> all_improvements, offsets;
    double whole = 0, walked = 0, orders = 0, wide = 0, wides = 0;
    for (const TouchRow& row : fit_.events.touch) {
      if (row.spread_bin + 1 == kSpreadBins) {
        wide += row.spread;
        wides += 1;
      }
      switch (static_cast<TouchEvent>(row.event)) {
        case TouchEvent::improve:
          improvements[course_of(row)][row.spread_bin].push_back(row.ticks);
          all_improvements.push_back(row.ticks);
          [[fallthrough]];
        case TouchEvent::join:
          limits.push_back(row.lots);
          break;
        case TouchEvent::trade:
          orders += 1;
          whole += row.lots == row.touch_lots ? 1 : 0;
          walked += row.lots > row.touch_lots ? 1 : 0;
          if (row.lots != row.touch_lots) trades.push_back(row.lots);
          break;
        case TouchEvent::hidden:
          offsets.push_back(std::max(row.ticks, 1));
          break;
        case TouchEvent::cancel:
          break;
      }
    }
    if (!what_.sizes) {
      limits.assign(1, std::accumulate(limits.begin(), limits.end(), std::int64_t{0}) /
                           static_cast<std::int64_t>(std::max<std::size_t>(limits.size(), 1)));
      trades.assign(1, static_cast<std::int64_t>(fit_.events.mean_trade_lots));
    }
    if (orders < 100)
      fit_.notices.push_back(fmt::format("only {:.0f} market orders: their sizes and signs are guesses", orders));
    p.sweep_share = what_.sizes && orders > 0 ? static_cast<float>(whole / orders) : 0.0f;
    p.walk_share = what_.sizes && orders > whole ? static_cast<float>(walked / (orders - whole)) : 1.0f;
    set_quantiles(p.limit_lots, limits);
    set_quantiles(p.trade_lots, trades);
    for (std::uint32_t k = 0; k < kCourses; ++k) {
      for (std::uint32_t s = 0; s < kSpreadBins; ++s) {
        const std::vector<std::int32_t>& own = improvements[what_.moves ? k : 1][s];
        set_quantiles(p.improvement[k][s], own.size() < 20 ? all_improvements : own);
      }
    }
    set_quantiles(p.hidden_offset, offsets);
    p.widest_spread = static_cast<float>(wides > 0 ? wide / wides : p.spread_edges[kSpreadBins - 2] + 1.0);
    p.mean_trade_lots = static_cast<float>(fit_.events.mean_trade_lots);
    p.volume_rate = static_cast<float>(std::max(fit_.events.traded_lots / fit_.events.seconds, 1e-6));
    const double n = static_cast<double>(fit_.events.queue_cancels);
    if (n > 100) {
      const double share = (static_cast<double>(fit_.events.newest_cancels) - fit_.events.expected_newest) /
                           (n - fit_.events.expected_newest);
      p.newest_share = static_cast<float>(std::clamp(share, 0.0, 1.0));
    } else {
      fit_.notices.push_back("too few cancellations in queues of known orders: any order is as likely");
    }
  }

  void set_start() {
    OrderBookParameters& p = fit_.parameters;
    std::vector<std::int32_t> spreads;
    double squares = 0, last = 0, last_time = 0, time = 0;
    for (std::size_t i = 0; i < tape_.size(); ++i) {
      const Level& best = tape_.best(i);
      if (!best.has_ask() || !best.has_bid()) continue;
      spreads.push_back(static_cast<std::int32_t>((best.ask_price - best.bid_price) / tick_));
      const double now = 1e-9 * static_cast<double>(tape_.messages[i].time_ns);
      const double price = std::log(static_cast<double>(best.ask_price + best.bid_price));
      if (last_time == 0) {
        last = price;
        last_time = now;
        p.initial_mid_half_ticks = static_cast<std::int32_t>((best.ask_price + best.bid_price) / tick_);
      } else if (now >= last_time + 60) {  // a minute is long enough for quotes not to bounce
        squares += (price - last) * (price - last);
        time += now - last_time;
        last = price;
        last_time = now;
      }
    }
    std::nth_element(spreads.begin(), spreads.begin() + static_cast<std::ptrdiff_t>(spreads.size() / 2), spreads.end());
    p.initial_spread = std::max(spreads[spreads.size() / 2], 1);
    if (time > 0 && squares > 0) p.volatility = static_cast<float>(std::sqrt(squares / time));
    if ((p.initial_mid_half_ticks - p.initial_spread) % 2 != 0) p.initial_mid_half_ticks += 1;
  }

  void set_depth() {
    OrderBookParameters& p = fit_.parameters;
    if (tape_.levels == 1) return guess_depth();
    std::vector<std::int64_t> lots;
    std::vector<std::int32_t> distances;
    double limits = 0, cancels = 0;
    for (const DeepRow& row : fit_.events.deep) {
      (row.limit ? limits : cancels) += 1;
      if (!row.limit) continue;
      lots.push_back(row.lots);
      distances.push_back(row.ticks);
    }
    set_quantiles(p.deep_lots, lots);
    set_quantiles(p.deep_distance, distances);
    const double orders = std::clamp(fit_.events.deep_orders, 12.0, 40.0);
    p.deep_limit_rate = static_cast<float>(std::max(limits / fit_.events.seconds / 2, 1e-3));
    p.deep_cancel_rate = p.deep_limit_rate / static_cast<float>(orders);
  }

  /// One level shows nothing of what lies behind it but what stands there when it is gone. Orders there are taken to be
  /// spread exponentially over four usual spreads and to be as large as those revealed; their number is chosen so that
  /// the simulated market reveals the gaps of the tape, by bisection (simulated moments), each order living a minute.
  void guess_depth() {
    OrderBookParameters& p = fit_.parameters;
    fit_.notices.push_back(
        "one level only: the number of orders behind the touch is fitted to the gaps it reveals, their place and life "
        "assumed");
    set_quantiles(p.deep_lots, fit_.events.revealed);
    const double scale = 4.0 * p.initial_spread;
    for (std::uint32_t k = 0; k < kSizeQuantiles; ++k) {
      const double level = (k + 0.5) / kSizeQuantiles;
      p.deep_distance[k] = 1 + static_cast<std::int32_t>(-scale * std::log1p(-level));
    }
    p.deep_cancel_rate = 1.0f / 60.0f;
    const double wanted = mean_of(fit_.events.gaps);
    double fewest = 3, most = 48;
    for (int round = 0; round < 6; ++round) {
      const double orders = std::sqrt(fewest * most);
      p.deep_limit_rate = static_cast<float>(orders) * p.deep_cancel_rate;
      TapePlan plan;
      plan.steps = 1800;
      plan.levels = 1;
      plan.tick = tick_;
      plan.clock =
          static_cast<std::uint32_t>(std::fmod(1e-9 * static_cast<double>(tape_.messages[0].time_ns), 86400.0));
      const Tape tape = simulate_tape(p, plan);
      const double gap = mean_of(flow_events(tape, tick_, kFlowClock).gaps);
      (gap > wanted ? fewest : most) = orders;
    }
  }

  void set_slow_factor() {
    fit_.slow = set_slow(fit_.parameters, fit_.events.touch);
    if (fit_.slow.found) return;
    if (fit_.events.seconds < kShortestSlowTape) {
      fit_.notices.push_back("less than two hours can't tell a slow factor on activity: none is fitted");
    } else if (fit_.slow.rate > 0) {
      fit_.notices.push_back(
          fmt::format("no slow factor on activity: {:.2g} +- {:.2g} of its variance over {:.0f} s may be chance",
                      fit_.slow.covariance, fit_.slow.error, 1 / fit_.slow.rate));
    }
  }

  void pull_back() {
    const double start = std::fmod(1e-9 * static_cast<double>(tape_.messages[0].time_ns), 86400.0);
    set_pull(fit_.parameters, static_cast<std::uint32_t>(start), fit_.events.seconds);
  }

  TapeView tape_;
  std::int64_t tick_;
  FlowIngredients what_;
  FlowFit fit_;
  std::vector<double> activity_;
};

}  // namespace

FlowFit fit_flow(const TapeView& tape, std::int64_t tick, const FlowIngredients& what) {
  return Fitter(tape, tick, what).run();
}

}  // namespace marketmimic
