#pragma once

#include <memory>
#include <string>
#include <vector>

#include "marketmimic/diffusion.hpp"
#include "marketmimic/scenario.hpp"

namespace marketmimic::parity {

/// A job with the tables its context points to.
struct Case {
  std::string name;
  std::vector<Primitive> primitives;
  std::vector<Cycle> cycles;
  std::vector<float> forcing;
  ScenarioContext<Diffusion> context;
};

/// The market alone with the default parameters, 10 levels.
std::unique_ptr<Case> market_alone();

/// Everything the rules have at once: regimes, seasons, frequent jumps, leverage, all injection slots, a strategy whose
/// primitives wait for events and trade both ways, detectors on a slower clock, an odd number of levels.
std::unique_ptr<Case> everything();

/// `everything` with the parameters anywhere in their documented ranges, limits among them.
std::unique_ptr<Case> anything(std::uint32_t seed);

}  // namespace marketmimic::parity
