#include "host/realism/response.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "host/statistics/estimators.hpp"
#include "host/statistics/none.hpp"

namespace marketmimic {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

constexpr double kBasisPoint = 1e-4;
constexpr std::size_t kGroups = 8, kFewestInGroup = 10, kFewestGroups = 3;

double response(const ArrayXd& mid, const ArrayXd& sign, const ArrayXd& times, Index lag) {
  const Index n = mid.size() - lag;
  if (n < kFewestTimesLag * lag) return kNone;
  const auto counted = sign.head(n) * times.head(n);
  return (counted * (mid.tail(n) - mid.head(n))).sum() / times.head(n).sum() / kBasisPoint;
}

/// Windows in order of time: |Q|, the return towards Q, and the group, kGroups where Q is 0.
struct Windows {
  ArrayXd volume, move;
  std::vector<std::size_t> group;

  explicit Windows(const std::vector<MarketOrder>& orders) {
    const Index count = std::max<Index>(0, static_cast<Index>(orders.size()) - 1) / kWindowOrders;
    volume.setZero(count);
    move.setZero(count);
    for (Index w = 0; w < count; ++w) {
      const auto first = static_cast<std::size_t>(w * kWindowOrders), end = first + kWindowOrders;
      double signed_lots = 0;
      for (std::size_t i = first; i < end; ++i) signed_lots += orders[i].sign * orders[i].lots;
      volume[w] = std::abs(signed_lots);
      move[w] = std::copysign(1.0, signed_lots) * (orders[end].log_mid - orders[first].log_mid);
    }
    std::vector<std::size_t> ranked(static_cast<std::size_t>(count));
    std::iota(ranked.begin(), ranked.end(), std::size_t{0});
    const auto lots = [&](std::size_t w) { return volume[static_cast<Index>(w)]; };
    ranked.erase(std::remove_if(ranked.begin(), ranked.end(), [&](std::size_t w) { return lots(w) == 0; }),
                 ranked.end());
    std::stable_sort(ranked.begin(), ranked.end(), [&](std::size_t a, std::size_t b) { return lots(a) < lots(b); });
    group.assign(static_cast<std::size_t>(count), kGroups);
    if (ranked.size() < kGroups * kFewestInGroup) return;
    for (std::size_t k = 0; k < ranked.size(); ++k) group[ranked[k]] = k * kGroups / ranked.size();
  }

  double exponent(const ArrayXd& times) const {
    std::array<double, kGroups + 1> count{}, lots{}, moved{};
    for (std::size_t w = 0; w < group.size(); ++w) {
      const auto at = static_cast<Index>(w);
      count[group[w]] += times[at];
      lots[group[w]] += times[at] * volume[at];
      moved[group[w]] += times[at] * move[at];
    }
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (std::size_t g = 0; g < kGroups; ++g) {
      if (!(moved[g] > 0)) continue;
      const double x = std::log(lots[g] / count[g]), y = std::log(moved[g] / count[g]);
      n += 1;
      sx += x;
      sy += y;
      sxx += x * x;
      sxy += x * y;
    }
    const double spread = n * sxx - sx * sx;
    return n < kFewestGroups || !(spread > 0) ? kNone : (n * sxy - sx * sy) / spread;
  }
};

}  // namespace

std::vector<MarketOrder> market_orders_of(const TapeView& tape) {
  std::vector<MarketOrder> orders;
  double before = kNone;  // log mid of the last book with two sides
  bool goes_on = false;   // the message before belongs to the last order
  for (std::size_t i = 0; i < tape.size(); ++i) {
    const Message& m = tape.messages[i];
    if (m.trade() && !std::isnan(before)) {
      const bool same = goes_on && m.time_ns == tape.messages[i - 1].time_ns && orders.back().sign == -m.direction;
      if (same)
        orders.back().lots += m.size;
      else
        orders.push_back({before, static_cast<double>(-m.direction), static_cast<double>(m.size)});
    }
    goes_on = m.trade() && !std::isnan(before);
    const Level& best = tape.best(i);
    if (best.has_ask() && best.has_bid()) before = std::log(0.5 * static_cast<double>(best.ask_price + best.bid_price));
  }
  return orders;
}

TapeImpact impact_of(const TapeView& tape, const BootstrapOptions& options) {
  const std::vector<MarketOrder> orders = market_orders_of(tape);
  const auto n = static_cast<Index>(orders.size());
  ArrayXd mid(n), sign(n);
  for (Index i = 0; i < n; ++i) {
    mid[i] = orders[static_cast<std::size_t>(i)].log_mid;
    sign[i] = orders[static_cast<std::size_t>(i)].sign;
  }
  const auto responses = [&](const ArrayXd& times) {
    std::vector<double> values;
    for (const Index lag : kResponseLags) values.push_back(response(mid, sign, times, lag));
    return values;
  };
  const Windows windows(orders);
  const Index count = windows.volume.size();
  TapeImpact impact{};
  impact.orders = orders.size();
  const std::vector<double> found = responses(ArrayXd::Ones(n));
  std::copy(found.begin(), found.end(), impact.response.begin());
  impact.exponent = windows.exponent(ArrayXd::Ones(count));
  impact.response_interval.fill({kNone, kNone});
  impact.exponent_interval = {kNone, kNone};
  if (options.replicates == 0 || count == 0) return impact;
  const std::vector<Interval> intervals = bootstrap(n, block_length(n), responses, options);
  std::copy(intervals.begin(), intervals.end(), impact.response_interval.begin());
  impact.exponent_interval =
      bootstrap(
          count, block_length(count),
          [&](const ArrayXd& times) { return std::vector<double>{windows.exponent(times)}; }, options)
          .front();
  return impact;
}

std::size_t ImpactComparison::lags_inside() const {
  std::size_t count = 0;
  for (std::size_t k = 0; k < kResponseLags.size(); ++k)
    count += tape.response[k] >= reference.response_interval[k].lower &&
                     tape.response[k] <= reference.response_interval[k].upper
                 ? 1
                 : 0;
  return count;
}

ImpactComparison compare_impact(const TapeView& tape, const TapeView& reference, const BootstrapOptions& options) {
  BootstrapOptions plain = options;
  plain.replicates = 0;
  return {impact_of(tape, plain), impact_of(reference, options)};
}

}  // namespace marketmimic
