#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "host/decomposition/kind_names.hpp"
#include "marketmimic/strategy.hpp"

namespace marketmimic {

/// One trade of the demonstration on the decision clock.
struct DemonstrationTrade {
  std::int64_t time_ms = 0;  ///< since 1970-01-01 UTC
  double lots = 0;           ///< signed [units of the asset]
  double price = 0;          ///< [currency]
  std::uint32_t taker = 1;
};

/// A step of the position that no trade in the log explains: the log lacks fills, or begins with a position.
struct UnobservedChange {
  std::int64_t time_ms = 0;  ///< of the fill that states the new position; the change itself came before it
  double lots = 0;           ///< signed [units of the asset]
};

/// One log of those a strategy was made from: its share of the cycles, trades and unobserved changes, which follow
/// those of the log before.
struct Demonstration {
  std::uint32_t cycles = 0, trades = 0, unobserved = 0;
  std::int64_t bars_first_ms = 0, bars_last_ms = 0;  ///< start of the first and end of the last bar it was aligned with
};

/// What marks the beginning of a primitive, besides market events; bit `1 << evidence` in masks. Append only.
enum class Evidence : std::uint32_t {
  position_opened = 0,    ///< the trader was flat, or on the other side
  direction_changed = 1,  ///< from building the position up to reducing it, or back
  order_after_pause = 2,  ///< the trader's first order after a pause
  unobserved_change = 3,  ///< the position changed by fills the log lacks
  movement_ended = 4,     ///< nothing more to do until the next order
  fit_split = 5,          ///< the order, or part of an order, at which one primitive did not fit the exposure
  by_hand = 6,            ///< added or moved by the user
  rate_changed = 7,       ///< orders come more or less often from here on
};
inline constexpr std::uint32_t kEvidence = 8;
constexpr std::uint32_t evidence_bit(Evidence evidence) { return 1u << static_cast<std::uint32_t>(evidence); }

/// The market in which a primitive of the demonstration began. NaN where the bars don't tell.
struct EventFrame {
  float price = 0;       ///< last close [currency]
  float volatility = 0;  ///< usual deviation of a bar's log return
  float volume = 0;      ///< mean of the last kFrameBars bars [as theirs]
  float spread = 0;      ///< best ask less best bid [currency]
  float depth = 0;       ///< mean of both best sizes [as the volume]
};
inline constexpr std::size_t kFrameBars = 12;

/// A decomposed demonstration as `strategy.h5` holds it: the primitives the rules execute, where each came from, and
/// the demonstration itself.
struct Strategy {
  std::vector<Primitive> primitives;
  std::vector<Cycle> cycles;
  std::vector<float> forcing;                  ///< tables of kForcingEntries, the first all zero
  std::vector<std::int64_t> start_ms;          ///< [primitives] when each began in the demonstration
  std::vector<Aggressiveness> aggressiveness;  ///< [primitives] how it changes within each
  std::vector<float> aggressiveness_error;     ///< [primitives] RMSE of the share taken, of what traded in each
  std::vector<float> fit_error;                ///< [primitives] RMSE of the rollout, share of the cycle's peak
  std::vector<std::uint32_t> orders;           ///< [primitives] orders of the trader within it
  std::vector<std::uint32_t> events;           ///< [primitives] market events that held when it began
  std::vector<std::uint32_t> evidence;         ///< [primitives] bits of Evidence: why it begins where it does
  std::vector<float> confidence;               ///< [primitives] of its beginning: FittedSegment::confidence
  std::vector<EventFrame> frames;              ///< [primitives]
  std::vector<std::uint32_t> weights;          ///< [primitives] basis functions behind its forcing, 0 where it has none
  std::vector<double> cycle_peak;              ///< [cycles] largest |position| [units of the asset]
  std::vector<std::uint64_t> exposure_first;   ///< [cycles + 1] where each cycle's path begins in `exposure`
  std::vector<float> exposure;  ///< paths of exposure, a value a step from the cycle's start; the last holds at its end
  std::vector<DemonstrationTrade> trades;
  std::vector<UnobservedChange> unobserved;
  std::vector<Demonstration> demonstrations;
  TradingRules rules;               ///< when positions are opened and left, as far as the logs show it
  std::vector<std::uint32_t> menu;  ///< cycles by side and exit cause, and by event; primitives too
  std::vector<MenuItem> successors, instances, answers, openings;  ///< see SequenceMenu
  std::vector<Variation> variations;                               ///< [kVariations]
  std::vector<float> shapes;                                       ///< rows of kSpreadPoints, see Variation
  std::uint32_t bar_seconds = 300;                                 ///< clock of the detectors [s]
  std::uint32_t step_seconds = 60;                                 ///< decision interval of the fit [s]
  std::string symbol;                                              ///< where there are several, with `; ` between them
  std::string provenance;                                          ///< one line: files and rules it was made from
  std::vector<std::string> kind_names = built_in_kind_names();     ///< index = kind; those of the user last
  std::string kind_definitions;  ///< of the user's, for people: Vocabulary::definitions()

  StrategyView view() const {
    return {
        primitives.data(),
        cycles.data(),
        forcing.data(),
        static_cast<std::uint32_t>(cycles.size()),
        rules,
        menu.data(),
        static_cast<std::uint32_t>(menu.size()),
        {successors.data(), instances.data(), answers.data(), openings.data(), {}},
        variations.data(),
        shapes.data(),
        static_cast<std::uint32_t>(shapes.size()),
        std::any_of(primitives.begin(), primitives.end(), [](const Primitive& p) { return p.cost_limit < kAnyCost; }),
        std::any_of(aggressiveness.begin(), aggressiveness.end(), [](const Aggressiveness& a) { return a.changes(); })
            ? aggressiveness.data()
            : nullptr};
  }
};

/// Works out what follows from the rest: side and first reduction of each cycle, what rules and composed plans choose
/// from, and how primitives that are alike differ. A side without a closed cycle is never opened by a rule.
void organise(Strategy& strategy);

/// Reads a strategy file as hostile input: in a child process with limits and a time-out, every extent, index and
/// value checked. Error(io) where it can't be read, Error(input_data) where it is no valid strategy.
Strategy read_strategy_file(const std::filesystem::path& file);
/// Writes it (temporary name, fsync, rename). Error(io).
void write_strategy_file(const Strategy& strategy, const std::filesystem::path& file);
/// Checks every index and value; Error(input_data) naming the first that is wrong. `name` stands in messages.
void check_strategy(const Strategy& strategy, const std::string& name);

}  // namespace marketmimic
