#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "marketmimic/strategy.hpp"

namespace marketmimic {

/// One trade of the demonstration on the decision clock.
struct DemonstrationTrade {
  std::int64_t time_ms = 0;  ///< since 1970-01-01 UTC
  double lots = 0;           ///< signed [units of the asset]
  double price = 0;          ///< [currency]
  std::uint32_t taker = 1;
};

/// A decomposed demonstration as `strategy.h5` holds it: the primitives the rules execute, where each came from, and
/// the demonstration itself.
struct Strategy {
  std::vector<Primitive> primitives;
  std::vector<Cycle> cycles;
  std::vector<float> forcing;             ///< tables of kForcingEntries, the first all zero
  std::vector<std::int64_t> start_ms;     ///< [primitives] when each began in the demonstration
  std::vector<float> fit_error;           ///< [primitives] RMSE of the rollout, share of the cycle's peak
  std::vector<std::uint32_t> orders;      ///< [primitives] orders of the trader within it
  std::vector<double> cycle_peak;         ///< [cycles] largest |position| [units of the asset]
  std::vector<DemonstrationTrade> trades;
  std::uint32_t bar_seconds = 300;        ///< clock of the detectors [s]
  std::uint32_t step_seconds = 60;        ///< decision interval of the fit [s]
  std::string symbol;
  std::string provenance;                 ///< one line: files and rules it was made from

  StrategyView view() const {
    return {primitives.data(), cycles.data(), forcing.data(), static_cast<std::uint32_t>(cycles.size())};
  }
};

/// Reads a strategy file as hostile input: in a child process with limits and a time-out, every extent, index and
/// value checked. Error(io) where it can't be read, Error(input_data) where it is no valid strategy.
Strategy read_strategy_file(const std::filesystem::path& file);
/// Writes it (temporary name, fsync, rename). Error(io).
void write_strategy_file(const Strategy& strategy, const std::filesystem::path& file);
/// Checks every index and value; Error(input_data) naming the first that is wrong. `name` stands in messages.
void check_strategy(const Strategy& strategy, const std::string& name);

}  // namespace marketmimic
