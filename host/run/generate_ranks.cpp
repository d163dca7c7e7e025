#include "host/run/generate_ranks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <numeric>

#include "host/error.hpp"
#include "host/run/run_folder.hpp"

namespace marketmimic {
namespace {

std::uint64_t sum(const std::vector<std::uint64_t>& values) {
  return std::accumulate(values.begin(), values.end(), std::uint64_t{0});
}

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
  const std::uint64_t scenarios = sum(ranks.gather(made.made)), threads = sum(ranks.gather(made.threads));

  GenerateResult whole;
  ranks.together([&] {
    if (ranks.rank() != 0) return;
    own.part.reset();
    own.finalises = true;
    whole = generate(simulation, out, own);  // nothing is missing
  });
  whole.made = scenarios;
  whole.threads = static_cast<unsigned>(threads);
  whole.device = made.device;
  whole.ranks = ranks.size();
  whole.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return whole;
}

}  // namespace marketmimic
