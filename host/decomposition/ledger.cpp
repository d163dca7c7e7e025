#include "host/decomposition/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "host/error.hpp"
#include "host/input/fills.hpp"
#include "host/input/time.hpp"

namespace marketmimic {
namespace {

std::vector<const Fill*> in_order(const Fills& fills) {
  std::vector<const Fill*> sorted;
  sorted.reserve(fills.fills.size());
  for (const Fill& fill : fills.fills) sorted.push_back(&fill);
  const auto key = [](const Fill* fill) { return std::pair(fill->time_ms, fill->sequence); };
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Fill* a, const Fill* b) { return key(a) < key(b); });
  const auto twice =
      std::adjacent_find(sorted.begin(), sorted.end(), [&](const Fill* a, const Fill* b) { return key(a) == key(b); });
  if (twice != sorted.end())
    throw Error(ExitCode::input_data, fmt::format("{}: two fills at {} with sequence {}: remove the duplicate",
                                                  fills.source, format_time((*twice)->time_ms), (*twice)->sequence));
  return sorted;
}

/// Books one change after the other and cuts the cycles.
class Bookkeeper {
 public:
  void book(std::int64_t time_ms, double after, double price, std::uint32_t order, bool taker) {
    PositionChange change{time_ms, ledger_.position, after, price, order, taker};
    if (change.before * after < 0 && !is_flat(change.before) && !is_flat(after)) {
      PositionChange closing = change;
      closing.after = 0;
      add(closing);
      change.before = 0;
      add(change);
    } else {
      add(change);
    }
  }

  Ledger finish() && { return std::move(ledger_); }
  Ledger& ledger() { return ledger_; }

 private:
  bool open() const { return !ledger_.cycles.empty() && !ledger_.cycles.back().ends_flat; }
  /// Against the cycle that is open, or was last.
  bool is_flat(double position) const {
    return position == 0.0 || (!ledger_.cycles.empty() && std::abs(position) <= kFlat * ledger_.cycles.back().peak);
  }

  /// Whether an order that closed the latest cycle goes on to open the opposite position.
  bool flips(const PositionChange& opening) const {
    if (ledger_.changes.empty() || opening.order == PositionChange::unobserved) return false;
    const PositionChange& closing = ledger_.changes.back();
    return closing.order == opening.order && closing.size() * opening.after > 0;
  }

  void add(const PositionChange& change) {
    const bool clears_dust = !open() && std::abs(change.after) < std::abs(change.before);
    if (!open() && (!clears_dust || ledger_.cycles.empty())) {
      const bool flip = flips(change);
      if (flip) ledger_.cycles.back().ends_in_flip = true;
      ledger_.cycles.push_back({.first = ledger_.changes.size(), .begins_in_flip = flip});
    }
    ledger_.changes.push_back(change);
    ledger_.position = change.after;
    LedgerCycle& cycle = ledger_.cycles.back();
    ++cycle.count;
    if (clears_dust) return;
    cycle.peak = std::max({cycle.peak, std::abs(change.before), std::abs(change.after)});
    cycle.ends_flat = std::abs(change.after) <= kFlat * cycle.peak;
  }

  Ledger ledger_;
};

}  // namespace

const PositionChange* first_reduction(const Ledger& ledger, const LedgerCycle& cycle) {
  const PositionChange* const begin = ledger.changes.data() + cycle.first;
  const PositionChange* const found =
      std::find_if(begin, begin + cycle.count, [](const PositionChange& c) { return c.reduces(); });
  return found == begin + cycle.count ? nullptr : found;
}

Ledger build_ledger(const Fills& fills) {
  const std::vector<const Fill*> sorted = in_order(fills);
  Bookkeeper books;
  Ledger& ledger = books.ledger();
  ledger.changes.reserve(sorted.size());
  std::unordered_map<std::string_view, std::uint32_t> known;
  std::size_t stated = 0;
  double largest = 0;
  for (const Fill* fill : sorted) {
    const auto [entry, is_new] = known.emplace(fill->order_id, static_cast<std::uint32_t>(ledger.orders.size()));
    if (is_new) ledger.orders.push_back(fill->order_id);
    largest = std::max({largest, std::abs(ledger.position), fill->size});
    if (fill->start_position) {
      ++stated;
      const double missing = *fill->start_position - ledger.position;
      if (std::abs(missing) > kFlat * largest) {
        ledger.unobserved.push_back({fill->time_ms, missing});
        // At the last moment before the fill: the position stated was held when the fill's own step began.
        const std::int64_t before = fill->time_ms - 1;
        const std::int64_t time = ledger.changes.empty() ? before : std::max(before, ledger.changes.back().time_ms);
        books.book(time, *fill->start_position, 0, PositionChange::unobserved, true);
      } else {
        ledger.position = *fill->start_position;  // sums drift by rounding, the log's own figure does not
      }
    }
    const double signed_size = fill->side * fill->size;
    books.book(fill->time_ms, ledger.position + signed_size, fill->price, entry->second, fill->taker.value_or(true));
    ledger.cash -= signed_size * fill->price + fill->fee;
    ledger.turnover += fill->size;
  }
  if (sorted.empty() || ledger.cycles.empty())
    throw Error(ExitCode::input_data, fmt::format("{}: no position is ever held", fills.source));
  if (2 * ledger.unobserved.size() > stated && ledger.unobserved.size() > 2)
    throw Error(
        ExitCode::input_data,
        fmt::format("{}: start_position contradicts the fills in {} of {} rows, first at {}: check its sign and "
                    "the order of rows, or leave the column out",
                    fills.source, ledger.unobserved.size(), stated, format_time(ledger.unobserved.front().time_ms)));
  return std::move(books).finish();
}

}  // namespace marketmimic
