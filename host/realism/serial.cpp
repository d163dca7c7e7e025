#include "host/realism/serial.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "host/statistics/estimators.hpp"
#include "host/statistics/none.hpp"

namespace marketmimic {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

constexpr std::int64_t kSpreadStep = kNsPerSecond, kReturnStep = 10 * kNsPerSecond;
constexpr std::int64_t kMostSamples = 10'000'000;  // four months of seconds

struct MemoryLabel {
  std::string_view name, description, unit;
};
constexpr std::array<MemoryLabel, kMemories> kMemoryLabels{{
    {"trade_signs", "signs of trades", "trades"},
    {"spread", "spread every second", "s"},
    {"absolute_returns", "|mid returns| over 10 s", "10 s"},
}};
const MemoryLabel& label(Memory memory) { return kMemoryLabels[static_cast<std::size_t>(memory)]; }

ArrayXd array(const std::vector<double>& values) {
  return Eigen::Map<const ArrayXd>(values.data(), static_cast<Index>(values.size()));
}

ArrayXd trade_signs(const TapeView& tape) {
  std::vector<double> signs;
  for (const Message& m : tape.messages) {
    if (m.trade()) signs.push_back(-m.direction);
  }
  return array(signs);
}

/// `value` of the best level at every whole `step`, from the first at which both sides were seen.
template <class Value>
std::vector<double> sampled(const TapeView& tape, std::int64_t step, const Value& value) {
  std::vector<double> samples;
  std::int64_t next = 0;
  double last = kNone;
  for (std::size_t i = 0; i < tape.size(); ++i) {
    const std::int64_t time = tape.messages[i].time_ns;
    if (i == 0) next = (time / step + 1) * step;
    for (; next < time && static_cast<std::int64_t>(samples.size()) < kMostSamples; next += step) {
      if (!std::isnan(last)) samples.push_back(last);
      if (std::isnan(last)) next = (time - 1) / step * step;  // nothing to sample before this message
    }
    const Level& best = tape.best(i);
    if (best.has_ask() && best.has_bid()) last = value(best);
  }
  return samples;
}

ArrayXd absolute_returns(const TapeView& tape) {
  const std::vector<double> logs = sampled(tape, kReturnStep, [](const Level& best) {
    return std::log(0.5 * static_cast<double>(best.ask_price + best.bid_price));
  });
  std::vector<double> returns;
  for (std::size_t i = 1; i < logs.size(); ++i) returns.push_back(std::abs(logs[i] - logs[i - 1]));
  return array(returns);
}

std::array<double, kMemoryLags.size()> acf(const ArrayXd& x, const ArrayXd& times) {
  std::array<double, kMemoryLags.size()> values;
  const ArrayXd deviation = centred(x, times);
  for (std::size_t k = 0; k < values.size(); ++k) {
    const bool enough = x.size() >= kFewestTimesLag * kMemoryLags[k] && (deviation != 0).any();
    values[k] = enough ? autocorrelation(deviation, times, kMemoryLags[k]) : kNone;
  }
  return values;
}

double distance(const std::array<double, kMemoryLags.size()>& a, const std::array<double, kMemoryLags.size()>& b) {
  double sum = 0, count = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    const double apart = std::abs(a[k] - b[k]);
    if (std::isnan(apart)) continue;
    sum += apart;
    ++count;
  }
  return count > 0 ? sum / count : kNone;
}

}  // namespace

std::string_view name(Memory memory) { return label(memory).name; }
std::string_view description(Memory memory) { return label(memory).description; }
std::string_view lag_unit(Memory memory) { return label(memory).unit; }

ArrayXd series_of(const TapeView& tape, Memory memory) {
  switch (memory) {
    case Memory::trade_signs:
      return trade_signs(tape);
    case Memory::spread:
      return array(sampled(tape, kSpreadStep,
                           [](const Level& best) { return static_cast<double>(best.ask_price - best.bid_price); }));
    case Memory::absolute_returns:
      return absolute_returns(tape);
  }
  return {};
}

MemoryCurve curve_of(const TapeView& tape, Memory memory, const BootstrapOptions& options) {
  const ArrayXd x = series_of(tape, memory);
  MemoryCurve curve{};
  curve.acf = acf(x, ArrayXd::Ones(x.size()));
  curve.interval.fill({kNone, kNone});
  curve.reach = kNone;
  if (options.replicates == 0 || x.size() == 0) return curve;
  const std::vector<Interval> found = bootstrap(
      x.size(), block_length(x.size()),
      [&](const ArrayXd& times) {
        const auto drawn = acf(x, times);
        std::vector<double> values(drawn.begin(), drawn.end());
        values.push_back(distance(drawn, curve.acf));
        return values;
      },
      options);
  std::copy(found.begin(), found.end() - 1, curve.interval.begin());
  curve.reach = found.back().upper;
  return curve;
}

double distance(const MemoryCurve& a, const MemoryCurve& b) { return distance(a.acf, b.acf); }

std::size_t MemoryComparison::lags_inside() const {
  std::size_t count = 0;
  for (std::size_t k = 0; k < kMemoryLags.size(); ++k)
    count += tape.acf[k] >= reference.interval[k].lower && tape.acf[k] <= reference.interval[k].upper ? 1 : 0;
  return count;
}

std::array<MemoryComparison, kMemories> compare_memory(const TapeView& tape, const TapeView& reference,
                                                       const TapeView& shuffled_reference,
                                                       const BootstrapOptions& options) {
  BootstrapOptions plain = options;
  plain.replicates = 0;
  std::array<MemoryComparison, kMemories> result{};
  for (std::size_t i = 0; i < kMemories; ++i) {
    const auto memory = static_cast<Memory>(i);
    MemoryComparison& c = result[i];
    c.tape = curve_of(tape, memory, plain);
    c.reference = curve_of(reference, memory, options);
    c.shuffled = curve_of(shuffled_reference, memory, plain);
    c.apart = distance(c.tape, c.reference);
    c.shuffled_apart = distance(c.shuffled, c.reference);
  }
  return result;
}

}  // namespace marketmimic
