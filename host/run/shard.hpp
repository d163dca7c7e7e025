#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/file/file.hpp"
#include "host/run/columns.hpp"
#include "host/run/deflated_columns.hpp"
#include "host/run/engine.hpp"
#include "host/run/hdf5_output.hpp"
#include "host/run/plan.hpp"
#include "host/run/recipe.hpp"
#include "host/run/rows.hpp"
#include "host/run/shard_info.hpp"

namespace marketmimic {

/// Root attributes of every file of a run that holds `scenarios`; `job` is the text of the job that the file tells.
void write_root_attributes(Hdf5Output& file, const Simulation& simulation, const Scenarios& scenarios,
                           const std::string& job);

/// One shard while it is filled. libhdf5 lays the file out, then many threads write payload, then one publishes it.
class ShardWriter {
 public:
  /// Creates the file with its header and reserves its space. `hdf5` is held while libhdf5 works. Everything passed by
  /// reference must outlive the writer.
  ShardWriter(const Simulation& simulation, const Schema& schema, const std::filesystem::path& run, std::string name,
              const Scenarios& scenarios, std::mutex& hdf5);

  /// Bytes that a thread needs to write().
  static std::size_t scratch_bytes(const Schema& schema);
  /// Bytes that a scenario takes in a shard at least, without the ragged rows: what compresses may compress well.
  static std::uint64_t least_bytes(const Simulation& simulation, const Schema& schema);

  /// Writes the first `count` scenarios of a batch as `first` to `first + count - 1`, and adds the time for which the
  /// file kept the thread to `writing`. Thread-safe; returns true to the caller that completed the shard.
  bool write(const Batch& batch, std::uint64_t first, std::uint32_t count, std::span<std::byte> scratch,
             std::chrono::nanoseconds& writing);

  /// Adds the ragged tables, gives all to the disk, checks it, names it, and leaves its .json beside it.
  ShardInfo publish();

 private:
  template <class Row>
  struct Ragged {
    std::string path;
    const std::vector<Field<Row>>& fields;
    std::map<std::uint64_t, RaggedRows<Row>> parts;  ///< by first scenario
  };

  Layout layout() const;
  void lay_out();
  template <class Row>
  void lay_out_rows(Hdf5Output& out, const Ragged<Row>& table);
  void create(Hdf5Output& out, const Quantity& quantity, const std::vector<std::uint64_t>& shape);
  void create_chunked(Hdf5Output& out, const Quantity& quantity, const std::vector<std::uint64_t>& shape,
                      const std::vector<std::uint64_t>& chunk);
  void write_columns(const Batch& batch, std::uint64_t place, std::uint64_t count, std::span<std::byte> scratch,
                     std::chrono::nanoseconds& writing);

  void write_deflated(Hdf5Output& out);
  void check_deflated() const;
  void write_recipes(Hdf5Output& out);
  template <class Row>
  void write_recipes(Hdf5Output& out, const Ragged<Row>& table, std::size_t dataset);
  void write_records(Hdf5Output& out, const std::string& path, const std::vector<RecipeRecord>& records,
                     const std::function<std::vector<std::uint64_t>(std::size_t)>& place);
  /// Disk space that chunks take at most.
  std::uint64_t room_of_chunks() const;
  template <class Row>
  static std::vector<std::int64_t> offsets_of(const Ragged<Row>& table);
  template <class Row>
  void write_rows(const Ragged<Row>& table);
  template <class Row>
  void write_field(const Field<Row>& field, std::uint64_t row, std::span<const Row> rows);
  const Simulation& simulation_;
  const Schema& schema_;
  std::mutex& hdf5_;
  ShardInfo info_;
  NewFile file_;
  std::vector<ExpectedDataset> datasets_;
  std::optional<DeflatedColumns> deflated_;
  std::vector<ScenarioRow> outcomes_;
  std::atomic<std::uint64_t> written_{0};
  std::mutex rows_mutex_;
  Ragged<PerturbationRow> perturbations_;
  Ragged<OrderRow> orders_;
};

}  // namespace marketmimic
