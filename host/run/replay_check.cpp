#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "host/error.hpp"
#include "host/file/file.hpp"
#include "host/run/plan.hpp"
#include "host/run/replay.hpp"
#include "host/run/rows.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/shard.hpp"
#include "host/run/shard_payload.hpp"

namespace marketmimic {
namespace {

/// Reads the entries of one scenario from its shard, and compares them.
class StoredScenario {
 public:
  StoredScenario(const Simulation& simulation, const std::filesystem::path& folder, std::uint64_t id)
      : file_name_(folder / shard_name(simulation.identity, plan_of(simulation).shard_of(id))),
        info_(read_shard_info(shard_info_file(file_name_))),
        file_(file_name_),
        payload_(simulation, info_, file_),
        id_(id),
        entry_(id - info_.scenarios.first) {
    const Scenarios planned = plan_of(simulation).shard(plan_of(simulation).shard_of(id));
    if (info_.identity != simulation.identity || info_.scenarios != planned)
      differ("the file beside it describes another shard");
    if (file_.size() != info_.bytes)
      differ(fmt::format("it has {} bytes, it was published with {}", file_.size(), info_.bytes));
  }

  void check(const Column& column, const std::vector<std::byte>& expected) const {
    const std::vector<std::byte> stored = read(column.quantity.path, entry_, expected.size());
    const auto [there, here] = std::mismatch(stored.begin(), stored.end(), expected.begin());
    if (there == stored.end()) return;
    const std::uint64_t row = static_cast<std::uint64_t>(there - stored.begin()) * column.rows / expected.size();
    differ(fmt::format("{} differs at step {}", column.quantity.path, row * column.stride));
  }

  /// Entry `entry` of one field, against the one of `row`.
  template <class Row>
  void check(const Field<Row>& field, const Row& row, std::uint64_t entry, const std::string& place) const {
    std::array<std::byte, 8> value{};
    field.put(row, value.data());
    const std::vector<std::byte> stored = read(field.quantity.path, entry, element_bytes(field.quantity.element));
    if (!std::equal(stored.begin(), stored.end(), value.begin())) differ(field.quantity.path + " differs" + place);
  }

  template <class Row>
  void check(const std::string& table, const std::vector<Field<Row>>& fields, const std::vector<Row>& rows) const {
    if (fields.empty()) return;
    std::array<std::int64_t, 2> range{};
    const std::vector<std::byte> stored = read(table + "/offsets", entry_, sizeof range, sizeof range[0]);
    std::memcpy(range.data(), stored.data(), sizeof range);
    if (range[0] < 0 || range[1] - range[0] != static_cast<std::int64_t>(rows.size()))
      differ(table + "/offsets has another number of rows");
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::uint64_t entry = static_cast<std::uint64_t>(range[0]) + i;
      for (const Field<Row>& field : fields) check(field, rows[i], entry, fmt::format(" in row {} of the scenario", i));
    }
  }

  std::uint64_t entry() const { return entry_; }

 private:
  [[noreturn]] void differ(const std::string& what) const {
    throw Error(ExitCode::verification_failed, fmt::format("{}: scenario {}: {}", file_name_.string(), id_, what));
  }

  /// `bytes` of a dataset from entry `entry` on; entries are `entry_bytes` apart, or follow each other.
  std::vector<std::byte> read(const std::string& path, std::uint64_t entry, std::size_t bytes,
                              std::size_t entry_bytes = 0) const {
    const std::uint64_t apart = entry_bytes == 0 ? bytes : entry_bytes;
    constexpr std::uint64_t most = std::uint64_t{1} << 60;
    if (entry > most / apart) differ(path + " does not reach so far");
    std::vector<std::byte> stored(bytes);
    const std::string wrong = payload_.read(path, entry * apart, stored);
    if (!wrong.empty()) differ(wrong);
    return stored;
  }

  std::filesystem::path file_name_;
  ShardInfo info_;
  InputFile file_;
  ShardPayload payload_;
  std::uint64_t id_;
  std::uint64_t entry_;  ///< of the scenario in its shard
};

}  // namespace

void check_stored(const Simulation& simulation, const ReplayedScenario& scenario, const std::filesystem::path& folder) {
  const Schema schema = schema_of(simulation);
  const StoredScenario stored(simulation, folder, scenario.outcome.id);
  for (const Column& column : schema.columns)
    stored.check(column, folded(column, scenario.column(column.quantity.path).bytes));
  for (const auto& field : schema.scenario) stored.check(field, scenario.outcome, stored.entry(), "");
  stored.check("/perturbations", schema.perturbations, scenario.perturbations);
  stored.check("/orders", schema.orders, scenario.orders);
}

}  // namespace marketmimic
