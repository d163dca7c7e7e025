#include "host/run/generate_ranks.hpp"

#include <fmt/format.h>

#include <chrono>

#include "host/error.hpp"
#include "host/run/run_folder.hpp"

namespace marketmimic {
namespace {

void check(const Simulation& simulation, const GenerateOptions& options) {
  if (options.part)
    throw Error(ExitCode::usage, "--shard-range divides the shards, and so does MPI: leave one of them out");
  if (simulation.job.stop.successes != 0)
    throw Error(ExitCode::usage, "a stop rule counts over all shards in their order: use one process, or no [stop]");
}

/// This rank's share of the shards; an interruption tells of all of them.
GenerateResult make_share(const Simulation& simulation, const std::filesystem::path& out,
                          const GenerateOptions& options) {
  try {
    return generate(simulation, out, options);
  } catch (const Error& error) {
    if (error.code() != ExitCode::interrupted) throw;
    const std::uint64_t shards = plan_of(simulation).shards(),
                        missing = missing_shards(simulation, out, {0, shards}).size();
    throw Error(ExitCode::interrupted, fmt::format("interrupted: about {} of {} shards are complete in {}; go on with "
                                                   "--resume",
                                                   shards - missing, shards, out.string()));
  }
}

/// What each rank made, on every rank.
std::vector<RankTotal> gather_totals(const GenerateResult& made, const Ranks& ranks) {
  constexpr double a_second = 1e6;  // [us]
  const std::vector<std::uint64_t> scenarios = ranks.gather(made.made), threads = ranks.gather(made.threads),
                                   micros = ranks.gather(static_cast<std::uint64_t>(made.seconds * a_second));
  std::vector<RankTotal> totals;
  for (std::size_t i = 0; i < scenarios.size(); ++i)
    totals.push_back({scenarios[i], static_cast<unsigned>(threads[i]), static_cast<double>(micros[i]) / a_second});
  return totals;
}

/// This rank's part of `missing`, with what is there already between them.
Scenarios share_of(const std::vector<std::uint64_t>& missing, const Ranks& ranks) {
  const Scenarios places = ShardPart{{}, ranks.rank(), ranks.size()}.of(missing.size());
  if (places.count == 0) return {};
  const std::uint64_t first = missing[places.first], last = missing[places.end() - 1];
  return {first, last - first + 1};
}

}  // namespace

GenerateResult generate(const Simulation& simulation, const std::filesystem::path& out, const GenerateOptions& options,
                        const Ranks& ranks) {
  if (ranks.size() == 1) return generate(simulation, out, options);
  const auto start = std::chrono::steady_clock::now();
  ranks.together([&] {
    check(simulation, options);
    if (ranks.rank() == 0) enter_run_folder(out, simulation, options.entry);
  });
  std::vector<std::uint64_t> missing;  // the same on every rank: nobody begins before all have looked
  ranks.together([&] { missing = missing_shards(simulation, out, {0, plan_of(simulation).shards()}); });

  GenerateOptions own = options;
  own.entry = Entry::join;
  own.part = ShardPart{share_of(missing, ranks)};
  own.finalises = false;
  own.neighbour = ranks.local_rank();
  own.neighbours = ranks.local_size();
  GenerateResult made;
  ranks.together([&] { made = make_share(simulation, out, own); });
  const std::vector<RankTotal> totals = gather_totals(made, ranks);

  GenerateResult whole;
  ranks.together([&] {
    if (ranks.rank() != 0) return;
    own.part.reset();
    own.finalises = true;
    whole = generate(simulation, out, own);  // nothing is missing
  });
  whole.threads = 0;
  for (const RankTotal& total : totals) {
    whole.made += total.scenarios;
    whole.threads += total.threads;
  }
  whole.ranks = totals;
  whole.device = made.device;
  whole.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return whole;
}

}  // namespace marketmimic
