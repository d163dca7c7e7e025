#pragma once

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
  MARKETMIMIC_HD void apply(const Lanes<BookOperation, Width>& operations, Lanes<BookChange, Width>& changes,
                            std::int32_t places) {
    Fields f;
    for_lanes<Width>([&](int lane) MARKETMIMIC_INLINE {
      const BookOperation o = operations.load(lane);
      const bool inserts = o.action == BookAction::insert, removes = o.action == BookAction::remove;
      const bool addressed = removes || o.action == BookAction::reduce;
      f.side[lane] = static_cast<std::int32_t>(o.side);
      f.hand_key[lane] = o.key;
      f.hand_lots[lane] = o.lots;
      f.wanted[lane] = inserts ? o.key : kNoKey;  // better than no order, so nothing is displaced
      f.here[lane] = addressed ? o.position : kMaxOrders;
      f.ahead[lane] = removes ? o.position : kMaxOrders;
    });
    walk(f, places);
    for_lanes<Width>([&](int lane) MARKETMIMIC_INLINE {
      // Values first: a choice between elements of arrays would be one between addresses.
      const std::int32_t placed = f.placed[lane], here = f.here[lane], wanted = f.wanted[lane];
      const std::int32_t found_key = f.found_key[lane], hand_key = f.hand_key[lane], hand_lots = f.hand_lots[lane];
      const bool inserted = placed != kMaxOrders;
      BookChange c;
      c.position = choose(inserted, placed, here);
      c.key = choose(inserted, wanted, found_key);
      c.lots = f.found_lots[lane];
      c.driven_out = choose(all(inserted, hand_key != kNoKey), hand_lots, 0);
      c.driven_key = hand_key;
      c.best = f.best[lane];
      c.touch_lots = f.touch_lots[lane];
      c.touch_orders = f.touch_orders[lane];
      changes.store(lane, c);
    });
  }

 private:
  using Pack = typename PackOf<Width>::Type;

  /// An operation taken apart, and what walking over the places found.
  struct Fields {
    alignas(64) std::int32_t side[Width], hand_key[Width], hand_lots[Width], wanted[Width], here[Width], ahead[Width];
    alignas(64) std::int32_t placed[Width], found_key[Width], found_lots[Width], best[Width], touch_lots[Width],
        touch_orders[Width];
  };

  /// Visits the places of the side concerned in their order. In hand is first the new order, then the one it displaced,
  /// then that one's successor: everyone behind the new order moves back by one, or forward behind one removed.
  MARKETMIMIC_HD void walk(Fields& f, std::int32_t places) {
    const Pack zero = {}, none = zero + kNoKey, nowhere = zero + kMaxOrders;
    Pack side, hand_key, hand_lots, reduced, wanted, here, ahead;
    read_pack(side, f.side);
    read_pack(hand_key, f.hand_key);
    read_pack(hand_lots, f.hand_lots);
    read_pack(reduced, f.hand_lots);
    read_pack(wanted, f.wanted);
    read_pack(here, f.here);
    read_pack(ahead, f.ahead);
    Pack bid_key, ask_key, bid_lots, ask_lots;
    read_pack(bid_key, key_[0][0]);
    read_pack(ask_key, key_[1][0]);
    read_pack(bid_lots, lots_[0][0]);
    read_pack(ask_lots, lots_[1][0]);
    Pack second_bid_key, second_ask_key;
    read_pack(second_bid_key, key_[0][1]);
    read_pack(second_ask_key, key_[1][1]);
    const auto ask = side != zero;
    const Pack first_key = ask ? ask_key : bid_key, second_key = ask ? second_ask_key : second_bid_key;
    const Pack best = wanted < first_key ? wanted : (ahead == zero ? second_key : first_key);
    Pack placed = zero, found_key = zero, found_lots = zero, touch_lots = zero, touch_orders = zero;
    Pack at = zero;
    auto behind = zero != zero;  // the new order has its place
    for (std::int32_t place = 0; place < places; ++place) {
      Pack next_bid_key, next_ask_key, next_bid_lots, next_ask_lots;
      read_pack(next_bid_key, key_[0][place + 1]);
      read_pack(next_ask_key, key_[1][place + 1]);
      read_pack(next_bid_lots, lots_[0][place + 1]);
      read_pack(next_ask_lots, lots_[1][place + 1]);
      const Pack key = ask ? ask_key : bid_key, lots = ask ? ask_lots : bid_lots;
      const Pack next_key = ask ? next_ask_key : next_bid_key, next_lots = ask ? next_ask_lots : next_bid_lots;

      behind = behind | (wanted < key);
      placed += behind ? zero : zero + 1;
      const auto addressed = at == here;
      const Pack kept = addressed ? reduced : lots;
      const Pack new_key = behind ? hand_key : (at >= ahead ? next_key : key);
      const Pack new_lots = behind ? hand_lots : (at >= ahead ? next_lots : kept);
      hand_key = behind ? key : hand_key;
      hand_lots = behind ? lots : hand_lots;
      found_key = addressed ? key : found_key;
      found_lots = addressed ? lots : found_lots;
      const auto touch = new_key == best;
      touch_lots += touch ? new_lots : zero;
      touch_orders += touch ? zero + 1 : zero;
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
      at += 1;
    }
    placed = behind ? placed : nowhere;
    touch_orders = best == none ? zero : touch_orders;
    write_pack(f.hand_key, hand_key);
    write_pack(f.hand_lots, hand_lots);
    write_pack(f.placed, placed);
    write_pack(f.found_key, found_key);
    write_pack(f.found_lots, found_lots);
    write_pack(f.best, best);
    write_pack(f.touch_lots, touch_lots);
    write_pack(f.touch_orders, touch_orders);
  }

  // One place more than there are orders: reading the next of the last finds nothing.
  alignas(64) std::int32_t key_[2][kMaxOrders + 1][Width];
  alignas(64) std::int32_t lots_[2][kMaxOrders + 1][Width];
};

}  // namespace marketmimic
