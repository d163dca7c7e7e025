#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "host/decomposition/strategy_file.hpp"
#include "host/run/any_context.hpp"
#include "marketmimic/entry_signal.hpp"

namespace marketmimic::parity {

/// A job with the tables its context points to.
struct Case {
  std::string name;
  std::vector<Primitive> primitives;
  std::vector<Cycle> cycles;
  std::vector<float> forcing;
  std::vector<Aggressiveness> aggressiveness;
  std::vector<std::uint32_t> menu;
  Strategy strategy;  ///< where plans are composed
  AnyContext context;

  const ScenarioSettings& settings() const { return settings_of(context); }
  ScenarioSettings& settings() { return settings_of(context); }
};

/// The market alone with the default parameters, 10 levels.
std::unique_ptr<Case> market_alone();

/// Everything the rules have at once: regimes, seasons, frequent jumps, leverage, all injection slots, a strategy whose
/// primitives wait for events and trade both ways, detectors on a slower clock, an odd number of levels.
std::unique_ptr<Case> everything();

/// The same of the order book: flow that depends on the state and excites itself, seasons, impact memory, few orders a
/// side, a strategy whose orders rest and take with latency, every injection slot, and steps in which nothing trades.
std::unique_ptr<Case> order_book_alone();
std::unique_ptr<Case> order_book_everything();

/// Of those two the same with a strategy that shows an entry signal, stop and target and takes position after position.
std::unique_ptr<Case> with_rules(std::unique_ptr<Case> everything, SignalFamily family);

/// Of those two the same with plans composed of the demonstration's primitives, varied, redirected by events and kept
/// away from limits.
std::unique_ptr<Case> composed(std::unique_ptr<Case> everything, PlanSequence sequence, OverrideAction action);

/// Far more events than a step may have.
std::unique_ptr<Case> crowded_order_book();

/// `order_book_everything` with hostile parameters: very high rates, hardly any depth, prices near one tick, one lot.
std::unique_ptr<Case> any_order_book(std::uint32_t seed);

/// `everything` with rules or without, and with the parameters anywhere in their documented ranges, limits among them.
std::unique_ptr<Case> anything(std::uint32_t seed);

}  // namespace marketmimic::parity
