#include "host/tape/invariants.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

namespace marketmimic {
namespace {

struct RuleLabel {
  std::string_view name, description;
};
constexpr std::array<RuleLabel, kTapeRules> kRuleLabels{{
    {"time_order", "time going back"},
    {"message_size", "messages without size or price"},
    {"negative", "negative levels"},
    {"crossed", "crossed books"},
    {"level_order", "levels in the wrong order"},
    {"book_step", "books that don't follow from the message"},
    {"order_history", "orders that don't add up"},
}};

/// One side of a book, with prices turned so that larger is farther from the mid.
class Side {
 public:
  Side(std::span<const Level> book, bool ask) : book_(book), ask_(ask) {
    while (count_ < book.size() && (ask ? book[count_].has_ask() : book[count_].has_bid())) ++count_;
  }

  std::size_t count() const { return count_; }
  std::int64_t price(std::size_t i) const { return ask_ ? book_[i].ask_price : -book_[i].bid_price; }
  std::int64_t size(std::size_t i) const { return ask_ ? book_[i].ask_size : book_[i].bid_size; }
  /// Farthest price whose level would be shown.
  std::int64_t horizon() const {
    return count_ < book_.size() ? std::numeric_limits<std::int64_t>::max() : price(count_ - 1);
  }

 private:
  std::span<const Level> book_;
  bool ask_;
  std::size_t count_ = 0;
};

bool well_ordered(std::span<const Level> book, bool ask) {
  const Side side(book, ask);
  for (std::size_t i = 1; i < side.count(); ++i) {
    if (side.price(i) <= side.price(i - 1)) return false;
  }
  return std::all_of(book.begin() + static_cast<std::ptrdiff_t>(side.count()), book.end(),
                     [&](const Level& level) { return ask ? level.ask_size <= 0 : level.bid_size <= 0; });
}

bool negative(const Level& level) {
  return level.ask_size < 0 || level.bid_size < 0 || (level.has_ask() && level.ask_price <= 0) ||
         (level.has_bid() && level.bid_price <= 0);
}

/// Whether `after` is `before` with `change` lots more at `price`, as far as both show.
bool follows(const Side& before, const Side& after, std::int64_t price, std::int64_t change) {
  const std::int64_t horizon = std::min(before.horizon(), after.horizon());
  std::size_t i = 0, j = 0;
  bool applied = change == 0 || price > horizon;
  while (true) {
    constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();
    const std::int64_t from = i < before.count() ? before.price(i) : none;
    const std::int64_t to = j < after.count() ? after.price(j) : none;
    const std::int64_t changed = applied ? none : price;
    const std::int64_t here = std::min({from, to, changed});
    if (here == none || here > horizon) return true;
    const std::int64_t had = from == here ? before.size(i++) : 0, has = to == here ? after.size(j++) : 0;
    std::int64_t due = had;
    if (changed == here) {
      due += change;
      applied = true;
    }
    if (has != due) return false;
  }
}

bool book_follows(std::span<const Level> before, std::span<const Level> after, const Message& m) {
  const bool visible = m.type <= MessageType::execution;
  const std::int64_t change = !visible ? 0 : m.type == MessageType::submission ? m.size : -std::int64_t{m.size};
  const bool ask = m.direction < 0;
  return follows({before, true}, {after, true}, m.price, ask ? change : 0) &&
         follows({before, false}, {after, false}, -m.price, ask ? 0 : change);
}

/// Messages that their order's history does not allow.
std::size_t broken_histories(const TapeView& tape) {
  std::vector<std::pair<std::int64_t, std::size_t>> events;  // order and message
  for (std::size_t i = 0; i < tape.size(); ++i) {
    if (tape.messages[i].type <= MessageType::execution) events.emplace_back(tape.messages[i].order, i);
  }
  std::sort(events.begin(), events.end());
  std::size_t broken = 0;
  for (std::size_t begin = 0, end = 0; begin < events.size(); begin = end) {
    bool submitted = false;
    std::int64_t left = 0;
    for (; end < events.size() && events[end].first == events[begin].first; ++end) {
      const Message& m = tape.messages[events[end].second];
      if (m.type == MessageType::submission) {
        broken += submitted ? 1 : 0;
        submitted = true;
        left = m.size;
      } else if (submitted) {
        broken += m.size > left ? 1 : 0;
        left = std::max<std::int64_t>(left - m.size, 0);
      }
    }
  }
  return broken;
}

}  // namespace

std::string_view name(TapeRule rule) { return kRuleLabels[static_cast<std::size_t>(rule)].name; }
std::string_view description(TapeRule rule) { return kRuleLabels[static_cast<std::size_t>(rule)].description; }

std::size_t TapeViolations::total() const { return std::accumulate(count.begin(), count.end(), std::size_t{0}); }

TapeViolations check_tape(const TapeView& tape) {
  TapeViolations violations;
  const auto count = [&](TapeRule rule, bool broken) {
    violations.count[static_cast<std::size_t>(rule)] += broken ? 1 : 0;
  };
  for (std::size_t i = 0; i < tape.size(); ++i) {
    const Message& m = tape.messages[i];
    const auto book = tape.book_after(i);
    const bool halt = m.type == MessageType::halt;
    count(TapeRule::time_order, i != 0 && m.time_ns < tape.messages[i - 1].time_ns);
    count(TapeRule::message_size, !halt && (m.size <= 0 || m.price <= 0));
    count(TapeRule::negative, std::any_of(book.begin(), book.end(), negative));
    count(TapeRule::crossed, book[0].has_ask() && book[0].has_bid() && book[0].ask_price <= book[0].bid_price);
    count(TapeRule::level_order, !well_ordered(book, true) || !well_ordered(book, false));
    count(TapeRule::book_step, i != 0 && !book_follows(tape.book_after(i - 1), book, m));
  }
  violations.count[static_cast<std::size_t>(TapeRule::order_history)] = broken_histories(tape);
  return violations;
}

std::size_t check_bars(const Bars& bars) {
  return static_cast<std::size_t>(std::count_if(bars.bars.begin(), bars.bars.end(), [](const Bar& b) {
    const bool valid = b.low > 0 && b.high >= std::max(b.open, b.close) && b.low <= std::min(b.open, b.close) &&
                       b.high >= b.low && b.volume >= 0;
    return !valid;
  }));
}

}  // namespace marketmimic
