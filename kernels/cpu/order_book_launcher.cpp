#include "kernels/cpu/order_book_launcher.hpp"

#include "kernels/cpu/float_environment.hpp"
#include "kernels/cpu/versions.hpp"

namespace marketmimic {
namespace {

MARKETMIMIC_HD void run(const OrderBookStep& c, const OrderBookRun& r, OrderBook* states, BookLevel* levels,
                        OrderBookTally& tally) {
  MarketBlock<OrderBook, kLanes> market;
  Lanes<Stream, kLanes> streams;
  Lanes<Modifiers, kLanes> modifiers;
  Lanes<Orders, kLanes> orders;
  for (int lane = 0; lane < kLanes; ++lane) {
    streams.store(lane, Stream::of(r.seed, r.first + static_cast<std::uint64_t>(lane)));
    modifiers.store(lane, r.modifiers);
    orders.store(lane, r.orders);
  }
  market.start(c, r.execution, streams, false, r.clock);
  const auto before = [&](OneLane one, std::uint32_t t) MARKETMIMIC_INLINE {
    if (t == r.trading_steps) orders.store(one.lane, Orders{});
  };
  const auto after = [&](OneLane one, std::uint32_t t) MARKETMIMIC_INLINE {
    const OrderBook flow = market.flow(one.lane);
    if (states != nullptr) states[static_cast<std::size_t>(t) * kLanes + static_cast<std::size_t>(one.lane)] = flow;
    tally.messages += flow.messages;
  };
  tally.turns = market.run(
      c, r.execution, modifiers, orders, streams, 0, r.steps, before,
      [](std::uint32_t, int, const Trade&, const Trade&) {}, after);
  if (levels != nullptr)
    market.show(AllLanes<kLanes>{}, c, c.levels,
                [&](int lane, std::uint32_t level, const BookLevel& l)
                    MARKETMIMIC_INLINE { levels[level * kLanes + static_cast<std::uint32_t>(lane)] = l; });
}

}  // namespace

OrderBookTally run_order_books(const OrderBookStep& step, const OrderBookRun& plan, OrderBook* states,
                               BookLevel* levels, InstructionSet set) {
  const FloatEnvironment environment;
  OrderBookTally tally;
  run_version(set, [&]() MARKETMIMIC_INLINE { run(step, plan, states, levels, tally); });
  return tally;
}

}  // namespace marketmimic
