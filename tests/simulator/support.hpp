#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "host/simulator/market_simulator.hpp"
#include "tests/plain_order_book.hpp"
#include "tests/refusal.hpp"

namespace marketmimic {

inline MarketFile both_models() {
  MarketFile market;
  market.order_book = plain_order_book();
  market.bar_seconds = 10;
  return market;
}

inline SimulatorOptions small(MarketModel model) {
  SimulatorOptions o;
  o.scenarios = 20;  // more than one block, the last one not full
  o.step_seconds = 10;
  o.levels = 3;
  o.model = model;
  o.threads = 2;
  return o;
}

inline Injection crash() {
  Injection i;
  i.kind = static_cast<std::uint32_t>(PerturbationKind::flash_crash);
  i.rise = 60;
  i.half_life = 60;
  i.displacement = -0.05f;
  i.recovery = 0.8f;
  i.log_depth_bid = std::log(0.05f);
  i.participation = 0.09f;
  return i;
}

/// Everything that can be seen of an asset, copied.
inline std::vector<std::vector<std::int32_t>> seen(const MarketSimulator& s, std::uint32_t asset = 0) {
  std::vector<std::vector<std::int32_t>> all;
  for (const auto& view : {s.open(asset), s.high(asset), s.low(asset), s.mid(asset), s.volume(asset), s.trades(asset),
                           s.bid_price(asset), s.ask_price(asset), s.bid_size(asset), s.ask_size(asset)})
    all.emplace_back(view.begin(), view.end());
  return all;
}

}  // namespace marketmimic
