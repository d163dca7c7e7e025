#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "host/run/columns.hpp"

namespace marketmimic {

/// The sum, or the nearest number that the type holds.
template <class T>
T saturating_sum(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return a + b;
  } else {
    T sum;
    if (!__builtin_add_overflow(a, b, &sum)) return sum;
    return b < T{0} ? std::numeric_limits<T>::lowest() : std::numeric_limits<T>::max();
  }
}

/// As transpose(), from an engine's columns to a file's rows, of which each tells of `column.stride` rows of the
/// engine.
template <class T>
void fold_rows(const Column& column, const T* source, std::size_t scenarios, std::size_t first, std::size_t count,
               T* target) {
  constexpr std::size_t tile = 16;
  const std::size_t width = column.width == 0 ? 1 : column.width, values = column.values();
  const auto fold = [&](auto combine) {
    for (std::size_t s0 = 0; s0 < count; s0 += tile) {
      const std::size_t lanes = std::min(tile, count - s0);
      for (std::size_t v = 0; v < values; ++v) {
        const std::size_t row = v / width * column.stride,
                          end = std::min<std::size_t>(row + column.stride, column.filled);
        const T* from = source + (row * width + v % width) * scenarios + first + s0;
        T held[tile];
        std::copy_n(from, lanes, held);
        for (std::size_t r = row + 1; r < end; ++r) {
          from += width * scenarios;
          for (std::size_t s = 0; s < lanes; ++s) held[s] = combine(held[s], from[s]);
        }
        for (std::size_t s = 0; s < lanes; ++s) target[(s0 + s) * values + v] = held[s];
      }
    }
  };
  switch (column.fold) {
    case Fold::first:
      return fold([](T held, T) { return held; });
    case Fold::last:
      return fold([](T, T next) { return next; });
    case Fold::sum:
      return fold(saturating_sum<T>);
    case Fold::least:
      return fold([](T held, T next) { return std::min(held, next); });
    case Fold::most:
      return fold([](T held, T next) { return std::max(held, next); });
    case Fold::any:
      if constexpr (std::is_integral_v<T>) return fold([](T held, T next) { return static_cast<T>(held | next); });
  }
}

}  // namespace marketmimic
