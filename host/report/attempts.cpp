#include "host/report/attempts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "host/run/plan.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/stored_outcomes.hpp"
#include "host/run/stored_shard.hpp"

namespace marketmimic {
namespace {

constexpr std::uint64_t kMostTogether = 1 << 20;  // of attempts in memory together

/// Some attempts of one shard, quantity by quantity.
class Part {
 public:
  Part(const Simulation& simulation, const Schema& schema, const StoredShard& shard, std::uint64_t first,
       std::uint64_t count)
      : simulation_(simulation),
        shard_(shard),
        first_(first),
        count_(count),
        outcomes_(stored_outcomes(simulation, shard, first, count)) {
    const auto recorded = [&](std::string_view path) { return schema.find(path) != nullptr; };
    const std::uint64_t T = simulation.job.rows(), at = first * T;
    if (recorded("/market/close_half_ticks")) {
      close_ = shard.read<std::int32_t>("/market/close_half_ticks", at, count * T);
      for (std::uint64_t i = 0; i < count; ++i)
        open_.push_back(shard.read<std::int32_t>("/market/open_half_ticks", at + i * T, 1).front());
    }
    if (recorded("/strategy/exposure_lots"))
      exposure_ = shard.read<std::int64_t>("/strategy/exposure_lots", at, count * T);
    if (recorded("/labels/market_event")) events_ = shard.read<std::uint32_t>("/labels/market_event", at, count * T);
    if (!schema.orders.empty()) read_orders();
  }

  void visit(const std::function<void(const Attempt&)>& visit) const {
    for (std::uint64_t i = 0; i < count_; ++i) {
      Attempt attempt;
      attempt.outcome = outcomes_[i];
      attempt.close = rows_of(close_, i);
      if (!open_.empty()) attempt.open = open_[i];
      attempt.exposure = rows_of(exposure_, i);
      attempt.events = rows_of(events_, i);
      if (!order_offsets_.empty()) {
        const auto from = static_cast<std::size_t>(order_offsets_[i] - order_offsets_.front());
        const auto until = static_cast<std::size_t>(order_offsets_[i + 1] - order_offsets_.front());
        attempt.orders = std::span(orders_).subspan(from, until - from);
      }
      check(attempt);
      visit(attempt);
    }
  }

 private:
  template <class T>
  std::span<const T> rows_of(const std::vector<T>& values, std::uint64_t i) const {
    if (values.empty()) return {};
    return std::span(values).subspan(i * simulation_.job.rows(), simulation_.job.rows());
  }

  void read_orders() {
    order_offsets_ = shard_.read<std::int64_t>("/orders/offsets", first_, count_ + 1);
    if (order_offsets_.front() < 0 || !std::is_sorted(order_offsets_.begin(), order_offsets_.end()))
      shard_.refuse("/orders/offsets go back");
    const auto row = static_cast<std::uint64_t>(order_offsets_.front());
    const auto rows = static_cast<std::uint64_t>(order_offsets_.back()) - row;
    (void)shard_.read<std::uint8_t>("/orders/type", row, rows);  // before memory is asked for many times as much
    orders_.resize(rows);
    shard_.fill<std::uint32_t>(orders_, "/orders/step", row, &OrderRow::step);
    shard_.fill<std::uint8_t>(orders_, "/orders/type", row, &OrderRow::passive);
    shard_.fill<std::int32_t>(orders_, "/orders/lots", row, &OrderRow::lots);
    shard_.fill<std::int32_t>(orders_, "/orders/filled_lots", row, &OrderRow::filled_lots);
    shard_.fill<std::int64_t>(orders_, "/orders/notional", row, &OrderRow::notional);
    shard_.fill<std::int64_t>(orders_, "/orders/fee", row, &OrderRow::fee);
  }

  /// Numbers that stand for something else are in range.
  void check(const Attempt& attempt) const {
    const auto require = [&](bool holds, const char* path) {
      if (!holds) shard_.refuse(fmt::format("{} of scenario {} is not what a run writes", path, attempt.outcome.id));
    };
    require(attempt.close.empty() || attempt.open > 0, "/market/open_half_ticks");
    require(std::all_of(attempt.close.begin(), attempt.close.end(), [](std::int32_t c) { return c > 0; }),
            "/market/close_half_ticks");
    require(std::all_of(attempt.events.begin(), attempt.events.end(),
                        [](std::uint32_t bits) { return bits < 1u << kMarketEvents; }),
            "/labels/market_event");
  }

  const Simulation& simulation_;
  const StoredShard& shard_;
  std::uint64_t first_, count_;  ///< in the shard
  std::vector<ScenarioRow> outcomes_;
  std::vector<std::int32_t> close_, open_;
  std::vector<std::int64_t> exposure_;
  std::vector<std::uint32_t> events_;
  std::vector<std::int64_t> order_offsets_;
  std::vector<OrderRow> orders_;
};

}  // namespace

StoredPart stored_part(const Simulation& simulation, const std::filesystem::path& folder) {
  const Plan plan = plan_of(simulation);
  StoredPart part;
  part.planned = plan.shards();
  for (std::uint64_t i = 0; i < plan.shards(); ++i) {
    if (!StoredShard::published(simulation, folder, i)) continue;
    ++part.shards;
    part.scenarios += plan.shard(i).count;
  }
  return part;
}

double usual_volatility(const Simulation& simulation) {
  const bool book = std::holds_alternative<ScenarioContext<OrderBook>>(simulation.context);
  return book ? double{simulation.market.order_book->volatility} : double{simulation.market.diffusion.volatility};
}

void visit_attempts(const Simulation& simulation, const std::filesystem::path& folder,
                    const std::function<void(const Attempt&)>& visit) {
  const Schema schema = schema_of(simulation);
  const std::uint64_t shards = plan_of(simulation).shards();
  const std::uint64_t together = std::clamp<std::uint64_t>(kMostTogether / simulation.job.steps, 1, 256);
  for (std::uint64_t i = 0; i < shards; ++i) {
    if (!StoredShard::published(simulation, folder, i)) continue;
    const StoredShard shard(simulation, folder, i);
    for (std::uint64_t first = 0; first < shard.scenarios().count; first += together)
      Part(simulation, schema, shard, first, std::min(together, shard.scenarios().count - first)).visit(visit);
  }
}

}  // namespace marketmimic
