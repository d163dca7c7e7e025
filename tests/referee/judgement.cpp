#include "tests/referee/judgement.hpp"

#include <cmath>
#include <numeric>
#include <optional>

namespace marketmimic {
namespace {

/// Steps whose fills make the trade: [first, last].
struct Span {
  std::size_t first, last;
};

std::optional<Span> find(const RequiredTrade& trade, const Execution& e, std::size_t first_step, const Tolerance& t) {
  const auto way = [&](std::size_t step) { return (e.position[step] - trade.from) / (trade.to - trade.from); };
  const std::size_t earliest = trade.step > first_step + t.steps ? trade.step - t.steps - 1 : first_step - 1;
  std::optional<std::size_t> begun;
  for (std::size_t step = earliest; step <= trade.step + t.steps; ++step) {
    if (way(step) <= t.slack)
      begun = step;
    else if (begun && way(step) >= 1 - t.slack)
      return Span{*begun + 1, step};
  }
  return std::nullopt;
}

double shortfall(const RequiredTrade& trade, const Execution& e, const Span& span) {
  const bool buys = trade.to > trade.from;
  const auto sum = [&](const std::vector<double>& values) {
    return std::accumulate(values.begin() + static_cast<std::ptrdiff_t>(span.first),
                           values.begin() + static_cast<std::ptrdiff_t>(span.last) + 1, 0.0);
  };
  const double price = buys ? sum(e.bought_worth) / sum(e.bought) : sum(e.sold_worth) / sum(e.sold);
  return (buys ? 1 : -1) * std::log(price / trade.arrival);
}

bool strays(const RefereeCourse& referee, const Execution& e, const Judged& steps, const Tolerance& t) {
  std::size_t away = 0;
  for (std::size_t step = steps.first; step < steps.end; ++step) {
    away = std::abs(e.position[step] - referee.position[step]) > t.stray ? away + 1 : 0;
    if (away > t.steps) return true;
  }
  return false;
}

}  // namespace

Judgement judge(const RefereeCourse& referee, const Execution& execution, const Judged& steps,
                const Tolerance& tolerance) {
  Judgement j;
  const double most = tolerance.volatilities * tolerance.sigma * std::sqrt(static_cast<double>(tolerance.steps));
  for (const RequiredTrade& trade : referee.trades) {
    if (trade.step + tolerance.steps >= steps.end) continue;
    const std::size_t entry = trade.to != 0 ? 1 : 0;
    ++j.required;
    j.entries += entry;
    const std::optional<Span> span = find(trade, execution, steps.first, tolerance);
    if (!span) continue;
    ++j.matched;
    j.entries_matched += entry;
    const double cost = shortfall(trade, execution, *span);
    j.shortfall += cost;
    j.near += cost <= most ? 1 : 0;
  }
  j.strays = strays(referee, execution, steps, tolerance);
  j.breached = execution.breached;
  return j;
}

}  // namespace marketmimic
