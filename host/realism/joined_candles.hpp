#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "host/realism/series.hpp"
#include "host/run/stored_candles.hpp"

namespace marketmimic {

/// The returns of scenario after scenario in one series; between two lie as many missing ones as the longest lag of the
/// facts, or as one has, whose facts know no longer lag, so that nothing is compared across.
class JoinedCandles {
 public:
  /// Of scenarios of `steps` candles, `together` of which make a bar of `bar_seconds`.
  JoinedCandles(std::uint32_t steps, std::uint32_t together, double bar_seconds)
      : steps_(steps), together_(together), bar_seconds_(bar_seconds) {}

  void add(const StoredCandles& candles);
  PriceSeries take(std::string source);

 private:
  void add(double value, double valid, double volume, std::int32_t second);

  std::uint32_t steps_, together_;
  double bar_seconds_;
  std::int32_t day_ = 0;
  std::vector<double> value_, valid_, volume_;
  Calendar calendar_;
};

}  // namespace marketmimic
