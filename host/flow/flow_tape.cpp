#include "host/flow/flow_tape.hpp"

#include <memory>
#include <utility>

namespace marketmimic {

FlowRecorder::FlowRecorder(std::uint32_t levels, std::int64_t tick, std::int64_t start_ns, std::int64_t step_ns)
    : start_ns_(start_ns), step_ns_(step_ns), step_start_ns_(start_ns) {
  tape_.levels = levels;
  tape_.tick = tick;
}

void FlowRecorder::begin(const LimitOrderBook<1>& book) {
  for (std::uint32_t side = 0; side < 2; ++side) {
    orders_[side].clear();
    for (std::int32_t i = 0; i < kMaxOrders && book.key(side, i, 0) != kNoKey; ++i) orders_[side].push_back(next_++);
  }
}

std::vector<std::pair<std::int32_t, std::int64_t>> FlowRecorder::levels_of(const LimitOrderBook<1>& book,
                                                                           std::uint32_t side,
                                                                           const BookOperation* without) const {
  std::vector<std::pair<std::int32_t, std::int64_t>> levels;
  for (std::int32_t i = 0; i < kMaxOrders && book.key(side, i, 0) != kNoKey; ++i) {
    const std::int32_t key = book.key(side, i, 0);
    if (levels.empty() || levels.back().first != key) {
      if (levels.size() > tape_.levels) break;
      levels.emplace_back(key, 0);
    }
    levels.back().second += book.lots(side, i, 0);
  }
  if (without != nullptr && without->side == side) {
    for (auto& [key, lots] : levels) lots -= key == without->key ? without->lots : 0;
    std::erase_if(levels, [](const auto& level) { return level.second == 0; });
  }
  return levels;
}

void FlowRecorder::add(std::int64_t time, MessageType type, std::int64_t order, std::int32_t size, std::int64_t price,
                       int direction, const LimitOrderBook<1>& book, const BookOperation* without) {
  tape_.messages.push_back({time, type, order, size, price * tape_.tick, direction});
  const auto bids = levels_of(book, 0, without), asks = levels_of(book, 1, without);
  for (std::size_t l = 0; l < tape_.levels; ++l) {
    Level level;
    if (l < bids.size()) {
      level.bid_price = price_of_key(0, bids[l].first) * tape_.tick;
      level.bid_size = bids[l].second;
    }
    if (l < asks.size()) {
      level.ask_price = price_of_key(1, asks[l].first) * tape_.tick;
      level.ask_size = asks[l].second;
    }
    tape_.book.push_back(level);
  }
}

void FlowRecorder::operator()(int, const FlowEvent& event, const BookChange& change, const OrderBook& flow,
                              const LimitOrderBook<1>& book) {
  if (event.kind == FlowKind::nothing) return;
  const BookOperation& o = event.operation;
  const int direction = o.side == 0 ? 1 : -1;
  // Time counts in 2^-30 of a step: 64-bit products of the two stay exact.
  const auto time = step_start_ns_ + static_cast<std::int64_t>((static_cast<__int128>(flow.now) * step_ns_) >> 30);
  std::vector<std::int64_t>& orders = orders_[o.side];
  const auto place = static_cast<std::ptrdiff_t>(change.position);
  const std::int64_t price = price_of_key(o.side, change.key);
  switch (event.kind) {
    case FlowKind::submission: {
      if (change.position >= kMaxOrders) return;  // found no place: nobody saw it
      orders.insert(orders.begin() + place, next_++);
      const std::int64_t driven_out = change.driven_out > 0 ? orders.back() : 0;
      if (driven_out != 0) {
        orders.pop_back();
        add(time, MessageType::deletion, driven_out, change.driven_out, price_of_key(o.side, change.driven_key),
            direction, book, &o);
      }
      return add(time, MessageType::submission, orders[static_cast<std::size_t>(place)], o.lots, price, direction,
                 book);
    }
    case FlowKind::hidden:
      return add(time, MessageType::hidden, 0, event.traded, event.hidden, direction, book);
    case FlowKind::reduction:
      return add(time, MessageType::reduction, orders[static_cast<std::size_t>(place)], change.lots - o.lots, price,
                 direction, book);
    case FlowKind::deletion:
    case FlowKind::execution: {
      const std::int64_t order = orders[static_cast<std::size_t>(place)];
      if (o.action == BookAction::remove) orders.erase(orders.begin() + place);
      const bool trade = event.kind == FlowKind::execution;
      return add(time, trade ? MessageType::execution : MessageType::deletion, order,
                 trade ? event.traded : change.lots, price, direction, book);
    }
    case FlowKind::nothing:
      return;
  }
}

Tape simulate_tape(const OrderBookParameters& parameters, const TapePlan& plan) {
  const auto step = std::make_unique<OrderBookStep>(OrderBookStep::of(parameters, plan.step_seconds, plan.levels));
  const auto market = std::make_unique<MarketBlock<OrderBook, 1>>();
  Lanes<Stream, 1> stream;
  Lanes<Modifiers, 1> calm;
  Lanes<Orders, 1> none;
  stream.store(0, Stream::of(plan.seed, plan.scenario));
  calm.store(0, Modifiers{});
  none.store(0, Orders{});
  const ExecutionParameters execution;
  market->start(*step, execution, stream, false, plan.clock);
  const auto step_ns = static_cast<std::int64_t>(static_cast<double>(plan.step_seconds) * 1e9);
  FlowRecorder recorder(plan.levels, plan.tick, static_cast<std::int64_t>(plan.clock) * kNsPerSecond, step_ns);
  recorder.begin(market->book());
  for (std::uint32_t t = 0; t < plan.steps; ++t) {
    recorder.enter(t);
    market->advance(
        *step, execution, calm, none, stream, t, [](int, const Trade&, const Trade&) {}, recorder);
  }
  return recorder.take();
}

}  // namespace marketmimic
