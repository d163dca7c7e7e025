#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/config/job.hpp"
#include "host/config/market_file.hpp"
#include "host/decomposition/strategy_file.hpp"
#include "host/run/any_context.hpp"
#include "host/run/assets.hpp"

namespace marketmimic {

/// A job with its inputs resolved: everything a scenario depends on. Owns what the context points to.
struct Simulation {
  Job job;
  MarketFile market;                         ///< of the asset that the run is about
  std::vector<MarketFile> peers;             ///< of the other assets, in their order
  std::shared_ptr<const Strategy> strategy;  ///< null: markets alone
  std::uint64_t scenarios = 0;               ///< of the run: job.scenarios, or fewer where a stop rule ended it
  AnyContext context;                        ///< points into `strategy`
  std::string identity;  ///< 32 hex digits over job, inputs and version of the rules (DESIGN.md, section 3)

  const ScenarioSettings& settings() const { return settings_of(context); }
};

/// Prepares the context.
///
/// - The largest position is `job.peak`, or the median of the demonstration's cycle peaks; in whole lots, at least one.
/// - Detectors run on the bars the strategy was cut on (without one, on the market's): bar_seconds / step_seconds steps
///   a bar, which must be whole, or one step a bar where steps are longer.
/// - Fees become whole units of 2^-24 of the notional.
///
/// Error(usage) where a value of the job is out of range, a stop rule counts successes of markets alone, the market
/// lacks the model that the job asks for (the message then names `market_file`), orders would take longer than a step
/// to reach the market, a bar is no whole number of steps, a set of assets is none (see couple() and set_shocks()), or
/// sizes and prices could leave the range in which money is exact (all cash below 2^62 tick lots even at the highest
/// price the market can reach); Error(input_data) where the strategy is not valid.
Simulation prepare(Job job, MarketFile market, std::optional<Strategy> strategy,
                   const std::string& market_file = "the market file");
/// The same with a market for each of the job's assets. Order books that correlate take seconds to minutes, as busy as
/// they are (set_tides()), unless `tide` says what came of it, which the identity covers. Error(interrupted) where
/// `search` is stopped. Error(usage) also where there
/// are more or fewer, or not all of one model.
Simulation prepare(Job job, std::vector<MarketFile> markets, std::optional<Strategy> strategy,
                   const std::string& market_file = "the market file", const std::optional<Tide>& tide = {},
                   const TideSearch& search = {});
/// The inputs of a simulation under another job. Error as prepare().
Simulation with_job(const Simulation& simulation, const Job& job);
/// That of the asset which the run is about; none where it stands alone, or is a diffusion.
std::optional<Tide> tide_of(const Simulation& simulation);
/// Names of the kinds of primitives; index = kind.
std::vector<std::string> kind_names(const Simulation& simulation);

}  // namespace marketmimic
