#pragma once

#include <cstddef>
#include <cstdint>

#include "marketmimic/host_device.hpp"
#include "marketmimic/lanes.hpp"

namespace marketmimic {

/// Most orders that rest on one side; an order that comes to a full side drives out the one with the least priority.
inline constexpr std::int32_t kMaxOrders = 64;

/// Orders are sorted by a key, so that both sides follow one rule: the smaller, the better. Ask: the price [ticks];
/// bid: the price negated.
MARKETMIMIC_HD std::int32_t price_of_key(std::uint32_t side, std::int32_t key) { return side == 0u ? -key : key; }
/// Key of an empty place, worse than any price.
inline constexpr std::int32_t kNoKey = 2147483647;

enum class BookAction : std::uint32_t {
  none = 0,
  insert = 1,  ///< behind every order with as good a key: price, then time
  remove = 2,
  reduce = 3,  ///< keeps its place
};

/// What happens to one side of a book; the smallest change there is.
struct BookOperation {
  BookAction action = BookAction::none;
  std::uint32_t side = 0;     ///< 0 bid, 1 ask
  std::int32_t position = 0;  ///< remove, reduce: place in the side's order of priority, 0 is next to trade
  std::int32_t key = 0;       ///< insert
  std::int32_t lots = 0;      ///< insert: size > 0; reduce: lots left > 0
};

/// What an operation found and left.
struct BookChange {
  std::int32_t position = 0;      ///< place of the order inserted, removed or reduced; kMaxOrders: found no place
  std::int32_t key = 0;           ///< of that order
  std::int32_t lots = 0;          ///< remove, reduce: its lots before
  std::int32_t driven_out = 0;    ///< insert: lots of the order that fell off the full side
  std::int32_t driven_key = 0;    ///< ... and its key
  std::int32_t best = 0;          ///< key of the best order of the side, after
  std::int32_t touch_lots = 0;    ///< at the best price, after
  std::int32_t touch_orders = 0;  ///< at the best price, after
};

/// The orders of `Width` books: each side a sequence in price-time priority. Prices are absolute, so the book goes
/// wherever the price goes.
template <int Width>
class LimitOrderBook {
 public:
  MARKETMIMIC_HD void clear(int lane) {
    for (int side = 0; side < 2; ++side) {
      for (std::int32_t i = 0; i <= kMaxOrders; ++i) {
        key_[side][i][lane] = kNoKey;
        lots_[side][i][lane] = 0;
      }
    }
  }
  MARKETMIMIC_HD std::int32_t key(std::uint32_t side, std::int32_t position, int lane) const {
    return key_[side][position][lane];
  }
  MARKETMIMIC_HD std::int32_t lots(std::uint32_t side, std::int32_t position, int lane) const {
    return lots_[side][position][lane];
  }
  /// Moves every price by `ticks`, but no bid below one tick.
  MARKETMIMIC_HD void shift(std::int32_t ticks, int lane) {
    for (std::int32_t i = 0; i < kMaxOrders; ++i) {
      const std::int32_t bid = key_[0][i][lane], moved = (bid == kNoKey ? 0 : bid) - ticks;
      key_[0][i][lane] = bid == kNoKey ? kNoKey : (moved < -1 ? moved : -1);
      key_[1][i][lane] += key_[1][i][lane] == kNoKey ? 0 : ticks;
    }
  }

  /// Applies one operation to each lane's book. `places`: no side of any lane has an order at or beyond this place, an
  /// insertion counted; at most kMaxOrders.
  ///
  /// Visits the places of the side concerned in their order. In hand is first the new order, then the one it displaced,
  /// then that one's successor: everyone behind the new order moves back by one, or forward behind one removed.
  MARKETMIMIC_HD void apply(const Lanes<BookOperation, Width>& operations, Lanes<BookChange, Width>& changes,
                            std::int32_t places) {
    const Pack zero = {}, one = zero + 1, none = zero + kNoKey, nowhere = zero + kMaxOrders;
    Pack action, side, position, hand_key, hand_lots;
    operations.read(offsetof(BookOperation, action), action);
    operations.read(offsetof(BookOperation, side), side);
    operations.read(offsetof(BookOperation, position), position);
    operations.read(offsetof(BookOperation, key), hand_key);
    operations.read(offsetof(BookOperation, lots), hand_lots);
    const auto ask = side != zero;
    const auto inserts = action == static_cast<std::int32_t>(BookAction::insert);
    const auto removes = action == static_cast<std::int32_t>(BookAction::remove);
    const auto reduces = action == static_cast<std::int32_t>(BookAction::reduce);
    const Pack wanted = inserts ? hand_key : none;  // better than no order, so nothing is displaced
    const Pack ahead = removes ? position : nowhere, here = reduces ? position : ahead;
    const Pack reduced = hand_lots;

    Pack bid_key, ask_key, bid_lots, ask_lots, second_bid_key, second_ask_key;
    read_pack(bid_key, key_[0][0]);
    read_pack(ask_key, key_[1][0]);
    read_pack(bid_lots, lots_[0][0]);
    read_pack(ask_lots, lots_[1][0]);
    read_pack(second_bid_key, key_[0][1]);
    read_pack(second_ask_key, key_[1][1]);
    Pack key = ask ? ask_key : bid_key, lots = ask ? ask_lots : bid_lots;
    const Pack second_key = ask ? second_ask_key : second_bid_key;
    const Pack best = wanted < key ? wanted : (ahead == zero ? second_key : key);
    Pack placed = zero, found_key = zero, found_lots = zero, touch_lots = zero, touch_orders = zero, at = zero;
    for (std::int32_t place = 0; place < places; ++place) {
      Pack next_bid_key, next_ask_key, next_bid_lots, next_ask_lots;
      read_pack(next_bid_key, key_[0][place + 1]);
      read_pack(next_ask_key, key_[1][place + 1]);
      read_pack(next_bid_lots, lots_[0][place + 1]);
      read_pack(next_ask_lots, lots_[1][place + 1]);
      const Pack next_key = ask ? next_ask_key : next_bid_key, next_lots = ask ? next_ask_lots : next_bid_lots;

      const auto behind = wanted < key;  // and so is everyone from here on
      placed += behind ? zero : one;
      const auto addressed = at == here, forward = at >= ahead;
      found_key = addressed ? key : found_key;
      found_lots = addressed ? lots : found_lots;
      const Pack kept = addressed ? reduced : lots;
      const Pack new_key = behind ? hand_key : (forward ? next_key : key);
      const Pack new_lots = behind ? hand_lots : (forward ? next_lots : kept);
      hand_key = behind ? key : hand_key;
      hand_lots = behind ? lots : hand_lots;
      const auto touch = new_key == best;
      touch_lots += touch ? new_lots : zero;
      touch_orders += touch ? one : zero;
      const Pack left_bid_key = ask ? bid_key : new_key, left_ask_key = ask ? new_key : ask_key;
      const Pack left_bid_lots = ask ? bid_lots : new_lots, left_ask_lots = ask ? new_lots : ask_lots;
      write_pack(key_[0][place], left_bid_key);
      write_pack(key_[1][place], left_ask_key);
      write_pack(lots_[0][place], left_bid_lots);
      write_pack(lots_[1][place], left_ask_lots);
      bid_key = next_bid_key;
      ask_key = next_ask_key;
      bid_lots = next_bid_lots;
      ask_lots = next_ask_lots;
      key = next_key;
      lots = next_lots;
      at += one;
    }
    const auto inserted = placed < zero + places;
    const Pack placed_at = inserted ? placed : here, key_there = inserted ? wanted : found_key;
    const Pack driven_out = ((hand_key != none) & inserted) ? hand_lots : zero;
    const Pack counted = best == none ? zero : touch_orders;
    changes.write(offsetof(BookChange, position), placed_at);
    changes.write(offsetof(BookChange, key), key_there);
    changes.write(offsetof(BookChange, lots), found_lots);
    changes.write(offsetof(BookChange, driven_out), driven_out);
    changes.write(offsetof(BookChange, driven_key), hand_key);
    changes.write(offsetof(BookChange, best), best);
    changes.write(offsetof(BookChange, touch_lots), touch_lots);
    changes.write(offsetof(BookChange, touch_orders), counted);
  }

 private:
  using Pack = typename PackOf<Width>::Type;

  // One place more than there are orders: reading the next of the last finds nothing.
  alignas(64) std::int32_t key_[2][kMaxOrders + 1][Width];
  alignas(64) std::int32_t lots_[2][kMaxOrders + 1][Width];
};

}  // namespace marketmimic
