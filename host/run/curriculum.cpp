#include "host/run/curriculum.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "host/error.hpp"
#include "host/file/file.hpp"
#include "host/file/folder_lock.hpp"
#include "host/run/run_folder.hpp"

namespace marketmimic {
namespace {

constexpr const char* kIndex = "curriculum.json";

void check(const Job& job, const CurriculumRules& rules) {
  const auto refuse = [](const char* why) { throw Error(ExitCode::usage, why); };
  if (rules.levels.empty() || !std::is_sorted(rules.levels.begin(), rules.levels.end(), std::less_equal<>()))
    refuse("levels must be one or more, each above the one before");
  if (!(rules.demote >= 0 && rules.demote < rules.promote && rules.promote <= 1))
    refuse("the share to demote at must be 0 or more and below that to promote at, which must be at most 1");
  if (rules.rounds < 1 || rules.rounds > 1000) refuse("rounds must be 1 to 1000");
  for (const double level : rules.levels) {
    Job at_level = job;
    at_level.severity = static_cast<float>(level);
    check_job(at_level);
  }
  if (job.perturbations.empty())
    refuse("nothing perturbs the job's scenarios: add perturbations, or a preset as flash-crash-2010");
  if (job.seed > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) - rules.rounds)
    refuse("the seed is too large: each round takes the next one");
}

/// A round that `folder` holds whole already; none: it is to be made, or gone on with. Of another job it is an error.
std::optional<RunState> kept(const std::filesystem::path& folder, const Simulation& simulation) {
  const std::optional<RunState> state = run_state(folder);
  if (!state) return std::nullopt;
  if (state->identity != simulation.identity || state->job != job_text(simulation.job))
    throw Error(ExitCode::resume_mismatch,
                fmt::format("{} is a run of another job or other inputs; choose another folder, or remove it",
                            folder.string()));
  return state->complete ? state : std::nullopt;
}

}  // namespace

std::size_t next_level(const CurriculumRules& rules, std::size_t level, double success) {
  if (success >= rules.promote) return level + 1;
  return success <= rules.demote && level > 0 ? level - 1 : level;
}

Curriculum run_curriculum(const Job& job, const std::vector<MarketFile>& markets, const Strategy& strategy,
                          const std::string& market_name, const CurriculumRules& rules,
                          const std::filesystem::path& folder, const GenerateOptions& options,
                          const std::function<void(const CurriculumRound&, bool)>& told) {
  check(job, rules);
  Curriculum curriculum{rules, {}, false};
  std::optional<Tide> tide;
  std::optional<FolderLock> lock;
  GenerateOptions going_on = options;
  going_on.entry = Entry::join;
  for (std::size_t level = 0; curriculum.rounds.size() < rules.rounds && !curriculum.mastered;) {
    const std::size_t number = curriculum.rounds.size();
    Job at_level = job;
    at_level.severity = static_cast<float>(rules.levels[level]);
    at_level.seed = job.seed + number;
    const Simulation simulation = prepare(at_level, markets, strategy, market_name, tide);
    tide = tide_of(simulation);
    if (!lock) lock.emplace(folder);  // not before job and inputs are known to be right

    CurriculumRound round{fmt::format("round-{:03}", number), simulation.identity, level, rules.levels[level],
                          at_level.seed};
    const std::optional<RunState> before = kept(folder / round.folder, simulation);
    if (before) {
      round.scenarios = before->scenarios;
      round.successes = before->successes;
    } else {
      const RunSummary summary = generate(simulation, folder / round.folder, going_on).summary;
      round.scenarios = summary.all.scenarios;
      round.successes = summary.all.successes;
    }
    curriculum.rounds.push_back(round);
    level = next_level(rules, level, round.success());
    curriculum.mastered = level == rules.levels.size();
    publish_text(folder / kIndex, curriculum_json(curriculum).dump(1) + '\n');
    told(round, before.has_value());
  }
  return curriculum;
}

nlohmann::ordered_json curriculum_json(const Curriculum& curriculum) {
  const CurriculumRules& rules = curriculum.rules;
  nlohmann::ordered_json json = {{"format", "marketmimic curriculum"},
                                 {"levels", rules.levels},
                                 {"promote", rules.promote},
                                 {"demote", rules.demote},
                                 {"most_rounds", rules.rounds},
                                 {"mastered", curriculum.mastered},
                                 {"rounds", nlohmann::ordered_json::array()}};
  for (const CurriculumRound& round : curriculum.rounds)
    json["rounds"].push_back({{"run", round.folder},
                              {"identity", round.identity},
                              {"severity", round.severity},
                              {"seed", round.seed},
                              {"scenarios", round.scenarios},
                              {"successes", round.successes}});
  return json;
}

}  // namespace marketmimic
