#include "host/run/shard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "host/error.hpp"
#include "host/run/checksums.hpp"
#include "host/run/sealed_json.hpp"

namespace marketmimic {
namespace {

using Json = nlohmann::ordered_json;

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

std::filesystem::path shard_info_file(const std::filesystem::path& shard) {
  return std::filesystem::path(shard).replace_extension(".json");
}

std::string shard_info_text(const ShardInfo& info) {
  const Json json = {
      {"format", "marketmimic shard"},
      {"format_version", kRunFormat},
      {"identity", info.identity},
      {"file", info.file},
      {"first", info.scenarios.first},
      {"scenarios", info.scenarios.count},
      {"bytes", info.bytes},
      {"xxh128", info.checksum},
      {"perturbation_rows", info.perturbation_rows},
      {"order_rows", info.order_rows},
      {"offsets", info.offsets},
      {"block_bytes", kChecksumBlock},
      {"blocks_xxh3", blocks_text(info.blocks)},
  };
  return sealed(json) + '\n';
}

ShardInfo read_shard_info(const std::filesystem::path& file) {
  const auto refuse = [&](const std::string& why) {
    throw Error(ExitCode::io, fmt::format("{} does not describe a shard: {}", file.string(), why));
  };
  try {
    const std::string text = read_text(file);
    const Json json = Json::parse(text);
    ShardInfo info;
    json.at("identity").get_to(info.identity);
    json.at("file").get_to(info.file);
    info.scenarios.first = whole_number(json.at("first"));
    info.scenarios.count = whole_number(json.at("scenarios"));
    info.bytes = whole_number(json.at("bytes"));
    json.at("xxh128").get_to(info.checksum);
    info.perturbation_rows = whole_number(json.at("perturbation_rows"));
    info.order_rows = whole_number(json.at("order_rows"));
    for (const auto& [path, offset] : json.at("offsets").items()) info.offsets[path] = whole_number(offset);
    info.blocks = parse_blocks(json.at("blocks_xxh3").get<std::string>());
    if (!is_sealed(text)) refuse("it was changed or damaged");
    return info;
  } catch (const Json::exception& error) {
    refuse(error.what());
  }
  return {};
}

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
  lay_out();
}

void ShardWriter::create(Hdf5Output& out, const Quantity& quantity, const std::vector<std::uint64_t>& shape) {
  const std::uint64_t offset = out.dataset(quantity, shape);
  info_.offsets[quantity.path] = offset;
  datasets_.push_back({quantity.path, quantity.element, shape, offset});
}

void ShardWriter::lay_out() {
  const std::uint64_t n = info_.scenarios.count;
  file_.reserve(kHeaderRoom + n * schema_.scenario_bytes());  // before libhdf5 writes: it does not notice a full disk
  {
    const std::lock_guard lock(hdf5_);
    file_.write_at(0, empty_hdf5_file());
    Hdf5Output out(file_.temporary());
    write_root_attributes(out, simulation_, info_.scenarios, scenarios_text(simulation_.job));
    for (const Column& column : schema_.columns) create(out, column.quantity, column.shape(n));
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

bool ShardWriter::write(const Batch& batch, std::uint64_t first, std::uint32_t count, std::span<std::byte> scratch) {
  const std::uint64_t place = first - info_.scenarios.first;
  for (const Column& column : schema_.columns) {
    const std::uint64_t bytes = column.scenario_bytes(), offset = info_.offsets.at(column.quantity.path);
    const std::uint64_t piece = scratch.size() / bytes;
    for (std::uint64_t begin = 0; begin < count; begin += piece) {
      const std::uint64_t scenarios = std::min<std::uint64_t>(piece, count - begin);
      const auto part = scratch.first(scenarios * bytes);
      column_bytes_of(column, batch.record, begin, scenarios, part);
      file_.write_at(offset + (place + begin) * bytes, part);
    }
  }
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
  for (const Field<Row>& field : table.fields) create(out, field.quantity, {rows});
}

template <class Row>
void ShardWriter::write_rows(const Ragged<Row>& table) {
  if (table.fields.empty()) return;
  std::vector<std::int64_t> offsets = {0};
  std::uint64_t row = 0;
  for (const auto& [first, part] : table.parts) {
    for (const std::uint64_t count : part.counts) offsets.push_back(offsets.back() + static_cast<std::int64_t>(count));
    if (part.rows.empty()) continue;
    for (const Field<Row>& field : table.fields) write_field(field, row, std::span<const Row>(part.rows));
    row += part.rows.size();
  }
  file_.write_at(info_.offsets.at(table.path + "/offsets"), std::as_bytes(std::span(offsets)));
}

ShardInfo ShardWriter::publish() {
  info_.perturbation_rows = row_count(perturbations_.parts);
  info_.order_rows = row_count(orders_.parts);
  const std::uint64_t rows = info_.perturbation_rows * sizeof(PerturbationRow) + info_.order_rows * sizeof(OrderRow);
  file_.reserve(file_.size() + rows + kHeaderRoom);
  {
    const std::lock_guard lock(hdf5_);
    Hdf5Output out(file_.temporary());
    lay_out_rows(out, perturbations_);
    lay_out_rows(out, orders_);
    out.close();
  }
  file_.reserve(file_.size());
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
