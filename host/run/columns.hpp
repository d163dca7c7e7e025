#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "host/run/record_layout.hpp"
#include "host/run/simulation.hpp"
#include "marketmimic/record.hpp"

namespace marketmimic {

/// Types that are stored.
enum class Element { u8, u32, u64, i32, i64, f32 };
std::size_t element_bytes(Element element);

/// What the numbers of a dataset mean; becomes its attributes.
struct Quantity {
  std::string path;
  Element element = Element::f32;
  std::string unit;         ///< attribute `unit`; empty: none
  std::string labels_name;  ///< attribute that holds `labels`: `columns` (last axis), `bits` or `values`
  std::vector<std::string> labels;
  std::uint8_t fill_byte = 255;  ///< of u8: stands where a shard is missing; no value of the quantity

  /// What stands where a shard is missing and can't pass for data: NaN, the least or largest integer, fill_byte.
  std::vector<std::byte> fill() const;
};

/// Flags that follow from the horizon alone: 0 at every step, `last` at the last.
struct HorizonFlag {
  std::uint8_t last = 0;
};

/// What a row tells of the steps that it spans (Job::stride).
enum class Fold {
  first,  ///< what is decided for the first, and seen before it
  last,   ///< what holds after the last
  sum,    ///< at most what the type holds
  least,
  most,
  any,  ///< bits that hold in one of them
};

/// A dataset with `rows` rows for every scenario: [N, rows] where `width` is 0, else [N, rows, width].
struct Column {
  Quantity quantity;
  std::variant<RecordPointer, HorizonFlag> source;
  std::uint32_t rows = 0, width = 0;
  Fold fold = Fold::last;
  std::uint32_t stride = 1;  ///< rows of the engine that become one; of those beyond whole ones, the first
  std::uint32_t filled = 0;  ///< rows of the engine

  std::uint64_t values() const { return std::uint64_t{rows} * (width == 0 ? 1 : width); }
  std::uint64_t scenario_bytes() const { return values() * element_bytes(quantity.element); }
  /// Of the dataset that holds so many scenarios.
  std::vector<std::uint64_t> shape(std::uint64_t scenarios) const {
    if (width == 0) return {scenarios, rows};
    return {scenarios, rows, width};
  }
};

/// A 1-D dataset of a table with one entry for each Row.
template <class Row>
struct Field {
  Quantity quantity;
  void (*put)(const Row& row, std::byte* value);
};

/// Row of `/scenario`.
struct ScenarioRow : Summary {
  std::uint64_t id = 0;
};

/// Row of `/perturbations`: an injection that comes, and its place in the job's list.
struct PerturbationRow : Injection {
  std::uint32_t slot = 0;
};

/// Row of `/orders`.
struct OrderRow {
  std::uint32_t step = 0;
  std::uint32_t passive = 0;     ///< 0: market, 1: rests for the step
  std::int32_t lots = 0;         ///< sent; positive buys
  std::int32_t filled_lots = 0;  ///< same sign
  std::int64_t notional = 0;     ///< [tick lots]
  std::int64_t fee = 0;          ///< [tick lots]
};

/// Every dataset of a run, in the order in which a shard holds them.
struct Schema {
  std::vector<Column> columns;
  std::vector<Field<ScenarioRow>> scenario;
  std::vector<Field<PerturbationRow>> perturbations;  ///< ragged: beside `/perturbations/offsets` [N + 1] i64
  std::vector<Field<OrderRow>> orders;                ///< the same; empty where they are not recorded

  /// The column of that path; null where it is not recorded.
  const Column* find(std::string_view path) const;
  /// Bytes each scenario takes, without the ragged rows.
  std::uint64_t scenario_bytes() const;
  /// The same without the columns: what always stands in a shard as it is.
  std::uint64_t outcome_bytes() const;
};

/// What the job records. Without a strategy there are no actions, rewards, strategy columns and orders.
Schema schema_of(const Simulation& simulation);
/// Bytes of a scenario, without the ragged rows, were a row stored for each step. Shards are planned by these whatever
/// the stride and the store: they hold the same scenarios, and what is in memory until one is published stays bounded.
std::uint64_t planned_bytes(const Simulation& simulation);
/// Everything that can be recorded, a row for each `stride` steps, which divides the job's.
Schema full_schema(const Simulation& simulation, std::uint32_t stride);
/// What an engine has to fill for it.
std::vector<RecordColumn> engine_columns(const Schema& schema, std::uint32_t steps);

/// Attributes of a quantity `/perturbations/offsets` or `/orders/offsets`: rows of scenario i are [offsets[i],
/// offsets[i + 1]).
Quantity offsets_quantity(const std::string& table);

}  // namespace marketmimic
