#include "host/realism/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "host/realism/resampled.hpp"
#include "host/realism/sample.hpp"
#include "host/statistics/none.hpp"
#include "host/statistics/parallel.hpp"
#include "marketmimic/philox.hpp"

namespace marketmimic {
namespace {

std::vector<ScoreValue> all_values(const TapeParts& parts, Score score) {
  std::vector<ScoreValue> values;
  for (const TapeView& part : parts) {
    std::vector<ScoreValue> more = values_of(part, score);
    if (values.empty())
      values = std::move(more);
    else
      values.insert(values.end(), more.begin(), more.end());
  }
  return values;
}

std::vector<double> numbers(const std::vector<ScoreValue>& values) {
  std::vector<double> plain;
  plain.reserve(values.size());
  for (const ScoreValue& v : values) plain.push_back(v.value);
  return plain;
}

/// The numbers in order. `values` come in the same order only if they are needed so: sorting them takes twice as long.
std::vector<double> sort(std::vector<ScoreValue>& values, bool both) {
  if (both)
    std::sort(values.begin(), values.end(), [](const ScoreValue& a, const ScoreValue& b) { return a.value < b.value; });
  std::vector<double> plain = numbers(values);
  if (!both) std::sort(plain.begin(), plain.end());
  return plain;
}

Interval interval_of(const Eigen::ArrayXd& draws, double level) {
  return percentile_interval({draws.begin(), draws.end()}, level);
}

/// Mean over the scores that count, those without a value left out.
double mean_of(const std::vector<double>& values) {
  double sum = 0, count = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    ++count;
  }
  return count > 0 ? sum / count : kNone;
}

class Comparison {
 public:
  Comparison(const TapeParts& tape, const TapeParts& reference, const BootstrapOptions& options)
      : tape_(tape),
        reference_(reference),
        options_(options),
        blocks_{TimeBlocks(tape), TimeBlocks(reference)},
        times_{draw_blocks(blocks_[0].count(), options.replicates, options.seed, 0),
               draw_blocks(blocks_[1].count(), options.replicates, options.seed, 1)},
        draws_(kScores) {
    for (const TapeParts* const parts : {&tape, &reference}) {
      if (!parts->empty()) table_.levels = parts->front().levels;
    }
  }

  ScoreTable run() {
    parallel_for(kScores, options_.threads, [&](std::size_t i) { compare_one(i); });
    sum_up();
    return table_;
  }

 private:
  void compare_one(std::size_t index) {
    const auto score = static_cast<Score>(index);
    const bool drawn = options_.replicates != 0;
    std::vector<ScoreValue> a = all_values(tape_, score), b = all_values(reference_, score);
    const std::vector<double> x = sort(a, drawn), y = sort(b, drawn);
    PooledSamples pooled(x, y);
    if (discrete(score))
      pooled.use_bin_a_value();
    else
      pooled.use_freedman_diaconis();
    ScoreDistance& result = table_.score[index];
    result = {pooled.l1(), pooled.wasserstein(), {kNone, kNone}, {kNone, kNone}, a.size(), b.size()};
    if (!drawn || a.empty() || b.empty()) return;
    draws_[index] = distances_of_draws(pooled, {a, blocks_[0], times_[0]}, {b, blocks_[1], times_[1]});
    result.l1_interval = interval_of(draws_[index].l1, options_.level);
    result.wasserstein_interval = interval_of(draws_[index].wasserstein, options_.level);
  }

  void sum_up() {
    std::vector<double> l1, wasserstein;
    std::vector<const DrawnDistances*> drawn;
    for (std::size_t i = 0; i < kScores; ++i) {
      if (kind(static_cast<Score>(i), table_.levels) != ScoreKind::clean) continue;
      l1.push_back(table_.score[i].l1);
      wasserstein.push_back(table_.score[i].wasserstein);
      if (draws_[i].l1.size() != 0) drawn.push_back(&draws_[i]);
      table_.clean.values += table_.score[i].values;
      table_.clean.reference_values += table_.score[i].reference_values;
    }
    table_.clean.l1 = mean_of(l1);
    table_.clean.wasserstein = mean_of(wasserstein);
    table_.clean.l1_interval = mean_interval(drawn, &DrawnDistances::l1);
    table_.clean.wasserstein_interval = mean_interval(drawn, &DrawnDistances::wasserstein);
  }

  Interval mean_interval(const std::vector<const DrawnDistances*>& drawn, Eigen::ArrayXd DrawnDistances::*which) const {
    std::vector<double> means;
    for (Eigen::Index draw = 0; !drawn.empty() && draw < static_cast<Eigen::Index>(options_.replicates); ++draw) {
      std::vector<double> values;
      for (const DrawnDistances* const d : drawn) values.push_back((d->*which)[draw]);
      means.push_back(mean_of(values));
    }
    return percentile_interval(std::move(means), options_.level);
  }

  const TapeParts &tape_, &reference_;
  const BootstrapOptions& options_;
  std::array<TimeBlocks, 2> blocks_;
  std::array<Eigen::ArrayXXd, 2> times_;
  std::vector<DrawnDistances> draws_;
  ScoreTable table_{};
};

}  // namespace

ScoreTable compare(const TapeParts& tape, const TapeParts& reference, const BootstrapOptions& options) {
  return Comparison(tape, reference, options).run();
}

std::array<TapeParts, 2> halves(const TapeView& tape) {
  if (tape.messages.empty()) return {};
  const std::int64_t first = tape.messages.front().time_ns, last = tape.messages.back().time_ns;
  const std::int64_t middle = first + (last - first) / 2 + 1;
  return {TapeParts{tape.between(first, middle)}, TapeParts{tape.between(middle, last + 1)}};
}

std::array<TapeParts, 2> alternate_ten_minutes(const TapeView& tape) {
  constexpr std::int64_t part = 600'000'000'000;
  std::array<TapeParts, 2> parts;
  TapeView rest = tape;
  while (!rest.messages.empty()) {
    const std::int64_t turn = rest.messages.front().time_ns / part;
    const TapeView here = rest.between(turn * part, (turn + 1) * part);
    parts[static_cast<std::size_t>(turn % 2)].push_back(here);
    rest.messages = rest.messages.subspan(here.size());
    rest.book = rest.book.subspan(here.book.size());
  }
  return parts;
}

Tape shuffled(const TapeView& tape, std::uint64_t seed) {
  std::vector<std::size_t> order(tape.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = order.size(); i > 1; --i) {  // Fisher and Yates
    const Words w = philox(static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i >> 32), 0, 0,
                           static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32));
    std::swap(order[i - 1], order[(std::uint64_t{w.a} << 32 | w.b) % i]);
  }
  Tape result{.messages = {}, .levels = tape.levels, .book = {}, .tick = 0, .symbol = {}, .source = {}, .notices = {}};
  result.messages.reserve(tape.size());
  result.book.reserve(tape.book.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    result.messages.push_back(tape.messages[order[i]]);
    result.messages.back().time_ns = tape.messages[i].time_ns;
    const auto book = tape.book_after(order[i]);
    result.book.insert(result.book.end(), book.begin(), book.end());
  }
  return result;
}

}  // namespace marketmimic
