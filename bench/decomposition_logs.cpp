// What decompose finds in logs whose truth is known or tested against chance: entries told from bars alone, reasons of
// exits that it can't see, turnover classified on the real fills beside the same log against rotated bars, and kinds
// found on traders who know nothing of the market.
//   decomposition_logs FOLDER
// FOLDER holds the recordings (btcperp_1h, btcusdt_1h, btcusdt_5m).
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "host/config/names.hpp"
#include "host/decomposition/decompose.hpp"
#include "host/decomposition/entry_forecast.hpp"
#include "host/decomposition/entry_lift.hpp"
#include "host/decomposition/entry_rule.hpp"
#include "host/decomposition/ledger.hpp"
#include "host/decomposition/market_prices.hpp"
#include "host/decomposition/report.hpp"
#include "host/error.hpp"
#include "host/statistics/bootstrap.hpp"
#include "tests/decomposition/known_rule.hpp"
#include "tests/decomposition/logs.hpp"

namespace marketmimic {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kWeek = 168;  ///< [bars of an hour]

/// The log without the positions that were opened within a bar after the one before ended.
Ledger without_successors(const Ledger& ledger, std::int64_t bar_ms) {
  Ledger fresh = ledger;
  const auto succeeds = [&](const LedgerCycle& cycle) {
    return cycle.first > 0 && ledger.changes[cycle.first].time_ms - ledger.changes[cycle.first - 1].time_ms <= bar_ms;
  };
  fresh.cycles.erase(std::remove_if(fresh.cycles.begin(), fresh.cycles.end(), succeeds), fresh.cycles.end());
  return fresh;
}

/// Only the bars at whose end the log held nothing: what is left to tell when exits are known.
std::vector<ExpectedEntries> while_flat(const EntryForecast& forecast, const Ledger& ledger, const Bars& bars) {
  std::vector<bool> held(bars.bars.size());
  for (const LedgerCycle& cycle : ledger.cycles) {
    const std::int64_t from_ms = ledger.changes[cycle.first].time_ms;
    const std::int64_t to_ms = ledger.changes[cycle.first + cycle.count - 1].time_ms;
    for (std::size_t i = forecast.first; i < forecast.last; ++i) {
      const std::int64_t end_ms = bars.bars[i].time_ms + bars.interval_ms;
      if (end_ms > from_ms && end_ms <= to_ms) held[i] = true;
    }
  }
  std::vector<ExpectedEntries> flat(forecast.sides.size());
  for (std::size_t s = 0; s < flat.size(); ++s)
    for (std::size_t i = forecast.first; i < forecast.last; ++i) {
      if (held[i]) continue;
      flat[s].expected.push_back(forecast.sides[s].expected[i - forecast.first]);
      flat[s].entered.push_back(forecast.sides[s].entered[i - forecast.first]);
    }
  return flat;
}

/// Entries of the log's last positions, from rules fitted to the first `fitted` and from bars.
void print_entries(const Fills& fills, const Bars& bars, std::size_t fitted) {
  const Ledger ledger = build_ledger(fills), fresh = without_successors(ledger, bars.interval_ms);
  const EntryForecast forecast = forecast_entries(ledger, bars, {}, fitted);
  std::vector<ExpectedEntries> others = forecast.sides;
  for (std::size_t s = 0; s < others.size(); ++s) {
    const std::vector<std::size_t> entries = entry_bars(fresh, bars, s == 0 ? 1 : -1);
    for (std::size_t i = forecast.first; i < forecast.last; ++i)
      others[s].entered[i - forecast.first] = std::binary_search(entries.begin(), entries.end(), i);
  }
  fmt::print("\n(a) Entries from bars alone: fitted to {} positions, {} bars held out\n\n", fitted,
             forecast.last - forecast.first);
  fmt::print(
      "| entries | at most early | expected | entered | hits | by chance | lift | 95 % | found | rotations as good |\n"
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: |\n");
  const auto row = [](const char* name, const std::vector<ExpectedEntries>& sides, std::size_t within) {
    const EntryLift l = entry_lift(sides, within, kWeek);
    fmt::print("| {} | {} bars | {} | {} | {} | {:.1f} | {:.1f} | {:.1f} to {:.1f} | {:.0f} % | {:.2g} |\n", name,
               within, l.expected, l.entered, l.hits, l.by_chance, l.lift, l.interval.lower, l.interval.upper,
               100.0 * static_cast<double>(l.found) / static_cast<double>(l.entered), l.rotations);
  };
  for (const auto& [name, sides] : {std::pair("all", forecast.sides), std::pair("not one bar after an exit", others)})
    for (const std::size_t within : {0, 1, 3}) row(name, sides, within);
  row("all, among bars the log was flat in", while_flat(forecast, ledger, bars), 0);
  const EntryForecast by_signal = forecast_by_signal(ledger, bars, fitted);
  if (by_signal.sides.empty()) return;
  for (const std::size_t within : {0, 1}) row("all, by a signal", by_signal.sides, within);
  row("all, by a signal, among bars the log was flat in", while_flat(by_signal, ledger, bars), 0);
}

/// Why the positions of the Supertrend log ended, in its own words.
std::vector<ExitReason> reasons_of(const Fills& trips) {
  std::vector<ExitReason> reasons;
  for (const Fill& fill : trips.fills) {
    if (fill.reason.empty()) continue;
    const bool stop = fill.reason.find("stop") != std::string::npos;
    reasons.push_back(stop ? ExitReason::stop : (fill.reason == "roi" ? ExitReason::target : ExitReason::signal));
  }
  return reasons;
}

/// What a reduction was called: 0 stop, 1 target, 2 anything else.
std::size_t called(std::uint32_t kind) {
  if (kind == static_cast<std::uint32_t>(PrimitiveKind::stop_loss_trail)) return 0;
  return kind == static_cast<std::uint32_t>(PrimitiveKind::take_profit_scale_out) ? 1 : 2;
}

/// Reasons of exits recovered from times, sides and sizes; round trips only.
void print_exits(const char* name, const Fills& fills, const std::vector<ExitReason>& reasons, const Bars& bars) {
  const Decomposition d = decompose(at_market_prices(fills, bars), bars, {.detectors = {}, .rotations = 0});
  fmt::print("\n{}: {} round trips; stop {}; target {}\n\n", name, reasons.size(), exit_rule_text(d.exits.stop),
             exit_rule_text(d.exits.target));
  fmt::print(
      "| reason | exits | stop_loss_trail | take_profit_scale_out | other | recall | 95 % |\n"
      "| --- | ---: | ---: | ---: | ---: | ---: | --- |\n");
  const Strategy& s = d.strategy;
  Eigen::ArrayXXd hits = Eigen::ArrayXXd::Zero(static_cast<Eigen::Index>(reasons.size()), 3), counts = hits;
  std::size_t table[3][3] = {};
  // Cycles that the decision clock can't see are not in the strategy: found by their time.
  std::size_t cycle = 0;
  for (std::size_t trip = 0; trip < reasons.size(); ++trip) {
    const auto reason = static_cast<std::size_t>(reasons[trip]);
    const auto row = static_cast<Eigen::Index>(trip), column = static_cast<Eigen::Index>(reason);
    counts(row, column) = 1;
    if (cycle == s.cycles.size() || s.start_ms[s.cycles[cycle].first] != fills.fills[2 * trip].time_ms) continue;
    const Cycle& c = s.cycles[cycle++];
    const std::size_t name_of = called(s.primitives[c.first + c.count - 1].kind);
    ++table[reason][name_of];
    hits(row, column) = name_of == reason ? 1 : 0;
  }
  BootstrapOptions options;
  options.replicates = 2000;
  const std::vector<Interval> intervals = bootstrap(
      counts.rows(), 10,
      [&](const Eigen::ArrayXd& times) {
        std::vector<double> recall;
        for (Eigen::Index k = 0; k < 3; ++k)
          recall.push_back((times * hits.col(k)).sum() / (times * counts.col(k)).sum());
        return recall;
      },
      options);
  for (std::size_t k = 0; k < 3; ++k) {
    const auto column = static_cast<Eigen::Index>(k);
    fmt::print("| {} | {} | {} | {} | {} | {:.1f} % | {:.1f} to {:.1f} % |\n", kExitReasons[k],
               counts.col(column).sum(), table[k][0], table[k][1], table[k][2],
               100 * hits.col(column).sum() / counts.col(column).sum(), 100 * intervals[k].lower,
               100 * intervals[k].upper);
  }
}

/// A log held against one arrangement of the bars: turnover and number of primitives.
struct Arrangement {
  Eigen::ArrayXXd turnover, count;  ///< [cycles, kinds]
};

Arrangement arrangement(const Fills& fills, const Bars& bars) {
  const Decomposition d = decompose(fills, bars, {.detectors = {}, .rotations = 0});
  const Strategy& s = d.strategy;
  const auto cycles = static_cast<Eigen::Index>(s.cycles.size());
  Arrangement result{Eigen::ArrayXXd::Zero(cycles, kPrimitiveKinds), Eigen::ArrayXXd::Zero(cycles, kPrimitiveKinds)};
  for (std::size_t i = 0; i < s.cycles.size(); ++i)
    for (std::uint32_t p = s.cycles[i].first; p < s.cycles[i].first + s.cycles[i].count; ++p) {
      result.turnover(static_cast<Eigen::Index>(i), s.primitives[p].kind) += d.metrics.traded[p];
      result.count(static_cast<Eigen::Index>(i), s.primitives[p].kind) += 1;
    }
  return result;
}

/// Which primitives count as explaining something.
enum class Explaining {
  named,          ///< all of a kind other than unclassified
  supported,      ///< of kinds of which at most 5 % of all arrangements have as many, each kind by itself
  supported_half  ///< the same by the first half of the cycles, counted in the second
};
constexpr const char* kExplaining[] = {"all", "each supported alone", "by the first half, in the second"};

/// Turnover of each cycle that counts, in arrangement `i`.
Eigen::ArrayXd explained(const std::vector<Arrangement>& all, std::size_t i, Explaining by) {
  const Eigen::Index cycles = all[i].count.rows();
  const Eigen::Index judged = by == Explaining::supported_half ? cycles / 2 : cycles;
  Eigen::ArrayXd kinds = Eigen::ArrayXd::Ones(kPrimitiveKinds);
  if (by != Explaining::named) {
    const auto count = [&](const Arrangement& a) { return a.count.topRows(judged).colwise().sum().eval(); };
    const auto own = count(all[i]);
    Eigen::ArrayXd as_many = Eigen::ArrayXd::Zero(kPrimitiveKinds);
    for (const Arrangement& other : all) as_many += (count(other) >= own).cast<double>().transpose();
    kinds = (as_many <= kSupported * static_cast<double>(all.size())).cast<double>();
  }
  kinds[static_cast<Eigen::Index>(PrimitiveKind::unclassified)] = 0;
  const Eigen::Index first = by == Explaining::supported_half ? judged : 0;
  return (all[i].turnover.bottomRows(cycles - first).rowwise() * kinds.transpose()).rowwise().sum();
}

void print_against_chance(const char* name, const Fills& fills, const Bars& bars, bool at_market) {
  constexpr std::size_t rotations = 1000;
  const auto prices = [&](const Bars& market) { return at_market ? at_market_prices(fills, market) : fills; };
  std::vector<Arrangement> all{arrangement(prices(bars), bars)};
  const auto day = static_cast<std::size_t>(86'400'000 / bars.interval_ms);
  std::mt19937_64 engine(20251123);
  std::uniform_int_distribution<std::size_t> shift(day, bars.bars.size() - day);
  for (std::size_t i = 0; i < rotations; ++i) {
    const Bars market = rotated(bars, shift(engine));
    all.push_back(arrangement(prices(market), market));
  }
  for (const Explaining by : {Explaining::named, Explaining::supported, Explaining::supported_half}) {
    const Eigen::ArrayXd real = explained(all, 0, by);
    const Eigen::ArrayXd turnover = all[0].turnover.rowwise().sum().tail(real.size());
    Eigen::ArrayXd chance = Eigen::ArrayXd::Zero(real.size());
    std::size_t as_much = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Eigen::ArrayXd classified = explained(all, i, by);
      if (i > 0) chance += classified / static_cast<double>(rotations);
      as_much += classified.sum() >= real.sum() ? 1 : 0;
    }
    BootstrapOptions options;
    options.replicates = 2000;
    const Interval interval = bootstrap(
        turnover.size(), 4,
        [&](const Eigen::ArrayXd& times) {
          return std::vector{(times * (real - chance)).sum() / (times * turnover).sum()};
        },
        options)[0];
    fmt::print("| {} | {} | {:.1f} % | {:.1f} % | {:+.1f} % | {:+.1f} to {:+.1f} % | {:.3f} |\n", name,
               kExplaining[static_cast<std::size_t>(by)], 100 * real.sum() / turnover.sum(),
               100 * chance.sum() / turnover.sum(), 100 * (real - chance).sum() / turnover.sum(), 100 * interval.lower,
               100 * interval.upper, static_cast<double>(as_much) / static_cast<double>(all.size()));
  }
}

/// What decompose itself says of each kind.
void print_support(const char* name, const Fills& fills, const Bars& bars) {
  const Decomposition d = decompose(fills, bars, {});
  fmt::print(
      "\nKinds on the {}: stop {}; target {}\n\n| kind | segments | by chance | p | p of any |\n"
      "| --- | ---: | ---: | ---: | ---: |\n",
      name, exit_rule_text(d.exits.stop), exit_rule_text(d.exits.target));
  for (std::size_t kind = 0; kind < kPrimitiveKinds; ++kind) {
    const KindSupport& support = d.support.kinds[kind];
    if (support.count > 0)
      fmt::print("| {} | {} | {:.1f} | {:.3f} | {:.3f} |\n", kPrimitiveNames[kind], support.count, support.by_chance,
                 support.p, support.p_of_any);
  }
  fmt::print("\nTurnover in supported kinds, before fitting: {:.1f} %, by chance {:.1f} %, p {:.3f}\n",
             100 * d.support.turnover / d.metrics.turnover, 100 * d.support.turnover_by_chance / d.metrics.turnover,
             d.support.turnover_p);
}

/// How often traders who know nothing of the bars seem to: by each kind alone, and corrected for their number.
void print_blind_traders() {
  constexpr std::uint64_t traders = 400;
  fmt::print(
      "\n(d) {} traders who don't know the market, 2,000 bars and 99 rotations each: those with a kind at 5 %\n\n"
      "| trader | by a kind alone | of any kind | by turnover |\n| --- | ---: | ---: | ---: |\n",
      traders);
  const auto row = [](const char* name, const auto& log_of_trader) {
    int alone = 0, of_any = 0, by_turnover = 0;
    for (std::uint64_t trader = 0; trader < traders; ++trader) {
      const Bars bars = random_bars(2000, 0.01, 1000 + trader);
      const Fills log = log_of_trader(bars, trader);
      const KindSupports all = kind_support(build_ledger(log), bars, {}, {}, log.time_resolution_ms, 60'000, 10, 99);
      const auto any = [&](auto holds) { return std::any_of(all.kinds.begin(), all.kinds.end(), holds) ? 1 : 0; };
      alone += any([](const KindSupport& kind) { return kind.p <= kSupported; });
      of_any += any([](const KindSupport& kind) { return kind.supported(); });
      by_turnover += all.turnover_p <= kSupported ? 1 : 0;
    }
    const auto share = [](int count) { return 100.0 * count / static_cast<double>(traders); };
    fmt::print("| {} | {:.1f} % | {:.1f} % | {:.1f} % |\n", name, share(alone), share(of_any), share(by_turnover));
  };
  row("buys every 15 to 34 hours, sells after ten", blind_buys);
  row("crossing averages, stop and target of another market", [](const Bars&, std::uint64_t trader) {
    return trade(KnownRule{}, random_bars(2000, 0.01, 5000 + trader)).fills;
  });
}

void run(const fs::path& folder) {
  const Fills supertrend = read_fills(folder / "btcperp_1h/trades_supertrend.csv.gz");
  const Bars perpetual = read_bars(folder / "btcperp_1h/bars.json.gz");
  print_entries(supertrend, perpetual, 500);

  fmt::print("\n(b) Reasons of exits, prices hidden\n");
  const Bars hours = read_bars(folder / "btcusdt_1h/bars.csv.gz");
  KnownRule crossing;
  KnownRule breakout;
  breakout.entry = KnownRule::Entry::breakout;
  breakout.slow = 48;
  breakout.trailing = true;
  breakout.unit = KnownRule::Unit::volatility;
  breakout.stop = 10;
  breakout.target = 12;
  for (const bool minutes : {true, false}) {
    crossing.minutes = breakout.minutes = minutes;
    const char* const times = minutes ? "times by the minute" : "times by the hour";
    for (const auto& [name, rule] : {std::pair("Crossing averages, stop 3 %, target 5 %", &crossing),
                                     {"Breakouts, trailing stop 10 volatilities, target 12", &breakout}}) {
      const KnownLog log = trade(*rule, hours);
      print_exits(fmt::format("{}; {}", name, times).c_str(), log.fills, log.reasons, hours);
    }
  }
  print_exits("The Supertrend log (its roi table as target)", supertrend, reasons_of(supertrend), perpetual);

  fmt::print(
      "\n(c) Turnover of the real fills that is classified, and by chance\n\n"
      "| prices | kinds | classified | rotated | difference | 95 % | rotations as good |\n"
      "| --- | --- | ---: | ---: | ---: | --- | ---: |\n");
  const Fills fills = read_fills(folder / "btcusdt_5m/fills.csv.gz");
  const Bars minutes = read_bars(folder / "btcusdt_5m/bars.csv.gz");
  print_against_chance("of the market", fills, minutes, true);
  print_against_chance("of the log", fills, minutes, false);
  print_support("real fills", fills, minutes);
  print_support("Supertrend log", supertrend, perpetual);
  print_blind_traders();
}

}  // namespace
}  // namespace marketmimic

int main(int argc, char** argv) try {
  if (argc != 2) throw marketmimic::Error(marketmimic::ExitCode::usage, "usage: decomposition_logs FOLDER");
  marketmimic::run(argv[1]);
  return 0;
} catch (const marketmimic::Error& error) {
  fmt::print(stderr, "{}\n", error.what());
  return static_cast<int>(error.code());
}
