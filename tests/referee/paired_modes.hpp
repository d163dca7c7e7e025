#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "host/run/cpu_engine.hpp"
#include "host/run/simulation.hpp"
#include "tests/referee/judgement.hpp"

namespace marketmimic {

/// What happens to the market of a comparison.
enum class Weather {
  calm,       ///< nothing
  perturbed,  ///< a volatility spike, a flash crash, both or neither, at times of their own
  provoked    ///< a flash crash once the strategy holds half of its largest position
};

/// The one place that sets the keys of a comparison, the same for every mode and trader: the course's bars and steps.
Job comparison_job(const Course& course, Weather weather, std::uint64_t seed);

/// What a scenario is without a strategy.
struct UndisturbedScenario {
  MidPath path;
  bool perturbed = false;  ///< a perturbation acts in the part that is traded
  double sigma = 0;        ///< root mean square of a step's log return in that part
  double watched = 0;      ///< the same before it
};

/// What a mode made of a scenario.
struct ModeOutcome {
  Execution execution;
  MidPath path;                     ///< its own trades included
  bool provoked = false;            ///< a perturbation began that waits for the strategy or for market events
  double profit = 0, drawdown = 0;  ///< [largest position's worth at the start], costs included
};

/// Usual variance of the log return of a bar of the course that the detectors of a scenario of `market` begin with.
double usual_variance(const Simulation& market, const Course& course, std::uint64_t scenario);

/// What the rule itself makes of a scenario of `market`, which has no strategy: from step to step it aims at the
/// position that it asks for next, with the same limits and execution as a mode, taking liquidity. The most that a mode
/// could reach.
ModeOutcome rule_outcome(const Simulation& market, const KnownRule& rule, const Course& course, std::uint64_t scenario);

/// The same scenarios without a strategy and in each mode, kLanes at a time, on the calling thread.
class PairedModes {
 public:
  /// Error(usage) where job, market and strategy don't go together, see prepare().
  PairedModes(const Job& job, const MarketFile& market, const Strategy& strategy, const Course& course);
  PairedModes(const PairedModes&) = delete;
  PairedModes& operator=(const PairedModes&) = delete;

  /// Runs scenarios `first` to `first + kLanes - 1`.
  void run(std::uint64_t first);
  /// The markets that all this happens in.
  const Simulation& market() const { return undisturbed_.simulation; }
  /// Of the scenarios last run, `lane` below kLanes.
  UndisturbedScenario undisturbed(std::uint32_t lane) const;
  ModeOutcome outcome(PlanFidelity mode, std::uint32_t lane) const;

 private:
  struct Runner {
    Simulation simulation;
    std::unique_ptr<CpuEngine> engine;
    Batch batch;
  };
  Course course_;
  Runner undisturbed_;
  std::vector<Runner> modes_;  ///< by PlanFidelity
};

}  // namespace marketmimic
