#include "host/run/generate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <system_error>
#include <thread>

#include "host/error.hpp"
#include "host/run/columns.hpp"
#include "host/run/cpu_engine.hpp"
#include "host/run/finalize.hpp"
#include "host/run/journal.hpp"
#include "host/run/production.hpp"
#include "host/run/rows.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/run_length.hpp"
#include "host/run/stored_outcomes.hpp"
#include "host/run/workforce.hpp"

namespace marketmimic {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

bool asked_to_stop(const GenerateOptions& options, Clock::time_point start) {
  if (options.time_limit > 0 && seconds_since(start) >= options.time_limit) return true;
  return options.stop != nullptr && options.stop->load();
}

/// Free bytes on the disk of `folder`, or of the nearest parent that exists; none where the system does not tell.
std::optional<std::uint64_t> free_disk(std::filesystem::path folder) {
  std::error_code error;
  folder = std::filesystem::absolute(folder, error);
  while (!std::filesystem::exists(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
  const std::filesystem::space_info space = std::filesystem::space(folder, error);
  if (error) return std::nullopt;
  return space.available;
}

void check_disk(const std::filesystem::path& out, std::uint64_t bytes) {
  const std::uint64_t available = free_disk(out).value_or(bytes);
  if (bytes <= available) return;
  throw Error(ExitCode::io,
              fmt::format("{} has room for {:.1f} MB, the run takes {:.1f} MB; free some space or choose "
                          "another folder",
                          out.string(), 1e-6 * static_cast<double>(available), 1e-6 * static_cast<double>(bytes)));
}

template <class Row>
std::uint64_t bytes_of_rows(const std::vector<Field<Row>>& fields, const RaggedRows<Row>& table) {
  std::uint64_t bytes = 0;
  for (const Field<Row>& field : fields) bytes += table.rows.size() * element_bytes(field.quantity.element);
  return bytes;
}

/// Of a batch.
std::uint64_t ragged_bytes(const Simulation& simulation, const Schema& schema, const Batch& batch,
                           std::uint32_t count) {
  std::uint64_t bytes =
      bytes_of_rows(schema.perturbations, perturbation_rows(batch, simulation.settings().injections, count));
  if (!schema.orders.empty()) bytes += bytes_of_rows(schema.orders, order_rows(batch, simulation.job.steps, count));
  return bytes;
}

/// What a shard takes beside its payload: headers, room between datasets and, of chunks, their tables; about.
std::uint64_t shard_overhead(const Schema& schema, Store store) {
  const std::uint64_t offsets = schema.orders.empty() ? 1 : 2, each = store == Store::plain ? 9'000 : 2'000;
  return each * (schema.columns.size() + schema.scenario.size() + schema.perturbations.size() + schema.orders.size() +
                 offsets);
}

/// Bytes that each scenario of a batch will take, without the ragged rows.
std::uint64_t bytes_a_scenario(const Simulation& simulation, const Schema& schema, const Batch& batch,
                               std::uint64_t count) {
  if (simulation.job.store != Store::deflate) return ShardWriter::least_bytes(simulation, schema);
  DeflatedColumns columns(schema, count);
  columns.add(batch, 0, count);
  return schema.outcome_bytes() + columns.bytes() / count;
}

/// The shards this process is to make.
Scenarios range_of(const Simulation& simulation, const Plan& plan, const GenerateOptions& options) {
  if (!options.part) return {0, plan.shards()};
  if (simulation.job.stop.successes != 0)
    throw Error(ExitCode::usage, "a stop rule counts over all shards in their order: leave the range out, or [stop]");
  const Scenarios range = options.part->of(plan.shards());
  if (range.end() > plan.shards())
    throw Error(ExitCode::usage,
                fmt::format("there is no shard {}: the run has {}, counted from 0", range.end() - 1, plan.shards()));
  return range;
}

/// Scenarios that `range` lacks at least, by the number of files: asked before shards are looked at one by one, which
/// takes for ever where there are far more than a disk holds.
std::uint64_t at_least_to_make(const Simulation& simulation, const std::filesystem::path& out, const Plan& plan,
                               const Scenarios& range) {
  const std::uint64_t files = published_files(out), shards = range.count - std::min(range.count, files);
  const std::uint64_t scenarios = std::min(shards * plan.shard_scenarios, plan.scenarios);
  const std::uint64_t wanted = simulation.job.stop.successes;  // takes so many scenarios at least
  return wanted == 0 || files != 0 ? scenarios : std::min(wanted, scenarios);
}

/// Makes the shards of a range that are missing, while it holds the range. Tells whether all are there.
class Work {
 public:
  Work(const Simulation& simulation, const Schema& schema, const std::filesystem::path& out,
       const GenerateOptions& options, const Workforce& force, const Scenarios& range)
      : simulation_(simulation),
        schema_(schema),
        out_(out),
        options_(options),
        force_(force),
        journal_(out),
        range_(range),
        lock_(journal_.hold(range)),
        length_(simulation, out, plan_of(simulation)),
        session_(session_of_this_process(range, force.device, static_cast<unsigned>(force.engines.size()))) {}

  /// What the session came to.
  void tell(GenerateResult& result) const {
    result.made = made_;
    result.waiting = session_.waiting;
    result.device_use = session_.device_use;
  }

  bool run() {
    require_same_job(out_, simulation_);
    journal_.begin(session_);
    try {
      const bool all = make_missing();
      end(all ? "complete" : "interrupted");
      return all;
    } catch (const std::exception& error) {
      end_failed(error.what());
      throw;
    }
  }

 private:
  bool make_missing() {
    remove_unpublished(simulation_, out_, range_);
    length_.advance();
    const Plan plan = length_.plan();
    const Scenarios wanted = {range_.first, std::min(range_.end(), plan.shards()) - range_.first};
    const std::vector<std::uint64_t> missing = missing_shards(simulation_, out_, wanted);
    if (missing.empty()) return true;
    std::uint64_t before = scenarios_of(plan, wanted);
    const std::uint64_t total = before;
    for (const std::uint64_t index : missing) before -= plan.shard(index).count;

    Production production(simulation_, schema_, out_, plan, missing, [this](const ShardInfo& info) {
      journal_.publish(info);
      ++session_.made;
      made_ += info.scenarios.count;
      length_.advance();
      return !length_.cut();
    });
    const auto look = [&] {
      session_.waiting = production.waiting();
      session_.device_use = production.device_use();
    };
    const bool all = production.run(force_.engines, [&](std::uint64_t done) {
      look();
      if (options_.progress) options_.progress({before + done, total, before, session_.waiting, *session_.device_use});
      return !asked_to_stop(options_, start_);
    });
    look();
    return all;
  }

  static std::uint64_t scenarios_of(const Plan& plan, const Scenarios& shards) {
    return shards.count == 0 ? 0 : plan.shard(shards.end() - 1).end() - plan.shard(shards.first).first;
  }

  /// What went wrong first is told, not that the disk is too full to write it down, too.
  void end_failed(const char* outcome) {
    try {
      end(outcome);
    } catch (const std::exception&) {
    }
  }

  void end(const std::string& outcome) {
    session_.ended = utc_now();
    session_.seconds = seconds_since(start_);
    session_.outcome = outcome;
    journal_.end(session_);
  }

  const Clock::time_point start_ = Clock::now();
  const Simulation& simulation_;
  const Schema& schema_;
  const std::filesystem::path& out_;
  const GenerateOptions& options_;
  const Workforce& force_;
  const Journal journal_;
  const Scenarios range_;
  const RangeLock lock_;
  RunLength length_;
  Session session_;
  std::uint64_t made_ = 0;
};

/// Error(interrupted) where not all of the range could be.
void make(const Simulation& simulation, const Schema& schema, const std::filesystem::path& out,
          const GenerateOptions& options, const Workforce& force, const Scenarios& range, GenerateResult& result) {
  Work work(simulation, schema, out, options, force, range);
  if (work.run()) return work.tell(result);
  throw Error(ExitCode::interrupted,
              fmt::format("interrupted: {} of {} shards are complete in {}; go on with --resume",
                          range.count - missing_shards(simulation, out, range).size(), range.count, out.string()));
}

/// Runs the first `count` scenarios. Error(interrupted) where it is asked to stop meanwhile: a batch of long scenarios
/// takes minutes.
Batch try_out(ScenarioEngine& engine, std::uint32_t count, const GenerateOptions& options) {
  const Clock::time_point start = Clock::now();
  std::jthread watch([&](const std::stop_token& ended) {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    while (!ended.stop_requested() && !asked_to_stop(options, start))
      changed.wait_for(lock, ended, std::chrono::milliseconds(50), [] { return false; });
    if (!ended.stop_requested()) engine.stop();
  });
  const Batch batch = engine.run(0, count);
  watch.request_stop();
  watch.join();
  if (asked_to_stop(options, start)) throw Error(ExitCode::interrupted, "interrupted while a few scenarios were tried");
  return batch;
}

}  // namespace

Scenarios ShardPart::of(std::uint64_t shards) const {
  if (parts == 0) return range;
  const std::uint64_t each = shards / parts, rest = shards % parts;
  const auto begin = [&](std::uint64_t i) { return i * each + std::min(i, rest); };
  return {begin(number), begin(number + 1) - begin(number)};
}

GenerateResult generate(const Simulation& simulation, const std::filesystem::path& out,
                        const GenerateOptions& options) {
  const Clock::time_point start = Clock::now();
  const Schema schema = schema_of(simulation);
  const Plan plan = plan_of(simulation);
  const Scenarios range = range_of(simulation, plan, options);
  check_disk(out, at_least_to_make(simulation, out, plan, range) * ShardWriter::least_bytes(simulation, schema));
  const std::vector<std::uint64_t> missing = missing_shards(simulation, out, range);
  const Workforce force = missing.empty() ? Workforce{} : hire(simulation, filled_schema(simulation), plan, options);
  enter_run_folder(out, simulation, options.part && options.entry == Entry::fresh ? Entry::join : options.entry);

  GenerateResult result;
  if (range.count != 0) make(simulation, schema, out, options, force, range, result);
  result.identity = simulation.identity;
  result.device = force.device;
  result.threads = static_cast<unsigned>(force.engines.size());
  result.planned = plan.shards();
  result.complete = options.finalises && all_published(simulation, out);
  if (result.complete) {
    FinishedRun run = finalize(simulation, out);
    result.summary = run.summary;
    result.datasets = std::move(run.datasets);
    result.shards = run.plan.shards();
    result.bytes = run.bytes;
  } else {
    result.summary = stored_summary(simulation, out, range);
    result.shards = range.count;
    result.bytes = stored_bytes(simulation, out, range);
  }
  result.steps = result.summary.all.scenarios * simulation.job.steps;
  result.seconds = seconds_since(start);
  return result;
}

Estimate estimate(const Simulation& simulation, const std::filesystem::path& out, const GenerateOptions& options) {
  const Schema schema = schema_of(simulation);
  const Plan plan = plan_of(simulation);
  const Workforce force = hire(simulation, filled_schema(simulation), plan, options);
  Estimate e;
  e.scenarios = plan.scenarios;
  e.steps = plan.scenarios * simulation.job.steps;
  e.shards = plan.shards();
  e.free_disk = free_disk(out).value_or(0);
  const bool joins = options.entry != Entry::fresh || options.part;
  const std::uint64_t there = joins ? std::min(published_files(out), e.shards) : 0;
  const std::size_t scratch = ShardWriter::scratch_bytes(schema);
  for (const auto& engine : force.engines) e.memory += engine->memory() + scratch;

  ScenarioEngine& engine = *force.engines.front();
  const auto count = static_cast<std::uint32_t>(std::min<std::uint64_t>(engine.capacity(), plan.scenarios));
  const Clock::time_point start = Clock::now();
  const Batch batch = try_out(engine, count, options);
  const double seconds = seconds_since(start);
  const std::uint64_t ragged = ragged_bytes(simulation, schema, batch, count) / count;
  const Store store = simulation.job.store;
  e.scenario_bytes = bytes_a_scenario(simulation, schema, batch, count) + (store == Store::recipe ? 0 : ragged);
  e.bytes = e.scenario_bytes * e.scenarios + shard_overhead(schema, store) * e.shards;
  e.bytes_left = there == e.shards ? 0 : e.bytes - e.bytes / e.shards * there;
  constexpr std::uint64_t shards_held = 4;  // until published: those filled, two that wait, and one
  const std::uint64_t held = store == Store::deflate ? e.scenario_bytes : schema.outcome_bytes() + ragged;
  e.memory += shards_held * std::min(plan.shard_scenarios, plan.scenarios) * held;
  const double batches = static_cast<double>(plan.scenarios) / count / static_cast<double>(force.engines.size());
  e.seconds = seconds * batches;
  return e;
}

}  // namespace marketmimic
