#include "host/realism/joined_candles.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <utility>

namespace marketmimic {
namespace {

constexpr std::size_t kGap = 250;  // longest lag of the facts

}  // namespace

void JoinedCandles::add(const StoredCandles& candles) {
  if (!value_.empty()) {
    const std::size_t gap = std::min<std::size_t>(kGap, steps_ / together_);
    for (std::size_t i = 0; i < gap; ++i) add(0.0, 0.0, 0.0, 0);
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
    add(known ? std::log(after / before) : 0.0, known ? 1.0 : 0.0, volume, static_cast<std::int32_t>(elapsed % 86'400));
    before = after;
  }
}

PriceSeries JoinedCandles::take(std::string source) {
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

void JoinedCandles::add(double value, double valid, double volume, std::int32_t second) {
  value_.push_back(value);
  valid_.push_back(valid);
  volume_.push_back(volume);
  calendar_.second.push_back(second);
  calendar_.day.push_back(day_);
  calendar_.month.push_back(0);
}

}  // namespace marketmimic
