#pragma once

#include <cstdint>

#include "marketmimic/coupling.hpp"
#include "marketmimic/diffusion_step.hpp"
#include "marketmimic/draws.hpp"
#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"
#include "marketmimic/market_view.hpp"
#include "marketmimic/parametric_book.hpp"
#include "marketmimic/perturbation.hpp"

namespace marketmimic {

/// State of the diffusion market of one scenario.
struct Diffusion {
  float log_price = 0;  ///< x, relative to the initial mid
  float transient = 0;  ///< u
  float slow = 0, fast = 0;
  float excess = 0;  ///< jump intensity above its base [1/s]
  float volume_factor = 0, volume_noise = 0;
  float move = 0;                      ///< m: the latest moves, in standard deviations, -6 to 6
  float flow = 0;                      ///< the strategy's signed trades, forgotten with impact_half_life [lots]
  float log_mid = 0;                   ///< log of the mid relative to the initial one, before rounding to half ticks
  float taken_bid = 0, taken_ask = 0;  ///< share of the visible depth taken and not refilled, 0 to 0.98
  float lowest = 0;                    ///< log price, of a liquidation cascade
  float log_volatility = 0;            ///< of the last step, all factors together
  std::uint32_t regime = 0;
  std::uint32_t clock = 0;  ///< seconds since midnight UTC at the next step's start
  Candle candle;
  ParametricBook book;

  using Parameters = DiffusionParameters;
  using Step = DiffusionStep;

  /// Draws factors, regime and (where `random_clock`) the time of day, which all assets of a scenario share, from their
  /// stationary laws.
  MARKETMIMIC_HD static Diffusion start(const DiffusionStep& c, const Stream& stream, bool random_clock,
                                        std::uint32_t clock, const CommonNoise& common = {}) {
    Diffusion s;
    const std::uint32_t asset = c.coupling.asset;
    const Words w = stream.draw(Draw::initial_state, 0, asset), v = stream.draw(Draw::initial_state, 1, asset);
    const Normals n = normal_pair(w.a, w.b), m = normal_pair(w.c, w.d);
    const float own = c.coupling.own, volume = common.volume + own * m.a;
    s.slow = c.slow_sd * (common.slow + own * n.a);
    s.fast = c.fast_sd * (common.fast + own * n.b);
    s.volume_factor = c.volume_factor_sd * volume;
    s.move = m.b;
    const Words rest = stream.draw(Draw::initial_state, 2, asset);
    s.volume_noise = c.volume_noise_start * volume + c.volume_noise_rest * normal_pair(rest.a, rest.b).a;
    s.clock = (random_clock ? stream.draw(Draw::initial_state, 1).a : clock) % kSecondsOfDay;
    const float place = open_uniform(v.b);
    for (std::uint32_t i = 0; i + 1u < c.regimes; ++i) s.regime += place > c.regime_start[i] ? 1u : 0u;
    s.log_volatility = s.slow + s.fast + s.season(c, c.season_log_volatility) + s.regime_of(c.regime_log_volatility);
    s.show_book(c, Modifiers{}, v.c);
    s.candle.volume = exact::round_to_int(s.usual_volume(c));
    s.candle.open = s.candle.high = s.candle.low = s.candle.close = s.book.mid_half_ticks();
    return s;
  }

  /// One step under `m`, with the strategy's trades `executed` [lots, signed] that it already took from the shown book.
  MARKETMIMIC_HD void advance(const DiffusionStep& c, const Modifiers& m, std::int32_t executed, const Stream& stream,
                              std::uint32_t step, const CommonNoise& common = {}) {
    const Words path = stream.draw(Draw::path, step, c.coupling.asset);
    const Words event = stream.draw(Draw::event, step, c.coupling.asset);
    const Normals alone = normal_pair(path.a, path.b), besides = normal_pair(path.c, path.d);
    const float own = c.coupling.own;
    const Normals n{common.price + own * alone.a, common.slow + own * alone.b};
    const Normals k{common.fast + own * besides.a, common.volume + own * besides.b};

    const float factors = slow + fast;
    const float level = factors + season(c, c.season_log_volatility) + regime_of(c.regime_log_volatility);
    log_volatility = exact::clamp(level + m.log_volatility, -8.0f, 8.0f);
    const float sigma = c.volatility * exact::exp(log_volatility);
    // The factors move after they were used, since their shocks know the step's return.
    slow = slow * c.slow_decay + c.slow_noise * (c.slow_leverage * n.a + c.slow_leverage_rest * n.b);
    fast = fast * c.fast_decay + c.fast_noise * (c.leverage * n.a + c.leverage_rest * k.a);

    const float noise = sigma * n.a + jump(c, m, event);
    const float before = log_mid;
    const float impulse = impact_of(c, executed);
    // Each new low sets off a further one, `feedback` times as deep: a fall of D in all begins with (1 - feedback) D.
    const bool cascades = m.density > 0.0f;
    const float feedback = choose(cascades, exact::min(m.excitation, 0.9f), 0.0f);
    const float lower = choose(cascades, exact::max(lowest - log_price, 0.0f), 0.0f);
    lowest = choose(cascades, exact::min(lowest, log_price), log_price);
    const float asked = choose(m.displacement < 0.0f, (1.0f - feedback) * m.displacement, m.displacement);
    const float moved = asked - feedback * lower;
    const float change = c.drift + regime_of(c.regime_drift) + noise + moved + c.impact_permanent * impulse;
    log_price = exact::clamp(log_price + change, -8.0f, 8.0f);
    transient = exact::clamp(transient * c.memory_decay + c.memory * noise, -0.5f, 0.5f);
    const float passing = (1.0f - c.impact_permanent) * impact_at(c, flow);
    log_mid = exact::clamp(log_price + transient + passing, -8.6f, 8.6f);

    move = exact::clamp(move * c.move_decay + c.move_noise * (noise / sigma), -6.0f, 6.0f);
    // Forced sales, in usual volumes of a step.
    const float forced =
        m.participation / (1.0f - exact::min(m.participation, 0.9f)) + (m.swept + m.density * lower) / c.dt;
    trade(c, m, executed, factors, k.b, forced);
    refill(c, executed);
    const std::int32_t open = candle.close;
    const ParametricBook shown = book;
    show_book(c, m, event.d);
    form_candle(open, log_mid - before, sigma, event.c);
    pause(m.halted != 0u, shown, open);
    clock = (clock + static_cast<std::uint32_t>(c.dt)) % kSecondsOfDay;
  }

  /// Moves the regime chain; call only where there is more than one regime.
  MARKETMIMIC_HD void change_regime(const DiffusionStep& c, const Stream& stream, std::uint32_t step) {
    const Words w = stream.draw(Draw::regime, step, c.coupling.asset);
    const bool leaves = open_uniform(w.a) < regime_of(c.regime_leave);
    const std::uint32_t other = (regime + 1u + w.b % (c.regimes - 1u)) % c.regimes;
    regime = leaves ? other : regime;
  }

  /// What everyone may see after the step.
  MARKETMIMIC_HD MarketView view(const DiffusionStep& c) const {
    return {candle, book.mid_half_ticks(), book.ask - book.bid, book.bid_size(0, c.shape[0]),
            book.ask_size(0, c.shape[0])};
  }
  /// Trades that rested in the book and were filled during the step: they add to the flow, whose impact shows from the
  /// next step on, but take no depth.
  MARKETMIMIC_HD void pass(std::int32_t lots) { flow += static_cast<float>(lots); }
  /// Volume of a step that is usual around now [lots].
  MARKETMIMIC_HD float usual_volume(const DiffusionStep& c) const {
    return exact::exp(
        exact::clamp(c.log_volume + season(c, c.season_log_volume) + c.volume_beta * (slow + fast), -10.0f, 20.7f));
  }
  /// Variance of the log return over `seconds` that is usual around now; detectors start from it.
  MARKETMIMIC_HD float usual_variance(const DiffusionStep& c, float seconds) const {
    const float level = slow + season(c, c.season_log_volatility) + regime_of(c.regime_log_volatility);
    const float diffusive = c.volatility * c.volatility * exact::exp(2.0f * (level + c.fast_sd * c.fast_sd));
    const float jumps = c.jump_rate * c.dt * c.jump_sd * c.jump_sd / (1.0f - c.jump_branching);
    return (diffusive + jumps) * seconds / c.dt;
  }

 private:
  /// The profile at the time of day in the middle of the step, linear between full hours.
  MARKETMIMIC_HD float season(const DiffusionStep& c, const float* hourly) const {
    const std::uint32_t middle = (clock + c.half) % kSecondsOfDay, hour = middle / 3600u;
    const float part = static_cast<float>(middle - hour * 3600u) * (1.0f / 3600.0f);
    const std::uint32_t next = hour == kHoursOfDay - 1u ? 0u : hour + 1u;
    return hourly[hour] + part * (hourly[next] - hourly[hour]);
  }
  MARKETMIMIC_HD float regime_of(const float* table) const {
    const float low = regime == 0u ? table[0] : table[1], high = regime == 2u ? table[2] : table[3];
    return regime < 2u ? low : high;
  }
  /// At most one jump a step: arrives with probability 1 - exp(-lambda dt); Laplace size.
  MARKETMIMIC_HD float jump(const DiffusionStep& c, const Modifiers& m, const Words& event) {
    const float intensity = c.jump_rate + excess;
    const bool jumps = open_uniform(event.a) < -exact::expm1(-intensity * c.dt);
    const float magnitude = -0.70710678f * exact::log(open_uniform(event.b));
    const float sign = (event.b & 1u) != 0u ? 1.0f : -1.0f;
    const float branching = exact::max(c.jump_branching, m.excitation);
    excess = excess * c.jump_decay + (jumps ? branching * c.jump_decay_rate : 0.0f);
    return jumps ? c.jump_mean + c.jump_sd * sign * magnitude : 0.0f;
  }
  /// Square-root impact of a flow of `lots` in log price; odd in its argument.
  MARKETMIMIC_HD static float impact_at(const DiffusionStep& c, float lots) {
    const float size = c.impact * exact::sqrt(exact::max(exact::abs(lots), 1.0e-12f));
    const float signed_size = lots < 0.0f ? -size : size;
    return lots == 0.0f ? 0.0f : signed_size;
  }
  /// Adds the trades to the flow and returns the change of impact they cause.
  MARKETMIMIC_HD float impact_of(const DiffusionStep& c, std::int32_t executed) {
    const float faded = flow * c.flow_decay;
    flow = faded + static_cast<float>(executed);
    return impact_at(c, flow) - impact_at(c, faded);
  }
  /// Traded volume: follows volatility, the size of the latest move and a factor of its own.
  MARKETMIMIC_HD void trade(const DiffusionStep& c, const Modifiers& m, std::int32_t executed, float factors,
                            float normal, float forced) {
    volume_factor = volume_factor * c.volume_decay + c.volume_factor_noise * normal;
    volume_noise = volume_noise * c.move_decay + c.volume_noise * normal;
    const float tied = c.volume_beta * factors + c.volume_gamma * (exact::abs(move) - 0.8f);
    const float log_lots =
        c.log_volume + season(c, c.season_log_volume) + tied + volume_factor + volume_noise + m.log_volume;
    const float usual = exact::exp(exact::clamp(log_lots, -10.0f, 20.7f));  // up to 9.8e8
    const float lots = exact::min(usual * (1.0f + forced), 1.0e9f);
    const std::int32_t own = executed < 0 ? -executed : executed;
    candle.volume = exact::round_to_int(lots) + own;
    const std::int32_t trades =
        exact::round_to_int(exact::min(static_cast<float>(candle.volume) * c.trades_per_lot, 1.0e9f));
    candle.trades = candle.volume > 0 && trades < 1 ? 1 : trades;
  }
  /// What was taken comes back at the book's resilience; what `executed` took goes.
  MARKETMIMIC_HD void refill(const DiffusionStep& c, std::int32_t executed) {
    const float taken = static_cast<float>(executed) * c.inverse_visible_depth;
    taken_ask = exact::clamp(taken_ask * c.resilience_decay + exact::max(taken, 0.0f), 0.0f, 0.98f);
    taken_bid = exact::clamp(taken_bid * c.resilience_decay + exact::max(-taken, 0.0f), 0.0f, 0.98f);
  }
  /// Quotes and depth around the latent mid; the spread is rounded at random so that its mean is kept.
  MARKETMIMIC_HD void show_book(const DiffusionStep& c, const Modifiers& m, std::uint32_t noise) {
    const float base = static_cast<float>(c.initial_mid_half_ticks);
    // Leaves room for the high above the mid, at most 5e8, below 2^31.
    const float moved = exact::clamp(base * exact::expm1(log_mid), -1.6e9f, 1.6e9f);
    const std::int32_t latent = c.initial_mid_half_ticks + exact::round_to_int(moved);
    const std::int32_t mid = latent < 4 ? 4 : latent;
    const float wide =
        c.spread_ticks * exact::exp(exact::clamp(c.spread_exponent * log_volatility + m.log_spread, -10.0f, 10.0f));
    const float dither = static_cast<float>(noise >> 24) * (1.0f / 256.0f);
    const std::int32_t wanted = exact::floor_to_int(exact::clamp(wide + dither, 1.0f, 1.0e8f));
    const std::int32_t widest = mid / 2;
    const std::int32_t spread = wanted < widest ? wanted : widest;
    book.bid = (mid - spread) / 2;
    book.ask = book.bid + spread;
    book.gap = c.gap;
    book.noise = noise;
    const float thin = -c.depth_exponent * log_volatility;
    book.depth_bid =
        c.depth_lots * exact::exp(exact::clamp(thin + m.log_depth_bid, -20.0f, 10.0f)) * (1.0f - taken_bid);
    book.depth_ask =
        c.depth_lots * exact::exp(exact::clamp(thin + m.log_depth_ask, -20.0f, 10.0f)) * (1.0f - taken_ask);
  }
  /// In a halt nothing trades and quotes stay; the price behind them goes on, and trading opens again where it is then.
  MARKETMIMIC_HD void pause(bool halted, const ParametricBook& shown, std::int32_t open) {
    book.bid = choose(halted, shown.bid, book.bid);
    book.ask = choose(halted, shown.ask, book.ask);
    book.noise = choose(halted, shown.noise, book.noise);
    book.depth_bid = choose(halted, shown.depth_bid, book.depth_bid);
    book.depth_ask = choose(halted, shown.depth_ask, book.depth_ask);
    candle.high = choose(halted, open, candle.high);
    candle.low = choose(halted, open, candle.low);
    candle.close = choose(halted, open, candle.close);
    candle.volume = choose(halted, 0, candle.volume);
    candle.trades = choose(halted, 0, candle.trades);
  }
  /// Open is the last close; the extremes are those of a Brownian bridge between open and close, drawn each from its
  /// exact law: max = (d + sqrt(d^2 - 2 sigma^2 ln u)) / 2 above the open (Beaglehole, Dybvig, Zhou 1997).
  MARKETMIMIC_HD void form_candle(std::int32_t open, float moved, float sigma, std::uint32_t word) {
    const std::int32_t close = book.mid_half_ticks();
    const std::int32_t top = open > close ? open : close, bottom = open < close ? open : close;
    const float size = exact::abs(moved), square = size * size, variance = 2.0f * sigma * sigma;
    const float u = static_cast<float>((word >> 16) + 1u) * (1.0f / 65537.0f);
    const float v = static_cast<float>((word & 0xFFFFu) + 1u) * (1.0f / 65537.0f);
    const float above = 0.5f * (exact::sqrt(square - variance * exact::log(u)) - size);
    const float below = 0.5f * (exact::sqrt(square - variance * exact::log(v)) - size);
    const float price = static_cast<float>(top);
    candle.open = open;
    candle.close = close;
    const std::int32_t up = exact::round_to_int(exact::clamp(price * above, 0.0f, 5.0e8f));
    const std::int32_t down = exact::round_to_int(exact::clamp(price * below, 0.0f, 2.0e9f));
    const std::int32_t low = bottom - down;
    candle.high = top + up;
    candle.low = low < 2 ? (bottom < 2 ? bottom : 2) : low;
  }
};

}  // namespace marketmimic
