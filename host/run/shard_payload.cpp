#include "host/run/shard_payload.hpp"

#include <algorithm>
#include <cstring>

#include "host/run/deflate.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kRegenerated = 64 << 20;  // bytes of simulated blocks that are kept

}  // namespace

ShardPayload::ShardPayload(const Simulation& simulation, const ShardInfo& info, const InputFile& file)
    : simulation_(simulation),
      info_(info),
      file_(file),
      schema_(schema_of(simulation)),
      datasets_(recipe_datasets(schema_)) {}

std::optional<std::uint64_t> ShardPayload::size(const std::string& path) const {
  if (const auto offset = info_.offsets.find(path); offset != info_.offsets.end())
    return info_.bytes - std::min(info_.bytes, offset->second);
  const std::size_t dataset = number(path);
  if (dataset < schema_.columns.size()) {
    const Column& column = schema_.columns[dataset];
    const auto chunks = info_.chunks.find(path);
    const bool there =
        simulation_.job.store == Store::recipe ||
        (chunks != info_.chunks.end() &&
         chunks->second.size() == chunking_of(column, info_.scenarios.count, simulation_.job.store).chunks());
    if (there) return info_.scenarios.count * column.scenario_bytes();
  } else if (dataset < datasets_.size()) {
    const bool perturbation = dataset < schema_.columns.size() + schema_.perturbations.size();
    return (perturbation ? info_.perturbation_rows : info_.order_rows) * row_bytes(schema_, dataset);
  }
  return std::nullopt;
}

std::size_t ShardPayload::number(const std::string& path) const {
  if (simulation_.job.store == Store::plain) return datasets_.size();
  return static_cast<std::size_t>(std::find(datasets_.begin(), datasets_.end(), path) - datasets_.begin());
}

std::string ShardPayload::problem(const std::string& path, std::uint64_t at, std::uint64_t bytes) const {
  const std::optional<std::uint64_t> there = size(path);
  if (!there) return "it has no " + path;
  return at > *there || bytes > *there - at ? path + " does not reach so far" : "";
}

std::string ShardPayload::read(const std::string& path, std::uint64_t at, std::span<std::byte> out) const {
  if (std::string wrong = problem(path, at, out.size()); !wrong.empty()) return wrong;
  if (out.empty()) return {};
  if (const auto offset = info_.offsets.find(path); offset != info_.offsets.end()) {
    file_.read_at(offset->second + at, out);
    return {};
  }
  const std::size_t dataset = number(path);
  const std::lock_guard lock(mutex_);
  if (simulation_.job.store == Store::deflate) return read_chunks(dataset, at, out);
  if (!regenerator_) regenerator_.emplace(simulation_, kRegenerated);
  return dataset < schema_.columns.size() ? read_column(dataset, at, out) : read_rows(dataset, at, out);
}

std::string ShardPayload::read_chunks(std::size_t index, std::uint64_t at, std::span<std::byte> out) const {
  const Column& column = schema_.columns[index];
  const std::string& path = column.quantity.path;
  const std::vector<ChunkExtent>& extents = info_.chunks.at(path);
  const Chunking c = chunking_of(column, info_.scenarios.count, simulation_.job.store);
  while (!out.empty()) {
    const std::uint64_t scenario = at / c.scenario_bytes(), row = at % c.scenario_bytes() / c.row_bytes;
    const std::uint64_t slab = scenario / c.chunk_scenarios, piece = row / c.chunk_rows;
    const std::uint64_t number = slab * c.pieces() + piece;
    if (inflated_ != std::pair(index, number)) {
      const ChunkExtent& extent = extents[number];
      if (extent.offset > info_.bytes || extent.bytes > info_.bytes - extent.offset) return path + " is damaged";
      std::vector<std::byte> stored(extent.bytes);
      file_.read_at(extent.offset, stored);
      chunk_.resize(c.chunk_bytes());
      inflated_ = {~std::size_t{0}, 0};
      if (!inflate_chunk(stored, element_bytes(column.quantity.element), chunk_)) return path + " is damaged";
      inflated_ = {index, number};
    }
    const std::uint64_t from = at - slab * c.chunk_scenarios * c.scenario_bytes() - piece * c.chunk_rows * c.row_bytes;
    const std::uint64_t row_end = std::min((piece + 1) * c.chunk_rows, c.rows) - piece * c.chunk_rows;
    const std::uint64_t held = c.chunk_scenarios == 1 ? row_end * c.row_bytes : c.chunk_bytes();
    const std::uint64_t some = std::min<std::uint64_t>(out.size(), held - from);
    std::memcpy(out.data(), chunk_.data() + from, some);
    out = out.subspan(some);
    at += some;
  }
  return {};
}

std::string ShardPayload::read_column(std::size_t dataset, std::uint64_t at, std::span<std::byte> out) const {
  const Column& column = schema_.columns[dataset];
  const std::uint64_t each = column.scenario_bytes();
  const std::uint64_t first = at / each, end = (at + out.size() + each - 1) / each;
  std::vector<std::byte> whole((end - first) * each);
  regenerator_->column(dataset, {info_.scenarios.first + first, end - first}, 0, column.rows, whole);
  std::memcpy(out.data(), whole.data() + (at - first * each), out.size());
  return {};
}

std::string ShardPayload::read_rows(std::size_t dataset, std::uint64_t at, std::span<std::byte> out) const {
  const std::string& path = datasets_[dataset];
  const std::string table = path.substr(0, path.rfind('/')) + "/offsets";
  std::vector<std::int64_t> offsets(info_.scenarios.count + 1);
  const auto bytes = std::as_writable_bytes(std::span(offsets));
  if (std::string wrong = problem(table, 0, bytes.size()); !wrong.empty()) return wrong;
  file_.read_at(info_.offsets.at(table), bytes);
  const std::uint64_t each = row_bytes(schema_, dataset);
  const auto first = static_cast<std::int64_t>(at / each), end = first + static_cast<std::int64_t>(out.size() / each);
  if (!std::is_sorted(offsets.begin(), offsets.end()) || offsets.front() != 0 || end > offsets.back())
    return table + " is damaged";
  const auto from = std::upper_bound(offsets.begin(), offsets.end(), first) - 1;
  const auto until = std::lower_bound(offsets.begin(), offsets.end(), end);
  const Scenarios scenarios = {info_.scenarios.first + static_cast<std::uint64_t>(from - offsets.begin()),
                               static_cast<std::uint64_t>(until - from)};
  regenerator_->table(dataset, scenarios, static_cast<std::uint64_t>(first - *from),
                      static_cast<std::uint64_t>(end - first), out);
  return {};
}

}  // namespace marketmimic
