#include "host/realism/shock_trials.hpp"

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "host/config/job.hpp"
#include "host/statistics/estimators.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kSettling = 30;     // [s] from a shock until it counts as in full
constexpr std::size_t kAfterwards = 200;  // [s] that its decay is watched
constexpr std::size_t kDepthLevels = 5;
constexpr std::size_t kReturnSeconds = 10;

void append(ShockPaths& paths, const MarketSimulator& s) {
  const std::size_t n = paths.size();
  for (std::size_t i = 0; i < n; ++i) {
    double bids = 0, asks = 0;
    for (std::size_t level = 0; level < kDepthLevels; ++level) {
      bids += s.bid_size()[level * n + i];
      asks += s.ask_size()[level * n + i];
    }
    paths[i].mid.push_back(s.mid()[i]);
    paths[i].spread.push_back(s.ask_price()[i] - s.bid_price()[i]);
    paths[i].bids.push_back(bids);
    paths[i].asks.push_back(asks);
    paths[i].volume.push_back(s.volume()[i]);
  }
}

double mean(const std::vector<double>& values, std::size_t from, std::size_t until) {
  double sum = 0;
  for (std::size_t t = from; t < until; ++t) sum += values[t];
  return sum / static_cast<double>(until - from);
}

double volatility(const ShockPath& path, std::size_t from, std::size_t until) {
  double squares = 0;
  for (std::size_t t = from + kReturnSeconds; t < until; t += kReturnSeconds) {
    const double change = std::log(path.mid[t] / path.mid[t - kReturnSeconds]);
    squares += change * change;
  }
  return std::sqrt(squares);
}

ShockObservable factor(const std::string& what, double asked, std::vector<double> ShockPath::*value, std::size_t from,
                       std::size_t until) {
  return {what, asked, [=](const ShockPath& shocked, const ShockPath& calm) {
            const double usual = mean(calm.*value, kBeforeShock + from, kBeforeShock + until);
            return mean(shocked.*value, kBeforeShock + from, kBeforeShock + until) / std::max(usual, 1e-9);
          }};
}

ShockObservable volatility_factor(double asked, std::size_t from, std::size_t until) {
  return {"volatility", asked, [=](const ShockPath& shocked, const ShockPath& calm) {
            return volatility(shocked, kBeforeShock + from, kBeforeShock + until) /
                   std::max(volatility(calm, kBeforeShock + from, kBeforeShock + until), 1e-12);
          }};
}

/// What a log factor of an injection asks for on average between two seconds after it began.
double mean_factor(const Injection& i, float log_factor, std::size_t from, std::size_t until) {
  double sum = 0;
  for (std::size_t t = from; t < until; ++t)
    sum += std::exp(static_cast<double>(i.envelope(i.start + static_cast<float>(t + 1)) * log_factor));
  return sum / static_cast<double>(until - from);
}

/// Of the mid at the shock: the deepest fall until `seconds` after it [%].
double deepest(const ShockPath& path, std::size_t seconds) {
  const auto from = path.mid.begin() + kBeforeShock;
  return 100 * (1 - *std::min_element(from, from + static_cast<std::ptrdiff_t>(seconds)) / path.mid[kBeforeShock - 1]);
}

Injection lasting(std::size_t seconds) {
  Injection i;
  i.plateau = static_cast<float>(seconds);
  i.half_life = 30;
  return i;
}

}  // namespace

std::vector<ShockTrial> factor_trials(std::size_t plateau) {
  std::vector<ShockTrial> shocks;
  const auto add = [&](PerturbationKind kind, double asked, float Injection::*log_factor, const ShockObservable& row) {
    ShockTrial shock{fmt::format("{} x {:g}", row.what, asked), lasting(plateau), plateau + kAfterwards, {row}};
    shock.injection.kind = static_cast<std::uint32_t>(kind);
    shock.injection.*log_factor = static_cast<float>(std::log(asked));
    shocks.push_back(shock);
  };
  for (const double asked : {0.002, 0.01, 0.05, 0.2, 0.5, 2.0}) {
    add(PerturbationKind::liquidity_gap, asked, &Injection::log_depth_bid,
        factor("bids", asked, &ShockPath::bids, kSettling, plateau));
    ShockTrial& shock = shocks.back();
    shock.observables.push_back(factor("asks", 1, &ShockPath::asks, kSettling, plateau));
    ShockTrial both = shock;
    both.name = fmt::format("depth x {:g}", asked);
    both.injection.log_depth_ask = both.injection.log_depth_bid;
    both.observables.back().asked = asked;
    shocks.push_back(both);
  }
  for (const double asked : {0.5, 2.0, 5.0, 20.0})
    add(PerturbationKind::liquidity_gap, asked, &Injection::log_spread,
        factor("spread", asked, &ShockPath::spread, kSettling, plateau));
  for (const double asked : {0.3, 3.0, 8.0})
    add(PerturbationKind::volatility_spike, asked, &Injection::log_volume,
        factor("volume", asked, &ShockPath::volume, kSettling, plateau));
  for (const double asked : {0.5, 2.0, 4.0, 10.0})
    add(PerturbationKind::volatility_spike, asked, &Injection::log_volatility,
        volatility_factor(asked, kSettling, plateau));
  return shocks;
}

namespace {

/// The kind with its defaults, at once; ranges drawn once.
Injection usual(PerturbationKind kind) {
  PerturbationRule rule = resolved_rule(default_perturbation(kind), 0, 0);
  rule.start = {0, 0};
  return rule.draw(Stream::of(1, 1), 0);
}

/// Share of the fall that came back at `seconds`.
ShockObservable recovery(double asked, std::size_t fall, std::size_t seconds) {
  return {fmt::format("recovered at {} s", seconds), asked, [=](const ShockPath& shocked, const ShockPath&) {
            const double drop = deepest(shocked, fall + 60);
            const double now = 100 * (1 - shocked.mid[kBeforeShock + seconds - 1] / shocked.mid[kBeforeShock - 1]);
            return 1 - now / std::max(drop, 1e-9);
          }};
}

ShockTrial crash(const std::string& name, Injection i) {
  const auto fall = static_cast<std::size_t>(i.rise);
  const auto later = fall + 2 * static_cast<std::size_t>(i.half_life);
  const double drop = -100 * std::expm1(static_cast<double>(i.displacement));
  const double back = -100 * std::expm1(static_cast<double>(i.moved(static_cast<float>(later))));
  i.start = 0;
  ShockTrial shock{name, i, later, {}};
  shock.observables.push_back(
      {"drop [%]", drop, [=](const ShockPath& shocked, const ShockPath&) { return deepest(shocked, fall + 60); }});
  shock.observables.push_back(
      {"lowest after [s]", static_cast<double>(fall), [=](const ShockPath& shocked, const ShockPath&) {
         const auto from = shocked.mid.begin() + kBeforeShock;
         return static_cast<double>(std::min_element(from, from + static_cast<std::ptrdiff_t>(later)) - from);
       }});
  shock.observables.push_back(
      {"nine tenths after [s]", 0.9 * static_cast<double>(fall), [=](const ShockPath& shocked, const ShockPath&) {
         const double level = shocked.mid[kBeforeShock - 1] * (1 - 0.009 * drop);
         const auto from = shocked.mid.begin() + kBeforeShock;
         return static_cast<double>(std::find_if(from, shocked.mid.end(), [=](double m) { return m <= level; }) - from);
       }});
  shock.observables.push_back(recovery(1 - back / drop, fall, later));
  const std::size_t half = fall / 2;
  shock.observables.push_back(
      factor("spread", mean_factor(i, i.log_spread, half, fall), &ShockPath::spread, half, fall));
  shock.observables.push_back(
      factor("volume", mean_factor(i, i.log_volume, half, fall), &ShockPath::volume, half, fall));
  shock.observables.push_back(
      factor("bids", mean_factor(i, i.log_depth_bid, half, fall), &ShockPath::bids, half, fall));
  return shock;
}

}  // namespace

std::vector<ShockTrial> event_trials() {
  std::vector<ShockTrial> shocks;
  Injection halt = lasting(300);
  halt.kind = static_cast<std::uint32_t>(PerturbationKind::halt);
  halt.halts = 1;
  shocks.push_back({"halt of 300 s", halt, 300, {factor("volume", 0, &ShockPath::volume, 0, 300)}});

  shocks.push_back(crash("flash crash by a seller", usual(PerturbationKind::flash_crash)));
  Injection sweep = usual(PerturbationKind::flash_crash);
  sweep.rise = 30;
  sweep.participation = 0;
  sweep.sweep = 200;
  sweep.log_volume = 0;
  ShockTrial swept = crash("flash crash by a sweep", sweep);
  swept.observables.erase(swept.observables.begin() + 5);  // the volume is the sweep's
  shocks.push_back(swept);
  shocks.push_back(crash("liquidation cascade", usual(PerturbationKind::liquidation_cascade)));

  Injection news = usual(PerturbationKind::news);
  news.start = news.before;  // announced
  news.displacement = -0.01f;
  const auto out = static_cast<std::size_t>(news.before);
  shocks.push_back(
      {"news, 1 % down",
       news,
       out + 360,
       {factor("bids before", std::exp(static_cast<double>(news.log_depth_before)), &ShockPath::bids, kSettling, out),
        {"fall [%]", 1,
         [=](const ShockPath& shocked, const ShockPath&) {
           return 100 * (1 - mean(shocked.mid, kBeforeShock + out + 60, kBeforeShock + out + 300) /
                                 shocked.mid[kBeforeShock + out - 1]);
         }},
        volatility_factor(mean_factor(news, news.log_volatility, 60, 360), out + 60, out + 360)}});
  return shocks;
}

std::vector<ShockTrial> climate_trials(std::size_t seconds) {
  std::vector<ShockTrial> shocks;
  for (std::size_t k = 0; k < kPresetNames.size(); ++k) {
    const PerturbationRule rule = preset(k).front().rule;
    if (rule.kind != static_cast<std::uint32_t>(PerturbationKind::climate)) continue;
    const Injection i = rule.draw(Stream::of(1, 1), 0);
    const auto asked = [](float log_factor) { return std::exp(static_cast<double>(log_factor)); };
    shocks.push_back({std::string(kPresetNames[k]),
                      i,
                      seconds,
                      {volatility_factor(asked(i.log_volatility), kSettling, seconds),
                       factor("bids", asked(i.log_depth_bid), &ShockPath::bids, kSettling, seconds),
                       factor("asks", asked(i.log_depth_ask), &ShockPath::asks, kSettling, seconds),
                       factor("spread", asked(i.log_spread), &ShockPath::spread, kSettling, seconds),
                       factor("volume", asked(i.log_volume), &ShockPath::volume, kSettling, seconds)}});
  }
  return shocks;
}

namespace {

double quantile(const std::vector<double>& values, double level) {
  const Eigen::ArrayXd x = Eigen::Map<const Eigen::ArrayXd>(values.data(), static_cast<Eigen::Index>(values.size()));
  return marketmimic::quantile(x, Eigen::ArrayXd::Ones(x.size()), level);
}

}  // namespace

ShockPaths run_trial(const MarketFile& market, MarketModel model, std::uint64_t scenarios, const ShockTrial* trial,
                     std::size_t seconds) {
  SimulatorOptions options;
  options.scenarios = scenarios;
  options.model = model;
  options.clock = 45'000;
  options.levels = kDepthLevels;
  MarketSimulator simulator(market, options);
  ShockPaths paths(options.scenarios);
  for (std::size_t t = 0; t < kBeforeShock + seconds; ++t) {
    if (t == kBeforeShock && trial != nullptr) simulator.inject(trial->injection);
    simulator.advance();
    append(paths, simulator);
  }
  return paths;
}

bool same_before(const ShockPaths& a, const ShockPaths& b) {
  const auto equal = [](const std::vector<double>& x, const std::vector<double>& y) {
    return std::equal(x.begin(), x.begin() + kBeforeShock, y.begin());
  };
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (const auto value :
         {&ShockPath::mid, &ShockPath::spread, &ShockPath::bids, &ShockPath::asks, &ShockPath::volume})
      if (!equal(a[i].*value, b[i].*value)) return false;
  }
  return true;
}

bool ShockOutcome::near(double asked, double errors, double factor) const {
  if (asked == 0) return median == 0;
  return median > 0 && std::abs(std::log(median / asked)) <= std::log(factor) + errors * error;
}

ShockOutcome outcome(const ShockObservable& observable, const ShockPaths& shocked, const ShockPaths& calm) {
  std::vector<double> values;
  for (std::size_t i = 0; i < shocked.size(); ++i) values.push_back(observable.measure(shocked[i], calm[i]));
  // A median's error is 1.25 standard deviations over the root of their number, and 1.35 of those lie between the
  // quartiles where values are normal.
  const double spread = std::log(std::max(quantile(values, 0.75), 1e-12) / std::max(quantile(values, 0.25), 1e-12));
  return {quantile(values, 0.5), quantile(values, 0.05), quantile(values, 0.95),
          1.25 / 1.35 * spread / std::sqrt(static_cast<double>(values.size()))};
}

std::optional<double> back_after(const ShockPaths& shocked, const ShockPaths& calm,
                                 std::vector<double> ShockPath::*value, std::size_t end, double share) {
  const auto log_factor = [&](std::size_t from, std::size_t until) {
    double with = 0, without = 0;
    for (std::size_t i = 0; i < shocked.size(); ++i) {
      with += mean(shocked[i].*value, from, until);
      without += mean(calm[i].*value, from, until);
    }
    return std::log(with / without);
  };
  constexpr std::size_t window = 10;
  const std::size_t from = kBeforeShock + end, seconds = (shocked.front().*value).size();
  if (from >= seconds) return std::nullopt;
  const double left = (1 - share) * log_factor(from - 60, from);
  for (std::size_t t = from; t + window <= seconds; ++t)
    if (std::abs(log_factor(t, t + window)) <= std::abs(left)) return static_cast<double>(t - from) + 0.5 * window;
  return std::nullopt;
}

}  // namespace marketmimic
