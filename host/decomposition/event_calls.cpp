#include "host/decomposition/event_calls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "host/config/names.hpp"

namespace marketmimic {
namespace {

constexpr double kAnsweredShare = 0.2;
constexpr std::size_t kFewestAnswers = 5;
constexpr double kAnsweredByChance = 1e-6;

/// Events that had just begun at each beginning, and how often they do at random times.
struct Occasions {
  std::vector<std::uint32_t> started;         ///< [beginnings] masks
  std::array<double, kMarketEvents> share{};  ///< of the bars, in which each event begins
};

/// Bound on the probability of at least `hits` of `n`, each of which hits with probability `share`.
double chernoff_bound(std::size_t hits, std::size_t n, double share) {
  const double rate = static_cast<double>(hits) / static_cast<double>(n);
  if (rate <= share) return 1;
  if (share <= 0) return 0;
  const double missing = rate < 1 ? (1 - rate) * std::log((1 - rate) / (1 - share)) : 0;
  return std::exp(-static_cast<double>(n) * (rate * std::log(rate / share) + missing));
}

Occasions occasions_of(const Ledger& ledger, const MarketClock& market, bool reduces, std::int32_t side) {
  Occasions occasions;
  for (const LedgerCycle& cycle : ledger.cycles) {
    for (std::size_t i = cycle.first; i < cycle.first + cycle.count; ++i) {
      const PositionChange& change = ledger.changes[i];
      const double position = change.before + change.after;
      const bool begins = i == cycle.first || ledger.changes[i - 1].reduces() != change.reduces();
      if (!begins || change.swings || change.order == PositionChange::unobserved) continue;
      if (change.reduces() == reduces && position * side > 0)
        occasions.started.push_back(market.at(change.time_ms).started);
    }
  }
  std::size_t bars = 0;
  for (const Detectors& state : market.states()) {
    const bool held = state.position * static_cast<float>(side) > 0;
    if (held != reduces) continue;
    ++bars;
    for (std::uint32_t event = 0; event < kMarketEvents; ++event) occasions.share[event] += state.started >> event & 1u;
  }
  for (double& share : occasions.share) share /= static_cast<double>(std::max<std::size_t>(bars, 1));
  return occasions;
}

void learn(Occasions occasions, bool reduces, std::int32_t side, std::vector<EventCall>& calls) {
  const std::size_t all = occasions.started.size();
  for (;;) {
    const std::size_t left = occasions.started.size();
    EventCall most{MarketEvent::trend_up, reduces, side, 0, all, 0};
    for (std::uint32_t event = 0; event < kMarketEvents; ++event) {
      if ((kPositionStates >> event & 1u) != 0) continue;
      const auto answered =
          static_cast<std::size_t>(std::count_if(occasions.started.begin(), occasions.started.end(),
                                                 [=](std::uint32_t started) { return (started >> event & 1u) != 0; }));
      const double by_chance = occasions.share[event] * static_cast<double>(left);
      if (answered < kFewestAnswers || static_cast<double>(answered) < kAnsweredShare * static_cast<double>(all))
        continue;
      if (chernoff_bound(answered, left, occasions.share[event]) > kAnsweredByChance) continue;
      const bool rarer = answered == most.answered && by_chance < most.by_chance;
      if (answered > most.answered || rarer)
        most = {static_cast<MarketEvent>(event), reduces, side, answered, all, by_chance};
    }
    if (most.answered == 0) return;
    calls.push_back(most);
    std::erase_if(occasions.started, [&](std::uint32_t started) { return (started & event_bit(most.event)) != 0; });
  }
}

}  // namespace

std::vector<EventCall> learn_event_calls(const Ledger& ledger, const MarketClock& market) {
  std::vector<EventCall> calls;
  for (const bool reduces : {false, true})
    for (const std::int32_t side : {1, -1}) learn(occasions_of(ledger, market, reduces, side), reduces, side, calls);
  return calls;
}

std::uint32_t events_calling(const std::vector<EventCall>& calls, bool reduces, std::int32_t side) {
  std::uint32_t events = 0;
  for (const EventCall& call : calls)
    if (call.reduces == reduces && call.side == side) events |= event_bit(call.event);
  return events;
}

std::string event_calls_text(const std::vector<EventCall>& calls) {
  std::string text;
  for (const EventCall& call : calls)
    text +=
        fmt::format("{}{} {} on {} ({} of {}, {:.1f} by chance)", text.empty() ? "" : "; ",
                    call.reduces ? "reduces" : "builds", call.side > 0 ? "long" : "short",
                    kMarketEventNames[static_cast<std::size_t>(call.event)], call.answered, call.of, call.by_chance);
  return text.empty() ? "no market event far beyond chance" : text;
}

}  // namespace marketmimic
