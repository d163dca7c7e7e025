#include "host/tape/order_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <map>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "host/input/lines.hpp"
#include "host/tape/order_log_rows.hpp"

namespace marketmimic {
namespace {

using Action = OrderLogRow::Action;

/// Everything known of one order; volumes in the file's unit.
struct Order {
  std::int64_t number;
  std::int64_t price;
  int direction;
  std::int64_t first;         ///< volume at first sight
  std::int64_t created_ms;    ///< when the log first shows it
  std::int64_t reported = 0;  ///< fills its own rows told of
  std::int64_t booked = 0;    ///< fills its partners' rows told of
  std::int64_t shown = 0;     ///< lots in the book
  bool waits = false;         ///< marketable, held back
  bool gone = false;          ///< deleted

  std::int64_t filled() const { return std::max(reported, booked); }
  std::int64_t left() const { return std::max<std::int64_t>(first - filled(), 0); }
};

class Rebuild {
 public:
  Rebuild(const std::vector<OrderLogRow>& rows, const OrderLogOptions& options) : rows_(rows), options_(options) {
    tape_.levels = options.levels;
  }

  Tape run() {
    open_with_old_orders();
    for (const OrderLogRow& row : rows_) {
      now_ms_ = row.time_ms;
      apply(row);
      clear_stale();
      release();
      if (std::any_of(waiting_.begin(), waiting_.end(), [](const Order* o) { return o->left() > 0; })) ++crossed_rows_;
    }
    tape_.tick = std::max<std::int64_t>(tick_, 1);
    tell();
    return std::move(tape_);
  }

 private:
  /// Orders of which the log holds no creation stand in the book before its first row.
  void open_with_old_orders() {
    std::unordered_set<std::int64_t> known;
    for (const OrderLogRow& row : rows_) {
      if (row.action == Action::created) known.insert(row.order);
    }
    quiet_ = true;
    now_ms_ = rows_.front().time_ms;
    for (const OrderLogRow& row : rows_) {
      if (!known.insert(row.order).second) continue;
      if (row.volume == 0) {
        ++unknown_;
        continue;
      }
      ++old_;
      create(row);
    }
    quiet_ = false;
  }

  void apply(const OrderLogRow& row) {
    const auto found = orders_.find(row.order);
    if (row.action == Action::created) {
      if (found != orders_.end() || row.volume == 0)
        ++odd_rows_;
      else
        create(row);
      return;
    }
    if (found == orders_.end()) {  // of unknown size, or its creation is still to come
      if (row.action == Action::deleted)
        orders_.emplace(row.order, Order{row.order, row.price, row.direction, 0, now_ms_}).first->second.gone = true;
      return;
    }
    Order& order = found->second;
    if (order.gone) {
      ++odd_rows_;
      return;
    }
    const std::int64_t before = order.first - order.reported;
    if (row.volume > before) ++odd_rows_;  // an order can't grow
    if (row.volume < before && (row.action == Action::changed || row.volume == 0)) fill(order, before - row.volume);
    if (row.action == Action::deleted) remove(order);
  }

  void create(const OrderLogRow& row) {
    Order& order =
        orders_.emplace(row.order, Order{row.order, row.price, row.direction, row.volume, now_ms_}).first->second;
    if (crosses(order)) {
      order.waits = true;
      waiting_.push_back(&order);
      ++held_;
    } else {
      show(order);
    }
  }

  void remove(Order& order) {
    order.gone = true;
    if (order.waits) {
      waiting_.remove(&order);
      if (order.left() > 0) ++cancelled_unseen_;
    } else if (order.shown > 0) {
      take(order, order.shown, MessageType::deletion);
    }
  }

  /// Its own row tells of a fill.
  void fill(Order& order, std::int64_t volume) {
    const std::int64_t before = order.filled();
    order.reported += volume;
    const std::int64_t news = order.filled() - before;
    if (order.waits || news == 0) return;
    const std::int64_t rest = order.left() > 0 ? lots(order.left()) : 0;
    if (order.shown > rest) {
      take(order, order.shown - rest, MessageType::execution);
      ++trades_;
    }
    book_on_partner(order, news);
  }

  /// The order that took `volume` from a resting one: the one that already told of such a fill, else the first that
  /// can.
  void book_on_partner(const Order& resting, std::int64_t volume) {
    constexpr std::int64_t rounding = 2;  // the two sides' volumes differ by that in real logs
    Order* partner = nullptr;
    for (Order* const o : waiting_) {
      if (!meet(*o, resting)) continue;
      if (std::abs(o->reported - o->booked - volume) <= rounding) {
        partner = o;
        break;
      }
      if (partner == nullptr && o->left() > 0) partner = o;
    }
    if (partner != nullptr) partner->booked = std::min(partner->booked + volume, partner->first);
  }

  /// Whether two orders could trade with each other.
  static bool meet(const Order& a, const Order& b) {
    return a.direction != b.direction && a.direction * (a.price - b.price) >= 0;
  }

  bool crosses(const Order& order) const {
    if (order.direction > 0) return !asks_.empty() && order.price >= asks_.begin()->first;
    return !bids_.empty() && order.price <= bids_.begin()->first;
  }

  /// Submits what is left of waiting orders that nothing stands in the way of any more.
  void release() {
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      Order& order = **at;
      if (order.left() == 0 || crosses(order)) {
        ++at;
        continue;
      }
      at = waiting_.erase(at);
      order.waits = false;
      show(order);
    }
  }

  /// Takes away what a waiting order should have met long ago.
  void clear_stale() {
    for (const Order* const waiting : waiting_) {
      if (waiting->left() == 0 || now_ms_ - waiting->created_ms <= options_.patience_ms || !crosses(*waiting)) continue;
      std::vector<Order*> stale;
      for (auto& [number, order] : orders_) {
        if (order.shown > 0 && meet(*waiting, order)) stale.push_back(&order);
      }
      std::sort(stale.begin(), stale.end(), [](const Order* a, const Order* b) { return a->number < b->number; });
      for (Order* const order : stale) {
        order->gone = true;
        take(*order, order->shown, MessageType::deletion);
      }
      stale_ += stale.size();
    }
  }

  std::int64_t lots(std::int64_t volume) const {
    return std::clamp<std::int64_t>((volume + options_.lot / 2) / options_.lot, 1, kMostLots);
  }

  void show(Order& order) {
    order.shown = lots(order.left());
    tick_ = std::gcd(tick_, order.price);
    add_to_book(order, order.shown);
    emit(order, MessageType::submission, order.shown);
  }

  void take(Order& order, std::int64_t size, MessageType type) {
    order.shown -= size;
    add_to_book(order, -size);
    const bool whole = order.shown == 0;
    emit(order, type == MessageType::deletion && !whole ? MessageType::reduction : type, size);
  }

  void add_to_book(const Order& order, std::int64_t size) {
    const auto add = [&](auto& side) {
      const auto at = side.try_emplace(order.price, 0).first;
      at->second += size;
      if (at->second == 0) side.erase(at);
    };
    order.direction > 0 ? add(bids_) : add(asks_);
  }

  void emit(const Order& order, MessageType type, std::int64_t size) {
    if (quiet_) return;
    tape_.messages.push_back(
        {now_ms_ * 1'000'000, type, order.number, static_cast<std::int32_t>(size), order.price, order.direction});
    const std::size_t first = tape_.book.size();
    tape_.book.resize(first + options_.levels);
    std::size_t i = first;
    for (auto at = asks_.begin(); at != asks_.end() && i < tape_.book.size(); ++at, ++i) {
      tape_.book[i].ask_price = at->first;
      tape_.book[i].ask_size = at->second;
    }
    i = first;
    for (auto at = bids_.begin(); at != bids_.end() && i < tape_.book.size(); ++at, ++i) {
      tape_.book[i].bid_price = at->first;
      tape_.book[i].bid_size = at->second;
    }
  }

  void tell() {
    const auto note = [&](std::size_t count, const char* what) {
      if (count != 0) tape_.notices.push_back(fmt::format("{} {}", count, what));
    };
    tape_.notices.push_back(fmt::format("one lot is {} units of the file's volume", options_.lot));
    note(crossed_rows_, "rows after which the raw log is crossed; none of the tape is");
    note(held_, "marketable orders held back until they had matched");
    note(cancelled_unseen_, "of them cancelled before they could rest");
    note(trades_, "trades");
    note(stale_, "resting orders deleted because later ones could not have crossed them");
    note(old_, "orders from before the log, in the book from the start");
    note(unknown_, "orders of unknown size from before the log, left out");
    note(odd_rows_, "rows that contradict earlier ones, left out");
  }

  static constexpr std::int64_t kMostLots = 2'000'000'000;

  const std::vector<OrderLogRow>& rows_;
  const OrderLogOptions& options_;
  Tape tape_;
  std::unordered_map<std::int64_t, Order> orders_;
  std::list<Order*> waiting_;  ///< in the order of arrival; few at any time
  std::map<std::int64_t, std::int64_t> asks_;
  std::map<std::int64_t, std::int64_t, std::greater<>> bids_;
  std::int64_t now_ms_ = 0, tick_ = 0;
  bool quiet_ = false;  ///< no messages yet
  std::size_t crossed_rows_ = 0, held_ = 0, cancelled_unseen_ = 0, trades_ = 0, stale_ = 0, old_ = 0, unknown_ = 0,
              odd_rows_ = 0;
};

Tape rebuild(LineReader& lines, const OrderLogOptions& options) {
  if (options.levels < 1 || options.levels > 500 || options.lot < 1)
    throw Error(ExitCode::usage, fmt::format("an order log needs 1 to 500 levels and a lot above 0 (got {} and {})",
                                             options.levels, options.lot));
  Tape tape = Rebuild(read_order_log_rows(lines), options).run();
  if (tape.messages.empty()) throw lines.error("no order of this log ever rests; give a longer one");
  tape.source = lines.name();
  return tape;
}

}  // namespace

Tape read_order_log(const std::filesystem::path& path, const OrderLogOptions& options) {
  LineReader lines(file_bytes(path), path.string());
  return rebuild(lines, options);
}

Tape parse_order_log(std::string_view text, const std::string& name, const OrderLogOptions& options) {
  LineReader lines(memory_bytes(text), name);
  return rebuild(lines, options);
}

}  // namespace marketmimic
