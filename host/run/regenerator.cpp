#include "host/run/regenerator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "host/error.hpp"
#include "host/run/rows.hpp"

namespace marketmimic {
namespace {

static_assert(kBlock == kLanes, "an engine runs a block at a time");

[[noreturn]] void refuse_recipe(const std::string& what) {
  throw Error(ExitCode::input_data, "a recipe asks for what its run does not have: " + what);
}

/// Calls `use` with each block that the scenarios lie in, and the part of it that is theirs.
template <class Use>
void for_each_block(const Scenarios& scenarios, const Use& use) {
  for (std::uint64_t at = scenarios.first; at < scenarios.end();) {
    const std::uint64_t block = at / kBlock * kBlock, count = std::min(block + kBlock, scenarios.end()) - at;
    use(block, Scenarios{at, count});
    at += count;
  }
}

}  // namespace

Regenerator::Regenerator(const Simulation& simulation, std::size_t memory)
    : simulation_(simulation),
      schema_(schema_of(simulation)),
      columns_(engine_columns(schema_, simulation.job.steps)),
      most_(std::max<std::size_t>(memory / std::max<std::size_t>(record_bytes(columns_, kLanes), 1), 1)) {}

const Batch& Regenerator::block(std::uint64_t first) {
  auto found = std::find_if(blocks_.begin(), blocks_.end(), [&](const Block& b) { return b.first == first; });
  if (found == blocks_.end()) {
    if (blocks_.size() < most_) {
      auto engine = std::make_unique<CpuEngine>(simulation_.context, columns_, best_instruction_set());
      blocks_.push_back({first, std::move(engine), {}});
    }
    found = std::prev(blocks_.end());
    found->first = first;
    found->batch = found->engine->run(first, kLanes);
  }
  blocks_.splice(blocks_.begin(), blocks_, found);
  return blocks_.front().batch;
}

void Regenerator::column(std::size_t index, const Scenarios& scenarios, std::uint64_t begin, std::uint64_t rows,
                         std::span<std::byte> out) {
  const Column& column = schema_.columns.at(index);
  const std::uint64_t row = row_bytes(schema_, index), bytes = rows * row;
  if (begin > column.rows || rows > column.rows - begin || out.size() != scenarios.count * bytes)
    refuse_recipe(column.quantity.path);
  if (rows == 0) return;
  std::vector<std::byte> whole;
  for_each_block(scenarios, [&](std::uint64_t first, const Scenarios& part) {
    const Batch& batch = block(first);
    const auto place = out.subspan((part.first - scenarios.first) * bytes, part.count * bytes);
    if (rows == column.rows) return column_bytes_of(column, batch.record, part.first - first, part.count, place);
    whole.resize(part.count * column.scenario_bytes());
    column_bytes_of(column, batch.record, part.first - first, part.count, whole);
    for (std::uint64_t s = 0; s < part.count; ++s)
      std::memcpy(&place[s * bytes], &whole[s * column.scenario_bytes() + begin * row], bytes);
  });
}

template <class Row, class Rows>
void Regenerator::field(const Field<Row>& field, const Scenarios& scenarios, std::uint64_t begin, const Rows& rows_of,
                        std::span<std::byte> out) {
  const std::size_t size = element_bytes(field.quantity.element);
  std::uint64_t skipped = 0;
  std::size_t at = 0;
  for_each_block(scenarios, [&](std::uint64_t first, const Scenarios& part) {
    if (at == out.size()) return;
    const RaggedRows<Row> table = rows_of(block(first), static_cast<std::uint32_t>(part.end() - first));
    std::uint64_t row = 0;
    for (std::uint64_t s = 0; s < part.first - first; ++s) row += table.counts[s];  // of scenarios before
    for (; row < table.rows.size() && at < out.size(); ++row) {
      if (skipped++ < begin) continue;
      field.put(table.rows[row], &out[at]);
      at += size;
    }
  });
  if (at != out.size()) refuse_recipe(field.quantity.path);
}

void Regenerator::table(std::size_t index, const Scenarios& scenarios, std::uint64_t begin, std::uint64_t rows,
                        std::span<std::byte> out) {
  if (out.size() != rows * row_bytes(schema_, index)) refuse_recipe(fmt::format("rows of dataset {}", index));
  const std::size_t place = index - schema_.columns.size();
  if (place < schema_.perturbations.size()) {
    const auto rows_of = [&](const Batch& batch, std::uint32_t count) {
      return perturbation_rows(batch, simulation_.settings().injections, count);
    };
    return field(schema_.perturbations[place], scenarios, begin, rows_of, out);
  }
  const auto rows_of = [&](const Batch& batch, std::uint32_t count) {
    return order_rows(batch, simulation_.job.steps, count);
  };
  field(schema_.orders[place - schema_.perturbations.size()], scenarios, begin, rows_of, out);
}

std::vector<std::byte> Regenerator::chunk(const RecipeRecord& record) {
  constexpr std::uint64_t most_bytes = 64 << 20, most_together = 1 << 20, last = std::uint64_t{1} << 40;
  const std::size_t columns = schema_.columns.size();
  const bool known = record.dataset < columns + schema_.perturbations.size() + schema_.orders.size();
  if (!known || record.bytes > most_bytes || record.rows > most_bytes || record.scenarios > most_together ||
      record.first > last)
    refuse_recipe(fmt::format("dataset {}, scenario {}", record.dataset, record.first));
  const bool is_column = record.dataset < columns;
  const std::uint64_t used = row_bytes(schema_, record.dataset) * record.rows * (is_column ? record.scenarios : 1);
  if (used > record.bytes) refuse_recipe(fmt::format("{} bytes in a chunk of {}", used, record.bytes));
  std::vector<std::byte> bytes(record.bytes);
  const auto out = std::span(bytes).first(used);
  const Scenarios scenarios = {record.first, record.scenarios};
  is_column ? column(record.dataset, scenarios, record.begin, record.rows, out)
            : table(record.dataset, scenarios, record.begin, record.rows, out);
  return bytes;
}

}  // namespace marketmimic
