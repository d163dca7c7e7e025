#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "host/decomposition/strategy_file.hpp"
#include "host/error.hpp"
#include "host/input/text.hpp"
#include "host/input/time.hpp"
#include "marketmimic/detectors.hpp"
#include "marketmimic/dmp.hpp"

namespace marketmimic {
namespace {

constexpr double kLargestExposure = 10;  ///< in units of the cycle's peak
constexpr double kLargestForcing = 10'000;
constexpr double kLongest = 1e9;  ///< [s]
constexpr double kLargestLots = 1e15, kLargestPrice = 1e15;
constexpr std::size_t kLongestText = 4096;

/// Reports the first thing that is wrong, by its place in the file.
class Checker {
 public:
  explicit Checker(const std::string& name) : name_(name) {}

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ExitCode::input_data, fmt::format("{}: not a valid strategy: {}", name_, what));
  }
  void require(bool holds, const char* what) const {
    if (!holds) fail(what);
  }
  void size(std::string_view column, std::size_t size, std::size_t expected) const {
    if (size != expected) fail(fmt::format("{} has {} rows for {}", column, size, expected));
  }
  /// Within [low, high]; NaN never is.
  void range(std::string_view column, std::size_t row, double value, double low, double high) const {
    if (!(value >= low && value <= high))
      fail(fmt::format("{}[{}] must be {:g} to {:g} (is {:g})", column, row, low, high, value));
  }
  /// Offset of a table of `entries` numbers in all.
  void table(std::string_view column, std::size_t row, std::uint32_t offset, std::size_t entries) const {
    if (offset % kForcingEntries != 0 || offset >= entries)
      fail(fmt::format("{}[{}] is no beginning of a table (is {})", column, row, offset));
  }
  void text(std::string_view attribute, const std::string& value, std::size_t longest = kLongestText) const {
    const auto printable = [](char c) { return static_cast<unsigned char>(c) >= 32 && c != 127; };
    if (value.size() > longest || !std::all_of(value.begin(), value.end(), printable) || !is_utf8(value))
      fail(fmt::format("{} must be one line of UTF-8, at most {} bytes", attribute, longest));
  }
  void time(std::string_view column, std::size_t row, std::int64_t time_ms) const {
    if (time_ms < kFirstTime || time_ms > kLastTime)
      fail(fmt::format("{}[{}] must be a time of the years 1 to 9999 (is {} ms since 1970)", column, row, time_ms));
  }

 private:
  const std::string& name_;
};

void check_kinds(const Checker& check, const Strategy& s) {
  const std::vector<std::string> built_in = built_in_kind_names();
  const auto begins_with = [&] { return std::equal(built_in.begin(), built_in.end(), s.kind_names.begin()); };
  if (s.kind_names.size() < built_in.size() || s.kind_names.size() > kMostKinds || !begins_with())
    check.fail(fmt::format("kind_names must be those of the {} built-in kinds and of at most {} more", built_in.size(),
                           kMostDefinedKinds));
  for (std::size_t i = 0; i < s.kind_names.size(); ++i)
    if (!is_kind_name(s.kind_names[i]) ||
        std::find(s.kind_names.begin() + i + 1, s.kind_names.end(), s.kind_names[i]) != s.kind_names.end())
      check.fail(fmt::format("kind_names[{}] is no name of its own of a-z, 0-9 and _", i));
  check.text("kind_definitions", s.kind_definitions, kLongestDefinitions);
}

void check_primitives(const Checker& check, const Strategy& s) {
  const std::size_t count = s.primitives.size();
  check.size("primitives/start_ms", s.start_ms.size(), count);
  check.size("primitives/aggressiveness_start", s.aggressiveness.size(), count);
  check.size("primitives/aggressiveness_error", s.aggressiveness_error.size(), count);
  check.size("primitives/fit_error", s.fit_error.size(), count);
  check.size("primitives/orders", s.orders.size(), count);
  check.size("primitives/events", s.events.size(), count);
  check.size("primitives/evidence", s.evidence.size(), count);
  check.size("primitives/confidence", s.confidence.size(), count);
  check.size("primitives/price", s.frames.size(), count);
  check.size("primitives/weights", s.weights.size(), count);
  const double smallest = 1e-3;
  for (std::size_t i = 0; i < count; ++i) {
    const Primitive& p = s.primitives[i];
    check.range("primitives/kind", i, p.kind, 0, static_cast<double>(s.kind_names.size() - 1));
    check.range("primitives/trigger", i, p.trigger, 0, (1u << kMarketEvents) - 1u);
    check.range("primitives/condition", i, p.condition, 0, (1u << kMarketEvents) - 1u);
    check.range("primitives/end", i, p.end, 0, (1u << kMarketEvents) - 1u);
    check.range("primitives/duration", i, p.duration, smallest, kLongest);
    check.range("primitives/tau", i, p.tau, smallest, kLongest);
    check.range("primitives/start", i, p.start, -kLargestExposure, kLargestExposure);
    check.range("primitives/goal", i, p.goal, -kLargestExposure, kLargestExposure);
    check.range("primitives/burst", i, p.burst, smallest, 1e3);
    check.range("primitives/aggressiveness", i, p.aggressiveness, 0, 1);
    const Aggressiveness& share = s.aggressiveness[i];
    check.range("primitives/aggressiveness_start", i, share.start, -kShareBeyond, 1 + kShareBeyond);
    check.range("primitives/aggressiveness_goal", i, share.goal, -kShareBeyond, 1 + kShareBeyond);
    if (share.tau != 0) check.range("primitives/aggressiveness_tau", i, share.tau, smallest, kLongest);
    check.range("primitives/aggressiveness_error", i, s.aggressiveness_error[i], 0, 1);
    check.table("primitives/forcing", i, p.forcing, s.forcing.size());
    check.table("primitives/aggressiveness_forcing", i, share.forcing, s.forcing.size());
    check.range("primitives/form", i, p.form, 0, kDmpForms - 1);
    if (p.period != 0) check.range("primitives/period", i, p.period, smallest, p.duration);
    check.time("primitives/start_ms", i, s.start_ms[i]);
    check.range("primitives/fit_error", i, s.fit_error[i], 0, kLargestExposure);
    check.range("primitives/events", i, s.events[i], 0, (1u << kMarketEvents) - 1u);
    check.range("primitives/evidence", i, s.evidence[i], 0, (1u << kEvidence) - 1u);
    check.range("primitives/confidence", i, s.confidence[i], 0, 1);
    const EventFrame& frame = s.frames[i];
    check.range("primitives/price", i, frame.price, 0, kLargestPrice);
    check.range("primitives/volatility", i, frame.volatility, 0, 100);
    check.range("primitives/volume", i, frame.volume, 0, kLargestLots);
    if (!std::isnan(frame.spread)) check.range("primitives/spread", i, frame.spread, 0, kLargestPrice);
    if (!std::isnan(frame.depth)) check.range("primitives/depth", i, frame.depth, 0, kLargestLots);
    check.range("primitives/weights", i, s.weights[i], 0, kForcingEntries);
  }
}

void check_cycles(const Checker& check, const Strategy& s) {
  check.size("cycles/peak", s.cycle_peak.size(), s.cycles.size());
  check.size("cycles/exposure_first", s.exposure_first.size(), s.cycles.size() + 1);
  std::uint64_t next = 0;
  for (std::size_t i = 0; i < s.cycles.size(); ++i) {
    const Cycle& c = s.cycles[i];
    if (c.first != next || c.count == 0)
      check.fail(fmt::format("cycles/first[{}] must be {} and its count above 0", i, next));
    for (std::uint64_t p = next + 1; p < next + c.count && p < s.start_ms.size(); ++p)
      if (s.start_ms[p] <= s.start_ms[p - 1])
        check.fail(fmt::format("primitives/start_ms[{}] must be later than the one before in its cycle", p));
    next += c.count;
    check.range("cycles/duration", i, c.duration, 1e-3, kLongest);
    check.range("cycles/ends_flat", i, c.ends_flat, 0, 1);
    check.range("cycles/exit_cause", i, c.exit_cause, 0, kExitCauses - 1);
    check.range("cycles/pause", i, c.pause, 0, kLongest);
    check.range("cycles/peak", i, s.cycle_peak[i], 1e-15, kLargestLots);
    if (s.exposure_first[i] >= s.exposure_first[i + 1])
      check.fail(fmt::format("cycles/exposure_first[{}] must be below the next", i));
  }
  check.size("cycles/count in sum", next, s.primitives.size());
  check.require(s.exposure_first.front() == 0 && s.exposure_first.back() == s.exposure.size(),
                "cycles/exposure_first must begin at 0 and end with the rows of exposure");
  for (std::size_t i = 0; i < s.exposure.size(); ++i)
    check.range("exposure", i, s.exposure[i], -kLargestExposure, kLargestExposure);
}

void check_rules(const Checker& check, const TradingRules& rules) {
  const EntrySignal& entry = rules.entry;
  check.range("entry_family", 0, entry.family, 0, kSignalFamilies - 1);
  check.range("entry_slow", 0, entry.slow, 2, kHistoryBars - 1);
  check.range("entry_fast", 0, entry.fast, 1, entry.slow);
  check.range("entry_level", 0, entry.level, 0,
              entry.family == static_cast<std::uint32_t>(SignalFamily::strength) ? 50 : 100);
  check.require(entry.direction == 1 || entry.direction == -1, "entry_direction must be 1 or -1");
  check.range("entry_sides", 0, entry.sides, 0, 3);
  check.require(entry.family != static_cast<std::uint32_t>(SignalFamily::bands) || entry.level > 0,
                "entry_level of bands must be above 0");
  for (const ExitDistance* const d : {&rules.stop, &rules.target}) {
    const bool stop = d == &rules.stop;
    check.range(stop ? "stop_distance" : "target_distance", 0, d->distance, 0, 1e6);
    check.range(stop ? "stop_unit" : "target_unit", 0, d->unit, 0, kExitUnits - 1);
    const char* const memory = stop ? "stop_memory" : "target_memory";
    check.range(memory, 0, d->memory, d->unit == 0 ? 0 : 1, d->counts() == ExitUnit::window ? kLongestWindow : 1e6);
    check.require(d->window() == 0 || std::floor(d->memory) == d->memory, "a window must be a whole number of bars");
    check.range("stop_from_best", 0, d->from_best, 0, stop ? 1 : 0);
    check.range(stop ? "stop_at_close" : "target_at_close", 0, d->at_close, 0, 1);
  }
  check.range("flips", 0, rules.flips, 0, 1);
  check.range("exits_on_long", 0, rules.exits_on[0], 0, (1u << kMarketEvents) - 1u);
  check.range("exits_on_short", 0, rules.exits_on[1], 0, (1u << kMarketEvents) - 1u);
  for (const std::uint32_t place : {0u, 1u})
    check.require((rules.turns_on[place] & ~rules.exits_on[place]) == 0, "turns_on must be among exits_on");
}

void check_demonstration(const Checker& check, const Strategy& s) {
  for (std::size_t i = 0; i < s.trades.size(); ++i) {
    check.time("trades/time_ms", i, s.trades[i].time_ms);
    check.range("trades/lots", i, s.trades[i].lots, -kLargestLots, kLargestLots);
    check.range("trades/price", i, s.trades[i].price, 0, kLargestPrice);
    check.range("trades/taker", i, s.trades[i].taker, 0, 1);
  }
  for (std::size_t i = 0; i < s.unobserved.size(); ++i) {
    check.time("unobserved/time_ms", i, s.unobserved[i].time_ms);
    check.range("unobserved/lots", i, s.unobserved[i].lots, -kLargestLots, kLargestLots);
  }
  std::uint64_t cycles = 0, trades = 0, unobserved = 0;
  for (const Demonstration& d : s.demonstrations) {
    cycles += d.cycles;
    trades += d.trades;
    unobserved += d.unobserved;
  }
  check.size("demonstrations/cycles in sum", cycles, s.cycles.size());
  check.size("demonstrations/trades in sum", trades, s.trades.size());
  check.size("demonstrations/unobserved in sum", unobserved, s.unobserved.size());
  check.range("step_seconds", 0, s.step_seconds, 1, 86'400);
  check.range("bar_seconds", 0, s.bar_seconds, s.step_seconds, 1e8);
  check.require(s.bar_seconds % s.step_seconds == 0, "step_seconds must divide bar_seconds");
  check.text("symbol", s.symbol);
  check.text("provenance", s.provenance);
}

}  // namespace

void check_strategy(const Strategy& strategy, const std::string& name) {
  const Checker check(name);
  check.require(!strategy.cycles.empty(), "it holds no cycle");
  check.require(strategy.forcing.size() >= kForcingEntries && strategy.forcing.size() % kForcingEntries == 0 &&
                    strategy.forcing.size() <= 0xffffffffu,
                "forcing must hold whole tables");
  for (std::size_t i = 0; i < strategy.forcing.size(); ++i) {
    const double most = i < kForcingEntries ? 0 : kLargestForcing;  // the first table is that of no forcing
    check.range("forcing", i, strategy.forcing[i], -most, most);
  }
  check_kinds(check, strategy);
  check_primitives(check, strategy);
  check_cycles(check, strategy);
  check_rules(check, strategy.rules);
  check_demonstration(check, strategy);
}

}  // namespace marketmimic
