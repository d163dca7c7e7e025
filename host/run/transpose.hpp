#pragma once

#include <algorithm>
#include <cstddef>

namespace marketmimic {

/// From an engine's columns to a file's rows: target[scenario][row] = source[row][first + scenario] for `count`
/// scenarios of a batch with `stride` scenarios a row. Tiles of 16 by 16 keep both sides in the first-level cache.
template <class T>
void transpose(const T* source, std::size_t stride, std::size_t first, std::size_t count, std::size_t rows, T* target) {
  constexpr std::size_t tile = 16;
  for (std::size_t s0 = 0; s0 < count; s0 += tile) {
    const std::size_t s1 = std::min(s0 + tile, count);
    for (std::size_t r0 = 0; r0 < rows; r0 += tile) {
      const std::size_t r1 = std::min(r0 + tile, rows);
      for (std::size_t s = s0; s < s1; ++s) {
        for (std::size_t r = r0; r < r1; ++r) target[s * rows + r] = source[r * stride + first + s];
      }
    }
  }
}

}  // namespace marketmimic
