#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "host/run/columns.hpp"
#include "host/run/engine.hpp"

namespace marketmimic {

/// Rows of a ragged table for consecutive scenarios: `counts[i]` rows belong to the i-th.
template <class Row>
struct RaggedRows {
  std::vector<std::uint64_t> counts;
  std::vector<Row> rows;
};

/// Column `index` of a batch: scenario `first + index`.
ScenarioRow scenario_row(const Batch& batch, std::uint64_t first, std::uint32_t index);
/// The injections of a batch's first `count` scenarios that come.
RaggedRows<PerturbationRow> perturbation_rows(const Batch& batch, std::uint32_t injections, std::uint32_t count);
/// The orders of a batch's first `count` scenarios, by step, market orders first; steps without an order have no row.
RaggedRows<OrderRow> order_rows(const Batch& batch, std::uint32_t steps, std::uint32_t count);

/// The rows that a run stores of one scenario, whose every step is given.
std::vector<std::byte> folded(const Column& column, std::span<const std::byte> steps);

/// The bytes of one column for scenarios [first, first + count) of a batch, scenario by scenario.
void column_bytes_of(const Column& column, const Record& record, std::size_t first, std::size_t count,
                     std::span<std::byte> bytes);

}  // namespace marketmimic
