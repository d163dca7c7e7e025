#pragma once

#include <cstdint>

#include "marketmimic/diffusion_market.hpp"
#include "marketmimic/order_book_market.hpp"
#include "marketmimic/scenario.hpp"

namespace marketmimic {

/// Scenarios of one asset between two steps, a thread each. Pointers are the device's; `stride` is the number of
/// scenarios.
template <class Market>
struct SingleScenarios {
  using Rules = Scenario<Market, 1>;

  const ScenarioContext<Market>* context;
  typename Rules::Block* blocks;  ///< [stride]
  Injection* schedule;            ///< [kMaxInjections][stride]
  std::uint32_t stride;

  /// Puts scenario i at its start, without a shock.
  MARKETMIMIC_HD void begin(std::uint32_t i) const {
    typename Rules::Tables drawn;
    Rules::start(*context, blocks[i], drawn, Record{}, i);
  }
  /// Takes it through steps `from` to `until - 1`; what it then shows is column i of row 0 of `shown`.
  MARKETMIMIC_HD void proceed(std::uint32_t i, std::uint32_t from, std::uint32_t until, const Record& shown) const {
    const auto& c = *context;
    typename Rules::Block block = blocks[i];
    typename Rules::Tables tables;
    for (std::uint32_t k = 0; k < c.injections; ++k) tables.schedule[k].store(0, schedule[k * stride + i]);
    const Record none;
    for (std::uint32_t t = from; t < until; ++t) Rules::step(c, block, tables, none, t);
    for (std::uint32_t k = 0; k < c.injections; ++k) schedule[k * stride + i] = tables.schedule[k].load(0);
    blocks[i] = block;
    Record mine = shown;
    mine.first = i;
    Rules::record_market(AllLanes<1>{}, c, block, mine, 0);
  }
};

}  // namespace marketmimic
