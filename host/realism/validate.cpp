#include "host/realism/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "host/error.hpp"
#include "host/input/time.hpp"

namespace marketmimic {
namespace {

/// The longest usual interval of which the tape holds an hour's worth of minutes.
std::int64_t interval_for(const Tape& tape) {
  constexpr std::int64_t bars = 60;
  std::int64_t interval_ms = 60'000;
  const std::int64_t span_ms = (tape.messages.back().time_ns - tape.messages.front().time_ns) / 1'000'000;
  for (const std::int64_t next : {10'000, 1'000, 100, 10, 1}) {
    if (span_ms >= bars * interval_ms) break;
    interval_ms = next;
  }
  return interval_ms;
}

/// The spacing a source insists on, or would choose.
std::optional<std::int64_t> fixed_interval(const DataSource& source) {
  if (source.bars) return source.bars->interval_ms;
  return std::nullopt;
}

class Judge {
 public:
  Judge(const DataSource& source, const DataSource* reference, const BootstrapOptions& options,
        std::uint64_t most_candles)
      : source_(source), reference_(reference), options_(options), most_candles_(most_candles) {}

  Validated run() {
    choose_interval();
    result_.series.series = series(source_, true);
    if (reference_ != nullptr) result_.series.reference = series(*reference_, false);
    if (reference_ != nullptr) require_same_interval();
    validation().facts = check_facts(result_.series.series, options_);
    if (reference_ != nullptr) validation().reference = check_facts(*result_.series.reference, options_);
    if (source_.tape) {
      const bool both = reference_ != nullptr && reference_->tape;
      validation().tape = check_against(*source_.tape, both ? &*reference_->tape : nullptr, options_);
    }
    return std::move(result_);
  }

 private:
  Validation& validation() { return result_.validation; }

  void choose_interval() {
    for (const DataSource* const s : {&source_, reference_}) {
      if (s == nullptr) continue;
      if (!interval_) interval_ = fixed_interval(*s);
      const std::vector<std::string> more = s->notices();
      validation().notices.insert(validation().notices.end(), more.begin(), more.end());
    }
    if (interval_ || source_.run || (reference_ != nullptr && reference_->run)) return;
    interval_ = interval_for(*source_.tape);
    if (reference_ != nullptr) interval_ = std::min(*interval_, interval_for(*reference_->tape));
  }

  /// `judged`: its candles are checked too.
  PriceSeries series(const DataSource& s, bool judged) {
    if (s.run) return run_series(*s.run, judged);
    const Bars bars = s.tape ? bars_of(*s.tape, interval_.value_or(60'000), s.tape->source) : *s.bars;
    if (judged && !s.tape) {
      validation().candles = bars.bars.size();
      validation().broken = check_bars(bars);
    }
    return series_of(bars);
  }

  PriceSeries run_series(const std::filesystem::path& folder, bool judged) {
    RunSeries found = read_run_series(folder, interval_, most_candles_);
    if (!interval_) interval_ = std::llround(1000 * found.series.returns.bar_seconds);
    if (judged) {
      validation().candles = found.candles;
      validation().broken = found.broken_candles;
    }
    if (found.scenarios_read < found.scenarios)
      validation().notices.push_back(
          fmt::format("{}: {} of {} scenarios are judged", folder.string(), found.scenarios_read, found.scenarios));
    return std::move(found.series);
  }

  void require_same_interval() const {
    const double a = result_.series.series.returns.bar_seconds, b = result_.series.reference->returns.bar_seconds;
    if (a == b) return;
    throw Error(ExitCode::usage,
                fmt::format("bars of {} can't be judged by bars of {}; give a reference of the same interval",
                            format_duration(std::llround(1000 * a)), format_duration(std::llround(1000 * b))));
  }

  const DataSource& source_;
  const DataSource* reference_;
  const BootstrapOptions& options_;
  const std::uint64_t most_candles_;
  std::optional<std::int64_t> interval_;
  Validated result_;
};

}  // namespace

Validated validate(const DataSource& source, const DataSource* reference, const BootstrapOptions& options,
                   std::uint64_t most_candles) {
  return Judge(source, reference, options, most_candles).run();
}

}  // namespace marketmimic
