#include "tests/decomposition/known_rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "marketmimic/detectors.hpp"

namespace marketmimic {
namespace {

class Trader {
 public:
  Trader(const KnownRule& rule, const Bars& bars) : rule_(rule), bars_(bars) {
    log_.fills.source = "known rule";
    log_.fills.symbol = bars.symbol;
    log_.fills.time_resolution_ms = rule.minutes ? 60'000.0 : static_cast<double>(bars.interval_ms);
  }

  KnownLog run(std::size_t first) && {
    const std::size_t begin = std::max({first, rule_.slow + 2, rule_.unit_bars + 2});
    if (rule_.entry == KnownRule::Entry::events)
      follow_events(begin);
    else
      follow_prices(begin);
    if (side_ != 0) {
      log_.open = log_.fills.fills.back();
      log_.fills.fills.pop_back();
    }
    return std::move(log_);
  }

 private:
  void follow_prices(std::size_t begin) {
    for (std::size_t i = begin; i < bars_.bars.size(); ++i) {
      if (side_ != 0 && rule_.at_close) settle(i);
      const int signal = signal_before(i);
      if (side_ != 0 && signal == -side_) leave(bars_.bars[i].time_ms, bars_.bars[i].open, ExitReason::signal);
      if (side_ == 0 && signal != 0) enter(i, signal);
      if (side_ != 0 && !rule_.at_close) watch(i);
      if (side_ != 0 && rule_.at_close) best_ = side_ < 0 ? std::min(best_, close(i)) : std::max(best_, close(i));
    }
  }
  void follow_events(std::size_t begin) {
    const DetectorStep detectors = DetectorStep::of({});
    const double first = bars_.bars.front().open;
    Detectors market = Detectors::start(0, static_cast<float>(rule_.variance > 0 ? rule_.variance : first_variance()));
    constexpr std::uint32_t up = event_bit(MarketEvent::trend_up), down = event_bit(MarketEvent::trend_down);
    constexpr std::uint32_t over = event_bit(MarketEvent::range) | event_bit(MarketEvent::drawdown_stop);
    for (std::size_t i = 1; i < bars_.bars.size(); ++i) {
      market.update(detectors, static_cast<float>(std::log(close(i - 1) / first)), static_cast<float>(side_));
      if (i < begin) continue;
      const int trend = (market.active & up) != 0 ? 1 : ((market.active & down) != 0 ? -1 : 0);
      const bool ends = rule_.turns ? trend == -side_ && trend != 0 : (market.active & over) != 0;
      if (side_ != 0 && ends) {
        leave(bars_.bars[i].time_ms, bars_.bars[i].open, ExitReason::signal);
        if (rule_.turns) enter(i, trend);
      } else if (side_ == 0 && trend != 0) {
        enter(i, trend);
      }
    }
  }
  double first_variance() const {
    double squares = 0;
    for (std::size_t i = 1; i <= 288; ++i) squares += std::pow(std::log(close(i) / close(i - 1)), 2);
    return squares / 288;
  }
  double close(std::size_t i) const { return bars_.bars[i].close; }
  double average(std::size_t end, std::size_t count) const {
    double sum = 0;
    for (std::size_t i = end - count; i < end; ++i) sum += close(i);
    return sum / static_cast<double>(count);
  }
  double volatility(std::size_t end) const {
    double squares = 0;
    for (std::size_t i = end - rule_.unit_bars; i < end; ++i) squares += std::pow(std::log(close(i) / close(i - 1)), 2);
    return std::sqrt(squares / static_cast<double>(rule_.unit_bars));
  }
  double smoothed(std::size_t end) const {
    double squares = 0, weights = 0, weight = 1;
    for (std::size_t i = end - 1; i > 0; --i, weight *= std::exp2(-1 / static_cast<double>(rule_.unit_bars))) {
      squares += weight * std::pow(std::log(close(i) / close(i - 1)), 2);
      weights += weight;
    }
    return std::sqrt(squares / weights);
  }
  double true_range(std::size_t end) const {
    const auto n = static_cast<double>(rule_.unit_bars);
    double average = 0;
    for (std::size_t i = 1; i < end; ++i) {
      const double high = std::max(bars_.bars[i].high, close(i - 1)), low = std::min(bars_.bars[i].low, close(i - 1));
      average += (std::log(high / low) - average) / std::min(n, static_cast<double>(i));
    }
    return average;
  }
  double unit(std::size_t end) const {
    if (rule_.unit == KnownRule::Unit::log_price) return 1;
    if (rule_.unit == KnownRule::Unit::smoothed) return smoothed(end);
    return rule_.unit == KnownRule::Unit::volatility ? volatility(end) : true_range(end);
  }
  /// What the bars before `i` say.
  int signal_before(std::size_t i) const {
    if (rule_.entry == KnownRule::Entry::breakout) {
      double low = close(i - 2), high = low;
      for (std::size_t k = i - 1 - rule_.slow; k + 1 < i; ++k) {
        low = std::min(low, close(k));
        high = std::max(high, close(k));
      }
      return close(i - 1) > high ? 1 : (close(i - 1) < low ? -1 : 0);
    }
    const bool now = average(i, rule_.fast) > average(i, rule_.slow);
    const bool before = average(i - 1, rule_.fast) > average(i - 1, rule_.slow);
    return now == before ? 0 : (now ? 1 : -1);
  }

  void trade(std::int64_t time_ms, int side, double price) {
    const auto sequence = static_cast<std::int64_t>(log_.fills.fills.size());
    Fill fill{};
    fill.time_ms = time_ms;
    fill.sequence = sequence;
    fill.side = side;
    fill.price = price;
    fill.size = 1;
    fill.fee = rule_.fee * price;
    fill.order_id = fmt::format("order-{}", sequence);
    log_.fills.fills.push_back(fill);
  }
  void enter(std::size_t i, int side) {
    side_ = side;
    entry_ = best_ = bars_.bars[i].open;
    unit_ = unit(i);
    trade(bars_.bars[i].time_ms, side, entry_);
  }
  void leave(std::int64_t time_ms, double price, ExitReason reason) {
    trade(time_ms, -side_, price);
    log_.reasons.push_back(reason);
    side_ = 0;
  }
  /// What the close before bar `i` asks for.
  void settle(std::size_t i) {
    const double lost = side_ * std::log((rule_.trailing ? best_ : entry_) / close(i - 1)) / unit_;
    const double gained = side_ * std::log(close(i - 1) / entry_) / unit_;
    if (lost >= rule_.stop)
      leave(bars_.bars[i].time_ms, bars_.bars[i].open, ExitReason::stop);
    else if (gained >= rule_.target)
      leave(bars_.bars[i].time_ms, bars_.bars[i].open, ExitReason::target);
  }
  /// Stop and target within bar `i`; where both are passed, the stop.
  void watch(std::size_t i) {
    const Bar& bar = bars_.bars[i];
    const double stop = (rule_.trailing ? best_ : entry_) * std::exp(-side_ * rule_.stop * unit_);
    const double target = entry_ * std::exp(side_ * rule_.target * unit_);
    const std::int64_t minutes = bars_.interval_ms / 60'000;
    const std::int64_t minute = std::uniform_int_distribution<std::int64_t>(1, minutes - 1)(engine_);
    const std::int64_t time = bar.time_ms + (rule_.minutes ? 60'000 * minute : 0);
    if (side_ > 0 ? bar.low <= stop : bar.high >= stop)
      leave(time, side_ > 0 ? std::min(stop, bar.open) : std::max(stop, bar.open), ExitReason::stop);
    else if (side_ > 0 ? bar.high >= target : bar.low <= target)
      leave(time, side_ > 0 ? std::max(target, bar.open) : std::min(target, bar.open), ExitReason::target);
    best_ = side_ < 0 ? std::min(best_, bar.low) : std::max(best_, bar.high);
  }

  KnownRule rule_;
  const Bars& bars_;
  KnownLog log_;
  std::mt19937_64 engine_{7};
  int side_ = 0;
  double entry_ = 0, best_ = 0, unit_ = 1;
};

}  // namespace

KnownLog trade(const KnownRule& rule, const Bars& bars, std::size_t first) { return Trader(rule, bars).run(first); }

}  // namespace marketmimic
