#include "host/decomposition/entry_lift.hpp"

#include <Eigen/Core>
#include <algorithm>

namespace marketmimic {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

ArrayXd array_of(const std::vector<bool>& flags) {
  ArrayXd values(static_cast<Index>(flags.size()));
  for (std::size_t i = 0; i < flags.size(); ++i) values[static_cast<Index>(i)] = flags[i] ? 1 : 0;
  return values;
}

/// 1 for the bars of a flag, for `before` ones before it and `after` ones after it.
ArrayXd near(const ArrayXd& flags, Index before, Index after) {
  ArrayXd result = ArrayXd::Zero(flags.size());
  for (Index i = 0; i < flags.size(); ++i) {
    if (flags[i] == 0) continue;
    const Index begin = std::max<Index>(0, i - before), end = std::min(flags.size(), i + after + 1);
    result.segment(begin, end - begin).setOnes();
  }
  return result;
}

struct Side {
  ArrayXd expected, entered, near_entered;
};

std::vector<std::size_t> set_in(const ArrayXd& flags) {
  std::vector<std::size_t> indices;
  for (Index i = 0; i < flags.size(); ++i)
    if (flags[i] != 0) indices.push_back(static_cast<std::size_t>(i));
  return indices;
}

/// Hits of the expected times moved on by every number of bars, around the end.
std::vector<std::size_t> hits_by_shift(const std::vector<Side>& sides, std::size_t bars) {
  std::vector<std::size_t> hits(bars);
  for (const Side& side : sides) {
    const std::vector<std::size_t> entered = set_in(side.near_entered);
    for (const std::size_t from : set_in(side.expected))
      for (const std::size_t to : entered) ++hits[to >= from ? to - from : to + bars - from];
  }
  return hits;
}

}  // namespace

EntryLift entry_lift(const std::vector<ExpectedEntries>& sides, std::size_t tolerance, std::size_t block) {
  EntryLift result;
  std::vector<Side> arrays;
  const auto within = static_cast<Index>(tolerance);
  for (const ExpectedEntries& side : sides) {
    Side s{array_of(side.expected), array_of(side.entered), {}};
    s.near_entered = near(s.entered, within, 0);
    result.expected += static_cast<std::size_t>(s.expected.sum());
    result.entered += static_cast<std::size_t>(s.entered.sum());
    result.found += static_cast<std::size_t>((s.entered * near(s.expected, 0, within)).sum());
    arrays.push_back(std::move(s));
  }
  const auto hits_and_chance = [&](const ArrayXd& times) {
    double hits = 0, chance = 0;
    for (const Side& s : arrays) {
      hits += (times * s.expected * s.near_entered).sum();
      chance += (times * s.expected).sum() * (times * s.near_entered).sum() / times.sum();
    }
    return std::pair(hits, chance);
  };
  const Index bars = arrays.front().expected.size();
  const auto [hits, chance] = hits_and_chance(ArrayXd::Ones(bars));
  result.hits = static_cast<std::size_t>(hits);
  result.by_chance = chance;
  result.lift = hits / chance;

  BootstrapOptions options;
  options.replicates = 2000;
  result.interval = bootstrap(
      bars, static_cast<Index>(block),
      [&](const ArrayXd& times) {
        const auto [h, c] = hits_and_chance(times);
        return std::vector{h / c};
      },
      options)[0];
  const std::vector<std::size_t> shifted = hits_by_shift(arrays, static_cast<std::size_t>(bars));
  const auto as_many =
      std::count_if(shifted.begin(), shifted.end(), [&](std::size_t count) { return count >= result.hits; });
  result.rotations = static_cast<double>(as_many) / static_cast<double>(bars);
  return result;
}

}  // namespace marketmimic
