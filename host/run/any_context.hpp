#pragma once

#include <variant>

#include "marketmimic/diffusion.hpp"
#include "marketmimic/order_book.hpp"
#include "marketmimic/scenario.hpp"

namespace marketmimic {

/// The context of whichever market a job chose. What is not the market's is the same for all of them.
using AnyContext = std::variant<ScenarioContext<Diffusion>, ScenarioContext<OrderBook>>;

inline const ScenarioSettings& settings_of(const AnyContext& context) {
  return std::visit([](const ScenarioSettings& settings) -> const ScenarioSettings& { return settings; }, context);
}
inline ScenarioSettings& settings_of(AnyContext& context) {
  return std::visit([](ScenarioSettings& settings) -> ScenarioSettings& { return settings; }, context);
}

}  // namespace marketmimic
