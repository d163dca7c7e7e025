#include "tests/referee/paired_modes.hpp"

#include <cmath>
#include <utility>

#include "kernels/cpu/instruction_set.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kTradedBars = 288;

std::vector<RecordColumn> recorded(std::uint32_t steps) {
  return {{&Record::open, steps},          {&Record::high, steps},         {&Record::low, steps},
          {&Record::close, steps},         {&Record::perturbation, steps}, {&Record::target, steps},
          {&Record::exposure_lots, steps}, {&Record::fill_lots, steps, 2}, {&Record::fill_notional, steps, 2}};
}

double root_mean_square(const std::vector<double>& close, std::size_t from, std::size_t until) {
  double squares = 0;
  for (std::size_t t = from; t < until; ++t) squares += std::pow(std::log(close[t] / close[t - 1]), 2);
  return std::sqrt(squares / static_cast<double>(until - from));
}

}  // namespace

Job comparison_job(const Course& course, Weather weather, std::uint64_t seed) {
  Job job;
  job.seed = seed;
  job.step_seconds = static_cast<std::uint32_t>(course.bar_ms / 1000 / static_cast<std::int64_t>(course.bar_steps));
  job.steps = static_cast<std::uint32_t>(course.bar_steps * (course.first_bar + kTradedBars));
  job.peak = 0.2;                    // a step's participation fills it at most times
  job.adaptation.size_exponent = 0;  // the rule's size is constant
  const auto add = [&](PerturbationKind kind, float probability) -> PerturbationRule& {
    PerturbationEntry entry = default_perturbation(kind);
    entry.rule.start = {0.4f, 0.9f};  // shares of the horizon: while the rule trades
    entry.rule.probability = probability;
    job.perturbations.push_back(entry);
    return job.perturbations.back().rule;
  };
  if (weather == Weather::perturbed) {
    add(PerturbationKind::volatility_spike, 0.5f);
    add(PerturbationKind::flash_crash, 0.5f);
  } else if (weather == Weather::provoked) {
    PerturbationRule& crash = add(PerturbationKind::flash_crash, 1.0f);
    crash.trigger = static_cast<std::uint32_t>(Trigger::exposure);
    crash.threshold = 0.5f;
    crash.start.low = 0;  // the first time it holds so much from then on
  }
  return job;
}

PairedModes::PairedModes(const Job& job, const MarketFile& market, const Strategy& strategy, const Course& course)
    : course_(course), steps_(job.steps), undisturbed_{prepare(job, market, std::nullopt), nullptr, {}} {
  for (std::uint32_t mode = 0; mode < kPlanFidelities; ++mode) {
    Job own = job;
    own.adaptation.fidelity = mode;
    modes_.push_back({prepare(own, market, strategy), nullptr, {}});
  }
  const auto make_engine = [&](Runner& r) {  // once nothing moves any more: an engine refers to its context
    r.engine = std::make_unique<CpuEngine>(r.simulation.context, recorded(steps_), best_instruction_set());
  };
  make_engine(undisturbed_);
  for (Runner& r : modes_) make_engine(r);
}

void PairedModes::run(std::uint64_t first) {
  undisturbed_.batch = undisturbed_.engine->run(first, kLanes);
  for (Runner& r : modes_) r.batch = r.engine->run(first, kLanes);
}

MidPath PairedModes::path(const Runner& runner, std::uint32_t lane) const {
  const Record& r = runner.batch.record;
  const auto series = [&](const std::int32_t* column) {
    std::vector<double> values(steps_);
    for (std::uint32_t t = 0; t < steps_; ++t) values[t] = column[t * r.stride + lane];
    return values;
  };
  return {series(r.open), series(r.high), series(r.low), series(r.close)};
}

UndisturbedScenario PairedModes::undisturbed(std::uint32_t lane) const {
  UndisturbedScenario s;
  s.path = path(undisturbed_, lane);
  const std::size_t begin = course_.first_step();
  const Record& r = undisturbed_.batch.record;
  for (std::size_t t = begin; t < steps_; ++t) s.perturbed |= r.perturbation[t * r.stride + lane] != 0;
  s.sigma = root_mean_square(s.path.close, begin, steps_);
  s.watched = root_mean_square(s.path.close, 1, begin);
  return s;
}

ModeOutcome PairedModes::outcome(PlanFidelity mode, std::uint32_t lane) const {
  const Runner& runner = modes_[static_cast<std::size_t>(mode)];
  const ScenarioSettings& settings = runner.simulation.settings();
  const Record& r = runner.batch.record;
  const Summary& summary = runner.batch.summaries[lane];
  ModeOutcome o;
  o.path = path(runner, lane);
  Execution& e = o.execution;
  for (std::vector<double>* column : {&e.position, &e.bought, &e.sold, &e.bought_worth, &e.sold_worth, &e.target})
    column->resize(steps_);
  for (std::size_t t = 0; t < steps_; ++t) {
    e.position[t] = static_cast<double>(r.exposure_lots[t * r.stride + lane]) / settings.adaptation.peak_lots;
    e.target[t] = static_cast<double>(r.target[t * r.stride + lane]);
    for (std::size_t order = 0; order < 2; ++order) {
      const std::size_t place = (2 * t + order) * r.stride + lane;
      const double lots = r.fill_lots[place], worth = 2 * static_cast<double>(r.fill_notional[place]);
      (lots > 0 ? e.bought : e.sold)[t] += std::abs(lots);
      (lots > 0 ? e.bought_worth : e.sold_worth)[t] += worth;
    }
  }
  e.breached =
      summary.drawdown > settings.success.loss_limit || summary.largest_exposure > settings.adaptation.inventory_limit;
  for (std::uint32_t k = 0; k < settings.injections; ++k)
    o.provoked |=
        settings.perturbations[k].trigger != 0 && runner.batch.injections[k * r.stride + lane].start < Injection::never;
  o.profit = static_cast<double>(summary.profit);
  o.drawdown = static_cast<double>(summary.drawdown);
  return o;
}

}  // namespace marketmimic
