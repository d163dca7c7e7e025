// The five modes of a strategy over the same scenarios, judged by the rule that its demonstration followed.
//   five_modes BARS RULE [MARKET [SCENARIOS [SEED]]]
// BARS: candles of five minutes that the demonstration trades; RULE: breakout or crossing; MARKET: a market file, or -
// for the built-in one; SCENARIOS of each weather; SEED of the first weather, the others' follow.
//
// Chosen before any result was seen:
// - Rules: a close beyond the extremes of 48 bars, trailing stop 10 volatilities, target 12; and averages of 12 and 48
//   bars that cross, stop 8 volatilities, target 10 (tests/decomposition/known_rule.hpp). The strategy is what
//   decompose makes of the fills and bars; the keys of the job are in comparison_job()
//   (tests/referee/paired_modes.cpp).
// - Required trades: the rule, flat and only watching for 150 bars, then trading 288 (tests/referee/referee.hpp), on
// the
//   mids of the same scenario without a strategy; beside it the same on the mids of the mode's own scenario, its impact
//   included.
// - Success: every required trade matched within n = 15 steps, its shortfall at most 3 sigma sqrt(n), the position
// never
//   further than 0.25 from the referee's for more than n steps in a row, no breach of the limits on loss (20 %) and
//   inventory (1.5). Scenarios in which nothing is required are left out. Beside it n / 2 and 2 n.
// - The scene moves where, without a strategy, a perturbation acts in the day that is traded, or the mean square of a
//   step's return then is at least twice that of the bars before. Sigma is the root of that mean square.
// - Scenarios in which a perturbation that waits for the strategy began in any mode are reported apart.
// - Intervals: bootstrap of scenarios, 95 %.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "host/config/default_market.hpp"
#include "host/config/names.hpp"
#include "host/decomposition/decompose.hpp"
#include "host/decomposition/entry_forecast.hpp"
#include "host/decomposition/entry_lift.hpp"
#include "host/decomposition/ledger.hpp"
#include "host/decomposition/report.hpp"
#include "host/error.hpp"
#include "host/statistics/bootstrap.hpp"
#include "host/statistics/parallel.hpp"
#include "tests/referee/paired_modes.hpp"

namespace marketmimic {
namespace {

constexpr Course kCourse;
constexpr std::size_t kSteps[] = {15, 7, 30};  ///< n, and half and twice as many
constexpr std::size_t kChoices = std::size(kSteps);
constexpr double kMoves = 2;  ///< mean squares

KnownRule rule_named(std::string_view name) {
  KnownRule rule;
  rule.in_volatility = true;
  rule.slow = 48;
  if (name == "breakout") {
    rule.entry = KnownRule::Entry::breakout;
    rule.trailing = true;
    rule.stop = 10;
    rule.target = 12;
  } else if (name == "crossing") {
    rule.stop = 8;
    rule.target = 10;
  } else {
    throw Error(ExitCode::usage, fmt::format("RULE must be breakout or crossing (got {})", name));
  }
  return rule;
}

/// One mode in one scenario.
struct Row {
  Judgement judged[kChoices], on_own_path;
  double profit = 0, drawdown = 0;
  double tracking = 0;    ///< mean square of the distance from the referee's position
  double smoothness = 0;  ///< sum of the squared changes of the target
};

struct Scenario {
  Weather weather;
  bool moves = false, provoked = false;
  std::size_t trades = 0;  ///< required
  bool one_trip = false;   ///< an entry and its exit
  Row modes[kPlanFidelities];

  bool counts() const { return modes[0].judged[0].required > 0; }
};

Scenario judge_scenario(const PairedModes& paired, Weather weather, const KnownRule& rule, std::uint32_t lane) {
  const UndisturbedScenario alone = paired.undisturbed(lane);
  const RefereeCourse referee = referee_course(rule, alone.path, kCourse);
  const std::size_t begin = kCourse.first_step(), steps = referee.position.size();
  Scenario s;
  s.weather = weather;
  s.moves = alone.perturbed || alone.sigma * alone.sigma >= kMoves * alone.watched * alone.watched;
  s.trades = referee.trades.size();
  s.one_trip = s.trades == 2 && referee.trades[1].to == 0;
  for (std::uint32_t mode = 0; mode < kPlanFidelities; ++mode) {
    const ModeOutcome o = paired.outcome(static_cast<PlanFidelity>(mode), lane);
    Row& row = s.modes[mode];
    Tolerance tolerance;
    tolerance.sigma = alone.sigma;
    for (std::size_t i = 0; i < kChoices; ++i) {
      tolerance.steps = kSteps[i];
      row.judged[i] = judge(referee, o.execution, begin, tolerance);
    }
    tolerance.steps = kSteps[0];
    row.on_own_path = judge(referee_course(rule, o.path, kCourse), o.execution, begin, tolerance);
    s.provoked |= o.provoked;
    row.profit = o.profit;
    row.drawdown = o.drawdown;
    const Execution& e = o.execution;
    for (std::size_t t = begin; t < steps; ++t) {
      row.tracking += std::pow(e.position[t] - referee.position[t], 2) / static_cast<double>(steps - begin);
      row.smoothness += std::pow(e.target[t] - e.target[t - 1], 2);
    }
  }
  return s;
}

std::vector<Scenario> run_weather(Weather weather, std::uint64_t seed, std::size_t count, const KnownRule& rule,
                                  const MarketFile& market, const Strategy& strategy) {
  std::vector<Scenario> scenarios(count);
  const unsigned threads = std::max(1u, std::thread::hardware_concurrency());
  const std::size_t batches = (count + kLanes - 1) / kLanes;
  parallel_for(threads, threads, [&](std::size_t worker) {
    PairedModes paired(comparison_job(kCourse, weather, seed), market, strategy, kCourse);
    for (std::size_t batch = worker; batch < batches; batch += threads) {
      paired.run(batch * kLanes);
      for (std::uint32_t lane = 0; lane < kLanes && batch * kLanes + lane < count; ++lane)
        scenarios[batch * kLanes + lane] = judge_scenario(paired, weather, rule, lane);
    }
  });
  return scenarios;
}

using Chosen = std::vector<const Scenario*>;

Chosen choose(const std::vector<Scenario>& all, const std::function<bool(const Scenario&)>& belongs) {
  Chosen chosen;
  for (const Scenario& s : all)
    if (s.counts() && belongs(s)) chosen.push_back(&s);
  return chosen;
}

double mean(const Chosen& scenarios, const std::function<double(const Scenario&)>& value) {
  double sum = 0;
  for (const Scenario* s : scenarios) sum += value(*s);
  return sum / static_cast<double>(scenarios.size());
}

/// Of the mean of `value`, which is paired by scenario.
Interval interval(const Chosen& scenarios, const std::function<double(const Scenario&)>& value) {
  const auto n = static_cast<Eigen::Index>(scenarios.size());
  Eigen::ArrayXd values(n);
  for (Eigen::Index i = 0; i < n; ++i) values[i] = value(*scenarios[static_cast<std::size_t>(i)]);
  BootstrapOptions options;
  options.replicates = 2000;
  return bootstrap(
      n, 1, [&](const Eigen::ArrayXd& times) { return std::vector{(times * values).sum() / times.sum()}; }, options)[0];
}

/// Mean of the worst 5 %.
double cvar(const Chosen& scenarios, std::uint32_t mode) {
  std::vector<double> profits;
  for (const Scenario* s : scenarios) profits.push_back(s->modes[mode].profit);
  std::sort(profits.begin(), profits.end());
  const std::size_t tail = std::max<std::size_t>(1, profits.size() / 20);
  double sum = 0;
  for (std::size_t i = 0; i < tail; ++i) sum += profits[i];
  return sum / static_cast<double>(tail);
}

void print_group(std::string_view name, const Chosen& group) {
  if (group.empty()) {
    fmt::print("\n{}: no scenario\n", name);
    return;
  }
  fmt::print("\n{}: {} scenarios, {:.2f} trades required in each\n\n", name, group.size(),
             mean(group, [](const Scenario& s) { return static_cast<double>(s.trades); }));
  fmt::print(
      "| mode | success | n / 2 | 2 n | own path | full - mode | 95 % | matched | near | no straying | one trip "
      "| shortfall | CVaR | profit | drawdown | breaches | tracking | smoothness |\n"
      "| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | "
      "---: | ---: |\n");
  Chosen trips;
  std::copy_if(group.begin(), group.end(), std::back_inserter(trips), [](const Scenario* s) { return s->one_trip; });
  for (std::uint32_t mode = 0; mode < kPlanFidelities; ++mode) {
    const auto share = [&](const Chosen& of, const std::function<double(const Row&)>& value) {
      return 100 * mean(of, [&](const Scenario& s) { return value(s.modes[mode]); });
    };
    const auto success = [&](std::size_t i) {
      return share(group, [=](const Row& r) { return r.judged[i].success() ? 1.0 : 0.0; });
    };
    double required = 0, matched = 0, near = 0, shortfall = 0;
    for (const Scenario* s : group) {
      const Judgement& j = s->modes[mode].judged[0];
      required += static_cast<double>(j.required);
      matched += static_cast<double>(j.matched);
      near += static_cast<double>(j.near);
      shortfall += j.shortfall;
    }
    const auto ahead = [&](const Scenario& s) {
      return 100.0 * ((s.modes[0].judged[0].success() ? 1 : 0) - (s.modes[mode].judged[0].success() ? 1 : 0));
    };
    const Interval bounds = interval(group, ahead);
    fmt::print(
        "| {} | {:.1f} % | {:.1f} % | {:.1f} % | {:.1f} % | {:+.1f} | {:+.1f} to {:+.1f} | {:.1f} % | {:.1f} % | "
        "{:.1f} % "
        "| {:.1f} % | {:.1f} bp | {:.2f} % | {:.2f} % | {:.2f} % | {:.1f} % | {:.3f} | {:.3f} |\n",
        kPlanFidelityNames[mode], success(0), success(1), success(2),
        share(group, [](const Row& r) { return r.on_own_path.success() ? 1.0 : 0.0; }), mean(group, ahead),
        bounds.lower, bounds.upper, 100 * matched / required, 100 * near / std::max(matched, 1.0),
        share(group, [](const Row& r) { return r.judged[0].strays ? 0.0 : 1.0; }),
        trips.empty() ? 0 : share(trips, [](const Row& r) { return r.judged[0].success() ? 1.0 : 0.0; }),
        1e4 * shortfall / std::max(matched, 1.0), 100 * cvar(group, mode),
        share(group, [](const Row& r) { return r.profit; }), share(group, [](const Row& r) { return r.drawdown; }),
        share(group, [](const Row& r) { return r.judged[0].breached ? 1.0 : 0.0; }),
        std::sqrt(mean(group, [&](const Scenario& s) { return s.modes[mode].tracking; })),
        mean(group, [&](const Scenario& s) { return s.modes[mode].smoothness; }));
  }
}

/// What the strategy is made from, and how well its entries are told to the bar by a rule fitted to the first 70 %.
void print_demonstration(const KnownLog& log, const Bars& bars, const Decomposition& d) {
  const Ledger ledger = build_ledger(log.fills);
  const EntryForecast forecast = forecast_entries(ledger, bars, {}, ledger.cycles.size() * 7 / 10);
  fmt::print("{} round trips in {} bars; stop {}; target {}\n", log.reasons.size(), bars.bars.size(),
             exit_rule_text(d.exits.stop), exit_rule_text(d.exits.target));
  for (const std::size_t within : {std::size_t{0}, std::size_t{3}}) {
    const EntryLift l = entry_lift(forecast.sides, within, 288);
    fmt::print(
        "entries of the last 30 % from bars, within {} bars: precision {:.0f} % ({} of {} expected), recall {:.0f} % "
        "({} of {})\n",
        within, 100.0 * static_cast<double>(l.hits) / static_cast<double>(std::max<std::size_t>(l.expected, 1)), l.hits,
        l.expected, 100.0 * static_cast<double>(l.found) / static_cast<double>(l.entered), l.found, l.entered);
  }
}

void run(const std::string& bars_file, std::string_view rule_name, const std::string& market_file, std::size_t count,
         std::uint64_t seed) {
  const KnownRule rule = rule_named(rule_name);
  const Bars bars = read_bars(bars_file);
  const KnownLog log = trade(rule, bars);
  const Decomposition d = decompose(log.fills, bars, {.detectors = {}, .rotations = 0});
  const MarketFile market = market_file == "-" ? default_market() : read_market_file(market_file);
  fmt::print("Rule: {}; market: {}; {} scenarios a weather, seeds {} to {}\n", rule_name, market.provenance, count,
             seed, seed + 2);
  print_demonstration(log, bars, d);

  std::vector<Scenario> all;
  const auto begun = std::chrono::steady_clock::now();
  for (const Weather weather : {Weather::calm, Weather::perturbed, Weather::provoked}) {
    const std::uint64_t own = seed + static_cast<std::uint64_t>(weather);  // scenarios that have nothing in common
    const std::vector<Scenario> more = run_weather(weather, own, count, rule, market, d.strategy);
    all.insert(all.end(), more.begin(), more.end());
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  const auto idle =
      static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const Scenario& s) { return !s.counts(); }));
  fmt::print("{} of {} scenarios left out: nothing is required; {:.1f} ms a scenario, {} threads\n", idle, all.size(),
             1e3 * seconds / static_cast<double>(all.size()), std::max(1u, std::thread::hardware_concurrency()));

  const auto own_fault = [](const Scenario& s) { return s.weather == Weather::provoked || s.provoked; };
  print_group("The scene moves", choose(all, [&](const Scenario& s) { return s.moves && !own_fault(s); }));
  print_group("Elsewhere", choose(all, [&](const Scenario& s) { return !s.moves && !own_fault(s); }));
  for (const auto& [weather, name] : {std::pair(Weather::calm, "calm"), {Weather::perturbed, "perturbed"}})
    for (const bool moves : {true, false})
      print_group(fmt::format("Of them, {}, {}", name, moves ? "moving" : "not moving"),
                  choose(all, [&, weather = weather](const Scenario& s) {
                    return s.weather == weather && s.moves == moves && !own_fault(s);
                  }));
  print_group("Perturbed by the strategy", choose(all, [](const Scenario& s) { return s.provoked; }));
}

}  // namespace
}  // namespace marketmimic

int main(int count, char** arguments) try {
  if (count < 3)
    throw marketmimic::Error(marketmimic::ExitCode::usage,
                             "usage: five_modes BARS breakout|crossing [MARKET|- [SCENARIOS [SEED]]]");
  const auto number = [&](int i, std::uint64_t usual) {
    return count > i ? std::strtoull(arguments[i], nullptr, 10) : usual;
  };
  marketmimic::run(arguments[1], arguments[2], count > 3 ? arguments[3] : "-", number(4, 1000), number(5, 1));
  return 0;
} catch (const marketmimic::Error& error) {
  fmt::print(stderr, "{}\n", error.what());
  return static_cast<int>(error.code());
}
