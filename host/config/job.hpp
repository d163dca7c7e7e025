#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/comments.hpp"
#include "marketmimic/contagion.hpp"
#include "marketmimic/coupling.hpp"
#include "marketmimic/detectors.hpp"
#include "marketmimic/execution.hpp"
#include "marketmimic/scenario.hpp"
#include "marketmimic/schedule.hpp"
#include "marketmimic/sequencer.hpp"

namespace marketmimic {

/// A `[[perturbation]]` table of the job: a rule and how many slots it fills. Two of the rule's members are in units
/// that resolved_rule() turns into the rule's own: `start`, where it is a share, and for news `displacement`, which is
/// in daily standard deviations of the market. Effects that the kind has no key for stay as in default_perturbation().
struct PerturbationEntry {
  PerturbationRule rule;
  bool start_is_share = false;  ///< `rule.start` is in shares of the horizon, 0 to 1, instead of seconds
  std::uint32_t count = 1;      ///< injections drawn from it in each scenario, 1 to kMaxInjections
  std::uint32_t asset = 0;      ///< that is hit; others are by contagion
};

/// What a job gets that names only the kind (sizes of crises of record): once a scenario, in the middle
/// half of its horizon.
PerturbationEntry default_perturbation(PerturbationKind kind);
/// The rule in its own units, for a horizon [s] (steps x step_seconds) and a market of `volatility` [1/sqrt(s)].
PerturbationRule resolved_rule(const PerturbationEntry& entry, float horizon, float volatility);

/// A resolved rule at another severity: at 0 it never comes, 1 is the rule itself, between and beyond factors go with
/// its power, sizes in proportion, none beyond what a job file may ask for. How long things take, when and how likely
/// they are stays, but for halts, whose length is their size.
PerturbationRule at_severity(PerturbationRule rule, float severity);

/// Names of ready-made markets; see preset().
inline constexpr std::array<std::string_view, 10> kPresetNames = {
    "calm",      "bull",         "bear", "sideways", "high-volatility", "illiquid", "flash-crash-2010",
    "wick-2021", "cascade-2025", "news"};
/// The perturbations of kPresetNames[index].
std::vector<PerturbationEntry> preset(std::size_t index);

/// Which market a job runs on: the one that the market file has, the order book where it has both; or this one.
enum class MarketModel : std::uint32_t { file = 0, diffusion = 1, order_book = 2 };

/// Assets of a scenario, of which a run simulates, trades and records one. Scenario i of the runs of all of them, which
/// differ in `number` alone, is the same scenario.
struct AssetSet {
  std::vector<double> correlation;     ///< of their log returns, [assets][assets] row by row; empty: one asset, alone
  std::uint32_t number = 0;            ///< of the one that the run is about
  std::optional<Contagion> contagion;  ///< none: a shock stays in its asset

  std::uint32_t count() const {
    std::uint32_t n = 1;
    while (std::size_t{n} * n < correlation.size()) ++n;
    return n;
  }
};

/// When a run ends before its last scenario. Rules are applied to shards in their order, so that what a run holds
/// follows from the job alone.
struct StopRules {
  std::uint64_t successes = 0;  ///< the run ends with the shard that brings it to so many; 0: no such end
};

/// How a shard holds its columns and ragged rows; outcomes and offsets always stand there as they are.
enum class Store : std::uint32_t {
  plain = 0,    ///< contiguous: any reader can map it
  deflate = 1,  ///< in chunks, byte-shuffled, deflated, each with a checksum: any HDF5 library reads it
  recipe = 2,  ///< as what it takes to simulate them again, which HDF5 does on reading with the filter of recipe_filter
};

/// Which columns a run stores (groups of DESIGN.md section 5).
struct RecordedGroups {
  bool observations = true, actions = true, market = true, book = true, strategy = true, labels = true, orders = true;
};

/// How much of strategy.variation primitives of a kind take.
struct VariationShare {
  std::string kind;  ///< of Strategy::kind_names
  float share = 1;   ///< 0 to 10
};

/// What a primitive demonstrated as of a kind has to keep to beyond what all do, to count as a success.
struct PrimitiveSuccess {
  std::string kind;                     ///< of Strategy::kind_names
  std::optional<float> fill_tolerance;  ///< exposure that may be missing when it is left, 0 to 10; else the job's
  std::optional<float> cost_limit;  ///< of its execution [share of the largest position's worth], 0 to 100; else none
};

/// A generation job. The initialisers are the only defaults; `job.toml` and flags override them.
struct Job {
  std::uint64_t scenarios =
      1000;                   ///< 1 to 1e12, at most where a stop rule holds; with steps, at most 1e15 steps in all
  std::uint32_t steps = 288;  ///< T, 1 to 1,000,000
  std::uint32_t step_seconds = 60;  ///< decision interval, 1 to 86,400
  std::uint64_t seed = 1;           ///< 0 to 2^63 - 1, what TOML can hold
  MarketModel model = MarketModel::file;
  std::uint32_t levels = 10;  ///< L, 1 to kMaxLevels
  bool random_clock = true;   ///< each scenario draws its time of day
  std::uint32_t clock = 0;    ///< else: seconds after midnight UTC
  double peak = 0;            ///< largest position [units of the asset]; 0: the demonstration's median peak
  double taker_fee = 4.5e-4;  ///< share of the notional, 0 to 0.0039
  double maker_fee = 1.5e-4;
  float passive_share = 0.2f;                    ///< diffusion only, see ExecutionParameters
  float latency = 0;                             ///< order book only: until orders reach the market [s], 0 to 60
  AdaptationParameters adaptation;               ///< peak_lots follows from `peak`
  std::vector<VariationShare> variation_shares;  ///< of kinds that don't take all of it, each once
  std::vector<std::string> plan;                 ///< kinds of primitives, in their order, where the plan is named
  DetectorParameters detectors;
  SuccessRules success;
  std::vector<PrimitiveSuccess> primitive_success;  ///< of kinds with rules of their own, each once
  StopRules stop;
  AssetSet assets;
  std::vector<PerturbationEntry> perturbations;
  float severity = 1;                   ///< of them all, see at_severity(); 0 to 4
  std::uint32_t shard_mebibytes = 256;  ///< payload of a shard at most, 1 to 4096
  RecordedGroups record;
  std::uint32_t stride = 1;  ///< steps that a stored row spans, divides `steps`
  Store store = Store::plain;

  /// Rows that a run stores of a scenario.
  std::uint32_t rows() const { return steps / stride; }
  /// Time that a row spans [s].
  double row_seconds() const { return static_cast<double>(stride) * step_seconds; }
};

/// Reads and checks a job file (TOML); errors as Error(usage): `job.toml:12:8: market.levels must be 1 to 50 (got 0)`,
/// unknown keys with a suggestion.
Job read_job_file(const std::filesystem::path& file);
/// The same from text; `name` stands in messages.
Job parse_job(std::string_view text, const std::string& name);
/// Checks the ranges of a job changed by flags; Error(usage) names the key.
void check_job(const Job& job);
/// The resolved job as TOML, every key present: parse_job() of it gives the same job to the bit. Comments say what each
/// key means and may be.
std::string job_text(const Job& job, Comments comments = Comments::without);
/// The same without what says how many scenarios there are (`scenarios`, `[stop]`): the part of a run's identity, so
/// that a run can be extended.
std::string scenarios_text(const Job& job);
/// Keys in which two jobs differ, as `strategy.noise: 0.1 there, 0.2 here`, `there` and `here` being these.
std::vector<std::string> job_differences(const Job& there, const Job& here);

}  // namespace marketmimic
