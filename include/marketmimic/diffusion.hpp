#pragma once

#include <cstdint>

#include "marketmimic/coupling.hpp"
#include "marketmimic/draws.hpp"
#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"
#include "marketmimic/market_view.hpp"
#include "marketmimic/parametric_book.hpp"
#include "marketmimic/perturbation.hpp"

namespace marketmimic {

inline constexpr std::uint32_t kMaxRegimes = 4;
inline constexpr std::uint32_t kHoursOfDay = 24;
inline constexpr std::uint32_t kSecondsOfDay = 86400;

/// One state of the market's regime chain (Hamilton, Econometrica 57, 1989).
struct Regime {
  float log_volatility = 0;  ///< log factor on volatility
  float drift = 0;           ///< log return [1/s]
  float leave_rate = 0;      ///< [1/s], >= 0; to each other regime with equal probability
};

/// The diffusion market, calibrated from bars: a log price with stochastic volatility on two time scales (log
/// Ornstein-Uhlenbeck factors), leverage, self-exciting jumps (Hawkes), a short-memory return term, a regime chain,
/// intraday seasonality, volume tied to volatility, and a parametric book. Times in seconds, so that one set of
/// parameters runs at any decision interval.
///
///   dx = mu dt + s dW + J dN + impact,  s = volatility exp(slow + fast + season + regime + perturbation)
///   du = -memory_rate u dt + memory (s dW + J dN),   log mid = x + u + transient impact
///   d slow = -slow_rate slow dt + slow_sd sqrt(2 slow_rate) dB1, dB1 dW = slow_leverage dt (fast alike, with leverage)
///   lambda = jump_rate + excess, excess jumps by jump_branching jump_decay per jump and decays at jump_decay
///   dm = -volume_move_rate m dt + sqrt(2 volume_move_rate) (dW + J dN / s), the latest move in standard deviations
///   log volume rate = season + volume_beta (slow + fast) + volume_gamma (|m| - 0.8) + its own factor + its own noise,
/// both Ornstein-Uhlenbeck and moved by the same shocks, the noise as quick as m
struct DiffusionParameters {
  float volatility = 5.0e-5f;                     ///< of log returns at factor 0 [1/sqrt(s)], > 0
  float drift = 0;                                ///< of the log price [1/s]
  float slow_rate = 1.0e-5f;                      ///< [1/s], > 0
  float slow_sd = 0.4f;                           ///< stationary standard deviation of the log factor, 0 to 2
  float fast_rate = 1.0e-3f;                      ///< [1/s], > slow_rate
  float fast_sd = 0.4f;                           ///< 0 to 2
  float leverage = 0;                             ///< correlation of return and fast volatility shocks, -0.99 to 0.99
  float slow_leverage = 0;                        ///< the same of slow volatility shocks
  float memory = 0;                               ///< > 0: returns overreact and revert, < 0: underreact; -0.9 to 2
  float memory_rate = 5.0e-3f;                    ///< [1/s], > 0
  float jump_rate = 1.0e-5f;                      ///< base intensity [1/s], >= 0
  float jump_mean = 0;                            ///< log price
  float jump_sd = 2.0e-3f;                        ///< of the Laplace jump size, log price, >= 0
  float jump_branching = 0.3f;                    ///< mean offspring of a jump, 0 to 0.95
  float jump_decay = 1.0e-3f;                     ///< [1/s], > 0
  float season_log_volatility[kHoursOfDay] = {};  ///< log factor at each full UTC hour, linear between, mean 0
  float season_log_volume[kHoursOfDay] = {};      ///< same for volume
  std::uint32_t regimes = 1;                      ///< states in use, 1 to kMaxRegimes
  Regime regime[kMaxRegimes] = {};
  float volume_rate = 10.0f;           ///< median at normal volatility [lots/s], > 0
  float volume_beta = 1.0f;            ///< volume ~ volatility^this, 0 to 3
  float volume_gamma = 0.2f;           ///< log volume per standard deviation of |latest move|, 0 to 1
  float volume_move_rate = 10.0f;      ///< at which that move is forgotten [1/s], > 0; 10: the move of a step alone
  float volume_factor_rate = 1.0e-3f;  ///< [1/s], > 0, of the log-volume factor of its own
  float volume_factor_sd = 0.5f;       ///< its stationary standard deviation, 0 to 2
  float volume_noise_sd = 0;           ///< that of the noise, which is forgotten as the move is, 0 to 2
  float trade_lots = 10.0f;            ///< mean size of a trade [lots], > 0
  float impact = 1.0f;                 ///< Y of the square-root law I = Y sigma_day sqrt(Q / V_day), 0 to 5
  float impact_permanent = 0.5f;       ///< share of it that stays, 0 to 1
  float impact_half_life = 1800.0f;    ///< [s] in which the memory of the flow Q halves, > 0
  BookParameters book;
  std::int32_t initial_mid_half_ticks = 20000;  ///< 200 to 20,000,000
};

/// The parameters prepared for one step length: everything that does not depend on the state. A pure function of its
/// inputs on every machine, since it is made with exact arithmetic only.
struct DiffusionStep {
  float dt;            ///< [s]
  std::uint32_t half;  ///< whole seconds of half a step
  float volatility, drift, slow_decay, slow_noise, fast_decay, fast_noise;
  float leverage, leverage_rest, slow_leverage, slow_leverage_rest;
  float memory, memory_decay;
  float jump_rate, jump_mean, jump_sd, jump_branching, jump_decay_rate, jump_decay;
  float slow_sd, fast_sd;
  float log_volume, volume_beta, volume_gamma, volume_decay, volume_factor_noise, volume_factor_sd, trades_per_lot;
  float move_decay, move_noise, volume_noise, volume_noise_start, volume_noise_rest;
  float impact, impact_permanent, flow_decay;
  float resilience_decay, inverse_visible_depth;
  std::uint32_t regimes;
  float regime_log_volatility[kMaxRegimes], regime_drift[kMaxRegimes], regime_leave[kMaxRegimes];
  float regime_start[kMaxRegimes];  ///< stationary probability of this regime or one before it
  float season_log_volatility[kHoursOfDay], season_log_volume[kHoursOfDay];
  float spread_ticks, spread_exponent, depth_lots, depth_exponent;
  float shape[kMaxLevels];
  std::int32_t gap, initial_mid_half_ticks;
  std::uint32_t levels;
  Coupling coupling;  ///< to other assets of the scenario

  /// `dt` in seconds, `levels` visible on each side, 1 to kMaxLevels.
  MARKETMIMIC_HD static DiffusionStep of(const DiffusionParameters& p, float dt, std::uint32_t levels) {
    DiffusionStep c{};
    c.dt = dt;
    c.half = static_cast<std::uint32_t>(0.5f * dt);
    c.volatility = p.volatility * exact::sqrt(dt);
    c.drift = p.drift * dt;
    c.slow_decay = exact::exp(-p.slow_rate * dt);
    c.slow_noise = p.slow_sd * exact::sqrt(-exact::expm1(-2.0f * p.slow_rate * dt));
    c.fast_decay = exact::exp(-p.fast_rate * dt);
    c.fast_noise = p.fast_sd * exact::sqrt(-exact::expm1(-2.0f * p.fast_rate * dt));
    c.leverage = p.leverage;
    c.leverage_rest = exact::sqrt(1.0f - p.leverage * p.leverage);
    c.slow_leverage = p.slow_leverage;
    c.slow_leverage_rest = exact::sqrt(1.0f - p.slow_leverage * p.slow_leverage);
    c.slow_sd = p.slow_sd;
    c.fast_sd = p.fast_sd;
    // The step's noise arrives all through it: what is left of it at the end is the mean decay, so that returns over a
    // long interval have the same law whatever the steps they are made of.
    c.memory = p.memory * -exact::expm1(-p.memory_rate * dt) / (p.memory_rate * dt);
    c.memory_decay = exact::exp(-p.memory_rate * dt);
    c.jump_rate = p.jump_rate;
    c.jump_mean = p.jump_mean;
    c.jump_sd = p.jump_sd;
    c.jump_branching = p.jump_branching;
    c.jump_decay_rate = p.jump_decay;
    c.jump_decay = exact::exp(-p.jump_decay * dt);
    c.log_volume = exact::log(p.volume_rate * dt);
    c.volume_beta = p.volume_beta;
    c.volume_gamma = p.volume_gamma;
    c.volume_decay = exact::exp(-p.volume_factor_rate * dt);
    c.volume_factor_noise = p.volume_factor_sd * exact::sqrt(-exact::expm1(-2.0f * p.volume_factor_rate * dt));
    c.volume_factor_sd = p.volume_factor_sd;
    c.move_decay = exact::exp(-p.volume_move_rate * dt);
    c.move_noise = exact::sqrt(-exact::expm1(-2.0f * p.volume_move_rate * dt));
    c.volume_noise = p.volume_noise_sd * c.move_noise;
    // Stationary correlation of the factor with the noise, which have the same shocks; 1 but for rounding at most.
    const float shared = c.move_noise * exact::sqrt(-exact::expm1(-2.0f * p.volume_factor_rate * dt)) /
                         -exact::expm1(-(p.volume_factor_rate + p.volume_move_rate) * dt);
    c.volume_noise_start = p.volume_noise_sd * shared;
    c.volume_noise_rest = p.volume_noise_sd * exact::sqrt(exact::max(1.0f - shared * shared, 0.0f));
    c.trades_per_lot = 1.0f / p.trade_lots;
    const float day = static_cast<float>(kSecondsOfDay);
    c.impact = p.impact * p.volatility * exact::sqrt(day) / exact::sqrt(p.volume_rate * day);
    c.impact_permanent = p.impact_permanent;
    c.flow_decay = exact::half_life_decay(dt, p.impact_half_life);
    c.resilience_decay = exact::half_life_decay(dt, p.book.resilience_half_life);
    c.regimes = p.regimes;
    for (std::uint32_t i = 0; i < kMaxRegimes; ++i) {
      c.regime_log_volatility[i] = p.regime[i].log_volatility;
      c.regime_drift[i] = p.regime[i].drift * dt;
      c.regime_leave[i] = -exact::expm1(-p.regime[i].leave_rate * dt);
    }
    // Every regime is entered from each other one with equal probability, so its share of time is proportional to its
    // mean stay. Where one is never left, all are as likely at the start.
    float stay[kMaxRegimes] = {}, all = 0;
    bool left = true;
    for (std::uint32_t i = 0; i < p.regimes; ++i) left = left && p.regime[i].leave_rate > 0.0f;
    for (std::uint32_t i = 0; i < p.regimes; ++i) all += stay[i] = left ? 1.0f / c.regime_leave[i] : 1.0f;
    float sum = 0;
    for (std::uint32_t i = 0; i < kMaxRegimes; ++i) c.regime_start[i] = (sum += stay[i]) / all;
    for (std::uint32_t i = 0; i < kHoursOfDay; ++i) {
      c.season_log_volatility[i] = p.season_log_volatility[i];
      c.season_log_volume[i] = p.season_log_volume[i];
    }
    c.spread_ticks = p.book.spread_ticks;
    c.spread_exponent = p.book.spread_exponent;
    c.depth_lots = p.book.depth_lots;
    c.depth_exponent = p.book.depth_exponent;
    c.gap = p.book.level_gap_ticks;
    c.initial_mid_half_ticks = p.initial_mid_half_ticks;
    c.levels = levels;
    float total = 0;
    for (std::uint32_t l = 0; l < kMaxLevels; ++l) {
      c.shape[l] = exact::power(static_cast<float>(l + 1u), p.book.depth_slope);
      total += l < levels ? c.shape[l] : 0.0f;
    }
    c.inverse_visible_depth = 1.0f / (p.book.depth_lots * total);
    return c;
  }
};

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

  /// Draws factors, regime and (where `random_clock`) the time of day from their stationary laws.
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
    s.clock = random_clock ? v.a % kSecondsOfDay : clock % kSecondsOfDay;
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
