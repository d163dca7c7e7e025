#pragma once

#include <cstdint>

#include "marketmimic/execution.hpp"
#include "marketmimic/flow_event.hpp"
#include "marketmimic/host_device.hpp"
#include "marketmimic/limit_order_book.hpp"

namespace marketmimic {

/// The strategy's order in the queue and what it is about to do.
struct OwnOrders {
  std::uint32_t side = 0;
  std::int32_t place = -1;  ///< of the resting order in its side; -1: none
  std::int32_t key = 0, lots = 0;
  std::int32_t market = 0, passive = 0, slippage = 0;  ///< wanted, see Orders
  std::int32_t due = 0;                                ///< when they reach the market [step ticks]
  std::uint32_t left = 0;                              ///< stages to do: 1 withdraw, 2 place, 4 take
  std::int32_t taken_lots = 0, rested_lots = 0;        ///< of this step, >= 0
  std::int64_t taken_notional = 0, rested_notional = 0;

  /// A step begins in which the strategy wants `orders`, `latency` [step ticks] later.
  MARKETMIMIC_HD void begin(const Orders& orders, std::int32_t latency, bool halted) {
    market = orders.market;
    passive = orders.passive;
    slippage = orders.slippage;
    due = latency;
    const std::uint32_t stages =
        choose(place >= 0, 1u, 0u) + choose(passive != 0, 2u, 0u) + choose(market != 0, 4u, 0u);
    left = choose(halted, 0u, stages);
    taken_lots = rested_lots = 0;
    taken_notional = rested_notional = 0;
  }

  /// The strategy's next stage: withdraw or shorten what rests, place what is to rest, take. What already rests at the
  /// best price keeps its place in the queue.
  MARKETMIMIC_HD void act(FlowEvent& e, bool acts, bool takes, const Touch& bid, const Touch& ask) {
    const bool withdraws = all(acts, (left & 1u) != 0u);
    const bool places = all(acts, !withdraws, (left & 2u) != 0u);
    left &= choose(withdraws, ~1u, choose(places, ~2u, choose(takes, 0u, ~0u)));
    const std::uint32_t wanted_side = choose(passive > 0, 0u, 1u);
    const std::int32_t wanted = choose(passive < 0, -passive, passive);
    const bool rests = place >= 0;
    const Touch at = choose(side != 0u, ask, bid);
    const Touch to = choose(wanted_side != 0u, ask, bid);
    const bool stays = all(rests, wanted > 0, side == wanted_side, key == at.key);
    const bool leaves = all(withdraws, rests, !stays, at.orders > 1);
    const bool shortens = all(withdraws, stays, lots > wanted);
    // What rests from the last step may trade before the withdrawal arrives: then nothing comes on the other side,
    // since a step has one trade of resting orders, and it has one sign.
    const bool turns = all(rested_lots > 0, side != wanted_side);
    const bool comes = all(places, !rests, !turns, wanted > 0);
    e.operation.action =
        choose(leaves, BookAction::remove,
               choose(shortens, BookAction::reduce, choose(comes, BookAction::insert, e.operation.action)));
    e.operation.side = choose(any(leaves, shortens), side, choose(comes, wanted_side, e.operation.side));
    e.operation.position = choose(any(leaves, shortens), place, e.operation.position);
    e.operation.key = choose(comes, to.key, e.operation.key);
    e.operation.lots = choose(any(shortens, comes), wanted, e.operation.lots);
    e.kind = choose(leaves, FlowKind::deletion,
                    choose(shortens, FlowKind::reduction, choose(comes, FlowKind::submission, e.kind)));
    e.own = choose(any(leaves, shortens, comes), 1u, 0u);
    key = choose(comes, to.key, key);
    lots = choose(any(shortens, comes), wanted, lots);
    side = choose(comes, wanted_side, side);
  }

  /// Where the strategy's order stands after the change, and what it and its market orders got.
  MARKETMIMIC_HD void follow(const FlowEvent& e, const BookChange& b, bool inserted, bool removed) {
    const BookOperation& o = e.operation;
    const bool executed = e.kind == FlowKind::execution;
    const bool here = all(place >= 0, side == o.side);
    const bool hit = all(here, executed, b.position == place);
    const std::int64_t notional = static_cast<std::int64_t>(price_of_key(o.side, b.key)) * e.traded;
    rested_lots += choose(hit, e.traded, 0);
    rested_notional += choose(hit, notional, std::int64_t{0});
    lots -= choose(hit, e.traded, 0);
    const bool taken = all(executed, e.own != 0u);
    taken_lots += choose(taken, e.traded, 0);
    taken_notional += choose(taken, notional, std::int64_t{0});

    const bool comes = all(e.own != 0u, inserted);
    const bool ahead = all(here, inserted, !comes, b.position <= place);
    const bool gone = all(here, removed, b.position == place);
    const bool forward = all(here, removed, b.position < place);
    const std::int32_t moved = place + choose(ahead, 1, 0) - choose(forward, 1, 0);
    const bool fell = moved >= kMaxOrders;
    place = choose(comes, b.position, choose(any(gone, fell), -1, moved));
  }
};

}  // namespace marketmimic
