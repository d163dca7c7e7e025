#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/run/summary.hpp"

namespace marketmimic {

/// Where the path of a scenario's price lies in scenario space.
struct PathPlace {
  double volatility = 0;  ///< realised, in units of the market's usual one
  double move = 0;        ///< from the first to the last mid, in realised deviations: sum r / sqrt(sum r^2)
  double fall = 0;        ///< deepest, from the highest close so far: a share of that price
};

/// Of closes, `seconds` apart, that follow `open` (half ticks, all above 0), `usual` in 1/sqrt(s). A path that stays
/// where it is has no move.
PathPlace place_of(std::int32_t open, std::span<const std::int32_t> close, double seconds, double usual);

/// One measure of PathPlace in bins: below the first edge, [edge, next edge), from the last edge on.
struct CoverageAxis {
  std::string_view name, unit;
  double PathPlace::*value;
  std::span<const double> edges;

  std::size_t bins() const { return edges.size() + 1; }
  std::size_t bin(const PathPlace& place) const;
  /// `0.5 to 1`, `below 0.5`, `from 4`.
  std::string label(std::size_t bin) const;
};

/// Fixed beforehand, so that runs can be compared.
inline constexpr std::size_t kCoverageAxes = 3;
const std::array<CoverageAxis, kCoverageAxes>& coverage_axes();

/// A bin of scenario space, all axes together.
using CoverageBin = std::array<std::size_t, kCoverageAxes>;
CoverageBin coverage_bin(const PathPlace& place);
/// `volatility 0.5 to 1, move below -2, fall from 0.2`.
std::string describe(const CoverageBin& bin);

/// What acceptance ("keep the successes") does to the distribution over bins.
struct Acceptance {
  std::size_t bins = 0;        ///< there are
  std::size_t reached = 0;     ///< by attempts
  std::size_t succeeded = 0;   ///< by successes
  double never = 0;            ///< share of the attempts that lie in bins without a success
  double apart = 0;            ///< total variation distance of successes from attempts, 0 to 1
  double apart_by_chance = 0;  ///< about what it would be if every attempt succeeded alike
  double balanced_sample = 0;  ///< effective share of the successes under balancing weights, 0 to 1
};

/// Attempts and successes over bins.
class Coverage {
 public:
  void add(const PathPlace& place, std::uint32_t perturbations, std::uint32_t cycle, bool success);

  const std::map<CoverageBin, Tally>& cells() const { return cells_; }  ///< those that attempts reached
  /// By cycle and the set of perturbations that acted.
  const std::map<std::pair<std::uint32_t, std::uint32_t>, Tally>& plans() const { return plans_; }
  std::vector<Tally> along(std::size_t axis) const;

  Acceptance acceptance() const;
  /// What each success of a bin has to count for the successes to lie over the bins as the attempts do: the attempts'
  /// share over the successes' share. 0 where there is no success to weigh.
  double weight(const Tally& cell) const;

 private:
  Tally all_;
  std::map<CoverageBin, Tally> cells_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Tally> plans_;
};

}  // namespace marketmimic
