#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "marketmimic/order_book_market.hpp"

namespace marketmimic {

/// Hears the events of one lane, keeps a book of its own from them alone, and holds every promise of the order-book
/// market against it. Failures are counted, and the first ones reported, with `where`.
template <int Width>
class Mirror {
 public:
  explicit Mirror(int lane) : lane_(lane) {}

  std::string where;
  int failures = 0;
  /// How often the rarer things happened, so that a test can tell that it saw them.
  struct Seen {
    int executions = 0, hidden = 0, driven_out = 0, own_submissions = 0, own_rested = 0, own_taken = 0,
        own_withdrawn = 0, own_reduced = 0, own_kept = 0, self_withdrawn = 0, limited = 0;

    void operator+=(const Seen& other) {
      for (int Seen::*count : {&Seen::executions, &Seen::hidden, &Seen::driven_out, &Seen::own_submissions,
                               &Seen::own_rested, &Seen::own_taken, &Seen::own_withdrawn, &Seen::own_reduced,
                               &Seen::own_kept, &Seen::self_withdrawn, &Seen::limited})
        this->*count += other.*count;
    }
  } seen;

  void begin(const MarketBlock<OrderBook, Width>& market) {
    for (std::uint32_t side = 0; side < 2; ++side)
      for (std::int32_t i = 0; i < kMaxOrders && market.book().key(side, i, lane_) != kNoKey; ++i) {
        arrived_lots_ += market.book().lots(side, i, lane_);
        ++arrived_orders_;
        sides_[side].push_back({next_++, market.book().key(side, i, lane_), market.book().lots(side, i, lane_), false});
      }
    close_ = mid();
  }

  void begin_step(const Modifiers& modifiers, const Orders& orders, std::int32_t latency_ticks) {
    modifiers_ = modifiers;
    orders_ = orders;
    reaches_ = latency_ticks < kStepTicks && modifiers.halted == 0u;
    open_ = high_ = low_ = close_;
    volume_ = 0;
    trades_ = 0;
    taken_lots_ = rested_lots_ = 0;
    taken_notional_ = rested_notional_ = 0;
    now_ = 0;
    left_ = modifiers.halted != 0u ? 0u : 7u;
    stayed_ = 0;
    if (const Order* own = own_order()) stayed_ = own->number;
  }

  void hear(const FlowEvent& e, const BookChange& b, const OrderBook& flow, const LimitOrderBook<Width>& book) {
    check(flow.now >= now_, "time goes on");
    now_ = flow.now;
    const BookOperation& o = e.operation;
    auto& side = sides_[o.side];
    const std::int32_t ahead_before = lots_ahead();
    const std::int64_t own_before = own_order() != nullptr ? own_order()->number : 0;
    switch (e.kind) {
      case FlowKind::nothing:
        check(o.action == BookAction::none && e.traded == 0, "nothing is nothing");
        break;
      case FlowKind::submission:
        submit(e, b);
        break;
      case FlowKind::deletion:
      case FlowKind::reduction:
      case FlowKind::execution:
        if (!check(b.position >= 0 && b.position < static_cast<std::int32_t>(side.size()), "an order stands there"))
          return;
        check(o.position == b.position, "the place asked for");
        e.kind == FlowKind::execution ? execute(e) : withdraw(e);
        break;
      case FlowKind::hidden:
        check(o.action == BookAction::none, "a hidden trade changes no book");
        check(e.hidden > -sides_[0].front().key && e.hidden < sides_[1].front().key, "hidden within the spread");
        check(e.traded > 0, "hidden lots");
        ++seen.hidden;
        break;
    }
    // The last event of a step of too many comes at its end, and a market order under way is finished.
    check(e.kind == FlowKind::nothing || now_ < kStepTicks || flow.events >= kMostEvents, "no event after the step");
    volume_ += e.traded;
    trades_ += e.traded > 0;
    compare(flow, book);
    high_ = std::max(high_, mid());
    low_ = std::min(low_, mid());
    // An own order's queue: nobody gets ahead of it at its price.
    const Order* own = own_order();
    if (own != nullptr && own->number == own_before) check(lots_ahead() <= ahead_before, "nobody jumps the queue");
    // The strategy's stages.
    if ((left_ & 4u) != 0u && (flow.own.left & 4u) == 0u) {
      limit_ = static_cast<std::int64_t>(sides_[orders_.market > 0 ? 1 : 0].front().key) + orders_.slippage;
      own_takes_ = true;
    }
    left_ = flow.own.left;
    if (own_takes_ && flow.sweep_lots == 0) {
      own_takes_ = false;
      if (taken_lots_ < std::abs(orders_.market)) {
        const auto& taken_side = sides_[orders_.market > 0 ? 1 : 0];
        const Order& front = taken_side.front();
        const bool limited = front.key > limit_;
        check(limited || (taken_side.size() == 1 && (front.lots == 1 || front.own)), "takes all it may");
        seen.limited += limited;
      }
    }
  }

  void end_step(const OrderBook& flow, const Trade& taken, const Trade& rested, const ExecutionParameters& execution) {
    const Candle& candle = flow.candle;
    check(candle.open == open_, "open");
    check(candle.high == high_ && candle.low == low_, "high and low");
    check(candle.close == mid(), "close");
    check(candle.volume == std::min<std::int64_t>(volume_, kMostVolume) && candle.trades == trades_, "volume");
    check(candle.low <= candle.open && candle.open <= candle.high && candle.low <= candle.close &&
              candle.close <= candle.high,
          "candle in order");
    close_ = mid();
    if (modifiers_.halted != 0u) check(volume_ == 0, "halted");

    check(taken.lots == (orders_.market < 0 ? -taken_lots_ : taken_lots_), "lots taken");
    check(taken.notional == taken_notional_, "notional taken");
    check(taken.fee == fee_of(taken_notional_, execution.taker_fee), "taker fee");
    check(rested.lots == rested_lots_ && rested.notional == rested_notional_, "lots rested");
    check(rested.fee == fee_of(rested_notional_, execution.maker_fee), "maker fee");
    check(taken_lots_ <= std::abs(orders_.market), "no more than wanted");
    const bool whole_step = flow.events + 1 < kMostEvents;

    const Order* own = own_order();
    if (own != nullptr && reaches_ && whole_step) {
      const auto& side = sides_[flow.own.side];
      const bool alone = side.size() == 1;
      const bool wanted = orders_.passive != 0 && flow.own.side == (orders_.passive > 0 ? 0u : 1u);
      check(wanted || alone || stayed_ == own->number, "withdrawn when not wanted");
      if (wanted && !alone) check(own->lots <= std::abs(orders_.passive), "no more rests than wanted");
      seen.own_kept += own->number == stayed_;
    }
    // Conservation of orders and lots.
    std::int64_t resting_lots = 0, resting_orders = 0;
    for (const auto& side : sides_)
      for (const Order& order : side) {
        resting_lots += order.lots;
        ++resting_orders;
      }
    check(arrived_lots_ == resting_lots + cancelled_lots_ + traded_lots_ + driven_lots_, "lots are conserved");
    check(arrived_orders_ == resting_orders + cancelled_orders_ + filled_orders_ + driven_orders_,
          "orders are conserved");
  }

  /// Place of the strategy's order by this mirror; -1: none.
  std::int32_t own_place(std::uint32_t side) const {
    const auto at = std::find_if(sides_[side].begin(), sides_[side].end(), [](const Order& x) { return x.own; });
    return at == sides_[side].end() ? -1 : static_cast<std::int32_t>(at - sides_[side].begin());
  }

 private:
  struct Order {
    std::int64_t number;
    std::int32_t key, lots;
    bool own;
  };

  bool check(bool holds, const char* what) {
    if (!holds && ++failures <= 3) ADD_FAILURE() << what << ": " << where << ", time " << now_;
    return holds;
  }
  std::int32_t mid() const { return sides_[1].front().key - sides_[0].front().key; }
  const Order* own_order() const {
    for (std::uint32_t side = 0; side < 2; ++side)
      if (own_place(side) >= 0) return &sides_[side][static_cast<std::size_t>(own_place(side))];
    return nullptr;
  }
  /// Lots that trade before the own order at its price.
  std::int32_t lots_ahead() const {
    const Order* own = own_order();
    if (own == nullptr) return 0;
    const std::uint32_t side = own_place(0) >= 0 ? 0u : 1u;
    std::int32_t lots = 0;
    for (const Order& x : sides_[side]) lots += x.key == own->key && x.number < own->number ? x.lots : 0;
    return lots;
  }

  void submit(const FlowEvent& e, const BookChange& b) {
    const BookOperation& o = e.operation;
    auto& side = sides_[o.side];
    check(o.action == BookAction::insert && o.lots > 0, "a submission has lots");
    const auto place = std::find_if(side.begin(), side.end(), [&](const Order& x) { return x.key > o.key; });
    const auto index = static_cast<std::int32_t>(place - side.begin());
    if (index == kMaxOrders) {
      check(b.position == kMaxOrders, "no place");
      return;
    }
    check(b.position == index && b.key == o.key, "price, then time");
    side.insert(place, {next_++, o.key, o.lots, e.own != 0u});
    arrived_lots_ += o.lots;
    ++arrived_orders_;
    if (e.own != 0u) {
      check(o.lots == std::abs(orders_.passive) && o.side == (orders_.passive > 0 ? 0u : 1u), "own order as sent");
      ++seen.own_submissions;
    }
    if (side.size() > static_cast<std::size_t>(kMaxOrders)) {
      check(b.driven_out == side.back().lots && b.driven_key == side.back().key, "the last is driven out");
      driven_lots_ += side.back().lots;
      ++driven_orders_;
      ++seen.driven_out;
      side.pop_back();
    } else {
      check(b.driven_out == 0, "nobody is driven out");
    }
  }

  void withdraw(const FlowEvent& e) {
    const BookOperation& o = e.operation;
    auto& side = sides_[o.side];
    const auto at = side.begin() + o.position;
    check(at->own == (e.own != 0u), "only the strategy cancels its orders");
    if (e.kind == FlowKind::reduction) {
      check(o.action == BookAction::reduce && o.lots > 0 && o.lots < at->lots, "reduced");
      cancelled_lots_ += at->lots - o.lots;
      at->lots = o.lots;
      ++seen.own_reduced;
      return;
    }
    check(o.action == BookAction::remove, "deleted");
    if (at->own && own_takes_) {
      ++seen.self_withdrawn;
    } else if (at->own) {
      const bool still_wanted = orders_.passive != 0 && o.side == (orders_.passive > 0 ? 0u : 1u);
      check(!still_wanted || at->key != side.front().key, "keeps its place while wanted at the best price");
      ++seen.own_withdrawn;
    }
    cancelled_lots_ += at->lots;
    ++cancelled_orders_;
    side.erase(at);
  }

  void execute(const FlowEvent& e) {
    const BookOperation& o = e.operation;
    auto& side = sides_[o.side];
    check(o.position == 0, "the best order trades first");
    Order& front = side.front();
    for (const Order& x : side) {
      check(x.key >= front.key, "the best price trades");
      check(x.key != front.key || x.number >= front.number, "the oldest order at the best price trades");
    }
    check(e.traded > 0 && e.traded <= front.lots, "no more than there was");
    check(o.action == (e.traded == front.lots ? BookAction::remove : BookAction::reduce), "whole or in part");
    if (e.own != 0u) {
      check(!front.own, "no trade with oneself");
      check(front.key <= limit_, "within the slippage allowed");
      check(o.side == (orders_.market > 0 ? 1u : 0u), "takes the other side");
      taken_lots_ += e.traded;
      taken_notional_ += static_cast<std::int64_t>(price_of_key(o.side, front.key)) * e.traded;
      ++seen.own_taken;
    }
    if (front.own) {
      rested_lots_ += e.operation.side == 0u ? e.traded : -e.traded;
      rested_notional_ += static_cast<std::int64_t>(price_of_key(o.side, front.key)) * e.traded;
      ++seen.own_rested;
    }
    traded_lots_ += e.traded;
    ++seen.executions;
    front.lots -= e.traded;
    if (front.lots == 0) {
      ++filled_orders_;
      side.erase(side.begin());
    } else {
      check(o.lots == front.lots, "what is left");
    }
  }

  /// The book and what the flow knows of it are what this mirror holds.
  void compare(const OrderBook& flow, const LimitOrderBook<Width>& book) {
    for (std::uint32_t side = 0; side < 2; ++side) {
      const auto& mine = sides_[side];
      if (!check(!mine.empty(), "never empty")) return;
      bool same = true;
      std::int32_t lots = 0, queue = 0;
      for (std::int32_t i = 0; i < kMaxOrders; ++i) {
        const auto index = static_cast<std::size_t>(i);
        const bool stands = index < mine.size();
        same = same && book.key(side, i, lane_) == (stands ? mine[index].key : kNoKey) &&
               book.lots(side, i, lane_) == (stands ? mine[index].lots : 0);
        if (stands && mine[index].key == mine.front().key) {
          lots += mine[index].lots;
          ++queue;
        }
        if (stands) check(mine[index].lots > 0, "lots of a resting order");
      }
      check(same, "the same book");
      const Touch& touch = side == 0 ? flow.bid : flow.ask;
      check(touch.key == mine.front().key && touch.lots == lots && touch.queue == queue &&
                touch.orders == static_cast<std::int32_t>(mine.size()),
            "the touch as the flow sees it");
    }
    check(-sides_[0].front().key < sides_[1].front().key, "never crossed");
    check(-sides_[0].front().key >= 1, "a price of one tick at least");
    const std::int32_t place = flow.own.place;
    check(place == std::max(own_place(0), own_place(1)) && (place < 0 || place == own_place(flow.own.side)),
          "own place in the queue");
    if (const Order* own = own_order())
      check(own->lots == flow.own.lots && own->key == flow.own.key, "own order as the flow knows it");
  }

  int lane_;
  std::vector<Order> sides_[2];
  std::int64_t next_ = 1;
  std::int64_t arrived_lots_ = 0, cancelled_lots_ = 0, traded_lots_ = 0, driven_lots_ = 0;
  std::int64_t arrived_orders_ = 0, cancelled_orders_ = 0, filled_orders_ = 0, driven_orders_ = 0;
  Modifiers modifiers_;
  Orders orders_;
  bool reaches_ = false, own_takes_ = false;
  std::int64_t limit_ = 0, stayed_ = 0;
  std::uint32_t left_ = 0;
  std::int32_t now_ = 0, open_ = 0, high_ = 0, low_ = 0, close_ = 0, trades_ = 0;
  std::int64_t volume_ = 0;
  std::int32_t taken_lots_ = 0, rested_lots_ = 0;
  std::int64_t taken_notional_ = 0, rested_notional_ = 0;
};

}  // namespace marketmimic
