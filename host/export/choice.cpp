#include "host/export/choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "host/error.hpp"
#include "host/run/replay.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/stored_shard.hpp"

namespace marketmimic {
namespace {

/// Adds scenarios at the end, to the last range where they follow it.
void append(std::vector<Scenarios>& ranges, const Scenarios& more) {
  if (!ranges.empty() && ranges.back().end() == more.first) {
    ranges.back().count += more.count;
  } else {
    ranges.push_back(more);
  }
}

std::vector<Scenarios> published(const Simulation& simulation, const std::filesystem::path& folder) {
  const Plan plan = plan_of(simulation);
  std::vector<Scenarios> ranges;
  for (std::uint64_t i = 0; i < plan.shards(); ++i) {
    if (StoredShard::published(simulation, folder, i)) append(ranges, plan.shard(i));
  }
  if (ranges.empty())
    throw Error(ExitCode::io, folder.string() + " holds no complete shard yet; let generate run for longer");
  return ranges;
}

std::vector<Scenarios> merged(std::vector<Scenarios> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Scenarios> result;
  for (const Scenarios& range : ranges) {
    const std::uint64_t first = result.empty() ? range.first : std::max(range.first, result.back().end());
    if (first < range.end()) append(result, {first, range.end() - first});
  }
  return result;
}

void require_published(const Simulation& simulation, const std::filesystem::path& folder,
                       const std::vector<Scenarios>& ranges) {
  const Plan plan = plan_of(simulation);
  for (const Scenarios& range : ranges) {
    require_scenario(simulation, range.end() - 1);
    for (std::uint64_t i = plan.shard_of(range.first); i <= plan.shard_of(range.end() - 1); ++i) {
      if (StoredShard::published(simulation, folder, i)) continue;
      throw Error(ExitCode::io, fmt::format("{} does not hold scenario {} yet; make it by generate --resume",
                                            folder.string(), std::max(range.first, plan.shard(i).first)));
    }
  }
}

std::vector<Scenarios> those_that_succeeded(const Simulation& simulation, const std::filesystem::path& folder,
                                            const std::vector<Scenarios>& ranges) {
  const Plan plan = plan_of(simulation);
  std::vector<Scenarios> result;
  for (const Scenarios& range : ranges) {
    for (std::uint64_t first = range.first; first < range.end();) {
      const StoredShard shard(simulation, folder, plan.shard_of(first));
      const std::uint64_t count = std::min(range.end(), shard.scenarios().end()) - first;
      const auto success = shard.read<std::uint8_t>("/scenario/success", first - shard.scenarios().first, count);
      for (std::uint64_t i = 0; i < count; ++i) {
        if (success[i] != 0) append(result, {first + i, 1});
      }
      first += count;
    }
  }
  return result;
}

std::vector<Scenarios> those_accepted(const std::vector<Scenarios>& ranges, const std::vector<std::uint64_t>& ids) {
  std::vector<Scenarios> result;
  for (const Scenarios& range : ranges) {
    for (auto id = std::lower_bound(ids.begin(), ids.end(), range.first); id != ids.end() && *id < range.end(); ++id)
      append(result, {*id, 1});
  }
  return result;
}

}  // namespace

std::vector<Scenarios> chosen_scenarios(const Simulation& simulation, const std::filesystem::path& folder,
                                        const ScenarioChoice& choice) {
  if (choice.successes && !simulation.strategy)
    throw Error(ExitCode::usage, "markets alone have no successes; leave --successes out");
  std::vector<Scenarios> chosen = merged(choice.numbers);
  if (chosen.empty()) {
    chosen = published(simulation, folder);
  } else {
    require_published(simulation, folder, chosen);
  }
  if (choice.accepted) chosen = those_accepted(chosen, *choice.accepted);
  if (choice.successes) chosen = those_that_succeeded(simulation, folder, chosen);
  if (chosen.empty()) throw Error(ExitCode::usage, "no scenario is left to export; choose others");
  return chosen;
}

}  // namespace marketmimic
