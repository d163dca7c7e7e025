#include "host/run/rows.hpp"

#include <algorithm>

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

void column_bytes_of(const Column& column, const Record& record, std::size_t first, std::size_t count,
                     std::span<std::byte> bytes) {
  if (const auto* flag = std::get_if<HorizonFlag>(&column.source)) {
    std::fill(bytes.begin(), bytes.end(), std::byte{0});
    for (std::size_t s = 1; s <= count; ++s) bytes[s * column.rows - 1] = std::byte{flag->last};
    return;
  }
  const auto copy = [&](auto member) {
    const auto* source = record.*member;
    using Value = std::remove_const_t<std::remove_pointer_t<decltype(source)>>;
    transpose(source, record.stride, first, count, column.values(), reinterpret_cast<Value*>(bytes.data()));
  };
  std::visit(copy, std::get<RecordPointer>(column.source));
}

}  // namespace marketmimic
