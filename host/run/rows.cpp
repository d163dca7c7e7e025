#include "host/run/rows.hpp"

#include <algorithm>
#include <type_traits>

#include "host/run/fold.hpp"
#include "host/run/transpose.hpp"
#include "marketmimic/schedule.hpp"

namespace marketmimic {

ScenarioRow scenario_row(const Batch& batch, std::uint64_t first, std::uint32_t index) {
  return {batch.summaries[index], first + index};
}

RaggedRows<PerturbationRow> perturbation_rows(const Batch& batch, std::uint32_t injections, std::uint32_t count) {
  RaggedRows<PerturbationRow> table;
  for (std::uint32_t s = 0; s < count; ++s) {
    const std::size_t before = table.rows.size();
    for (std::uint32_t k = 0; k < injections; ++k) {
      const Injection& injection = batch.injections[k * batch.record.stride + s];
      if (injection.start < PerturbationRule::never) table.rows.push_back({injection, k});
    }
    table.counts.push_back(table.rows.size() - before);
  }
  return table;
}

RaggedRows<OrderRow> order_rows(const Batch& batch, std::uint32_t steps, std::uint32_t count) {
  const Record& r = batch.record;
  RaggedRows<OrderRow> table;
  for (std::uint32_t s = 0; s < count; ++s) {
    const std::size_t before = table.rows.size();
    for (std::uint32_t t = 0; t < steps; ++t) {
      for (std::uint32_t passive = 0; passive < 2; ++passive) {
        const std::size_t i = (std::size_t{t} * 2 + passive) * r.stride + s;
        if (r.order_lots[i] == 0) continue;
        table.rows.push_back({t, passive, r.order_lots[i], r.fill_lots[i], r.fill_notional[i], r.fill_fee[i]});
      }
    }
    table.counts.push_back(table.rows.size() - before);
  }
  return table;
}

namespace {

/// Calls `use` with a value of the type that an engine fills the column with; none for a flag of the horizon.
template <class Use>
void with_type(const Column& column, const Use& use) {
  std::visit(
      [&](auto member) { use(member, std::remove_pointer_t<std::remove_cvref_t<decltype(Record{}.*member)>>{}); },
      std::get<RecordPointer>(column.source));
}

void put_flags(const Column& column, const HorizonFlag& flag, std::span<std::byte> bytes) {
  std::fill(bytes.begin(), bytes.end(), std::byte{0});
  for (std::size_t end = column.rows; end <= bytes.size(); end += column.rows) bytes[end - 1] = std::byte{flag.last};
}

}  // namespace

void column_bytes_of(const Column& column, const Record& record, std::size_t first, std::size_t count,
                     std::span<std::byte> bytes) {
  if (const auto* flag = std::get_if<HorizonFlag>(&column.source)) return put_flags(column, *flag, bytes);
  with_type(column, [&]<class T>(auto member, T) {
    T* const target = reinterpret_cast<T*>(bytes.data());
    column.stride == 1 ? transpose(record.*member, record.stride, first, count, column.values(), target)
                       : fold_rows<T>(column, record.*member, record.stride, first, count, target);
  });
}

std::vector<std::byte> folded(const Column& column, std::span<const std::byte> steps) {
  std::vector<std::byte> rows(column.scenario_bytes());
  if (const auto* flag = std::get_if<HorizonFlag>(&column.source)) {
    put_flags(column, *flag, rows);
    return rows;
  }
  with_type(column, [&]<class T>(auto, T) {
    fold_rows<T>(column, reinterpret_cast<const T*>(steps.data()), 1, 0, 1, reinterpret_cast<T*>(rows.data()));
  });
  return rows;
}

}  // namespace marketmimic
