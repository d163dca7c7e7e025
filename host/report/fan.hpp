#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "host/report/attempts.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// Quantiles over scenarios that a fan shows (type 7 of Hyndman and Fan, as NumPy's).
inline constexpr std::array<double, 5> kFanLevels = {0.05, 0.25, 0.5, 0.75, 0.95};
/// A quantity over the steps: its quantiles at every moment shown. Empty where the run did not record it.
using Fan = std::vector<std::array<double, kFanLevels.size()>>;

/// How scenarios spread, step by step.
struct Fans {
  std::uint64_t scenarios = 0;       ///< sampled: every n-th of those stored; the quantiles are exact over them
  std::vector<std::uint32_t> steps;  ///< those shown, from 1: values are those after it; the last is the last of all
  Fan price;                         ///< mid [currency]
  Fan exposure;                      ///< held [largest position]
  Fan profit;                        ///< marked to the mid, net of costs [largest position's worth at the start]
};

/// Reads an evenly spaced sample of a run, at most 4,096 scenarios and 64 million steps, and shows 200 steps at most.
/// `progress` is told the share done. Error(io) as visit_attempts() does.
Fans fans_of(const Simulation& simulation, const std::filesystem::path& folder, const StoredPart& part,
             const std::function<void(double)>& progress = {});

}  // namespace marketmimic
