#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace marketmimic {

/// Steps [first, end) that share a value.
struct StepRun {
  std::size_t first, end;
  std::uint32_t value;
};

/// Where `bit` of a mask is set.
inline std::vector<StepRun> runs_of_bit(std::span<const std::uint32_t> masks, std::uint32_t bit) {
  std::vector<StepRun> runs;
  for (std::size_t i = 0; i < masks.size(); ++i) {
    if ((masks[i] >> bit & 1u) == 0) continue;
    if (runs.empty() || runs.back().end != i) runs.push_back({i, i, bit});
    runs.back().end = i + 1;
  }
  return runs;
}

}  // namespace marketmimic
