#include "host/flow/touch_events.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>

namespace marketmimic {
namespace {

/// Orders known by their submission, queue by queue.
class KnownQueues {
 public:
  struct Place {
    std::size_t position, length;
  };

  void submit(const Message& m) {
    queue(m).push_back(m.order);
    where_[m.order] = m.price;
  }
  /// The order's place in its queue, then gone; nothing where its submission is not there.
  std::optional<Place> remove(const Message& m) {
    const auto known = where_.find(m.order);
    if (known == where_.end()) return std::nullopt;
    std::vector<std::int64_t>& orders = queue(m);
    const auto at = std::find(orders.begin(), orders.end(), m.order);
    if (at == orders.end()) return std::nullopt;
    const Place place{static_cast<std::size_t>(at - orders.begin()), orders.size()};
    orders.erase(at);
    where_.erase(known);
    return place;
  }
  std::size_t count() const { return where_.size(); }
  std::size_t at(int direction, std::int64_t price) const {
    const auto found = queues_.find({direction, price});
    return found == queues_.end() ? 0 : found->second.size();
  }

 private:
  std::vector<std::int64_t>& queue(const Message& m) { return queues_[{m.direction, m.price}]; }

  std::map<std::pair<int, std::int64_t>, std::vector<std::int64_t>> queues_;
  std::unordered_map<std::int64_t, std::int64_t> where_;
};

std::int32_t whole_ticks(std::int64_t difference, std::int64_t tick) {
  return static_cast<std::int32_t>((difference + tick - 1) / tick);
}

std::array<std::int32_t, kSpreadBins - 1> edges_of(std::vector<std::int32_t> spreads) {
  std::array<std::int32_t, kSpreadBins - 1> edges{};
  if (spreads.empty()) return edges;
  std::sort(spreads.begin(), spreads.end());
  std::int32_t last = 0;
  for (std::size_t k = 0; k < edges.size(); ++k) {
    const std::int32_t wanted = spreads[(k + 1) * spreads.size() / kSpreadBins];
    edges[k] = last = std::max(wanted, last + 1);  // at least a tick each
  }
  return edges;
}

/// Walks over a tape and writes down what happens at the touch and behind it.
class Walk {
 public:
  Walk(const TapeView& tape, std::int64_t tick, const FlowClock& clock) : tape_(tape), tick_(tick), clock_(clock) {}

  FlowEvents events() {
    std::vector<std::int32_t> spreads;
    for (std::size_t i = 1; i < tape_.size(); ++i) {
      if (usable(i) && at_touch(i)) spreads.push_back(spread_before(i));
    }
    out_.spread_edges = edges_of(std::move(spreads));
    double lots = 0;
    std::size_t orders = 0;
    for (std::size_t i = 1; i < tape_.size(); ++i) {
      const Message& m = tape_.messages[i];
      if (m.type != MessageType::execution && m.type != MessageType::hidden) continue;
      out_.traded_lots += m.size;
      if (m.type == MessageType::hidden) continue;
      lots += m.size;
      orders += continues_order(i) ? 0 : 1;
    }
    out_.mean_trade_lots = orders == 0 ? 1.0 : lots / static_cast<double>(orders);
    if (tape_.size() > 1)
      out_.seconds = 1e-9 * static_cast<double>(tape_.messages.back().time_ns - tape_.messages[0].time_ns);
    average_spread();
    for (std::size_t i = 1; i < tape_.size(); ++i) visit(i);
    if (out_.seconds > 0) out_.deep_orders = 0.5 * deep_order_seconds_ / out_.seconds;
    return std::move(out_);
  }

 private:
  bool usable(std::size_t i) const {
    const MessageType type = tape_.messages[i].type;
    return type != MessageType::cross && type != MessageType::halt && tape_.best(i - 1).has_ask() &&
           tape_.best(i - 1).has_bid();
  }
  static std::int64_t best_of(const Level& level, int direction) {
    return direction > 0 ? level.bid_price : level.ask_price;
  }
  /// Ticks from the best price of its side before, outwards.
  std::int64_t behind(std::size_t i) const {
    const Message& m = tape_.messages[i];
    return m.direction * (best_of(tape_.best(i - 1), m.direction) - m.price);
  }
  bool at_touch(std::size_t i) const { return tape_.messages[i].type == MessageType::hidden || behind(i) <= 0; }
  std::int32_t spread_before(std::size_t i) const {
    const Level& best = tape_.best(i - 1);
    return whole_ticks(best.ask_price - best.bid_price, tick_);
  }
  bool continues_order(std::size_t i) const {
    if (i == 0) return false;
    const Message &m = tape_.messages[i], &before = tape_.messages[i - 1];
    return before.type == MessageType::execution && before.time_ns == m.time_ns && before.direction == m.direction;
  }

  void visit(std::size_t i) {
    const Message& m = tape_.messages[i];
    deep_order_seconds_ += 1e-9 * static_cast<double>(m.time_ns - tape_.messages[i - 1].time_ns) * deep_now_;
    if (!usable(i)) return;
    const bool part = m.type == MessageType::execution && continues_order(i) && !out_.touch.empty();
    if (part) {
      out_.touch.back().lots += m.size;
    } else if (at_touch(i)) {
      add_touch(i);
    } else {
      out_.deep.push_back({m.type == MessageType::submission, whole_ticks(behind(i), tick_), m.size});
    }
    track(i);
    note_gap(i);
  }

  void average_spread() {
    double sum = 0, time = 0;
    for (std::size_t i = 1; i < tape_.size(); ++i) {
      if (!usable(i)) continue;
      const double seconds = 1e-9 * static_cast<double>(tape_.messages[i].time_ns - tape_.messages[i - 1].time_ns);
      sum += seconds * std::log(static_cast<double>(spread_before(i)));
      time += seconds;
    }
    if (time > 0) out_.usual_spread = std::exp(sum / time);
  }

  void add_touch(std::size_t i) {
    const Message& m = tape_.messages[i];
    const Level& best = tape_.best(i - 1);
    TouchRow row;
    row.time = 1e-9 * static_cast<double>(m.time_ns);
    row.wait = out_.touch.empty() ? 0 : row.time - out_.touch.back().time;
    row.side = m.direction > 0 ? 0u : 1u;
    row.lots = m.size;
    row.touch_lots = m.direction > 0 ? best.bid_size : best.ask_size;
    row.spread = spread_before(i);
    for (const std::int32_t edge : out_.spread_edges) row.spread_bin += row.spread > edge ? 1u : 0u;
    const double share = static_cast<double>(best.bid_size) / static_cast<double>(best.bid_size + best.ask_size);
    row.bid_bin = std::min(static_cast<std::uint32_t>(share * kImbalanceBins), kImbalanceBins - 1);
    row.event = static_cast<std::uint32_t>(event_of(i));
    row.ticks = whole_ticks(-behind(i), tick_);
    row.preceding = preceding_;
    remember_time(row, best.ask_price + best.bid_price);
    row.memory = memory_;
    row.wide = wide_;
    preceding_ = 1u + row.event + (row.side == 0u ? 0u : kTouchEvents);
    out_.touch.push_back(row);
    if (row.event >= static_cast<std::uint32_t>(TouchEvent::trade)) remember_trade(i, row.side);
  }
  TouchEvent event_of(std::size_t i) const {
    switch (tape_.messages[i].type) {
      case MessageType::submission:
        return behind(i) < 0 ? TouchEvent::improve : TouchEvent::join;
      case MessageType::execution:
        return TouchEvent::trade;
      case MessageType::hidden:
        return TouchEvent::hidden;
      default:
        return TouchEvent::cancel;
    }
  }
  /// `middle`: the sum of both best prices.
  void remember_time(const TouchRow& row, std::int64_t middle) {
    const auto half_ticks = static_cast<double>(out_.touch.empty() ? 0 : middle - middle_) / static_cast<double>(tick_);
    const auto moved = static_cast<float>(0.5 * half_ticks / out_.usual_spread);
    middle_ = middle;
    memory_[4] = std::clamp(memory_[4] * clock_.memory_decay[2] + moved, -kFarthest, kFarthest);
    memory_[5] = std::clamp(memory_[5] + moved, -kFarthest, kFarthest);
    constexpr std::size_t timed[kTimedMemories] = {2, 3, 5};
    for (std::size_t k = 0; k < kTimedMemories; ++k) {
      const double kept = std::exp2(-row.wait / static_cast<double>(clock_.memory_half_life[k]));
      memory_[timed[k]] *= static_cast<float>(kept);
    }
    const double wide =
        std::clamp(std::log(static_cast<double>(row.spread) / out_.usual_spread), -double{kWidest}, double{kWidest});
    for (std::size_t k = 0; k < kSpreadMemories; ++k) {
      const double kept = std::exp2(-row.wait / static_cast<double>(clock_.spread_half_life[k]));
      wide_[k] = static_cast<float>(wide + kept * (static_cast<double>(wide_[k]) - wide));
    }
  }
  void remember_trade(std::size_t first, std::uint32_t side) {
    double lots = 0;
    for (std::size_t i = first; i < tape_.size() && (i == first || continues_order(i)); ++i)
      lots += tape_.messages[i].size;
    const float sign = side == 0u ? -1.0f : 1.0f;
    const auto size = static_cast<float>(std::sqrt(lots / out_.mean_trade_lots));
    for (std::size_t k = 0; k < 2; ++k) {
      memory_[k] = sign + (memory_[k] - sign) * clock_.memory_decay[k];
      memory_[2 + k] = std::clamp(memory_[2 + k] + sign * size, -kMostPressure, kMostPressure);
    }
  }

  /// Follows known orders through their queues.
  void track(std::size_t i) {
    const Message& m = tape_.messages[i];
    if (m.type == MessageType::submission) {
      queues_.submit(m);
    } else if (m.type == MessageType::deletion) {
      const auto place = queues_.remove(m);
      if (place && place->length > 1 && at_touch(i)) {
        ++out_.queue_cancels;
        out_.newest_cancels += place->position + 1 == place->length ? 1u : 0u;
        out_.expected_newest += 1.0 / static_cast<double>(place->length);
      }
    } else if (m.type == MessageType::execution) {
      const Level& now = tape_.best(i);
      const bool left = best_of(now, m.direction) == m.price && queues_.at(m.direction, m.price) > 0 && still_there(i);
      if (!left) queues_.remove(m);
    }
    const Level& now = tape_.best(i);
    const std::size_t touch = queues_.at(1, now.bid_price) + queues_.at(-1, now.ask_price);
    deep_now_ = tape_.levels > 1 ? static_cast<double>(queues_.count() - std::min(touch, queues_.count())) : 0.0;
  }
  /// Whether an execution left part of its order: the next message about it tells.
  bool still_there(std::size_t i) const {
    const std::size_t end = std::min(tape_.size(), i + 200);
    for (std::size_t k = i + 1; k < end; ++k) {
      if (tape_.messages[k].order == tape_.messages[i].order) return true;
    }
    return false;
  }
  void note_gap(std::size_t i) {
    const Message& m = tape_.messages[i];
    const Level &before = tape_.best(i - 1), &now = tape_.best(i);
    if (m.type != MessageType::deletion && m.type != MessageType::execution) return;
    if (!(m.direction > 0 ? now.has_bid() : now.has_ask())) return;
    const std::int64_t gap = m.direction * (best_of(before, m.direction) - best_of(now, m.direction));
    if (gap <= 0) return;
    out_.gaps.push_back(whole_ticks(gap, tick_));
    out_.revealed.push_back(m.direction > 0 ? now.bid_size : now.ask_size);
  }

  const TapeView& tape_;
  std::int64_t tick_;
  const FlowClock& clock_;
  FlowEvents out_;
  KnownQueues queues_;
  std::array<float, kFlowMemories> memory_{};
  std::array<float, kSpreadMemories> wide_{};
  std::uint32_t preceding_ = 0;
  std::int64_t middle_ = 0;
  double deep_now_ = 0, deep_order_seconds_ = 0;
};

}  // namespace

FlowEvents flow_events(const TapeView& tape, std::int64_t tick, const FlowClock& clock) {
  return Walk(tape, tick, clock).events();
}

}  // namespace marketmimic
