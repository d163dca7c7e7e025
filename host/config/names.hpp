#pragma once

#include <array>
#include <string_view>

#include "marketmimic/detectors.hpp"
#include "marketmimic/dmp.hpp"
#include "marketmimic/perturbation.hpp"
#include "marketmimic/record.hpp"
#include "marketmimic/sequencer.hpp"
#include "marketmimic/standing.hpp"
#include "marketmimic/strategy.hpp"
#include "marketmimic/trading_rules.hpp"

namespace marketmimic {

/// Names as they stand in files, tables and job keys; index = value of the enumerator.
inline constexpr std::array<std::string_view, kPerturbationKinds> kPerturbationNames = {
    "volatility_spike", "flash_crash", "liquidity_gap", "news", "halt", "liquidation_cascade", "climate"};

/// Index = value of Trigger.
inline constexpr std::array<std::string_view, 4> kTriggerNames = {"time", "market_event", "exposure", "peak"};

/// Index = value of MarketModel.
inline constexpr std::array<std::string_view, 3> kMarketModelNames = {"file", "diffusion", "order_book"};

/// Index = value of ShockSide.
inline constexpr std::array<std::string_view, 4> kShockSideNames = {"both", "bid", "ask", "random"};

/// In the order of the members of RecordedGroups.
inline constexpr std::array<std::string_view, 7> kRecordedGroupNames = {"observations", "actions", "market", "book",
                                                                        "strategy",     "labels",  "orders"};

/// Index = value of Store.
inline constexpr std::array<std::string_view, 3> kStoreNames = {"plain", "deflate", "recipe"};

inline constexpr std::array<std::string_view, kMarketEvents> kMarketEventNames = {
    "trend_up", "trend_down", "crash", "range", "volatility_break", "drawdown_stop", "recovery", "gain", "loss"};

inline constexpr std::array<std::string_view, kPrimitiveKinds> kPrimitiveNames = {"unclassified",
                                                                                  "bull_market_entry",
                                                                                  "bear_market_entry",
                                                                                  "flash_crash_exit",
                                                                                  "dip_accumulation",
                                                                                  "range_bound_accumulation",
                                                                                  "range_bound_distribution",
                                                                                  "breakout_entry",
                                                                                  "take_profit_scale_out",
                                                                                  "stop_loss_trail",
                                                                                  "position_flip",
                                                                                  "hold",
                                                                                  "oscillation"};

/// Index = value of Evidence.
inline constexpr std::array<std::string_view, 8> kEvidenceNames = {
    "position_opened", "direction_changed", "order_after_pause", "unobserved_change",
    "movement_ended",  "fit_split",         "by_hand",           "rate_changed"};

/// Index = value of DmpForm.
inline constexpr std::array<std::string_view, kDmpForms> kDmpFormNames = {"unscaled", "pastor", "delayed-goal"};

/// Index = value of PlanFidelity.
inline constexpr std::array<std::string_view, kPlanFidelities> kPlanFidelityNames = {"full", "goal-only", "static",
                                                                                     "replay", "replay-noise"};

/// Index = value of PlanSequence, for those that a job names; a plan of its own has no name.
inline constexpr std::array<std::string_view, 2> kPlanSequenceNames = {"demonstration", "transitions"};

/// Index = value of OverrideAction.
inline constexpr std::array<std::string_view, 4> kOverrideActionNames = {"leave", "abort", "replace", "replan"};

/// Index = value of SignalFamily.
inline constexpr std::array<std::string_view, kSignalFamilies> kSignalFamilyNames = {"none", "breakout", "crossing",
                                                                                     "bands", "strength"};

/// Index = value of ExitUnit.
inline constexpr std::array<std::string_view, kExitUnits> kExitUnitNames = {"log_price", "smoothed", "window",
                                                                            "true_range"};

/// Index = value of OrderStyle.
inline constexpr std::array<std::string_view, kOrderStyles> kOrderStyleNames = {"demonstrated", "passive", "aggressive",
                                                                                "urgency"};

/// Index = value of Amplitude.
inline constexpr std::array<std::string_view, 2> kAmplitudeNames = {"kept", "proportional"};

inline constexpr std::array<std::string_view, kFailures> kFailureNames = {
    "none",     "not_started", "limit_breach", "unfilled", "incomplete",
    "not_flat", "shortfall",   "aborted",      "untraded", "costly"};

/// Bit i of Standing.
inline constexpr std::array<std::string_view, kStandings> kStandingNames = {"filled", "within_cost"};

inline constexpr std::array<std::string_view, kObservations> kObservationNames = {
    "log_return", "log_price", "spread", "imbalance", "log_volume", "volatility",
    "burst",      "trend",     "fall",   "exposure",  "profit",     "time_left"};

inline constexpr std::array<std::string_view, kActions> kActionNames = {"target_exposure", "aggressiveness"};

}  // namespace marketmimic
