#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/config/job.hpp"
#include "host/config/market_file.hpp"
#include "host/decomposition/strategy_file.hpp"
#include "marketmimic/diffusion.hpp"
#include "marketmimic/scenario.hpp"

namespace marketmimic {

/// A job with its inputs resolved: everything a scenario depends on. Owns what the context points to.
struct Simulation {
  Job job;
  MarketFile market;
  std::optional<Strategy> strategy;
  ScenarioContext<Diffusion> context;  ///< points into `strategy`
  std::string identity;  ///< 32 hex digits over job, inputs and version of the rules (DESIGN.md section 3)
};

/// Prepares the context (checks that money and sizes stay within exact integer range: Error(usage)).
Simulation prepare(Job job, MarketFile market, std::optional<Strategy> strategy);

}  // namespace marketmimic
