// The five modes of a strategy over the same scenarios, judged by the rule that its demonstration followed.
//   five_modes BARS RULE [MARKET [SCENARIOS [SEED [TRADED]]]]
// BARS: candles of five minutes that the demonstration trades; RULE: breakout, ranges, crossing, events or turns;
// MARKET: a market file, or - for the built-in one; SCENARIOS: so many calm ones, as many perturbed, and a fifth of it
// perturbed by the strategy; SEED: of the calm ones, the others' follow; TRADED: bars, usually 288, a day.
//
// Chosen before the success of any mode was seen:
// - Rules: a close beyond the extremes of 48 bars, trailing stop 10 volatilities, target 12; the same with 6 and 8
//   average true ranges of 20 bars; and averages of 12 and 48 bars that cross, stop 8 volatilities, target 10; and
//   a trader who goes by market events alone, with trends until a range or a drawdown, or until the opposite trend
//   (tests/decomposition/known_rule.hpp). The strategy is what decompose makes of fills and bars; the keys of the job
//   are in comparison_job() (tests/referee/paired_modes.cpp).
// - Required trades: those of the rule, flat and only watching for 150 bars, then trading, on the mids of the scenario
//   as the mode's own trades left it (tests/referee/referee.hpp). Beside it ("undisturbed") on the mids without a
//   strategy. In a diffusion both are the same but for basis points; an order book in which anything was traded has
//   another future (correlation of the returns 0.0 to 0.1), in which what was asked for without it means nothing.
// - Success: every required trade matched within n = 15 steps, its shortfall at most 3 sigma sqrt(n); the
//   position never further than 0.25 from the referee's for more than n steps in a row; no breach of the limits on loss
//   (20 %) and inventory (1.5): tests/referee/judgement.hpp. Beside it with n / 2 and 2 n, and the first trip: the
//   same, judged only until n steps after the second required trade; a day has four round trips, and exactly one in
//   hardly any scenario. Scenarios in which nothing is required of one of the modes are left out.
// - The scene moves where, without a strategy, a perturbation acts in the part that is traded, or the mean square of a
//   step's return there is at least twice that of the bars before. Sigma is the root of that mean square.
// - Scenarios in which a perturbation that waits for the strategy began in any mode are reported apart.
// - The rule itself, trading under the same limits in the first 200 scenarios of each kind: the most there is to reach.
// - Intervals: bootstrap of scenarios, 95 %.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "host/config/default_market.hpp"
#include "host/config/names.hpp"
#include "host/decomposition/decompose.hpp"
#include "host/decomposition/detector_bank.hpp"
#include "host/decomposition/entry_rule.hpp"
#include "host/decomposition/ledger.hpp"
#include "host/decomposition/report.hpp"
#include "host/error.hpp"
#include "host/statistics/bootstrap.hpp"
#include "host/statistics/parallel.hpp"
#include "tests/referee/paired_modes.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kSteps[] = {15, 7, 30};  ///< n, and half and twice as many
constexpr std::size_t kChoices = std::size(kSteps);
constexpr double kMoves = 2;  ///< mean squares
constexpr std::size_t kRuleScenarios = 200;

KnownRule rule_named(std::string_view name) {
  KnownRule rule;
  rule.unit = KnownRule::Unit::volatility;
  rule.slow = 48;
  if (name == "breakout") {
    rule.entry = KnownRule::Entry::breakout;
    rule.trailing = true;
    rule.stop = 10;
    rule.target = 12;
  } else if (name == "ranges") {
    rule.entry = KnownRule::Entry::breakout;
    rule.trailing = true;
    rule.unit = KnownRule::Unit::true_range;
    rule.unit_bars = 20;
    rule.stop = 6;
    rule.target = 8;
  } else if (name == "crossing") {
    rule.stop = 8;
    rule.target = 10;
  } else if (name == "events" || name == "turns") {
    rule.entry = KnownRule::Entry::events;
    rule.turns = name == "turns";
  } else {
    throw Error(ExitCode::usage,
                fmt::format("RULE must be breakout, ranges, crossing, events or turns (got {})", name));
  }
  return rule;
}

/// One mode in one scenario.
struct Row {
  Judgement judged[kChoices], first_trip, undisturbed;
  double profit = 0, drawdown = 0;
  double tracking = 0;    ///< mean square of the distance from the referee's position
  double smoothness = 0;  ///< sum of the squared changes of the target
};

struct Setting {
  Weather weather;
  bool moves = false, provoked = false;
  std::size_t trades = 0;  ///< of the referee without a strategy
  Row modes[kPlanFidelities];
  std::optional<Row> rule;

  bool counts() const {
    return std::all_of(modes, modes + kPlanFidelities, [](const Row& r) { return r.judged[0].required > 0; });
  }
};

/// What all scenarios have in common.
struct Comparison {
  KnownRule rule;
  Course course;
};

Row judged(const Comparison& c, const UndisturbedScenario& alone, const RefereeCourse& without, const ModeOutcome& o) {
  const RefereeCourse referee = referee_course(c.rule, o.path, c.course);
  const Execution& e = o.execution;
  const Judged all{c.course.first_step(), c.course.steps()};
  Row row;
  Tolerance tolerance;
  tolerance.sigma = alone.sigma;
  for (std::size_t i = 0; i < kChoices; ++i) {
    tolerance.steps = kSteps[i];
    row.judged[i] = judge(referee, e, all, tolerance);
  }
  tolerance.steps = kSteps[0];
  row.undisturbed = judge(without, e, all, tolerance);
  const std::size_t over = referee.trades.size() > 1 ? referee.trades[1].step + kSteps[0] + 1 : all.end;
  row.first_trip = judge(referee, e, {all.first, std::min(over, all.end)}, tolerance);
  row.profit = o.profit;
  row.drawdown = o.drawdown;
  for (std::size_t t = all.first; t < all.end; ++t) {
    row.tracking += std::pow(e.position[t] - referee.position[t], 2);
    row.smoothness += std::pow(e.target[t] - e.target[t - 1], 2);
  }
  row.tracking /= static_cast<double>(all.end - all.first);
  return row;
}

Setting judge_scenario(const PairedModes& paired, Weather weather, Comparison c, std::uint64_t id) {
  if (c.rule.entry == KnownRule::Entry::events) c.rule.variance = usual_variance(paired.market(), c.course, id);
  const auto lane = static_cast<std::uint32_t>(id % kLanes);
  const UndisturbedScenario alone = paired.undisturbed(lane);
  const RefereeCourse without = referee_course(c.rule, alone.path, c.course);
  Setting s;
  s.weather = weather;
  s.moves = alone.perturbed || alone.sigma * alone.sigma >= kMoves * alone.watched * alone.watched;
  s.trades = without.trades.size();
  for (std::uint32_t mode = 0; mode < kPlanFidelities; ++mode) {
    const ModeOutcome o = paired.outcome(static_cast<PlanFidelity>(mode), lane);
    s.modes[mode] = judged(c, alone, without, o);
    s.provoked |= o.provoked;
  }
  if (id < kRuleScenarios) s.rule = judged(c, alone, without, rule_outcome(paired.market(), c.rule, c.course, id));
  return s;
}

std::vector<Setting> run_weather(Weather weather, std::uint64_t seed, std::size_t count, const Comparison& c,
                                 const MarketFile& market, const Strategy& strategy) {
  std::vector<Setting> scenarios(count);
  const unsigned threads = std::max(1u, std::thread::hardware_concurrency());
  const std::size_t batches = (count + kLanes - 1) / kLanes;
  parallel_for(threads, threads, [&](std::size_t worker) {
    PairedModes paired(comparison_job(c.course, weather, seed), market, strategy, c.course);
    for (std::size_t batch = worker; batch < batches; batch += threads) {
      paired.run(batch * kLanes);
      for (std::size_t id = batch * kLanes; id < std::min(count, (batch + 1) * kLanes); ++id)
        scenarios[id] = judge_scenario(paired, weather, c, id);
    }
  });
  return scenarios;
}

using Chosen = std::vector<const Setting*>;

Chosen choose(const std::vector<Setting>& all, const std::function<bool(const Setting&)>& belongs) {
  Chosen chosen;
  for (const Setting& s : all)
    if (s.counts() && belongs(s)) chosen.push_back(&s);
  return chosen;
}

double mean(const Chosen& scenarios, const std::function<double(const Setting&)>& value) {
  double sum = 0;
  for (const Setting* s : scenarios) sum += value(*s);
  return sum / static_cast<double>(scenarios.size());
}

/// Of the mean of `value`, which is paired by scenario.
Interval interval(const Chosen& scenarios, const std::function<double(const Setting&)>& value) {
  const auto n = static_cast<Eigen::Index>(scenarios.size());
  Eigen::ArrayXd values(n);
  for (Eigen::Index i = 0; i < n; ++i) values[i] = value(*scenarios[static_cast<std::size_t>(i)]);
  BootstrapOptions options;
  options.replicates = 2000;
  return bootstrap(
      n, 1, [&](const Eigen::ArrayXd& times) { return std::vector{(times * values).sum() / times.sum()}; }, options)[0];
}

using Picked = std::function<const Row&(const Setting&)>;

/// Mean of the worst 5 %.
double cvar(const Chosen& scenarios, const Picked& row) {
  std::vector<double> profits;
  for (const Setting* s : scenarios) profits.push_back(row(*s).profit);
  std::sort(profits.begin(), profits.end());
  const std::size_t tail = std::max<std::size_t>(1, profits.size() / 20);
  return std::accumulate(profits.begin(), profits.begin() + static_cast<std::ptrdiff_t>(tail), 0.0) /
         static_cast<double>(tail);
}

double succeeds(const Judgement& j) { return j.success() ? 1 : 0; }
/// Of the trades required, the share that is matched.
double matched(const Row& r) {
  return static_cast<double>(r.judged[0].matched) / static_cast<double>(r.judged[0].required);
}

void print_row(std::string_view name, const Chosen& group, const Picked& row) {
  const auto share = [&](const std::function<double(const Row&)>& value) {
    return 100 * mean(group, [&](const Setting& s) { return value(row(s)); });
  };
  const auto success = [&](std::size_t i) { return share([=](const Row& r) { return succeeds(r.judged[i]); }); };
  Judgement sum;
  for (const Setting* s : group) {
    const Judgement& j = row(*s).judged[0];
    sum.required += j.required;
    sum.matched += j.matched;
    sum.entries += j.entries;
    sum.entries_matched += j.entries_matched;
    sum.near += j.near;
    sum.shortfall += j.shortfall;
  }
  const auto part = [](std::size_t some, std::size_t all) -> std::string {
    return all == 0 ? "-" : fmt::format("{:.1f} %", 100 * static_cast<double>(some) / static_cast<double>(all));
  };
  fmt::print("| {} | {:.1f} % | {:.1f} % | {:.1f} % | {:.1f} % | {:.1f} % | {} | {} | {} | {:.1f} % ", name, success(0),
             success(1), success(2), share([](const Row& r) { return succeeds(r.undisturbed); }),
             share([](const Row& r) { return succeeds(r.first_trip); }), part(sum.entries_matched, sum.entries),
             part(sum.matched - sum.entries_matched, sum.required - sum.entries), part(sum.near, sum.matched),
             share([](const Row& r) { return r.judged[0].strays ? 0.0 : 1.0; }));
  fmt::print("| {} | {:.2f} % | {:.2f} % | {:.2f} % | {:.1f} % | {:.3f} | {:.3f} |\n",
             sum.matched == 0 ? "-" : fmt::format("{:.1f} bp", 1e4 * sum.shortfall / static_cast<double>(sum.matched)),
             100 * cvar(group, row), share([](const Row& r) { return r.profit; }),
             share([](const Row& r) { return r.drawdown; }),
             share([](const Row& r) { return r.judged[0].breached ? 1.0 : 0.0; }),
             std::sqrt(mean(group, [&](const Setting& s) { return row(s).tracking; })),
             mean(group, [&](const Setting& s) { return row(s).smoothness; }));
}

/// `value` of full less that of each other mode, scenario by scenario [points].
void print_lead(std::string_view what, const Chosen& group, const std::function<double(const Row&)>& value) {
  fmt::print("\n{}, full less another mode:", what);
  for (std::uint32_t mode = 1; mode < kPlanFidelities; ++mode) {
    const auto ahead = [&](const Setting& s) { return 100 * (value(s.modes[0]) - value(s.modes[mode])); };
    const Interval bounds = interval(group, ahead);
    fmt::print("{} {} {:+.1f} ({:+.1f} to {:+.1f})", mode > 1 ? ";" : "", kPlanFidelityNames[mode], mean(group, ahead),
               bounds.lower, bounds.upper);
  }
  fmt::print("\n");
}

void print_group(std::string_view name, const Chosen& group) {
  if (group.empty()) {
    fmt::print("\n{}: no scenario\n", name);
    return;
  }
  fmt::print("\n{}: {} scenarios, {:.2f} trades required in each\n\n", name, group.size(),
             mean(group, [](const Setting& s) { return static_cast<double>(s.trades); }));
  fmt::print(
      "| mode | success | n / 2 | 2 n | undisturbed | first trip | entries | exits | near | no straying | shortfall | "
      "CVaR "
      "| profit | drawdown | breaches | tracking | smoothness |\n"
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: "
      "| ---: |\n");
  for (std::uint32_t mode = 0; mode < kPlanFidelities; ++mode)
    print_row(kPlanFidelityNames[mode], group, [=](const Setting& s) -> const Row& { return s.modes[mode]; });
  Chosen by_rule;
  std::copy_if(group.begin(), group.end(), std::back_inserter(by_rule),
               [](const Setting* s) { return s->rule.has_value(); });
  if (!by_rule.empty())
    print_row(fmt::format("the rule, {} scenarios", by_rule.size()), by_rule,
              [](const Setting& s) -> const Row& { return *s.rule; });
  print_lead("Success", group, [](const Row& r) { return succeeds(r.judged[0]); });
  print_lead("First trip", group, [](const Row& r) { return succeeds(r.first_trip); });
  print_lead("Trades matched", group, matched);
}

/// Entries of the log's last 30 % as rules expect them that were fitted to the first 70 % of the bars: to all of them,
/// or to those after which the trader could open a position on the side, since it held none there. Both count where it
/// could.
void print_entries(const Ledger& ledger, const Bars& bars, bool fit_all) {
  const std::size_t n = bars.bars.size(), split = n * 7 / 10;
  const DetectorBank bank(bars, {});
  std::size_t expected = 0, entered = 0, hits = 0;
  for (const int side : {1, -1}) {
    std::vector<bool> held(n), begins(n);
    for (const LedgerCycle& cycle : ledger.cycles) {
      const PositionChange &opens = ledger.changes[cycle.first], &ends = ledger.changes[cycle.first + cycle.count - 1];
      for (std::size_t i = 0; i < n; ++i) {
        const std::int64_t end_ms = bars.bars[i].time_ms + bars.interval_ms;
        if (end_ms > opens.time_ms && end_ms <= ends.time_ms && side * opens.after > 0) held[i] = true;
      }
    }
    for (const std::size_t i : entry_bars(ledger, bars, side)) begins[i] = true;
    std::vector<Eigen::Index> rows;
    std::vector<std::size_t> entries;
    for (std::size_t i = 0; i < split; ++i) {
      if (!fit_all && held[i]) continue;
      if (begins[i]) entries.push_back(rows.size());
      rows.push_back(static_cast<Eigen::Index>(i));
    }
    const Eigen::MatrixXd seen = bank.seen_by(side);
    const std::vector<bool> tells = fit_entry_rule(seen(rows, Eigen::all), side, entries, 0, rows.size()).expects(seen);
    for (std::size_t i = split; i < n; ++i) {
      if (held[i]) continue;
      expected += tells[i] ? 1 : 0;
      entered += begins[i] ? 1 : 0;
      hits += tells[i] && begins[i] ? 1 : 0;
    }
  }
  const auto share = [&](std::size_t all) { return 100 * static_cast<double>(hits) / static_cast<double>(all); };
  fmt::print("entries to the bar, {}: precision {:.0f} % (of {}), recall {:.0f} % (of {})\n",
             fit_all ? "fitted to all bars" : "fitted to bars without a position on the side", share(expected),
             expected, share(entered), entered);
}

/// What the strategy is made from.
void print_demonstration(const KnownLog& log, const Bars& bars, const Decomposition& d) {
  fmt::print("{} round trips in {} bars; stop {}; target {}\n", log.reasons.size(), bars.bars.size(),
             exit_rule_text(d.exits.stop), exit_rule_text(d.exits.target));
  const Ledger ledger = build_ledger(log.fills);
  for (const bool fit_all : {true, false}) print_entries(ledger, bars, fit_all);
}

void run(const std::string& bars_file, std::string_view rule_name, const std::string& market_file, std::size_t count,
         std::uint64_t seed, std::size_t traded) {
  Course course;
  course.traded_bars = traded;
  const KnownRule rule = rule_named(rule_name);
  const Bars bars = read_bars(bars_file);
  const KnownLog log = trade(rule, bars);
  const Decomposition d = decompose(log.fills, bars, {.detectors = {}, .rotations = 0});
  const MarketFile market = market_file == "-" ? default_market() : read_market_file(market_file);
  fmt::print("Rule: {}; market: {}; {} calm scenarios of {} bars and as many perturbed, seeds {} to {}\n", rule_name,
             market.provenance, count, traded, seed, seed + 2);
  print_demonstration(log, bars, d);

  std::vector<Setting> all;
  const auto begun = std::chrono::steady_clock::now();
  for (const Weather weather : {Weather::calm, Weather::perturbed, Weather::provoked}) {
    const std::uint64_t own = seed + static_cast<std::uint64_t>(weather);  // scenarios that have nothing in common
    const std::size_t many = weather == Weather::provoked ? (count + 4) / 5 : count;
    const std::vector<Setting> more = run_weather(weather, own, many, {rule, course}, market, d.strategy);
    all.insert(all.end(), more.begin(), more.end());
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  const auto idle =
      static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const Setting& s) { return !s.counts(); }));
  fmt::print("{} of {} scenarios left out: nothing is required; {:.1f} ms a scenario, {} threads\n", idle, all.size(),
             1e3 * seconds / static_cast<double>(all.size()), std::max(1u, std::thread::hardware_concurrency()));

  const auto own_fault = [](const Setting& s) { return s.weather == Weather::provoked || s.provoked; };
  print_group("The scene moves", choose(all, [&](const Setting& s) { return s.moves && !own_fault(s); }));
  print_group("Elsewhere", choose(all, [&](const Setting& s) { return !s.moves && !own_fault(s); }));
  for (const auto& [weather, name] : {std::pair(Weather::calm, "calm"), {Weather::perturbed, "perturbed"}})
    for (const bool moves : {true, false})
      print_group(fmt::format("Of them, {}, {}", name, moves ? "moving" : "not moving"),
                  choose(all, [&, weather = weather](const Setting& s) {
                    return s.weather == weather && s.moves == moves && !own_fault(s);
                  }));
  print_group("Perturbed by the strategy", choose(all, [](const Setting& s) { return s.provoked; }));
}

}  // namespace
}  // namespace marketmimic

int main(int count, char** arguments) try {
  if (count < 3)
    throw marketmimic::Error(
        marketmimic::ExitCode::usage,
        "usage: five_modes BARS breakout|ranges|crossing|events|turns [MARKET|- [SCENARIOS [SEED [TRADED]]]]");
  const auto number = [&](int i, std::uint64_t usual) {
    return count > i ? std::strtoull(arguments[i], nullptr, 10) : usual;
  };
  marketmimic::run(arguments[1], arguments[2], count > 3 ? arguments[3] : "-", number(4, 1000), number(5, 1),
                   number(6, marketmimic::Course{}.traded_bars));
  return 0;
} catch (const marketmimic::Error& error) {
  fmt::print(stderr, "{}\n", error.what());
  return static_cast<int>(error.code());
}
