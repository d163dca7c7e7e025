#include "host/realism/scores.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace marketmimic {
namespace {

using Values = std::vector<ScoreValue>;

constexpr std::size_t kWindow = 100;         // messages of the order-flow imbalance
constexpr std::uint32_t kVolumeLevels = 10;  // of ask_volume and bid_volume

struct ScoreLabel {
  std::string_view name, description;
};
constexpr std::array<ScoreLabel, kScores> kScoreLabels{{
    {"spread", "spread"},
    {"imbalance", "imbalance at the touch"},
    {"inter_arrival", "log time between messages"},
    {"time_to_cancel", "log time to cancel"},
    {"ask_touch", "ask size at the touch"},
    {"bid_touch", "bid size at the touch"},
    {"ask_volume", "ask size of ten levels"},
    {"bid_volume", "bid size of ten levels"},
    {"limit_ask_depth", "depth of ask submissions"},
    {"limit_bid_depth", "depth of bid submissions"},
    {"cancel_ask_depth", "depth of ask cancels"},
    {"cancel_bid_depth", "depth of bid cancels"},
    {"limit_ask_level", "level of ask submissions"},
    {"limit_bid_level", "level of bid submissions"},
    {"cancel_ask_level", "level of ask cancels"},
    {"cancel_bid_level", "level of bid cancels"},
    {"volume_minute", "volume a minute"},
    {"flow", "order-flow imbalance"},
    {"flow_up", "flow before an up-tick"},
    {"flow_stay", "flow before no tick"},
    {"flow_down", "flow before a down-tick"},
}};

double number(std::int64_t value) { return static_cast<double>(value); }
bool two_sided(const Level& best) { return best.has_ask() && best.has_bid(); }
/// Twice the mid; also of an empty side's price, as LOB-Bench takes it.
std::int64_t double_mid(const Level& best) { return best.ask_price + best.bid_price; }
double log_of(double time) { return std::log(time == 0.0 ? 1e-9 : time); }

/// One number a message.
template <class Number>
Values each(const TapeView& tape, const Number& value) {
  Values values;
  values.reserve(tape.size());
  for (std::size_t i = 0; i < tape.size(); ++i) {
    const double v = value(tape.book_after(i));
    if (std::isfinite(v)) values.push_back({v, tape.messages[i].time_ns});
  }
  return values;
}

double spread(std::span<const Level> book) {
  return two_sided(book[0]) ? number(book[0].ask_price - book[0].bid_price) : std::nan("");
}

double imbalance(std::span<const Level> book) {
  return number(book[0].bid_size - book[0].ask_size) / number(book[0].bid_size + book[0].ask_size);
}

double volume(std::span<const Level> book, std::uint32_t levels, bool ask) {
  double sum = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(levels, book.size()); ++i)
    sum += number(ask ? book[i].ask_size : book[i].bid_size);
  return sum;
}

Values inter_arrival(const TapeView& tape) {
  Values values;
  for (std::size_t i = 1; i < tape.size(); ++i) {
    const std::int64_t time = tape.messages[i].time_ns;
    values.push_back({log_of(1e-6 * number(time - tape.messages[i - 1].time_ns)), time});
  }
  return values;
}

bool cancels(const Message& m) { return m.type == MessageType::reduction || m.type == MessageType::deletion; }
bool submits(const Message& m) { return m.type == MessageType::submission; }

Values time_to_cancel(const TapeView& tape) {
  std::vector<std::pair<std::int64_t, std::size_t>> events;  // order and message
  for (std::size_t i = 0; i < tape.size(); ++i) {
    if (submits(tape.messages[i]) || cancels(tape.messages[i])) events.emplace_back(tape.messages[i].order, i);
  }
  std::sort(events.begin(), events.end());
  Values values;
  for (std::size_t begin = 0, end = 0; begin < events.size(); begin = end) {
    bool submitted = false;
    for (; end < events.size() && events[end].first == events[begin].first; ++end)
      submitted = submitted || submits(tape.messages[events[end].second]);
    if (!submitted || end - begin < 2) continue;
    const std::int64_t first = tape.messages[events[begin].second].time_ns,
                       second = tape.messages[events[begin + 1].second].time_ns;
    values.push_back({log_of(1e-9 * number(second - first)), second});
  }
  return values;
}

/// Distance from the mid of messages on one side of it.
template <class Of>
Values depth(const TapeView& tape, bool ask, const Of& of) {
  Values values;
  for (std::size_t i = 0; i < tape.size(); ++i) {
    if (!of(tape.messages[i]) || !two_sided(tape.best(i))) continue;
    const std::int64_t above = 2 * tape.messages[i].price - double_mid(tape.best(i));
    if (ask ? above > 0 : above < 0) values.push_back({0.5 * number(std::abs(above)), tape.messages[i].time_ns});
  }
  return values;
}

/// Level of the book at which a message's price stands, in the row `back` before its own.
template <class Of>
Values level(const TapeView& tape, bool ask, std::size_t back, const Of& of) {
  Values values;
  for (std::size_t i = back; i < tape.size(); ++i) {
    if (!of(tape.messages[i])) continue;
    const auto book = tape.book_after(i - back);
    for (std::size_t l = 0; l < book.size(); ++l) {
      if ((ask ? book[l].ask_price : book[l].bid_price) == tape.messages[i].price)
        values.push_back({number(static_cast<std::int64_t>(l + 1)), tape.messages[i].time_ns});
    }
  }
  return values;
}

/// Of each second with visible trades. The first and last second, which the tape may cut, count as the part that lies
/// after the first and before the last trade, or not at all where that is shorter than 0.1 s (LOB-Bench, microseconds).
Values trade_volume(const TapeView& tape) {
  Values seconds;
  std::int64_t first = 0, last = 0;
  for (const Message& m : tape.messages) {
    if (m.type != MessageType::execution) continue;
    const std::int64_t second = m.time_ns / kNsPerSecond * kNsPerSecond;
    if (seconds.empty()) first = m.time_ns;
    if (seconds.empty() || seconds.back().time_ns != second) seconds.push_back({0.0, second});
    seconds.back().value += 60.0 * m.size;
    last = m.time_ns;
  }
  if (seconds.empty()) return seconds;
  constexpr std::int64_t whole = 1'000'000, least = 100'000;  // microseconds
  const auto microsecond = [](std::int64_t time) { return time % kNsPerSecond / 1000; };
  const auto scale = [](ScoreValue& second, std::int64_t part) { second.value *= number(whole) / number(part); };
  if (seconds.size() == 1) {
    const std::int64_t part = microsecond(last) - microsecond(first);
    if (first == last) return seconds;
    if (part < least) return {};
    scale(seconds[0], part);
    return seconds;
  }
  // LOB-Bench keeps the first second only where no more than 0.1 s of it is there.
  const std::int64_t rest = whole - microsecond(first), begun = microsecond(last);
  if (rest <= least) scale(seconds.front(), rest);
  if (begun >= least) scale(seconds.back(), begun);
  if (begun < least) seconds.pop_back();
  if (rest > least) seconds.erase(seconds.begin());
  return seconds;
}

/// What a message adds to the order flow (Cont, Kukanov and Stoikov, J. Financial Econometrics 12, 2014, eq. 1).
double flow_step(const Level& before, const Level& after) {
  double sum = 0;
  if (after.bid_price >= before.bid_price) sum += number(after.bid_size);
  if (after.bid_price <= before.bid_price) sum -= number(before.bid_size);
  if (after.ask_price <= before.ask_price) sum -= number(after.ask_size);
  if (after.ask_price >= before.ask_price) sum += number(before.ask_size);
  return sum;
}

/// Mean flow over the window that ends with each message; `use` tells which to keep by the message after it.
template <class Use>
Values flow(const TapeView& tape, bool to_the_end, const Use& use) {
  Values values;
  if (tape.size() <= kWindow) return values;
  double sum = 0;  // of whole numbers, so exact
  for (std::size_t i = 1; i < tape.size(); ++i) {
    sum += flow_step(tape.best(i - 1), tape.best(i));
    if (i > kWindow) sum -= flow_step(tape.best(i - kWindow - 1), tape.best(i - kWindow));
    if (i < kWindow || (!to_the_end && i + 1 == tape.size()) || !use(i)) continue;
    values.push_back({sum / static_cast<double>(kWindow), tape.messages[i].time_ns});
  }
  return values;
}

Values flow_before(const TapeView& tape, int direction) {
  return flow(tape, false, [&](std::size_t i) {
    const std::int64_t move = double_mid(tape.best(i + 1)) - double_mid(tape.best(i));
    return (move > 0) - (move < 0) == direction;
  });
}

}  // namespace

std::string_view name(Score score) { return kScoreLabels[static_cast<std::size_t>(score)].name; }
std::string_view description(Score score) { return kScoreLabels[static_cast<std::size_t>(score)].description; }

bool discrete(Score score) {
  switch (score) {
    case Score::spread:
    case Score::limit_ask_level:
    case Score::limit_bid_level:
    case Score::cancel_ask_level:
    case Score::cancel_bid_level:
      return true;
    default:
      return false;
  }
}

ScoreKind kind(Score score, std::uint32_t levels) {
  if (levels >= kVolumeLevels) return ScoreKind::clean;
  switch (score) {
    case Score::time_to_cancel:
    case Score::limit_ask_depth:
    case Score::limit_bid_depth:
    case Score::cancel_ask_depth:
    case Score::cancel_bid_depth:
      return ScoreKind::truncated;
    case Score::limit_ask_level:
    case Score::limit_bid_level:
    case Score::cancel_ask_level:
    case Score::cancel_bid_level:
      return levels == 1 ? ScoreKind::constant : ScoreKind::truncated;
    case Score::ask_volume:
    case Score::bid_volume:
      return levels == 1 ? ScoreKind::repeated : ScoreKind::truncated;
    default:
      return ScoreKind::clean;
  }
}

std::vector<ScoreValue> values_of(const TapeView& tape, Score score) {
  switch (score) {
    case Score::spread:
      return each(tape, spread);
    case Score::imbalance:
      return each(tape, imbalance);
    case Score::inter_arrival:
      return inter_arrival(tape);
    case Score::time_to_cancel:
      return time_to_cancel(tape);
    case Score::ask_touch:
      return each(tape, [](auto book) { return volume(book, 1, true); });
    case Score::bid_touch:
      return each(tape, [](auto book) { return volume(book, 1, false); });
    case Score::ask_volume:
      return each(tape, [](auto book) { return volume(book, kVolumeLevels, true); });
    case Score::bid_volume:
      return each(tape, [](auto book) { return volume(book, kVolumeLevels, false); });
    case Score::limit_ask_depth:
      return depth(tape, true, submits);
    case Score::limit_bid_depth:
      return depth(tape, false, submits);
    case Score::cancel_ask_depth:
      return depth(tape, true, cancels);
    case Score::cancel_bid_depth:
      return depth(tape, false, cancels);
    case Score::limit_ask_level:
      return level(tape, true, 0, submits);
    case Score::limit_bid_level:
      return level(tape, false, 0, submits);
    case Score::cancel_ask_level:
      return level(tape, true, 1, cancels);
    case Score::cancel_bid_level:
      return level(tape, false, 1, cancels);
    case Score::volume_minute:
      return trade_volume(tape);
    case Score::flow:
      return flow(tape, true, [](std::size_t) { return true; });
    case Score::flow_up:
      return flow_before(tape, 1);
    case Score::flow_stay:
      return flow_before(tape, 0);
    case Score::flow_down:
      return flow_before(tape, -1);
  }
  return {};
}

}  // namespace marketmimic
