#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/config/market_file.hpp"
#include "host/flow/fit_flow.hpp"
#include "host/flow/impact_fit.hpp"
#include "host/realism/comparison.hpp"
#include "host/realism/serial.hpp"
#include "host/tape/tape.hpp"

namespace marketmimic {

struct TapeCalibrationOptions {
  bool hold_out = false;     ///< fit the first half of the time, judge by the second
  FlowIngredients what;      ///< of the model
  std::uint32_t series = 5;  ///< tapes simulated to judge the fit, as long as the one that judges; >= 1
  std::uint64_t seed = 1;    ///< of the first of them
  double lot = 1;            ///< units of the asset in one lot
  std::string asset;         ///< name in the market file; empty: the tape's symbol
  bool impact = true;        ///< set the answer to the strategy's own flow (half a minute)
};

/// A figure of the tape that judges beside the median of the simulated ones.
struct FlowFigure {
  std::string name;
  double measured, simulated;
};

/// An order book fitted to a tape, and how far the simulated tapes are from the one that judges.
struct TapeCalibration {
  MarketFile market;
  FlowFit fit;
  ImpactFit impact;
  bool hold_out = false;
  std::uint32_t series = 0;
  std::vector<FlowFigure> figures;
  std::vector<ScoreTable> scores;                               ///< a simulated tape each
  ScoreTable shuffled;                                          ///< the fitted part with its rows shuffled
  std::optional<ScoreTable> halves;                             ///< first half against second
  std::vector<std::array<MemoryComparison, kMemories>> memory;  ///< a simulated tape each
  std::vector<std::string> notices;
};

/// Fits the order-book market to a tape and simulates tapes of the same length, seen through as many levels as the tape
/// has. Deterministic. Error(input_data): see fit_flow().
TapeCalibration calibrate_tape(const Tape& tape, const TapeCalibrationOptions& options = {});

std::string text_report(const TapeCalibration& calibration);
nlohmann::json json_report(const TapeCalibration& calibration);

}  // namespace marketmimic
