#include "host/run/shard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "host/error.hpp"
#include "host/run/checksums.hpp"
#include "host/run/recipe_records.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kChunk = 1 << 20;         // payload goes to the file in pieces of about this size
constexpr std::uint64_t kHeaderRoom = 4 << 20;  // a header takes less: attributes and about 60 datasets
constexpr std::uint64_t kFormatVersion = 1;

template <class Row>
std::uint64_t row_count(const std::map<std::uint64_t, RaggedRows<Row>>& parts) {
  std::uint64_t count = 0;
  for (const auto& [first, part] : parts) count += part.rows.size();
  return count;
}

}  // namespace

void write_root_attributes(Hdf5Output& file, const Simulation& simulation, const Scenarios& scenarios,
                           const std::string& job) {
  file.attribute("format", std::string("marketmimic"));
  file.attribute("format_version", kFormatVersion);
  file.attribute("identity", simulation.identity);
  file.attribute("first_scenario", scenarios.first);
  file.attribute("scenarios", scenarios.count);
  file.attribute("job", job);
  file.attribute("asset", simulation.market.asset);
  file.attribute("currency", simulation.market.currency);
  file.attribute("tick", simulation.market.tick);
  file.attribute("lot", simulation.market.lot);
  file.attribute("step_seconds", std::uint64_t{simulation.job.step_seconds});
  if (simulation.job.stride != 1) file.attribute("stride", std::uint64_t{simulation.job.stride});
  if (simulation.strategy) {
    const auto lots = static_cast<std::uint64_t>(simulation.settings().adaptation.peak_lots);
    file.attribute("largest_position_lots", lots);
  }
}

ShardWriter::ShardWriter(const Simulation& simulation, const Schema& schema, const std::filesystem::path& run,
                         std::string name, const Scenarios& scenarios, std::mutex& hdf5)
    : simulation_(simulation),
      schema_(schema),
      hdf5_(hdf5),
      file_(run / name),
      outcomes_(scenarios.count),
      perturbations_{"/perturbations", schema.perturbations, {}},
      orders_{"/orders", schema.orders, {}} {
  info_.identity = simulation.identity;
  info_.file = std::move(name);
  info_.scenarios = scenarios;
  if (layout() == Layout::deflated) deflated_.emplace(schema_, scenarios.count);
  lay_out();
}

Layout ShardWriter::layout() const {
  switch (simulation_.job.store) {
    case Store::plain:
      return Layout::contiguous;
    case Store::deflate:
      return Layout::deflated;
    case Store::recipe:
      return Layout::recipes;
  }
  return Layout::contiguous;
}

void ShardWriter::create(Hdf5Output& out, const Quantity& quantity, const std::vector<std::uint64_t>& shape) {
  const std::uint64_t offset = out.dataset(quantity, shape);
  info_.offsets[quantity.path] = offset;
  datasets_.push_back({quantity.path, quantity.element, shape, offset});
}

void ShardWriter::create_chunked(Hdf5Output& out, const Quantity& quantity, const std::vector<std::uint64_t>& shape,
                                 const std::vector<std::uint64_t>& chunk) {
  out.chunked_dataset(quantity, shape, chunk);
  datasets_.push_back({quantity.path, quantity.element, shape, 0});
}

void ShardWriter::lay_out() {
  const std::uint64_t n = info_.scenarios.count;
  const bool contiguous = layout() == Layout::contiguous;
  // Before libhdf5 writes: it does not notice a full disk.
  file_.reserve(kHeaderRoom + n * (contiguous ? schema_.scenario_bytes() : schema_.outcome_bytes()));
  {
    const std::lock_guard lock(hdf5_);
    file_.write_at(0, empty_hdf5_file());
    Hdf5Output out(file_.temporary(), layout());
    write_root_attributes(out, simulation_, info_.scenarios, scenarios_text(simulation_.job));
    for (const Column& column : schema_.columns) {
      contiguous ? create(out, column.quantity, column.shape(n))
                 : create_chunked(out, column.quantity, column.shape(n),
                                  chunk_shape(column, chunking_of(column, n, simulation_.job.store)));
    }
    for (const auto& field : schema_.scenario) create(out, field.quantity, {n});
    create(out, offsets_quantity(perturbations_.path), {n + 1});
    if (!schema_.orders.empty()) create(out, offsets_quantity(orders_.path), {n + 1});
    out.close();
  }
  file_.reserve(file_.size());
}

std::size_t ShardWriter::scratch_bytes(const Schema& schema) {
  std::size_t bytes = kChunk;
  for (const Column& column : schema.columns) bytes = std::max<std::size_t>(bytes, kBlock * column.scenario_bytes());
  return bytes;
}

std::uint64_t ShardWriter::least_bytes(const Simulation& simulation, const Schema& schema) {
  constexpr std::uint64_t best_ratio = 20;
  if (simulation.job.store == Store::plain) return schema.scenario_bytes();
  const std::uint64_t columns = schema.scenario_bytes() - schema.outcome_bytes();
  return schema.outcome_bytes() + (simulation.job.store == Store::deflate ? columns / best_ratio : 0);
}

bool ShardWriter::write(const Batch& batch, std::uint64_t first, std::uint32_t count, std::span<std::byte> scratch,
                        std::chrono::nanoseconds& writing) {
  const std::uint64_t place = first - info_.scenarios.first;
  if (deflated_) deflated_->add(batch, place, count);
  if (layout() == Layout::contiguous) write_columns(batch, place, count, scratch, writing);
  for (std::uint32_t i = 0; i < count; ++i) outcomes_[place + i] = scenario_row(batch, first, i);
  RaggedRows<PerturbationRow> perturbations = perturbation_rows(batch, simulation_.settings().injections, count);
  RaggedRows<OrderRow> orders;
  if (!schema_.orders.empty()) orders = order_rows(batch, simulation_.job.steps, count);
  {
    const std::lock_guard lock(rows_mutex_);
    perturbations_.parts.emplace(first, std::move(perturbations));
    if (!schema_.orders.empty()) orders_.parts.emplace(first, std::move(orders));
  }
  return written_.fetch_add(count) + count == info_.scenarios.count;
}

void ShardWriter::write_columns(const Batch& batch, std::uint64_t place, std::uint64_t count,
                                std::span<std::byte> scratch, std::chrono::nanoseconds& writing) {
  using Clock = std::chrono::steady_clock;
  for (const Column& column : schema_.columns) {
    const std::uint64_t bytes = column.scenario_bytes(), offset = info_.offsets.at(column.quantity.path);
    const std::uint64_t piece = scratch.size() / bytes;
    for (std::uint64_t begin = 0; begin < count; begin += piece) {
      const std::uint64_t scenarios = std::min<std::uint64_t>(piece, count - begin);
      const auto part = scratch.first(scenarios * bytes);
      column_bytes_of(column, batch.record, begin, scenarios, part);
      const Clock::time_point begun = Clock::now();
      file_.write_at(offset + (place + begin) * bytes, part);
      writing += Clock::now() - begun;
    }
  }
}

template <class Row>
void ShardWriter::write_field(const Field<Row>& field, std::uint64_t row, std::span<const Row> rows) {
  const std::size_t size = element_bytes(field.quantity.element);
  std::vector<std::byte> bytes(rows.size() * size);
  for (std::size_t i = 0; i < rows.size(); ++i) field.put(rows[i], bytes.data() + i * size);
  file_.write_at(info_.offsets.at(field.quantity.path) + row * size, bytes);
}

template <class Row>
void ShardWriter::lay_out_rows(Hdf5Output& out, const Ragged<Row>& table) {
  const std::uint64_t rows = row_count(table.parts);
  for (const Field<Row>& field : table.fields) {
    if (layout() != Layout::recipes || rows == 0) {
      create(out, field.quantity, {rows});
    } else {
      create_chunked(out, field.quantity, {rows}, {rows_a_chunk(rows, info_.scenarios.count)});
    }
  }
}

template <class Row>
std::vector<std::int64_t> ShardWriter::offsets_of(const Ragged<Row>& table) {
  std::vector<std::int64_t> offsets = {0};
  for (const auto& [first, part] : table.parts) {
    for (const std::uint64_t count : part.counts) offsets.push_back(offsets.back() + static_cast<std::int64_t>(count));
  }
  return offsets;
}

void ShardWriter::write_deflated(Hdf5Output& out) {
  for (std::size_t i = 0; i < schema_.columns.size(); ++i) {
    const Column& column = schema_.columns[i];
    const Chunking chunking = chunking_of(column, info_.scenarios.count, simulation_.job.store);
    info_.chunks[column.quantity.path] =
        out.write_chunks(column.quantity.path, chunking.chunks(), [&](std::size_t k) -> Hdf5Output::Chunk {
          return {chunk_place(column, chunking, k), deflated_->chunk(i, k)};
        });
  }
}

/// libhdf5 tells of no byte that it failed to write.
void ShardWriter::check_deflated() const {
  std::vector<std::byte> stored;
  for (std::size_t i = 0; i < schema_.columns.size(); ++i) {
    const std::vector<ChunkExtent>& extents = info_.chunks.at(schema_.columns[i].quantity.path);
    for (std::size_t k = 0; k < extents.size(); ++k) {
      const std::span<const std::byte> chunk = deflated_->chunk(i, k);
      stored.resize(extents[k].bytes);
      file_.read_at(extents[k].offset, stored);
      if (!std::equal(stored.begin(), stored.end(), chunk.begin(), chunk.end()))
        throw Error(ExitCode::io, fmt::format("{} was not written as it should be", file_.path().string()));
    }
  }
}

void ShardWriter::write_recipes(Hdf5Output& out) {
  for (std::size_t i = 0; i < schema_.columns.size(); ++i) {
    const Column& column = schema_.columns[i];
    const Chunking chunking = chunking_of(column, info_.scenarios.count, simulation_.job.store);
    write_records(out, column.quantity.path, column_records(column, i, info_.scenarios, info_.identity),
                  [&](std::size_t k) { return chunk_place(column, chunking, k); });
  }
  write_recipes(out, perturbations_, schema_.columns.size());
  write_recipes(out, orders_, schema_.columns.size() + schema_.perturbations.size());
}

template <class Row>
void ShardWriter::write_recipes(Hdf5Output& out, const Ragged<Row>& table, std::size_t dataset) {
  const std::vector<std::int64_t> offsets = offsets_of(table);
  if (offsets.back() == 0) return;
  const std::uint64_t each = rows_a_chunk(static_cast<std::uint64_t>(offsets.back()), info_.scenarios.count);
  for (const Field<Row>& field : table.fields) {
    const std::vector<RecipeRecord> records =
        table_records(offsets, dataset++, element_bytes(field.quantity.element), info_.scenarios, info_.identity);
    write_records(out, field.quantity.path, records,
                  [each](std::size_t k) { return std::vector<std::uint64_t>{k * each}; });
  }
}

void ShardWriter::write_records(Hdf5Output& out, const std::string& path, const std::vector<RecipeRecord>& records,
                                const std::function<std::vector<std::uint64_t>(std::size_t)>& place) {
  out.write_chunks(path, records.size(), [&](std::size_t k) -> Hdf5Output::Chunk {
    return {place(k), std::as_bytes(std::span(&records[k], 1))};
  });
}

std::uint64_t ShardWriter::room_of_chunks() const {
  constexpr std::uint64_t a_chunk = 4096 + 64;  // to the next multiple, and its entry in the table
  if (layout() == Layout::contiguous) return 0;
  std::uint64_t chunks = 0;
  for (const Column& column : schema_.columns)
    chunks += chunking_of(column, info_.scenarios.count, simulation_.job.store).chunks();
  return chunks * a_chunk + (deflated_ ? deflated_->bytes() : 0);
}

template <class Row>
void ShardWriter::write_rows(const Ragged<Row>& table) {
  if (table.fields.empty()) return;
  const std::vector<std::int64_t> offsets = offsets_of(table);
  std::uint64_t row = 0;
  for (const auto& [first, part] : table.parts) {
    if (part.rows.empty() || layout() == Layout::recipes) continue;
    for (const Field<Row>& field : table.fields) write_field(field, row, std::span<const Row>(part.rows));
    row += part.rows.size();
  }
  file_.write_at(info_.offsets.at(table.path + "/offsets"), std::as_bytes(std::span(offsets)));
}

ShardInfo ShardWriter::publish() {
  info_.perturbation_rows = row_count(perturbations_.parts);
  info_.order_rows = row_count(orders_.parts);
  const std::uint64_t rows = info_.perturbation_rows * sizeof(PerturbationRow) + info_.order_rows * sizeof(OrderRow);
  file_.reserve(file_.size() + rows + room_of_chunks() + kHeaderRoom);
  {
    const std::lock_guard lock(hdf5_);
    Hdf5Output out(file_.temporary(), layout());
    lay_out_rows(out, perturbations_);
    lay_out_rows(out, orders_);
    if (deflated_) write_deflated(out);
    if (layout() == Layout::recipes) write_recipes(out);
    out.close();
  }
  file_.reserve(file_.size());
  if (deflated_) check_deflated();
  for (const auto& field : schema_.scenario) write_field(field, 0, std::span<const ScenarioRow>(outcomes_));
  write_rows(perturbations_);
  write_rows(orders_);
  file_.sync();
  info_.bytes = file_.size();
  Checksums sums = checksums_of(
      info_.bytes, [&](std::uint64_t offset, std::span<std::byte> bytes) { file_.read_at(offset, bytes); });
  info_.checksum = std::move(sums.whole);
  info_.blocks = std::move(sums.blocks);
  {
    const std::lock_guard lock(hdf5_);
    check_hdf5_file(file_.temporary(), info_.identity, datasets_);
  }
  file_.publish();
  publish_text(shard_info_file(file_.path()), shard_info_text(info_));
  return info_;
}

}  // namespace marketmimic
