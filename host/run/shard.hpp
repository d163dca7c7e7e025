#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "host/file/file.hpp"
#include "host/run/columns.hpp"
#include "host/run/engine.hpp"
#include "host/run/hdf5_output.hpp"
#include "host/run/plan.hpp"
#include "host/run/rows.hpp"

namespace marketmimic {

/// Format of what stands beside the data: run.json, the shards' .json, the journal.
inline constexpr std::uint32_t kRunFormat = 2;

/// What is known of a published shard; stands in the .json beside it.
struct ShardInfo {
  std::string identity;
  std::string file;  ///< relative to the run folder
  Scenarios scenarios;
  std::uint64_t bytes = 0;
  std::string checksum;               ///< XXH3-128
  std::vector<std::uint64_t> blocks;  ///< XXH3-64 of every kChecksumBlock bytes, the last may be shorter
  std::uint64_t perturbation_rows = 0, order_rows = 0;
  std::map<std::string, std::uint64_t> offsets;  ///< path to where its payload begins
};

/// The .json of a shard file.
std::filesystem::path shard_info_file(const std::filesystem::path& shard);
std::string shard_info_text(const ShardInfo& info);
/// Error(io) where the file is missing, damaged, or holds something else.
ShardInfo read_shard_info(const std::filesystem::path& file);

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

  /// Writes the first `count` scenarios of a batch as `first` to `first + count - 1`. Thread-safe; returns true to the
  /// caller that completed the shard.
  bool write(const Batch& batch, std::uint64_t first, std::uint32_t count, std::span<std::byte> scratch);

  /// Adds the ragged tables, gives all to the disk, checks it, names it, and leaves its .json beside it.
  ShardInfo publish();

 private:
  template <class Row>
  struct Ragged {
    std::string path;
    const std::vector<Field<Row>>& fields;
    std::map<std::uint64_t, RaggedRows<Row>> parts;  ///< by first scenario
  };

  void lay_out();
  template <class Row>
  void lay_out_rows(Hdf5Output& out, const Ragged<Row>& table);
  void create(Hdf5Output& out, const Quantity& quantity, const std::vector<std::uint64_t>& shape);
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
  std::vector<ScenarioRow> outcomes_;
  std::atomic<std::uint64_t> written_{0};
  std::mutex rows_mutex_;
  Ragged<PerturbationRow> perturbations_;
  Ragged<OrderRow> orders_;
};

}  // namespace marketmimic
