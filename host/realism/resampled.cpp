#include "host/realism/resampled.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "marketmimic/philox.hpp"

namespace marketmimic {
namespace {

using Eigen::ArrayXd;
using Eigen::ArrayXXd;
using Eigen::Index;

constexpr std::int64_t kTenMinutes = 600'000'000'000;
constexpr std::int64_t kFewest = 20, kMost = 200;
constexpr std::size_t kCells = 512;

/// How many values of a sample fall into a cell, by block; then how many in each draw.
class Counts {
 public:
  explicit Counts(const DrawnSample& sample) : sample_(sample), in_block_(ArrayXd::Zero(sample.blocks.count())) {
    for (const ScoreValue& v : sample.values) in_block_[sample.blocks(v.time_ns)] += 1;
    all_ = drawn();
    in_block_.setZero();
  }

  bool left() const { return next_ < sample_.values.size(); }
  double value() const { return sample_.values[next_].value; }
  void take() { in_block_[sample_.blocks(sample_.values[next_++].time_ns)] += 1; }
  /// Shares of the values taken since the last call, by draw.
  ArrayXd shares() {
    const ArrayXd taken = drawn() / all_;
    in_block_.setZero();
    return taken;
  }

 private:
  ArrayXd drawn() const { return (in_block_.matrix().transpose() * sample_.times.matrix()).transpose().array(); }

  const DrawnSample& sample_;
  ArrayXd in_block_, all_;
  std::size_t next_ = 0;
};

}  // namespace

TimeBlocks::TimeBlocks(const TapeParts& parts) {
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  first_ns_ = std::numeric_limits<std::int64_t>::max();
  for (const TapeView& part : parts) {
    if (part.messages.empty()) continue;
    first_ns_ = std::min(first_ns_, part.messages.front().time_ns);
    last = std::max(last, part.messages.back().time_ns);
  }
  if (last < first_ns_) return;
  const std::int64_t span = last - first_ns_ + 1;
  block_ns_ = std::max<std::int64_t>(1, std::clamp(kTenMinutes, span / kMost + 1, span / kFewest + 1));
  count_ = static_cast<Index>((span + block_ns_ - 1) / block_ns_);
}

Index TimeBlocks::operator()(std::int64_t time_ns) const {
  return std::clamp<Index>(static_cast<Index>((time_ns - first_ns_) / block_ns_), 0, count_ - 1);
}

ArrayXXd draw_blocks(Index blocks, std::uint32_t draws, std::uint64_t seed, std::uint32_t stream) {
  ArrayXXd times = ArrayXXd::Zero(blocks, draws);
  for (std::uint32_t draw = 0; draw < draws; ++draw) {
    for (Index i = 0; i < blocks; ++i) {
      const Words w = philox(static_cast<std::uint32_t>(i), draw, stream, 0, static_cast<std::uint32_t>(seed),
                             static_cast<std::uint32_t>(seed >> 32));
      times(static_cast<Index>((std::uint64_t{w.a} * static_cast<std::uint64_t>(blocks)) >> 32), draw) += 1;
    }
  }
  return times;
}

DrawnDistances distances_of_draws(const PooledSamples& pooled, const DrawnSample& a, const DrawnSample& b) {
  const Index draws = a.times.cols();
  DrawnDistances distances{ArrayXd::Zero(draws), ArrayXd::Zero(draws)};
  const auto next_of = [](const Counts& x, const Counts& y) {
    return !y.left() || (x.left() && x.value() <= y.value()) ? x.value() : y.value();
  };

  Counts in_a(a), in_b(b);
  while (in_a.left() || in_b.left()) {
    const double bin = pooled.bin(next_of(in_a, in_b));
    while (in_a.left() && pooled.bin(in_a.value()) == bin) in_a.take();
    while (in_b.left() && pooled.bin(in_b.value()) == bin) in_b.take();
    distances.l1 += 0.5 * (in_a.shares() - in_b.shares()).abs();
  }

  // Between two cells the distribution functions are what they are after the first; a cell lies at its mean.
  Counts cell_a(a), cell_b(b);
  const std::size_t share = (a.values.size() + b.values.size()) / kCells + 1;
  ArrayXd difference = ArrayXd::Zero(draws);
  double before = 0;
  for (bool first = true; cell_a.left() || cell_b.left(); first = false) {
    double sum = 0, last = 0;
    std::size_t taken = 0;
    while (cell_a.left() || cell_b.left()) {
      const bool from_a = !cell_b.left() || (cell_a.left() && cell_a.value() <= cell_b.value());
      Counts& from = from_a ? cell_a : cell_b;
      if (taken >= share && from.value() != last) break;
      last = from.value();
      sum += last;
      ++taken;
      from.take();
    }
    const double here = sum / static_cast<double>(taken);
    if (!first) distances.wasserstein += difference.abs() * (here - before);
    difference += cell_a.shares() - cell_b.shares();
    before = here;
  }
  if (pooled.deviation() > 0) distances.wasserstein /= pooled.deviation();
  return distances;
}

}  // namespace marketmimic
