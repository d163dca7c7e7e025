#include "host/run/generate_ranks.hpp"

#include <fmt/format.h>

#include <bit>
#include <chrono>
#include <cmath>
#include <iterator>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "host/error.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/workforce.hpp"

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

std::vector<double> gather(double value, const Ranks& ranks) {
  std::vector<double> values;
  for (const std::uint64_t bits : ranks.gather(std::bit_cast<std::uint64_t>(value)))
    values.push_back(std::bit_cast<double>(bits));
  return values;
}

/// What each rank made, on every rank.
std::vector<RankTotal> gather_totals(const GenerateResult& made, const Ranks& ranks) {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::uint64_t> scenarios = ranks.gather(made.made), threads = ranks.gather(made.threads);
  const std::vector<double> seconds = gather(made.seconds, ranks), waiting = gather(made.waiting, ranks),
                            use = gather(made.device_use.value_or(unknown), ranks);
  std::vector<RankTotal> totals;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    totals.push_back({scenarios[i], static_cast<unsigned>(threads[i]), seconds[i], waiting[i], {}});
    if (!std::isnan(use[i])) totals.back().device_use = use[i];
  }
  return totals;
}

/// Adds up what ranks made; their shares weigh as the time of their threads.
void add_up(const std::vector<RankTotal>& totals, GenerateResult& whole) {
  double time = 0, waiting = 0, use = 0;
  whole.threads = 0;
  for (const RankTotal& total : totals) {
    whole.made += total.scenarios;
    whole.threads += total.threads;
    if (!total.device_use) continue;
    const double spent = total.threads * total.seconds;
    time += spent;
    waiting += spent * total.waiting;
    use += spent * *total.device_use;
  }
  if (time == 0) return;
  whole.waiting = waiting / time;
  whole.device_use = use / time;
}

/// The GPUs that each process on this machine could use.
std::vector<std::vector<std::string>> gpus_here(const GenerateOptions& options, const Ranks& ranks) {
  std::vector<std::vector<std::string>> seen;
  std::string own;
  for (const std::string& gpu : usable_gpus(options)) own += gpu + ' ';
  for (const std::string& text : ranks.gather_here(own)) {
    std::istringstream ids(text);
    seen.emplace_back(std::istream_iterator<std::string>(ids), std::istream_iterator<std::string>());
  }
  return seen;
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
  own.seen_gpus = gpus_here(options, ranks);
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
  add_up(totals, whole);
  whole.ranks = totals;
  whole.device = made.device;
  whole.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return whole;
}

}  // namespace marketmimic
