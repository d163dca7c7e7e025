#include "host/run/replay.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/error.hpp"
#include "host/run/cpu_engine.hpp"
#include "host/run/rows.hpp"

namespace marketmimic {

const ReplayedColumn& ReplayedScenario::column(std::string_view path) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [path](const ReplayedColumn& c) { return c.column.quantity.path == path; });
  if (found == columns.end()) throw Error(ExitCode::internal, fmt::format("a scenario has no column {}", path));
  return *found;
}

void require_scenario(const Simulation& simulation, std::uint64_t id) {
  if (id >= simulation.scenarios) {
    throw Error(ExitCode::usage,
                fmt::format("there is no scenario {}: the run has {}, counted from 0", id, simulation.scenarios));
  }
}

ReplayedScenario replay(const Simulation& simulation, std::uint64_t id) {
  require_scenario(simulation, id);
  const Schema schema = full_schema(simulation, 1);
  CpuEngine engine(simulation.context, engine_columns(schema, simulation.job.steps), best_instruction_set());
  const Batch batch = engine.run(id, 1);
  ReplayedScenario scenario;
  scenario.outcome = scenario_row(batch, id, 0);
  for (const Column& column : schema.columns) {
    ReplayedColumn replayed{column, std::vector<std::byte>(column.scenario_bytes())};
    column_bytes_of(column, batch.record, 0, 1, replayed.bytes);
    scenario.columns.push_back(std::move(replayed));
  }
  scenario.perturbations = perturbation_rows(batch, simulation.settings().injections, 1).rows;
  if (!schema.orders.empty()) scenario.orders = order_rows(batch, simulation.job.steps, 1).rows;
  return scenario;
}

}  // namespace marketmimic
