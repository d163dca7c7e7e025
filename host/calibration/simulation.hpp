#pragma once

#include <cstdint>
#include <vector>

#include "host/statistics/facts.hpp"
#include "kernels/cpu/instruction_set.hpp"
#include "marketmimic/diffusion.hpp"

namespace marketmimic {

/// The series a model is compared with: as many bars as the data, starting at the same time of day, without gaps.
struct SeriesPlan {
  std::int64_t start_ms = 0;
  std::int64_t interval_ms = 0;
  std::uint32_t bars = 0;           ///< returns of a series
  std::uint32_t steps_per_bar = 1;  ///< simulation steps in a bar; its interval must be a multiple [s]
  bool volumes = false;             ///< whether the facts of volume are wanted
};

/// Steps to simulate a bar of `interval_ms` in: the most, up to `most`, that are whole seconds long.
std::uint32_t steps_of_bar(std::int64_t interval_ms, std::uint32_t most);

/// Facts and profile of one simulated series.
struct SeriesFacts {
  Facts facts;
  std::array<double, 24> profile;
};

/// Simulates `series` series (rounded up to lanes) of each of `models` and returns the facts of each:
/// [model][series]. Every model meets the same random numbers, so that differences are those of the models. Independent
/// of `threads`.
std::vector<std::vector<SeriesFacts>> simulate(const std::vector<DiffusionParameters>& models, const SeriesPlan& plan,
                                               std::uint32_t series, std::uint64_t seed, unsigned threads);

}  // namespace marketmimic
