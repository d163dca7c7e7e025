#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "host/tape/tape.hpp"
#include "marketmimic/order_book_market.hpp"

namespace marketmimic {

/// Listens to one order book and writes its messages down as a tape: every order gets a number, every change of the
/// book is a message with the book it leaves. An order driven out of a full side is a deletion at the same time. Prices
/// are ticks times `tick` [1e-4 currency units].
class FlowRecorder {
 public:
  static constexpr bool listens = true;

  /// `start`: time of the first step [ns]; `step_ns`: length of a step.
  FlowRecorder(std::uint32_t levels, std::int64_t tick, std::int64_t start_ns, std::int64_t step_ns);

  /// Numbers the orders that stand in the book.
  void begin(const LimitOrderBook<1>& book);
  /// Messages that follow belong to step `t`.
  void enter(std::uint32_t t) { step_start_ns_ = start_ns_ + static_cast<std::int64_t>(t) * step_ns_; }
  /// As MarketBlock calls its listener.
  void operator()(int lane, const FlowEvent& event, const BookChange& change, const OrderBook& flow,
                  const LimitOrderBook<1>& book);

  Tape take() { return std::move(tape_); }

 private:
  void add(std::int64_t time, MessageType type, std::int64_t order, std::int32_t size, std::int64_t price,
           int direction, const LimitOrderBook<1>& book, const BookOperation* without = nullptr);
  /// Keys and lots, best first, at least as many as the tape shows; `without` an order just inserted.
  std::vector<std::pair<std::int32_t, std::int64_t>> levels_of(const LimitOrderBook<1>& book, std::uint32_t side,
                                                               const BookOperation* without) const;

  Tape tape_;
  std::int64_t start_ns_, step_ns_, step_start_ns_;
  std::vector<std::int64_t> orders_[2];  ///< numbers in the order of priority
  std::int64_t next_ = 1;
};

/// How to simulate a tape.
struct TapePlan {
  std::uint64_t seed = 1, scenario = 0;
  std::uint32_t steps = 3600;
  std::uint32_t levels = 10;
  std::int64_t tick = 100;  ///< [1e-4 currency units]
  std::uint32_t clock = 0;  ///< seconds after midnight at the start
  float step_seconds = 1;   ///< whole
};

/// The undisturbed market alone.
Tape simulate_tape(const OrderBookParameters& parameters, const TapePlan& plan);

}  // namespace marketmimic
