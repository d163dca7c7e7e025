#pragma once

#include <cstdint>

#include "marketmimic/coupling.hpp"
#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"
#include "marketmimic/parametric_book.hpp"

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

}  // namespace marketmimic
