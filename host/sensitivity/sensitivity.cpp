#include "host/sensitivity/sensitivity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "host/error.hpp"
#include "host/sensitivity/trials.hpp"

namespace marketmimic {
namespace {

constexpr std::uint8_t kWholePlan = 0xfe;  // in place of a kind

Job at_level(Job job, SensitivityAxis axis, double level) {
  (axis == SensitivityAxis::severity ? job.severity : job.adaptation.variation) = static_cast<float>(level);
  return job;
}

bool begun(const Trial& trial, std::uint8_t kind) { return kind == kWholePlan || (trial.begun >> kind & 1u) != 0; }
bool failed(const Trial& trial, std::uint8_t kind) {
  return kind == kWholePlan ? trial.success == 0 : trial.failed_in == kind;
}

/// [levels][scenarios]
using Trials = std::vector<std::vector<Trial>>;

KindSensitivity judged(const Trials& trials, std::uint8_t kind, const std::vector<double>& levels, double margin) {
  KindSensitivity result;
  if (kind != kWholePlan) result.kind = kind;
  for (const std::vector<Trial>& at_this : trials) {
    Tally tally;
    for (const Trial& trial : at_this)
      if (begun(trial, kind)) tally.count(!failed(trial, kind));
    result.at.push_back(tally);
  }
  const auto tolerated_by = [&](const auto& weight) {
    std::vector<double> rates;
    for (const std::vector<Trial>& at_this : trials) {
      double all = 0, failures = 0;
      for (std::size_t i = 0; i < at_this.size(); ++i) {
        if (!begun(at_this[i], kind)) continue;
        const double w = weight(i);
        all += w;
        failures += failed(at_this[i], kind) ? w : 0;
      }
      rates.push_back(all > 0 ? failures / all : std::numeric_limits<double>::quiet_NaN());
    }
    return tolerance(levels, rates, margin);
  };
  result.tolerated = tolerated_by([](std::size_t) { return 1.0; });
  const auto scenarios = static_cast<Eigen::Index>(trials.front().size());
  result.tolerated.interval = bootstrap(scenarios, 1,
                                        [&](const Eigen::ArrayXd& times) {
                                          return std::vector<double>{tolerated_by([&](std::size_t i) {
                                                                       return times[static_cast<Eigen::Index>(i)];
                                                                     }).level};
                                        },
                                        {.replicates = 400})
                                  .front();
  return result;
}

void check(const Job& job, const SensitivityOptions& options) {
  const std::vector<double>& levels = options.levels;
  if (levels.size() < 2 || !std::is_sorted(levels.begin(), levels.end(), std::less_equal<>()))
    throw Error(ExitCode::usage, "levels must be two or more, each above the one before");
  if (!(options.margin > 0 && options.margin < 1))
    throw Error(ExitCode::usage, "the margin must be above 0 and below 1");
  if (options.axis == SensitivityAxis::severity && job.perturbations.empty())
    throw Error(ExitCode::usage,
                "nothing perturbs the job's scenarios: add perturbations, or a preset as flash-crash-2010");
}

}  // namespace

Sensitivity measure_sensitivity(const Job& job, const std::vector<MarketFile>& markets, const Strategy& strategy,
                                const std::string& market_name, const SensitivityOptions& options) {
  check(job, options);
  Sensitivity found{options.axis, options.levels, options.margin, job.scenarios, {}, {}};
  Trials trials;
  std::optional<Tide> tide;
  for (std::size_t i = 0; i < options.levels.size(); ++i) {
    const Simulation simulation =
        prepare(at_level(job, options.axis, options.levels[i]), markets, strategy, market_name, tide);
    tide = tide_of(simulation);
    const auto levels = static_cast<double>(options.levels.size()), before = static_cast<double>(i);
    trials.push_back(run_trials(simulation, options.run, [&](std::uint64_t done) {
      if (options.progress)
        options.progress((before + static_cast<double>(done) / static_cast<double>(job.scenarios)) / levels);
    }));
  }
  found.plan = judged(trials, kWholePlan, options.levels, options.margin);
  for (std::uint8_t kind = 0; kind < strategy.kind_names.size(); ++kind) {
    const auto ran = std::count_if(trials.front().begin(), trials.front().end(),
                                   [&](const Trial& trial) { return begun(trial, kind); });
    if (static_cast<std::uint64_t>(ran) >= kFewestTrials)
      found.kinds.push_back(judged(trials, kind, options.levels, options.margin));
  }
  return found;
}

Job tolerated_job(Job job, const Sensitivity& found, const std::vector<std::string>& kind_names) {
  if (found.axis == SensitivityAxis::severity) return at_level(std::move(job), found.axis, found.plan.tolerated.level);
  double widest = 0;
  for (const KindSensitivity& kind : found.kinds) widest = std::max(widest, kind.tolerated.level);
  job.variation_shares.clear();
  for (std::uint32_t kind = 0; kind < kind_names.size(); ++kind) {
    const auto known =
        std::find_if(found.kinds.begin(), found.kinds.end(), [&](const KindSensitivity& k) { return k.kind == kind; });
    const double level = known == found.kinds.end() ? 0 : known->tolerated.level;
    job.variation_shares.push_back({kind_names[kind], widest > 0 ? static_cast<float>(level / widest) : 0});
  }
  return at_level(std::move(job), found.axis, widest);
}

}  // namespace marketmimic
