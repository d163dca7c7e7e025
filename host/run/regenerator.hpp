#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "host/run/cpu_engine.hpp"
#include "host/run/plan.hpp"
#include "host/run/recipe.hpp"

namespace marketmimic {

/// Simulates scenarios again for those who read columns of them. The blocks simulated last stay in memory with all
/// their columns, so that to read one column after the other costs one simulation. Not thread-safe.
class Regenerator {
 public:
  /// Holds at most about `memory` bytes of blocks, and one at least. `simulation` must outlive it.
  Regenerator(const Simulation& simulation, std::size_t memory);

  /// Rows [begin, begin + rows) of column `index` of the schema, of each of the scenarios: [count, rows, width].
  /// Error(input_data) where the column has no such rows, or `out` another size.
  void column(std::size_t index, const Scenarios& scenarios, std::uint64_t begin, std::uint64_t rows,
              std::span<std::byte> out);
  /// Elements [begin, begin + rows) of all that one field of a ragged table holds of the scenarios, the field being
  /// number `index` of recipe_datasets(). Error(input_data) where there are fewer.
  void table(std::size_t index, const Scenarios& scenarios, std::uint64_t begin, std::uint64_t rows,
             std::span<std::byte> out);
  /// The chunk of a record of this simulation. Error(input_data) where the record is none of it.
  std::vector<std::byte> chunk(const RecipeRecord& record);

 private:
  struct Block {
    std::uint64_t first;
    std::unique_ptr<CpuEngine> engine;
    Batch batch;
  };

  /// That of kBlock scenarios from `first` on.
  const Batch& block(std::uint64_t first);
  template <class Row, class Rows>
  void field(const Field<Row>& field, const Scenarios& scenarios, std::uint64_t begin, const Rows& rows_of,
             std::span<std::byte> out);

  const Simulation& simulation_;
  Schema schema_;
  std::vector<RecordColumn> columns_;
  std::size_t most_;         ///< blocks
  std::list<Block> blocks_;  ///< the one used last comes first
};

}  // namespace marketmimic
