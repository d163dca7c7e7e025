// What decompose finds in three logs whose truth is known or tested against chance: entries told from bars alone, reasons
// of exits that it can't see, and turnover classified on the real fills beside the same log against rotated bars.
//   decomposition_logs FOLDER
// FOLDER holds the recordings (btcperp_1h, btcusdt_1h, btcusdt_5m).
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "host/decomposition/decompose.hpp"
#include "host/decomposition/detector_bank.hpp"
#include "host/decomposition/entry_lift.hpp"
#include "host/decomposition/entry_rule.hpp"
#include "host/decomposition/ledger.hpp"
#include "host/decomposition/market_prices.hpp"
#include "host/error.hpp"
#include "host/statistics/bootstrap.hpp"
#include "tests/decomposition/known_rule.hpp"

namespace marketmimic {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kWeek = 168;  ///< [bars of an hour]

std::size_t bar_after(const Bars& bars, std::int64_t time_ms) {
  return static_cast<std::size_t>(std::partition_point(bars.bars.begin(), bars.bars.end(),
                                                       [&](const Bar& bar) { return bar.time_ms < time_ms; }) -
                                  bars.bars.begin());
}

/// Entries of the log's last positions, from rules fitted to the first `fitted` and from bars.
void print_entries(const Fills& fills, const Bars& bars, std::size_t fitted) {
  const Ledger ledger = build_ledger(fills);
  const DetectorBank bank(bars, {});
  const auto opened_ms = [&](std::size_t cycle) { return ledger.changes[ledger.cycles[cycle].first].time_ms; };
  const std::size_t warm = kWeek, split = bar_after(bars, opened_ms(fitted)) - 1;
  const std::size_t last = bar_after(bars, opened_ms(ledger.cycles.size() - 1));
  // Positions opened one bar after the one before ended, and the others.
  Ledger fresh = ledger;
  fresh.cycles.assign(ledger.cycles.begin(), ledger.cycles.begin() + 1);
  for (std::size_t i = 1; i < ledger.cycles.size(); ++i) {
    const std::int64_t ended = ledger.changes[ledger.cycles[i].first - 1].time_ms;
    if (opened_ms(i) - ended > bars.interval_ms) fresh.cycles.push_back(ledger.cycles[i]);
  }
  std::vector<ExpectedEntries> all, others;
  for (const int side : {1, -1}) {
    const Eigen::MatrixXd seen = bank.seen_by(side);
    const EntryRule rule = fit_entry_rule(seen, side, entry_bars(ledger, bars, side), warm, split);
    const std::vector<bool> expected = rule.expects(seen);
    using Sides = std::pair<const Ledger*, std::vector<ExpectedEntries>*>;
    for (const auto& [log, sides] : {Sides(&ledger, &all), Sides(&fresh, &others)}) {
      std::vector<bool> entered(bars.bars.size());
      for (const std::size_t bar : entry_bars(*log, bars, side)) entered[bar] = true;
      const auto held_out = [&](const std::vector<bool>& flags) {
        return std::vector<bool>(flags.begin() + static_cast<std::ptrdiff_t>(split),
                                 flags.begin() + static_cast<std::ptrdiff_t>(last));
      };
      sides->push_back({held_out(expected), held_out(entered)});
    }
  }
  fmt::print("\n(a) Entries from bars alone: fitted to {} positions, {} bars held out\n\n", fitted, last - split);
  fmt::print("| entries | within | expected | entered | hits | by chance | lift | 95 % | found | rotations as good |\n"
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: |\n");
  for (const auto& [name, sides] : {std::pair("all", &all), std::pair("not one bar after an exit", &others)})
    for (const std::size_t within : {0, 1, 3}) {
      const EntryLift l = entry_lift(*sides, within, kWeek);
      fmt::print("| {} | {} bars | {} | {} | {} | {:.1f} | {:.1f} | {:.1f} to {:.1f} | {:.0f} % | {:.2g} |\n", name, within,
                 l.expected, l.entered, l.hits, l.by_chance, l.lift, l.interval.lower, l.interval.upper,
                 100.0 * static_cast<double>(l.found) / static_cast<double>(l.entered), l.rotations);
    }
}

/// What a reduction was called: 0 stop, 1 target, 2 anything else.
std::size_t called(std::uint32_t kind) {
  if (kind == static_cast<std::uint32_t>(PrimitiveKind::stop_loss_trail)) return 0;
  return kind == static_cast<std::uint32_t>(PrimitiveKind::take_profit_scale_out) ? 1 : 2;
}

std::string described(const std::optional<ExitRule>& rule) {
  if (!rule) return "none";
  return fmt::format("{:.4g} {} from the {}, kept by {} of {}", rule->level.distance,
                     rule->yardstick.in_volatility ? "volatilities" : "of log price",
                     rule->yardstick.from_best ? "best price" : "entry", rule->level.obeyed, rule->level.reached);
}

/// Reasons of exits recovered from times, sides and sizes.
void print_exits(const char* name, const KnownRule& rule, const Bars& bars) {
  const KnownLog log = trade(rule, bars);
  const Decomposition d = decompose(at_market_prices(log.fills, bars), bars, {});
  fmt::print("\n{}: {} round trips; stop {}; target {}\n\n", name, log.reasons.size(), described(d.stop),
             described(d.target));
  fmt::print("| reason | exits | stop_loss_trail | take_profit_scale_out | other | recall | 95 % |\n"
             "| --- | ---: | ---: | ---: | ---: | ---: | --- |\n");
  const Strategy& s = d.strategy;
  Eigen::ArrayXXd hits = Eigen::ArrayXXd::Zero(static_cast<Eigen::Index>(log.reasons.size()), 3), counts = hits;
  std::size_t table[3][3] = {};
  // Cycles that the decision clock can't see are not in the strategy: found by their time.
  std::size_t cycle = 0;
  for (std::size_t trip = 0; trip < log.reasons.size(); ++trip) {
    const auto reason = static_cast<std::size_t>(log.reasons[trip]);
    const auto row = static_cast<Eigen::Index>(trip), column = static_cast<Eigen::Index>(reason);
    counts(row, column) = 1;
    if (cycle == s.cycles.size() || s.start_ms[s.cycles[cycle].first] != log.fills.fills[2 * trip].time_ms) continue;
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
    fmt::print("| {} | {} | {} | {} | {} | {:.1f} % | {:.1f} to {:.1f} % |\n", kExitReasons[k], counts.col(column).sum(),
               table[k][0], table[k][1], table[k][2], 100 * hits.col(column).sum() / counts.col(column).sum(),
               100 * intervals[k].lower, 100 * intervals[k].upper);
  }
}

/// Turnover of each cycle (all, and classified).
struct Classified {
  Eigen::ArrayXd turnover, classified;
  double share() const { return classified.sum() / turnover.sum(); }
};

Classified classified(const Fills& fills, const Bars& bars) {
  const Decomposition d = decompose(fills, bars, {});
  const Strategy& s = d.strategy;
  const auto count = static_cast<Eigen::Index>(s.cycles.size());
  Classified result{Eigen::ArrayXd::Zero(count), Eigen::ArrayXd::Zero(count)};
  for (Eigen::Index i = 0; i < count; ++i) {
    const Cycle& cycle = s.cycles[static_cast<std::size_t>(i)];
    for (std::uint32_t p = cycle.first; p < cycle.first + cycle.count; ++p) {
      result.turnover[i] += d.metrics.traded[p];
      const bool named = s.primitives[p].kind != static_cast<std::uint32_t>(PrimitiveKind::unclassified);
      result.classified[i] += named ? d.metrics.traded[p] : 0;
    }
  }
  return result;
}

void print_against_chance(const char* name, const Fills& fills, const Bars& bars, bool at_market) {
  constexpr std::size_t rotations = 1000;
  const auto prices = [&](const Bars& market) { return at_market ? at_market_prices(fills, market) : fills; };
  const Classified real = classified(prices(bars), bars);
  const auto day = static_cast<std::size_t>(86'400'000 / bars.interval_ms);
  std::mt19937_64 engine(20251123);
  std::uniform_int_distribution<std::size_t> shift(day, bars.bars.size() - day);
  Eigen::ArrayXd mean = Eigen::ArrayXd::Zero(real.turnover.size());
  std::size_t as_much = 1;
  for (std::size_t i = 0; i < rotations; ++i) {
    const Bars market = rotated(bars, shift(engine));
    const Classified chance = classified(prices(market), market);
    mean += chance.classified / static_cast<double>(rotations);
    as_much += chance.share() >= real.share() ? 1 : 0;
  }
  BootstrapOptions options;
  options.replicates = 2000;
  const Interval interval = bootstrap(
      real.turnover.size(), 4,
      [&](const Eigen::ArrayXd& times) {
        return std::vector{(times * (real.classified - mean)).sum() / (times * real.turnover).sum()};
      },
      options)[0];
  fmt::print("| {} | {:.1f} % | {:.1f} % | {:+.1f} % | {:+.1f} to {:+.1f} % | {:.3f} |\n", name, 100 * real.share(),
             100 * mean.sum() / real.turnover.sum(), 100 * (real.classified - mean).sum() / real.turnover.sum(),
             100 * interval.lower, 100 * interval.upper, static_cast<double>(as_much) / (rotations + 1));
}

void run(const fs::path& folder) {
  print_entries(read_fills(folder / "btcperp_1h/trades_supertrend.csv.gz"), read_bars(folder / "btcperp_1h/bars.json.gz"),
                500);

  fmt::print("\n(b) Reasons of exits, prices hidden\n");
  const Bars hours = read_bars(folder / "btcusdt_1h/bars.csv.gz");
  print_exits("Crossing averages, fixed stop and target", {}, hours);
  KnownRule breakout;
  breakout.entry = KnownRule::Entry::breakout;
  breakout.trailing = breakout.in_volatility = true;
  breakout.stop = 5;
  breakout.target = 10;
  print_exits("Breakouts, trailing stop and target in volatilities", breakout, hours);

  fmt::print("\n(c) Turnover of the real fills that is classified, and by chance\n\n"
             "| prices | classified | rotated | difference | 95 % | rotations as good |\n"
             "| --- | ---: | ---: | ---: | --- | ---: |\n");
  const Fills fills = read_fills(folder / "btcusdt_5m/fills.csv.gz");
  const Bars minutes = read_bars(folder / "btcusdt_5m/bars.csv.gz");
  print_against_chance("of the market", fills, minutes, true);
  print_against_chance("of the log", fills, minutes, false);
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
