#include "host/report/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace marketmimic {
namespace {

constexpr std::array<double, 6> kVolatility = {0.5, 0.7, 1.0, 1.4, 2.0, 4.0};
constexpr std::array<double, 5> kMove = {-2, -1, 0, 1, 2};
constexpr std::array<double, 6> kFall = {0.005, 0.01, 0.02, 0.05, 0.1, 0.2};

const std::array<CoverageAxis, kCoverageAxes> kAxes = {{
    {"volatility", "times the usual", &PathPlace::volatility, kVolatility},
    {"move", "own deviations", &PathPlace::move, kMove},
    {"fall", "of the price", &PathPlace::fall, kFall},
}};

double share(std::uint64_t part, std::uint64_t all) {
  return all == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(all);
}

}  // namespace

PathPlace place_of(std::int32_t open, std::span<const std::int32_t> close, double seconds, double usual) {
  double squares = 0, highest = open, before = open;
  PathPlace place;
  for (const double price : close) {
    const double r = std::log(price / before);
    squares += r * r;
    before = price;
    highest = std::max(highest, price);
    place.fall = std::max(place.fall, 1 - price / highest);
  }
  place.volatility = std::sqrt(squares / (seconds * static_cast<double>(close.size()))) / usual;
  if (squares > 0) place.move = std::log(before / open) / std::sqrt(squares);
  return place;
}

std::size_t CoverageAxis::bin(const PathPlace& place) const {
  return static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), place.*value) - edges.begin());
}

std::string CoverageAxis::label(std::size_t bin) const {
  if (bin == 0) return fmt::format("below {:g}", edges.front());
  if (bin == edges.size()) return fmt::format("from {:g}", edges.back());
  return fmt::format("{:g} to {:g}", edges[bin - 1], edges[bin]);
}

const std::array<CoverageAxis, kCoverageAxes>& coverage_axes() { return kAxes; }

CoverageBin coverage_bin(const PathPlace& place) {
  CoverageBin bin{};
  for (std::size_t axis = 0; axis < kCoverageAxes; ++axis) bin[axis] = kAxes[axis].bin(place);
  return bin;
}

std::string describe(const CoverageBin& bin) {
  std::string text;
  for (std::size_t axis = 0; axis < kCoverageAxes; ++axis) {
    const CoverageAxis& a = coverage_axes()[axis];
    text += fmt::format("{}{} {}", axis == 0 ? "" : ", ", a.name, a.label(bin[axis]));
  }
  return text;
}

void Coverage::add(const PathPlace& place, std::uint32_t perturbations, std::uint32_t cycle, bool success) {
  all_.count(success);
  cells_[coverage_bin(place)].count(success);
  plans_[{cycle, perturbations}].count(success);
}

std::vector<Tally> Coverage::along(std::size_t axis) const {
  std::vector<Tally> bins(kAxes[axis].bins());
  for (const auto& [bin, tally] : cells_) {
    bins[bin[axis]].scenarios += tally.scenarios;
    bins[bin[axis]].successes += tally.successes;
  }
  return bins;
}

double Coverage::weight(const Tally& cell) const {
  if (cell.successes == 0) return 0;
  return share(cell.scenarios, all_.scenarios) / share(cell.successes, all_.successes);
}

Acceptance Coverage::acceptance() const {
  Acceptance a;
  a.bins = 1;
  for (const CoverageAxis& axis : kAxes) a.bins *= axis.bins();
  const auto successes = static_cast<double>(all_.successes);
  const double failed = 1 - share(all_.successes, all_.scenarios);
  double weights = 0, squares = 0;
  for (const auto& [bin, cell] : cells_) {
    ++a.reached;
    const double tried = share(cell.scenarios, all_.scenarios);
    if (cell.successes == 0) a.never += tried;
    if (all_.successes == 0) continue;
    a.succeeded += cell.successes != 0 ? 1 : 0;
    a.apart += 0.5 * std::abs(share(cell.successes, all_.successes) - tried);
    // Mean |deviation| of a share drawn without replacement, were it normal.
    a.apart_by_chance += std::sqrt(tried * (1 - tried) * failed / successes / (2 * std::numbers::pi));
    const double weight = this->weight(cell), held = static_cast<double>(cell.successes);
    weights += weight * held;
    squares += weight * weight * held;
  }
  if (squares > 0) a.balanced_sample = weights * weights / squares / successes;
  return a;
}

}  // namespace marketmimic
