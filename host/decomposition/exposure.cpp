#include "host/decomposition/exposure.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace marketmimic {
namespace {

/// Where the middle of an order's size was traded.
OrderMark mark_of(const std::vector<const PositionChange*>& parts, double peak, std::int64_t first_step,
                  std::int64_t step_ms) {
  double total = 0, net = 0;
  for (const PositionChange* part : parts) {
    total += std::abs(part->size());
    net += part->size();
  }
  double done = 0;
  const PositionChange* half = parts.back();
  for (const PositionChange* part : parts) {
    done += std::abs(part->size());
    if (done >= 0.5 * total) {
      half = part;
      break;
    }
  }
  const double share = half->size() == 0 ? 0 : 1 - (done - 0.5 * total) / std::abs(half->size());
  const double level = half->before + share * half->size();
  return {parts.front()->order, static_cast<std::uint32_t>(step_of(parts.front()->time_ms, step_ms) - first_step),
          static_cast<std::uint32_t>(step_of(half->time_ms, step_ms) - first_step), static_cast<float>(level / peak),
          static_cast<float>(net / peak)};
}

}  // namespace

std::int64_t step_of(std::int64_t time_ms, std::int64_t step_ms) {
  const std::int64_t quotient = time_ms / step_ms;
  return time_ms % step_ms < 0 ? quotient - 1 : quotient;
}

CyclePath cycle_path(const Ledger& ledger, const LedgerCycle& cycle, std::int64_t step_ms) {
  const PositionChange* const begin = ledger.changes.data() + cycle.first;
  const PositionChange* const end = begin + cycle.count;
  const std::int64_t first = step_of(begin->time_ms, step_ms);
  const std::int64_t last = step_of((end - 1)->time_ms, step_ms);

  CyclePath path;
  path.start_ms = first * step_ms;
  path.exposure.reserve(static_cast<std::size_t>(last - first) + 2);
  path.exposure.push_back(static_cast<float>(begin->before / cycle.peak));
  std::vector<std::vector<const PositionChange*>> orders;  // by first fill
  std::unordered_map<std::uint32_t, std::size_t> places;
  const PositionChange* next = begin;
  double position = begin->before;
  for (std::int64_t step = first; step <= last; ++step) {
    double traded = 0, net = 0;
    for (; next != end && step_of(next->time_ms, step_ms) == step; ++next) {
      position = next->after;
      if (next->order == PositionChange::unobserved) {
        orders.push_back({next});
        continue;
      }
      traded += std::abs(next->size());
      net += next->size();
      const auto [entry, is_new] = places.emplace(next->order, orders.size());
      if (is_new) orders.emplace_back();
      orders[entry->second].push_back(next);
    }
    path.traded += traded;
    path.netted += traded - std::abs(net);
    path.exposure.push_back(static_cast<float>(position / cycle.peak));
  }
  path.orders.reserve(orders.size());
  for (const auto& parts : orders) path.orders.push_back(mark_of(parts, cycle.peak, first, step_ms));
  return path;
}

}  // namespace marketmimic
