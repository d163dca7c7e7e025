#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string_view>

#include "host/config/describe_order_book.hpp"
#include "host/config/limits.hpp"
#include "host/config/market_file.hpp"

namespace marketmimic {

/// Shows every key of a market file to a visitor (TableReader, TableWriter, LimitChecker): its name, its value, what it
/// may be and what it means. Nothing else knows the keys, so that reading and writing can't drift apart.
template <class Visitor>
void describe_units(Visitor& v, MarketFile& m) {
  v.table("units", "What the whole numbers of prices and sizes stand for.", [&] {
    v.number("tick", m.tick, {1e-12, 1e9}, "currency in one tick");
    v.number("lot", m.lot, {1e-12, 1e9}, "units of the asset in one lot");
    v.text("currency", m.currency, 32, "of prices");
    v.text("asset", m.asset, 64, "name");
    v.number("bar_seconds", m.bar_seconds, {1, 604'800}, "interval of the bars it was fitted to [s]");
    std::int32_t mid = m.has_diffusion ? m.diffusion.initial_mid_half_ticks : m.order_book->initial_mid_half_ticks;
    v.require(!m.order_book || m.order_book->initial_mid_half_ticks == mid, "initial_mid_half_ticks",
              "must be the same for both models");
    v.number("initial_mid_half_ticks", mid, {200, 20'000'000}, "price at the start, in half ticks");
    m.diffusion.initial_mid_half_ticks = mid;
    if (m.order_book) m.order_book->initial_mid_half_ticks = mid;
  });
}

template <class Visitor>
void describe_price(Visitor& v, DiffusionParameters& p) {
  constexpr RealLimits rate = {1e-9, 10.0};
  v.table("diffusion", "The log price: stochastic volatility on two time scales, short memory, self-exciting jumps.",
          [&] {
            v.number("volatility", p.volatility, {1e-9, 0.01}, "of log returns at factor 0 [1/sqrt(s)]");
            v.number("drift", p.drift, {-1e-3, 1e-3}, "of the log price [1/s]");
            v.number("slow_rate", p.slow_rate, rate, "of the slow volatility factor [1/s]");
            v.number("slow_sd", p.slow_sd, {0, 2}, "its stationary standard deviation, in logarithms");
            v.number("fast_rate", p.fast_rate, rate, "of the fast volatility factor [1/s], above slow_rate");
            v.number("fast_sd", p.fast_sd, {0, 2}, "its stationary standard deviation, in logarithms");
            v.number("leverage", p.leverage, {-0.99, 0.99}, "correlation of return and fast volatility shocks");
            v.number("slow_leverage", p.slow_leverage, {-0.99, 0.99}, "the same of slow volatility shocks");
            v.number("memory", p.memory, {-0.9, 2}, "above 0: returns overreact and revert; below: underreact");
            v.number("memory_rate", p.memory_rate, rate, "at which they do [1/s]");
            v.number("jump_rate", p.jump_rate, {0, 1}, "base intensity of jumps [1/s]");
            v.number("jump_mean", p.jump_mean, {-1, 1}, "of the jump size [log price]");
            v.number("jump_sd", p.jump_sd, {0, 1}, "of the Laplace jump size [log price]");
            v.number("jump_branching", p.jump_branching, {0, 0.95}, "mean offspring of a jump");
            v.number("jump_decay", p.jump_decay, rate, "of the excitement after a jump [1/s]");
            v.require(p.fast_rate > p.slow_rate, "fast_rate", "must be above diffusion.slow_rate");
          });
  v.table("season", "Log factors at each full hour of the day (UTC), linear between, with mean 0.", [&] {
    const auto profile = [&](std::string_view key, std::span<float> hours, std::string_view meaning) {
      v.numbers(key, hours, {-5, 5}, meaning);
      const float mean = std::accumulate(hours.begin(), hours.end(), 0.0f) / static_cast<float>(hours.size());
      v.require(std::abs(mean) < 0.01f, key, "must have mean 0");
    };
    profile("log_volatility", p.season_log_volatility, "on volatility");
    profile("log_volume", p.season_log_volume, "on volume");
  });
}

template <class Visitor>
void describe_regimes(Visitor& v, DiffusionParameters& p) {
  const auto one = [&](std::size_t i) {
    Regime& regime = p.regime[i];
    v.number("log_volatility", regime.log_volatility, {-5, 5}, "log factor on volatility");
    v.number("drift", regime.drift, {-1e-3, 1e-3}, "log return [1/s]");
    v.number("leave_rate", regime.leave_rate, {0, 1}, "to each other regime with equal probability [1/s]");
  };
  const std::size_t regimes = v.tables("regime", p.regimes, {1, kMaxRegimes}, "A state of the regime chain.", one);
  p.regimes = static_cast<std::uint32_t>(regimes);
}

template <class Visitor>
void describe_trading(Visitor& v, DiffusionParameters& p) {
  v.table("volume", "Traded volume, tied to volatility.", [&] {
    v.number("rate", p.volume_rate, {1e-9, 1e9}, "median at normal volatility [lots/s]");
    v.number("beta", p.volume_beta, {0, 3}, "volume ~ volatility^this");
    v.number("gamma", p.volume_gamma, {0, 1}, "log volume per standard deviation of |latest move|");
    v.number("move_rate", p.volume_move_rate, {1e-9, 10},
             "at which that move is forgotten [1/s]; 10: a step's own move");
    v.number("factor_rate", p.volume_factor_rate, {1e-9, 10}, "of volume's own factor [1/s]");
    v.number("factor_sd", p.volume_factor_sd, {0, 2}, "its stationary standard deviation, in logarithms");
    v.number("noise_sd", p.volume_noise_sd, {0, 2}, "the same of volume's own noise, forgotten at move_rate");
    v.number("trade_lots", p.trade_lots, {1e-6, 1e9}, "mean size of a trade [lots]");
  });
  v.table("impact", "Square-root impact of the strategy's trades.", [&] {
    v.number("factor", p.impact, {0, 5}, "Y of I = Y sigma_day sqrt(Q / V_day)");
    v.number("permanent", p.impact_permanent, {0, 1}, "share of it that stays");
    v.number("half_life", p.impact_half_life, {1e-3, 1e8}, "of the memory of the flow Q [s]");
  });
  BookParameters& book = p.book;
  v.table("book", "Spread and depth as functions of the market's state.", [&] {
    v.number("spread_ticks", book.spread_ticks, {1, 1e6}, "mean spread at normal volatility [ticks]");
    v.number("spread_exponent", book.spread_exponent, {0, 2}, "spread ~ volatility^this");
    v.number("depth_lots", book.depth_lots, {1, 1e9}, "mean size of the best level at normal volatility [lots]");
    v.number("depth_exponent", book.depth_exponent, {0, 2}, "depth ~ volatility^-this");
    v.number("depth_slope", book.depth_slope, {-2, 2}, "size of level l ~ (1 + l)^this");
    v.number("level_gap_ticks", book.level_gap_ticks, {1, 1'000'000}, "distance between levels [ticks]");
    v.number("resilience_half_life", book.resilience_half_life, {1e-3, 1e6}, "of depth that was taken [s]");
  });
}

template <class Visitor>
void describe(Visitor& v, MarketFile& m) {
  constexpr std::array<std::string_view, 6> diffusion_keys = {"diffusion", "season", "volume",
                                                              "impact",    "book",   "regime"};
  constexpr std::array<std::string_view, 1> order_book_keys = {"order_book"};
  const bool has_order_book = v.any_of(order_book_keys, m.order_book.has_value());
  m.has_diffusion = v.any_of(diffusion_keys, m.has_diffusion) || !has_order_book;  // without any: its keys are missing
  if (has_order_book && !m.order_book) m.order_book.emplace();

  v.text("provenance", m.provenance, 1000, "what it was fitted to, and how");
  describe_units(v, m);
  if (m.has_diffusion) {
    describe_price(v, m.diffusion);
    describe_trading(v, m.diffusion);
    describe_regimes(v, m.diffusion);
  }
  if (m.order_book) describe_order_book(v, *m.order_book);
}

}  // namespace marketmimic
