#include "host/decomposition/event_calls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "host/config/names.hpp"
#include "host/decomposition/trading_hours.hpp"

namespace marketmimic {
namespace {

constexpr double kAnsweredShare = 0.5;  ///< of the times that the event began
constexpr double kToldShare = 0.2;      ///< of what the trader did
constexpr double kExplainedShare = 0.9;
constexpr std::size_t kFewestAnswers = 5;
constexpr double kAnsweredByChance = 1e-6;

/// A bar in which the trader could do what a call asks for, as the bar before it left things.
struct Chance {
  std::uint32_t started;  ///< market events that had just begun
  bool taken;             ///< the trader did
};

/// Bound on the probability of at least `hits` of `n`, each of which hits with probability `share`, 0 to 1.
double chernoff_bound(std::size_t hits, std::size_t n, double share) {
  const double rate = static_cast<double>(hits) / static_cast<double>(n);
  if (rate <= share) return 1;
  const double missing = rate < 1 ? (1 - rate) * std::log((1 - rate) / (1 - share)) : 0;
  return std::exp(-static_cast<double>(n) * (rate * std::log(rate / share) + missing));
}

std::vector<Chance> chances_of(const Ledger& ledger, const MarketClock& market, bool reduces, std::int32_t side) {
  std::vector<bool> taken(market.states().size(), false);
  for (const LedgerCycle& cycle : ledger.cycles) {
    for (std::size_t i = cycle.first; i < cycle.first + cycle.count; ++i) {
      const PositionChange& change = ledger.changes[i];
      const bool opens = i == cycle.first;
      const bool begins_to_reduce = !opens && change.reduces() && !ledger.changes[i - 1].reduces();
      const bool on_side = (change.before + change.after) * side > 0;
      if (on_side && (reduces ? begins_to_reduce : opens) && change.order != PositionChange::unobserved)
        taken[market.index_at(change.time_ms)] = true;
    }
  }
  // Bars before the log and after it tell nothing of the trader, nor do those of hours in which it is never done.
  std::vector<std::int64_t> times_ms;  // when the bars of chances begin
  for (std::size_t i = 1; i < taken.size(); ++i)
    if (taken[i]) times_ms.push_back(market.ends_ms()[i - 1]);
  const TradingHours hours(times_ms);
  const std::size_t last = market.index_at(ledger.changes.back().time_ms);
  std::vector<Chance> chances;  // before the first bar has ended no event can have begun
  for (std::size_t i = std::max<std::size_t>(market.index_at(ledger.changes.front().time_ms), 1); i <= last; ++i) {
    if (!hours.contain(market.ends_ms()[i - 1])) continue;
    const float position = market.states()[i].position * static_cast<float>(side);
    if (reduces ? position > 0 : position == 0) chances.push_back({market.states()[i].started, taken[i]});
  }
  return chances;
}

void learn(std::vector<Chance> chances, bool reduces, std::int32_t side, std::vector<EventCall>& calls) {
  const auto count_taken = [&] {
    return static_cast<std::size_t>(
        std::count_if(chances.begin(), chances.end(), [](const Chance& c) { return c.taken; }));
  };
  const std::size_t deeds = count_taken();
  for (;;) {
    const double usual = static_cast<double>(count_taken()) / static_cast<double>(chances.size());
    EventCall best{MarketEvent::trend_up, reduces, side, 0, 0, deeds, 0};
    for (std::uint32_t event = 0; event < kMarketEvents; ++event) {
      if ((kPositionStates >> event & 1u) != 0) continue;
      EventCall call{static_cast<MarketEvent>(event), reduces, side, 0, 0, deeds, 0};
      for (const Chance& chance : chances) {
        if ((chance.started >> event & 1u) == 0) continue;
        ++call.began;
        call.answered += chance.taken ? 1 : 0;
      }
      const auto began = static_cast<double>(call.began), answered = static_cast<double>(call.answered);
      if (call.answered < kFewestAnswers || answered < kAnsweredShare * began) continue;
      if (answered < kToldShare * static_cast<double>(deeds)) continue;
      if (chernoff_bound(call.answered, call.began, usual) > kAnsweredByChance) continue;
      call.by_chance = usual * began;
      if (call.answered > best.answered || (call.answered == best.answered && call.began < best.began)) best = call;
    }
    if (best.answered == 0) return;
    calls.push_back(best);
    std::erase_if(chances, [&](const Chance& c) { return c.taken && (c.started & event_bit(best.event)) != 0; });
  }
}

}  // namespace

std::vector<EventCall> learn_event_calls(const Ledger& ledger, const MarketClock& market) {
  std::vector<EventCall> calls;
  for (const bool reduces : {false, true})
    for (const std::int32_t side : {1, -1}) learn(chances_of(ledger, market, reduces, side), reduces, side, calls);
  return calls;
}

std::uint32_t events_calling(const std::vector<EventCall>& calls, bool reduces, std::int32_t side) {
  std::uint32_t events = 0;
  for (const EventCall& call : calls)
    if (call.reduces == reduces && call.side == side) events |= event_bit(call.event);
  return events;
}

std::vector<std::uint32_t> called_exits(const std::vector<EventCall>& calls, const Ledger& ledger,
                                        const MarketClock& market) {
  std::vector<std::uint32_t> called;
  for (const LedgerCycle& cycle : ledger.cycles) {
    const PositionChange* const reduction = first_reduction(ledger, cycle);
    const std::uint32_t calling =
        reduction == nullptr ? 0 : events_calling(calls, true, reduction->before > 0 ? 1 : -1);
    called.push_back(calling != 0 ? market.at(reduction->time_ms).started & calling : 0);
  }
  return called;
}

bool events_explain(const std::vector<std::uint32_t>& called, const std::vector<bool>& exits) {
  std::size_t left = 0, explained = 0;
  for (std::size_t i = 0; i < exits.size(); ++i) {
    left += exits[i] ? 1 : 0;
    explained += exits[i] && called[i] != 0 ? 1 : 0;
  }
  return left > 0 && static_cast<double>(explained) >= kExplainedShare * static_cast<double>(left);
}

std::uint32_t events_turning(const std::vector<std::uint32_t>& called, const Ledger& ledger, const MarketClock& market,
                             std::int32_t side) {
  std::array<std::size_t, kMarketEvents> left{}, turned{};
  for (std::size_t i = 0; i + 1 < ledger.cycles.size(); ++i) {
    const PositionChange* const reduction = first_reduction(ledger, ledger.cycles[i]);
    if (called[i] == 0 || reduction->before * side < 0) continue;
    const PositionChange& next = ledger.changes[ledger.cycles[i + 1].first];
    const bool turns = next.after * side < 0 && market.index_at(next.time_ms) == market.index_at(reduction->time_ms);
    for (std::uint32_t event = 0; event < kMarketEvents; ++event) {
      const std::size_t calls = called[i] >> event & 1u;
      left[event] += calls;
      turned[event] += turns ? calls : 0;
    }
  }
  std::uint32_t events = 0;
  for (std::uint32_t event = 0; event < kMarketEvents; ++event)
    if (2 * turned[event] > left[event]) events |= 1u << event;
  return events;
}

std::string event_calls_text(const std::vector<EventCall>& calls) {
  std::string text;
  for (const EventCall& call : calls)
    text += fmt::format("{}{} {} on {} ({} of {} times, {:.1f} by chance; so {} of {} {})", text.empty() ? "" : "; ",
                        call.reduces ? "reduces" : "opens", call.side > 0 ? "long" : "short",
                        kMarketEventNames[static_cast<std::size_t>(call.event)], call.answered, call.began,
                        call.by_chance, call.answered, call.deeds, call.reduces ? "reductions" : "openings");
  return text.empty() ? "no market event far beyond chance" : text;
}

}  // namespace marketmimic
