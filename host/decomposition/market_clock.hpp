#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/decomposition/ledger.hpp"
#include "marketmimic/detectors.hpp"

namespace marketmimic {

struct Bars;

/// The market events of a series of bars as a trader saw them: the detectors' state after every bar.
class MarketClock {
 public:
  /// Runs the detectors over the bars, with the sign of the position that `ledger` holds at each bar's end. The usual
  /// variance starts as that of the first half-life of bars; from then on nothing looks ahead.
  MarketClock(const Bars& bars, const Ledger& ledger, const DetectorParameters& parameters);

  /// State at `time_ms`: after the last bar that ended by then.
  const Detectors& at(std::int64_t time_ms) const { return states_[index_at(time_ms)]; }
  /// Its place in states().
  std::size_t index_at(std::int64_t time_ms) const;
  /// Events that began in bars that ended after `from_ms` and by `to_ms`.
  std::uint32_t started(std::int64_t from_ms, std::int64_t to_ms) const;

  const DetectorStep& rule() const { return rule_; }
  /// Ends of the bars [ms since 1970]; states()[i + 1] is the state after bar i, states()[0] before the first.
  const std::vector<std::int64_t>& ends_ms() const { return ends_ms_; }
  const std::vector<Detectors>& states() const { return states_; }

 private:
  DetectorStep rule_;
  std::vector<std::int64_t> ends_ms_;
  std::vector<Detectors> states_;
};

}  // namespace marketmimic
