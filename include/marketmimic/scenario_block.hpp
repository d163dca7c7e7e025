#pragma once

#include <cstdint>

#include "marketmimic/account.hpp"
#include "marketmimic/contagion.hpp"
#include "marketmimic/detectors.hpp"
#include "marketmimic/draws.hpp"
#include "marketmimic/execution.hpp"
#include "marketmimic/lanes.hpp"
#include "marketmimic/market_block.hpp"
#include "marketmimic/perturbation.hpp"
#include "marketmimic/schedule.hpp"
#include "marketmimic/sequencer.hpp"
#include "marketmimic/strategy.hpp"
#include "marketmimic/trading_rules.hpp"

namespace marketmimic {

/// When an execution counts as a success: rules about the process, never about the profit.
struct SuccessRules {
  float loss_limit = 0.2f;  ///< no fall of the profit from its best beyond this share of the largest position's worth
  float shortfall_limit = 0.01f;  ///< against the paper portfolio, same unit
  float flat_tolerance = 0.02f;   ///< exposure that may be left where the demonstration ends flat
};

/// Everything a scenario depends on besides its id and the market, prepared for the step length.
struct ScenarioSettings {
  ExecutionParameters execution;
  DetectorStep detectors;
  AdaptationParameters adaptation;
  SuccessRules success;
  StrategyView strategy;
  PerturbationRule perturbations[kMaxInjections];
  ShockSources sources;  ///< of their shocks
  Contagion contagion;
  std::uint32_t injections = 0;    ///< rules in use
  std::uint32_t steps = 0;         ///< T
  std::uint32_t levels = 0;        ///< L
  std::uint32_t bar_steps = 1;     ///< steps between updates of the detectors
  std::uint32_t random_clock = 1;  ///< 1: each scenario draws its time of day
  std::uint32_t clock = 0;         ///< else all begin so many seconds after midnight UTC
  float dt = 60;                   ///< decision interval [s], whole
  float money_per_half = 0;        ///< currency in half a tick lot
  std::uint64_t seed = 0;
};

/// Everything a scenario depends on besides its id.
template <class Market>
struct ScenarioContext : ScenarioSettings {
  typename Market::Step market;
};

/// Running measures of one scenario.
struct Measures {
  std::int64_t value_half = 0;     ///< account at the last mid [half tick lots]
  std::int64_t rewarded_half = 0;  ///< of it already paid out as reward
  float volume_average = 0;        ///< expected volume of a step [lots]
  float log_price = 0;             ///< of the mid since the start
  float log_return = 0;            ///< over the last step
  float paper = 0;                 ///< profit of a portfolio that holds the target at the mid at no cost
  float held_target = 0;           ///< the target that held over the step
  float best = 0;                  ///< highest profit so far
  float drawdown = 0;
  float largest_exposure = 0;
  std::uint32_t perturbations = 0;
  float profit = 0;  ///< of the largest position's worth at the start
};

/// `Width` scenarios side by side, one state a lane: 1 on a GPU thread, kLanes on a CPU core.
template <class Market, int Width>
struct ScenarioBlock {
  Lanes<Stream, Width> stream;
  MarketBlock<Market, Width> market;
  Lanes<Modifiers, Width> modifiers;
  Lanes<Detectors, Width> detectors;
  Lanes<Sequencer, Width> plan;
  Lanes<Orders, Width> orders;
  Lanes<Account, Width> account;
  Lanes<Measures, Width> measures;
  Lanes<Yardsticks, Width> yardsticks;
};

/// What of it is indexed at run time, which can't be held in registers. `GoesOn` as for Scenario.
template <int Width, bool GoesOn = true>
struct ScenarioTables {
  Lanes<Injection, Width> schedule[kMaxInjections];  ///< constant once drawn
  /// Log price at the ends of the last bars, that of bar b at b mod kHistoryBars; bar 0 ended where the scenario began.
  /// Kept where the strategy has rules.
  Lanes<float, Width> closes[GoesOn ? kHistoryBars : 1];
};

}  // namespace marketmimic
