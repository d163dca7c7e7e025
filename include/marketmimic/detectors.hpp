#pragma once

#include <cstdint>

#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"

namespace marketmimic {

/// Market events; bit `1 << event` in masks. Append only. The names of the bits are in host/config/names.hpp.
enum class MarketEvent : std::uint32_t {
  trend_up = 0,          ///< returns drift upwards beyond chance
  trend_down = 1,        ///< returns drift downwards beyond chance
  crash = 2,             ///< a fall from the recent high, many times the usual volatility
  range = 3,             ///< no drift, for some time
  volatility_break = 4,  ///< recent volatility far above the usual
  drawdown_stop = 5,     ///< the price moved against the position held, away from its best
  recovery = 6,          ///< part of a crash came back
  gain = 7,              ///< the position held is worth more than when it was taken
  loss = 8,              ///< ... or less
};
inline constexpr std::uint32_t kMarketEvents = 9;
MARKETMIMIC_HD constexpr std::uint32_t event_bit(MarketEvent event) { return 1u << static_cast<std::uint32_t>(event); }

/// States of the position: what holds for a decision, but by itself calls for none.
inline constexpr std::uint32_t kPositionStates = event_bit(MarketEvent::gain) | event_bit(MarketEvent::loss);

/// Thresholds. Time is counted in bars, so that they mean the same on every clock; `sigma` is the usual standard
/// deviation of a bar's log return. Each event starts at the first threshold and ends at the second (hysteresis).
struct DetectorParameters {
  float usual_half_life = 288.0f;              ///< of the usual variance [bars], > recent_half_life
  float recent_half_life = 6.0f;               ///< of the recent variance [bars], >= 1
  float trend_half_life = 12.0f;               ///< of the mean return [bars], >= 1
  float trend_start = 2.5f, trend_end = 1.0f;  ///< t-statistic of the mean return
  float crash_start = 4.0f, crash_end = 2.0f;  ///< fall from the recent high [sigma sqrt(extreme_half_life)]
  float extreme_half_life = 6.0f;              ///< in which the recent high and low are forgotten [bars], >= 1
  float recovery_share = 0.5f;                 ///< of the crash's fall that has come back, 0 to 1
  float range_limit = 0.8f;                    ///< |t-statistic| below this ...
  float range_bars = 12.0f;                    ///< ... for so many bars
  float break_start = 3.0f, break_end = 1.5f;  ///< ratio of recent to usual variance
  float drawdown_start = 3.0f;  ///< adverse move from the position's best price [sigma sqrt(extreme_half_life)]
  float gain_start = 1.0f;      ///< move from the price at which the position was taken, either way, likewise
};

/// Parameters as decay factors per bar; the same on every machine.
struct DetectorStep {
  float usual_decay, recent_decay, trend_decay, extreme_decay;
  float trend_scale;    ///< the t-statistic is mean / (sigma trend_scale)
  float extreme_scale;  ///< sqrt(extreme_half_life)
  DetectorParameters p;

  MARKETMIMIC_HD static DetectorStep of(const DetectorParameters& p) {
    DetectorStep c{};
    c.p = p;
    c.usual_decay = exact::half_life_decay(1.0f, p.usual_half_life);
    c.recent_decay = exact::half_life_decay(1.0f, p.recent_half_life);
    c.trend_decay = exact::half_life_decay(1.0f, p.trend_half_life);
    c.extreme_decay = exact::half_life_decay(1.0f, p.extreme_half_life);
    // Variance of an exponentially weighted mean of independent returns: sigma^2 (1 - d) / (1 + d).
    c.trend_scale = exact::sqrt((1.0f - c.trend_decay) / (1.0f + c.trend_decay));
    c.extreme_scale = exact::sqrt(p.extreme_half_life);
    return c;
  }
};

/// Streaming detectors of market events: constant memory, one update a bar; the same code cuts demonstrations offline
/// and triggers primitives online.
struct Detectors {
  float usual_variance = 0;  ///< of a bar's log return
  float recent_variance = 0;
  float mean_return = 0;
  float price = 0;                      ///< log price at the last bar
  float high = 0, low = 0;              ///< recent extremes of the log price, drawn to it as they age
  float crash_high = 0, crash_low = 0;  ///< of the crash not yet recovered; crash_high > crash_low while there is one
  float quiet_bars = 0;                 ///< bars without drift so far
  float best = 0;                       ///< best log price since the position was taken
  float taken = 0;                      ///< log price at the first bar's end that saw it
  float position = 0;                   ///< sign of the position at the last bar; 0 once that was left
  std::uint32_t active = 0;             ///< events that hold now
  std::uint32_t started = 0;            ///< events that began at the last bar

  /// At log price `price`, with `variance` > 0 as the usual variance of a bar's return.
  MARKETMIMIC_HD static Detectors start(float price, float variance) {
    Detectors s;
    s.usual_variance = s.recent_variance = variance;
    s.price = s.high = s.low = s.best = s.taken = price;
    return s;
  }

  /// Puts the detectors of a scenario into the state that a market without events would have left behind, so that they
  /// need no time to warm up: the t-statistic is `normal`, a standard normal draw; the bars without drift so far, where
  /// there is none, are uniform up to twice range_bars by `uniform` in (0, 1).
  MARKETMIMIC_HD void settle(const DetectorStep& c, float normal, float uniform) {
    mean_return = normal * sigma() * c.trend_scale;
    quiet_bars = exact::abs(normal) < c.p.range_limit ? 2.0f * c.p.range_bars * uniform : 0.0f;
    active = hold(MarketEvent::trend_up, normal, c.p.trend_start, c.p.trend_end) |
             hold(MarketEvent::trend_down, -normal, c.p.trend_start, c.p.trend_end) |
             (quiet_bars >= c.p.range_bars ? event_bit(MarketEvent::range) : 0u);
  }

  /// Mean return in its standard deviations under no drift.
  MARKETMIMIC_HD float trend(const DetectorStep& c) const { return mean_return / (sigma() * c.trend_scale); }
  /// Usual standard deviation of a bar's log return.
  MARKETMIMIC_HD float sigma() const { return exact::sqrt(exact::max(usual_variance, 1.0e-16f)); }
  /// Fall from the recent high [sigma sqrt(extreme_half_life)], >= 0.
  MARKETMIMIC_HD float fall(const DetectorStep& c) const { return (high - price) / (sigma() * c.extreme_scale); }
  /// Ratio of recent to usual variance.
  MARKETMIMIC_HD float burst() const { return recent_variance / exact::max(usual_variance, 1.0e-16f); }

  /// Within a bar the sign of the position held is `held`: one that is left and taken again is another one. Events
  /// begin at a bar's end, not at every step until the next.
  MARKETMIMIC_HD void watch(float held) {
    position = held == position ? position : 0.0f;
    started = 0;
  }

  /// One bar closed at log price `now`; `held` is the sign of the position held (-1, 0, 1).
  MARKETMIMIC_HD void update(const DetectorStep& c, float now, float held) {
    const float r = now - price;
    const float unit = sigma();  // the usual volatility before this bar: a shock must not raise its own yardstick
    // One bar counts at most 8 sigma here: after a crash the yardstick must still measure.
    const float usual = exact::clamp(r, -8.0f * unit, 8.0f * unit);
    recent_variance = c.recent_decay * recent_variance + (1.0f - c.recent_decay) * r * r;
    mean_return = c.trend_decay * mean_return + (1.0f - c.trend_decay) * r;
    high = exact::max(now, now + (high - now) * c.extreme_decay);
    low = exact::min(now, now + (low - now) * c.extreme_decay);
    price = now;

    const float t = mean_return / (unit * c.trend_scale);
    const float depth = (high - now) / (unit * c.extreme_scale);
    const float ratio = recent_variance / exact::max(usual_variance, 1.0e-16f);
    usual_variance = c.usual_decay * usual_variance + (1.0f - c.usual_decay) * usual * usual;

    std::uint32_t on = 0;
    on |= hold(MarketEvent::trend_up, t, c.p.trend_start, c.p.trend_end);
    on |= hold(MarketEvent::trend_down, -t, c.p.trend_start, c.p.trend_end);
    const std::uint32_t crash = hold(MarketEvent::crash, depth, c.p.crash_start, c.p.crash_end);
    on |= crash;
    on |= hold(MarketEvent::volatility_break, ratio, c.p.break_start, c.p.break_end);
    quiet_bars = exact::abs(t) < c.p.range_limit ? quiet_bars + 1.0f : 0.0f;
    on |= quiet_bars >= c.p.range_bars ? event_bit(MarketEvent::range) : 0u;
    on |= recover(c, crash != 0u, now);
    on |= judge(c, unit, now, held);
    started = on & ~active;
    active = on;
  }

 private:
  MARKETMIMIC_HD std::uint32_t hold(MarketEvent event, float value, float start, float end) const {
    const std::uint32_t bit = event_bit(event);
    const float threshold = (active & bit) != 0u ? end : start;
    return value > threshold ? bit : 0u;
  }
  /// Remembers a crash's high and low until the share asked for has come back; then the event holds for one bar.
  MARKETMIMIC_HD std::uint32_t recover(const DetectorStep& c, bool crash, float now) {
    const bool pending = crash_high > crash_low;
    const bool opens = crash && !pending;
    crash_high = opens ? high : crash_high;
    crash_low = opens ? now : (pending ? exact::min(crash_low, now) : crash_low);
    const bool back = pending && now > crash_low + c.p.recovery_share * (crash_high - crash_low);
    crash_high = back ? 0.0f : crash_high;
    crash_low = back ? 0.0f : crash_low;
    return back ? event_bit(MarketEvent::recovery) : 0u;
  }
  /// The position held, against its best price and the price at which it was taken.
  MARKETMIMIC_HD std::uint32_t judge(const DetectorStep& c, float unit, float now, float held) {
    const bool fresh = held != position || held == 0.0f;
    const float better = held > 0.0f ? exact::max(best, now) : exact::min(best, now);
    best = fresh ? now : better;
    taken = fresh ? now : taken;
    position = held;
    const float scale = held / (unit * c.extreme_scale);
    const float adverse = scale * (best - now), gained = scale * (now - taken);
    return (adverse > c.p.drawdown_start ? event_bit(MarketEvent::drawdown_stop) : 0u) |
           (gained > c.p.gain_start ? event_bit(MarketEvent::gain) : 0u) |
           (-gained > c.p.gain_start ? event_bit(MarketEvent::loss) : 0u);
  }
};

}  // namespace marketmimic
