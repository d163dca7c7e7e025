#include "host/run/dataset.hpp"

#include <string>
#include <utility>
#include <vector>

#include "host/file/file.hpp"
#include "host/run/hdf5_output.hpp"

namespace marketmimic {
namespace {

/// Builds one dataset file over its shards.
class DatasetWriter {
 public:
  DatasetWriter(std::span<const ShardInfo> shards, const Scenarios& scenarios)
      : shards_(shards), scenarios_(scenarios) {}

  void add(Hdf5Output& out, const Quantity& quantity, std::vector<std::uint64_t> shape) {
    out.virtual_dataset(quantity, shape, scenario_sources());
    expected.push_back({quantity.path, quantity.element, std::move(shape), 0});
  }

  template <class Row>
  void add_table(Hdf5Output& out, const std::string& path, const std::vector<Field<Row>>& fields,
                 std::uint64_t ShardInfo::*rows) {
    if (fields.empty()) return;
    std::vector<Hdf5Output::Source> sources;
    std::uint64_t total = 0;
    for (const ShardInfo& shard : shards_) {
      sources.push_back({shard.file, total, shard.*rows});
      total += shard.*rows;
    }
    const Quantity offsets = offsets_quantity(path);
    const std::vector<std::uint64_t> shape = {scenarios_.count + 1};
    tables.push_back({offsets.path, out.dataset(offsets, shape), rows});
    expected.push_back({offsets.path, offsets.element, shape, tables.back().place});
    for (const Field<Row>& field : fields) {
      out.virtual_dataset(field.quantity, {total}, sources);
      expected.push_back({field.quantity.path, field.quantity.element, {total}, 0});
    }
  }

  /// Copies the shards' offsets one after the other, each counted on from the rows before it.
  void write_offsets(const NewFile& file, const std::filesystem::path& run) const {
    std::vector<std::int64_t> offsets;
    for (const Table& table : tables) {
      std::int64_t base = 0;
      for (const ShardInfo& shard : shards_) {
        offsets.resize(shard.scenarios.count + 1);
        const InputFile source(run / shard.file);
        source.read_at(shard.offsets.at(table.path), std::as_writable_bytes(std::span(offsets)));
        for (std::int64_t& offset : offsets) offset += base;
        const std::uint64_t entry = shard.scenarios.first - scenarios_.first;
        file.write_at(table.place + entry * sizeof(std::int64_t), std::as_bytes(std::span(offsets)));
        base += static_cast<std::int64_t>(shard.*table.rows);
      }
    }
  }

  struct Table {
    std::string path;
    std::uint64_t place;  ///< of the offsets in the file
    std::uint64_t ShardInfo::*rows;
  };
  std::vector<ExpectedDataset> expected;
  std::vector<Table> tables;

 private:
  std::vector<Hdf5Output::Source> scenario_sources() const {
    std::vector<Hdf5Output::Source> sources;
    for (const ShardInfo& shard : shards_)
      sources.push_back({shard.file, shard.scenarios.first - scenarios_.first, shard.scenarios.count});
    return sources;
  }

  std::span<const ShardInfo> shards_;
  Scenarios scenarios_;
};

}  // namespace

std::filesystem::path write_dataset(const Simulation& simulation, const Schema& schema,
                                    const std::filesystem::path& run, const Plan& plan, std::uint64_t index,
                                    std::span<const ShardInfo> shards) {
  constexpr std::uint64_t header_room = 4 << 20, source_room = 64 * 1024;  // each shard is named once a dataset
  const Scenarios scenarios = plan.dataset(index);
  NewFile file(run / dataset_name(index));
  file.reserve(header_room + source_room * shards.size() + 2 * (scenarios.count + 1) * sizeof(std::int64_t));
  DatasetWriter writer(shards, scenarios);
  {
    file.write_at(0, empty_hdf5_file());
    Hdf5Output out(file.temporary());
    write_root_attributes(out, simulation, scenarios, job_text(simulation.job));
    out.attribute("dataset", index);  // which of how many
    out.attribute("datasets", plan.datasets());
    for (const Column& column : schema.columns) writer.add(out, column.quantity, column.shape(scenarios.count));
    for (const auto& field : schema.scenario) writer.add(out, field.quantity, {scenarios.count});
    writer.add_table(out, "/perturbations", schema.perturbations, &ShardInfo::perturbation_rows);
    writer.add_table(out, "/orders", schema.orders, &ShardInfo::order_rows);
    out.close();
  }
  file.reserve(file.size());
  writer.write_offsets(file, run);
  file.sync();
  check_hdf5_file(file.temporary(), simulation.identity, writer.expected);
  file.publish();
  return file.path();
}

}  // namespace marketmimic
