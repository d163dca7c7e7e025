#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/run/generate.hpp"
#include "host/run/simulation.hpp"
#include "host/run/summary.hpp"
#include "host/sensitivity/tolerance.hpp"

namespace marketmimic {

/// What is raised from level to level; all else, the random numbers too, stays.
enum class SensitivityAxis : std::uint32_t { severity = 0, variation = 1 };

struct SensitivityOptions {
  SensitivityAxis axis = SensitivityAxis::severity;
  std::vector<double> levels;            ///< ascending, 2 at least, each a value that the axis' key of a job takes
  double margin = 0.05;                  ///< rise of the share that fails which counts as tolerated
  GenerateOptions run;                   ///< device, threads and stop
  std::function<void(double)> progress;  ///< share of the whole; on any thread
};

/// One kind of primitive, or the whole plan, at every level.
struct KindSensitivity {
  std::optional<std::uint32_t> kind;  ///< none: the whole plan
  std::vector<Tally> at;              ///< [levels] executions that began one; `successes`: those that didn't fail in it
  Tolerance tolerated;
};
/// Executions at the first level below which nothing is said about what a kind tolerates.
inline constexpr std::uint64_t kFewestTrials = 30;

struct Sensitivity {
  SensitivityAxis axis = SensitivityAxis::severity;
  std::vector<double> levels;
  double margin = 0;
  std::uint64_t scenarios = 0;         ///< at each level
  KindSensitivity plan;                ///< fails where the execution does, wherever that was
  std::vector<KindSensitivity> kinds;  ///< begun kFewestTrials times at the first level, in the order of their numbers
};

/// Runs the job's scenarios at every level, each with the same random numbers. Intervals: bootstrap of scenarios, each
/// with all that it came to at every level. Errors as prepare() and run_trials(); Error(usage) for markets alone and
/// for levels out of range, for variation where the strategy has no kind often enough, and for severity where nothing
/// perturbs.
Sensitivity measure_sensitivity(const Job& job, const std::vector<MarketFile>& markets, const Strategy& strategy,
                                const std::string& market_name, const SensitivityOptions& options);

/// The job at what was found to be tolerated. Severity: that of the whole plan. Variation: the widest that any kind
/// tolerates, with the share of it that each kind does; kinds about which nothing is known keep still.
Job tolerated_job(Job job, const Sensitivity& found, const std::vector<std::string>& kind_names);

/// A readable account.
std::string sensitivity_text(const Sensitivity& found, const std::vector<std::string>& kind_names);
/// The same for machines; keys are stable.
nlohmann::ordered_json sensitivity_json(const Sensitivity& found, const std::vector<std::string>& kind_names);

}  // namespace marketmimic
