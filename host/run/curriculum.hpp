#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "host/run/generate.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// How hard the next round is: a staircase over levels of severity, driven by the share of successes.
struct CurriculumRules {
  std::vector<double> levels = {0.25, 0.5, 1, 1.5, 2, 3};  ///< of severity, ascending; the first round is at the first
  double promote = 0.8;                                    ///< share of successes from which the next level is tried
  double demote = 0.5;                                     ///< share up to which the one before is; below `promote`
  std::uint32_t rounds = 10;                               ///< most, 1 to 1000
};

/// Level (index) after a round at `level`; levels.size() where the last is mastered.
std::size_t next_level(const CurriculumRules& rules, std::size_t level, double success);

/// A run of its own: the job at a level, seed + number of the round.
struct CurriculumRound {
  std::string folder;  ///< `round-000`, within the curriculum's
  std::string identity;
  std::size_t level = 0;
  double severity = 0;
  std::uint64_t seed = 0, scenarios = 0, successes = 0;

  double success() const { return static_cast<double>(successes) / static_cast<double>(scenarios); }
};

struct Curriculum {
  CurriculumRules rules;
  std::vector<CurriculumRound> rounds;
  bool mastered = false;  ///< the last level was promoted from
};

/// Makes round after round in `folder`, each a run as generate() makes it, until the last level is mastered or all
/// rounds are done; curriculum.json tells of them after every round. Rounds that are complete there already are kept,
/// and one that was interrupted is gone on with, so that the same call goes on where it was ended. `told` gets each
/// round as it ends, and whether it was there already.
///
/// Error(usage) where nothing perturbs and for rules out of range; Error(resume_mismatch) where a round is of another
/// job; Error(exists) while another process works in the folder; else as prepare() and generate().
Curriculum run_curriculum(const Job& job, const std::vector<MarketFile>& markets, const Strategy& strategy,
                          const std::string& market_name, const CurriculumRules& rules,
                          const std::filesystem::path& folder, const GenerateOptions& options,
                          const std::function<void(const CurriculumRound&, bool)>& told);

/// For machines; keys are stable.
nlohmann::ordered_json curriculum_json(const Curriculum& curriculum);

}  // namespace marketmimic
