#include "host/realism/validation.hpp"

#include <algorithm>
#include <cmath>

#include "host/statistics/bootstrap.hpp"
#include "host/statistics/estimators.hpp"
#include "host/statistics/none.hpp"
#include "host/tape/depth.hpp"

namespace marketmimic {
namespace {

constexpr std::uint64_t kShuffleSeed = 1;

/// Longest lag that a fact looks at; 0: none.
Eigen::Index lag_of(Fact fact) {
  switch (fact) {
    case Fact::acf_largest:
      return 20;
    case Fact::acf_1:
    case Fact::acf_abs_1:
    case Fact::extremes_1:
    case Fact::volume_acf_1:
    case Fact::volume_lead:
      return 1;
    case Fact::acf_2:
      return 2;
    case Fact::acf_abs_3:
      return 3;
    case Fact::acf_abs_10:
    case Fact::extremes_10:
    case Fact::leverage:
    case Fact::volume_acf_10:
      return 10;
    case Fact::acf_abs_25:
      return 25;
    case Fact::acf_abs_50:
      return 50;
    case Fact::acf_abs_100:
      return 100;
    case Fact::acf_abs_250:
      return 250;
    case Fact::kurtosis_24:
      return 24;
    default:
      return 0;
  }
}

/// Without the facts that need longer stretches than there are.
Facts within_reach(Facts facts, Eigen::Index unbroken) {
  for (std::size_t i = 0; i < kFacts; ++i) {
    if (kFewestTimesLag * lag_of(static_cast<Fact>(i)) > unbroken) facts.value[i] = kNone;
  }
  return facts;
}

ScoreFloor floor_of(const TapeView& tape, const TapeView& shuffled_half, BootstrapOptions options) {
  options.replicates = 0;
  const auto half = halves(tape), part = alternate_ten_minutes(tape);
  return {compare(half[0], half[1], options), compare(part[0], part[1], options),
          compare({shuffled_half}, half[1], options)};
}

}  // namespace

FactCheck check_facts(const PriceSeries& series, const BootstrapOptions& options) {
  const UsualFacts usual(series.returns);
  const Eigen::Index n = series.returns.value.size();
  const auto all = [&](const Eigen::ArrayXd& times) {
    const Facts facts = within_reach(facts_of(series.returns, series.calendar, times), series.unbroken);
    std::vector<double> values(facts.value.begin(), facts.value.end());
    const auto more = usual.values(facts, times);
    values.insert(values.end(), more.begin(), more.end());
    return values;
  };
  FactCheck check{
      series.source, static_cast<std::size_t>(series.returns.valid.sum()), series.returns.bar_seconds, {}, {}, {}, {}};
  const std::vector<double> values = all(Eigen::ArrayXd::Ones(n));
  const std::vector<Interval> intervals = bootstrap(n, block_length(n), all, options);
  constexpr auto facts = static_cast<std::ptrdiff_t>(kFacts);
  std::copy(values.begin(), values.begin() + facts, check.facts.value.begin());
  std::copy(values.begin() + facts, values.end(), check.usual.begin());
  std::copy(intervals.begin(), intervals.begin() + facts, check.interval.begin());
  std::copy(intervals.begin() + facts, intervals.end(), check.usual_interval.begin());
  // Resamples of a largest correlation only add to it. Of 20 correlations of n independent returns, the largest reaches
  // 3 / sqrt(n) in one case of twenty.
  constexpr auto largest = static_cast<std::size_t>(Usual::unpredictable);
  const double noise = 3.0 / std::sqrt(std::max(series.returns.valid.sum(), 1.0));
  check.usual_interval[largest].lower = std::max(0.0, check.usual[largest] - noise);
  return check;
}

Verdict verdict(double value, const Interval& interval, double lower, double upper) {
  if (std::isnan(value)) return Verdict::unknown;
  if (value >= lower && value <= upper) return Verdict::holds;
  return interval.upper >= lower && interval.lower <= upper ? Verdict::unsure : Verdict::fails;
}

const char* word(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return "holds";
    case Verdict::unsure:
      return "unsure";
    case Verdict::fails:
      return "fails";
    case Verdict::unknown:
      return "unknown";
  }
  return "";
}

double excess(double value, const Interval& interval) {
  const double half = 0.5 * (interval.upper - interval.lower);
  if (std::isnan(value) || !(half > 0)) return kNone;
  return std::max({interval.lower - value, value - interval.upper, 0.0}) / half;
}

TapeCheck check_against(const Tape& tape, const Tape* reference, const BootstrapOptions& options) {
  TapeCheck check;
  check.source = tape.source;
  check.messages = tape.size();
  check.tape_levels = tape.levels;
  check.tick = tape.tick;
  check.seconds = 1e-9 * static_cast<double>(tape.messages.back().time_ns - tape.messages.front().time_ns);
  check.violations = check_tape(tape);
  check.levels = reference == nullptr ? tape.levels : std::min(tape.levels, reference->levels);

  // Only what both feeds would show is compared.
  std::optional<Tape> shallow, shallow_reference;
  const auto shown = [&](const Tape& whole, std::optional<Tape>& filtered) {
    if (whole.levels == check.levels) return TapeView(whole);
    filtered = filter_to_levels(whole, check.levels);
    return TapeView(*filtered);
  };
  const TapeView own = shown(tape, shallow);
  const TapeView measure = reference == nullptr ? own : shown(*reference, shallow_reference);
  const auto half = halves(measure);
  const Tape shuffled_half = shuffled(half[0].front(), kShuffleSeed);
  check.floor = floor_of(measure, shuffled_half, options);
  if (reference == nullptr) {
    check.memory = compare_memory(half[1].front(), half[0].front(), shuffled_half, options);
    check.impact = compare_impact(half[1].front(), half[0].front(), options);
    return check;
  }
  check.reference = reference->source;
  check.reference_messages = reference->size();
  check.scores = compare({own}, {measure}, options);
  check.memory = compare_memory(own, measure, shuffled(measure, kShuffleSeed), options);
  check.impact = compare_impact(own, measure, options);
  return check;
}

}  // namespace marketmimic
