#include "host/realism/run_series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/error.hpp"
#include "host/input/time.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/stored_candles.hpp"

namespace marketmimic {
namespace {

constexpr std::uint64_t kMostCandles = 4'000'000;
constexpr std::size_t kGap = 250;  // longest lag of the facts
constexpr std::uint64_t kTogether = 256;

std::size_t broken(const StoredCandles& c) {
  std::size_t count = 0;
  for (std::size_t t = 0; t < c.close.size(); ++t) {
    const bool valid = c.low[t] > 0 && c.high[t] >= std::max(c.open[t], c.close[t]) &&
                       c.low[t] <= std::min(c.open[t], c.close[t]) && c.volume_lots[t] >= 0;
    count += valid ? 0 : 1;
  }
  return count;
}

/// Scenario after scenario.
class Joined {
 public:
  Joined(std::uint32_t steps, std::uint32_t together, double bar_seconds)
      : steps_(steps), together_(together), bar_seconds_(bar_seconds) {}

  void add(const StoredCandles& candles) {
    if (!value_.empty()) {
      for (std::size_t i = 0; i < kGap; ++i) add(0.0, 0.0, 0.0, 0);
    }
    ++day_;
    double before = candles.open.front();
    std::int32_t days = 0;
    for (std::uint32_t t = 0; t + together_ <= steps_; t += together_) {
      double volume = 0;
      for (std::uint32_t i = 0; i < together_; ++i) volume += candles.volume_lots[t + i];
      const double after = candles.close[t + together_ - 1];
      const bool known = before > 0 && after > 0;
      const auto elapsed = static_cast<std::int64_t>(bar_seconds_ * static_cast<double>(t / together_));
      if (elapsed / 86'400 > days) {
        ++days;
        ++day_;
      }
      add(known ? std::log(after / before) : 0.0, known ? 1.0 : 0.0, volume,
          static_cast<std::int32_t>(elapsed % 86'400));
      before = after;
    }
  }

  PriceSeries take(std::string source) {
    PriceSeries series;
    const auto n = static_cast<Eigen::Index>(value_.size());
    series.returns.value = Eigen::Map<const Eigen::ArrayXd>(value_.data(), n);
    series.returns.valid = Eigen::Map<const Eigen::ArrayXd>(valid_.data(), n);
    series.returns.volume = Eigen::Map<const Eigen::ArrayXd>(volume_.data(), n);
    if (!(series.returns.volume > 0).any()) series.returns.volume.resize(0);
    series.returns.bar_seconds = bar_seconds_;
    series.calendar = std::move(calendar_);
    series.source = std::move(source);
    series.unbroken = static_cast<Eigen::Index>(steps_ / together_);
    return series;
  }

 private:
  void add(double value, double valid, double volume, std::int32_t second) {
    value_.push_back(value);
    valid_.push_back(valid);
    volume_.push_back(volume);
    calendar_.second.push_back(second);
    calendar_.day.push_back(day_);
    calendar_.month.push_back(0);
  }

  std::uint32_t steps_, together_;
  double bar_seconds_;
  std::int32_t day_ = 0;
  std::vector<double> value_, valid_, volume_;
  Calendar calendar_;
};

}  // namespace

RunSeries read_run_series(const std::filesystem::path& folder, std::optional<std::int64_t> interval_ms) {
  const Simulation simulation = open_run(folder);
  const CandleReader reader(simulation, folder);
  const std::int64_t step_ms = 1000 * std::int64_t{simulation.job.step_seconds};
  const std::int64_t interval = interval_ms.value_or(step_ms);
  if (interval % step_ms != 0 || interval / step_ms > reader.steps())
    throw Error(ExitCode::usage,
                fmt::format("{}: its steps of {} give no bars of {}; generate it with steps that fit the other series",
                            folder.string(), format_duration(step_ms), format_duration(interval)));
  const auto together = static_cast<std::uint32_t>(interval / step_ms);

  RunSeries result;
  result.scenarios = reader.scenarios();
  result.scenarios_read = std::min(result.scenarios, std::max<std::uint64_t>(1, kMostCandles / reader.steps()));
  Joined joined(reader.steps(), together, 1e-3 * static_cast<double>(interval));
  for (std::uint64_t first = 0; first < result.scenarios_read;) {
    const std::uint64_t count = reader.together(first, std::min(kTogether, result.scenarios_read - first));
    for (const StoredCandles& candles : reader.read(first, count)) {
      result.candles += candles.close.size();
      result.broken_candles += broken(candles);
      joined.add(candles);
    }
    first += count;
  }
  result.series = joined.take(folder.string());
  return result;
}

}  // namespace marketmimic
