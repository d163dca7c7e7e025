#include "tests/referee/paired_modes.hpp"

#include <cmath>
#include <cstddef>
#include <utility>
#include <variant>

#include "kernels/cpu/instruction_set.hpp"
#include "marketmimic/diffusion_market.hpp"
#include "marketmimic/order_book_market.hpp"
#include "marketmimic/scenario.hpp"

namespace marketmimic {
namespace {

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

MidPath path_of(const Record& r, std::size_t steps, std::size_t lane) {
  const auto series = [&](const std::int32_t* column) {
    std::vector<double> values(steps);
    for (std::size_t t = 0; t < steps; ++t) values[t] = column[t * r.stride + lane];
    return values;
  };
  return {series(r.open), series(r.high), series(r.low), series(r.close)};
}

ModeOutcome outcome_of(const ScenarioSettings& settings, const Batch& batch, std::size_t lane) {
  const Record& r = batch.record;
  const Summary& summary = batch.summaries[lane];
  ModeOutcome o;
  o.path = path_of(r, settings.steps, lane);
  Execution& e = o.execution;
  for (std::vector<double>* column : {&e.position, &e.bought, &e.sold, &e.bought_worth, &e.sold_worth, &e.target})
    column->resize(settings.steps);
  for (std::size_t t = 0; t < settings.steps; ++t) {
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
  for (std::size_t k = 0; k < settings.injections; ++k)
    o.provoked |=
        settings.perturbations[k].trigger != 0 && batch.injections[k * r.stride + lane].start < Injection::never;
  o.profit = static_cast<double>(summary.profit);
  o.drawdown = static_cast<double>(summary.drawdown);
  return o;
}

/// One scenario, stepped by hand.
template <class Market>
struct SingleScenario {
  using Rules = Scenario<Market, 1>;
  const ScenarioContext<Market>& context;
  std::vector<RecordColumn> columns = recorded(context.steps);
  std::vector<std::byte> memory = std::vector<std::byte>(record_bytes(columns, 1));
  Record record = record_in(memory.data(), columns, 1);
  std::unique_ptr<typename Rules::Block> block = std::make_unique<typename Rules::Block>();
  typename Rules::Tables tables = {};

  SingleScenario(const ScenarioContext<Market>& of, std::uint64_t scenario) : context(of) {
    Rules::start(context, *block, tables, record, scenario);
  }
};

/// Steps one scenario and sends the orders in place of a plan.
template <class Market>
ModeOutcome traded_by(const KnownRule& rule, const Course& course, const ScenarioContext<Market>& context,
                      std::uint64_t scenario) {
  using Rules = Scenario<Market, 1>;
  SingleScenario<Market> single(context, scenario);
  const Record& record = single.record;
  const auto& block = single.block;
  auto& tables = single.tables;
  Sequencer aim;
  aim.mode = PlanMode::running;
  aim.aggressiveness = 1;
  MidPath seen;
  for (std::uint32_t t = 0; t < context.steps; ++t) {
    if (t >= course.first_step()) aim.dmp.y = static_cast<float>(asked_next(rule, seen, course));
    const std::int64_t held = block->account.load(0).inventory;
    block->orders.store(0, aim.act(context.adaptation, held, block->measures.load(0).volume_average));
    record.target[t] = aim.dmp.y;
    Rules::step(context, *block, tables, record, t);
    seen.open.push_back(record.open[t]);
    seen.high.push_back(record.high[t]);
    seen.low.push_back(record.low[t]);
    seen.close.push_back(record.close[t]);
  }
  const Summary summary = Rules::finish(context, *block, 0);
  std::vector<Injection> injections;
  for (std::uint32_t k = 0; k < context.injections; ++k) injections.push_back(tables.schedule[k].load(0));
  return outcome_of(context, {record, &summary, injections.data()}, 0);
}

}  // namespace

Job comparison_job(const Course& course, Weather weather, std::uint64_t seed) {
  Job job;
  job.seed = seed;
  job.step_seconds = static_cast<std::uint32_t>(course.bar_ms / 1000 / static_cast<std::int64_t>(course.bar_steps));
  job.steps = static_cast<std::uint32_t>(course.steps());
  job.peak = 0.2;                    // a step's participation fills it at most times
  job.adaptation.size_exponent = 0;  // the rule's size is constant
  job.adaptation.positions = 1000;   // one after the other, as long as the scenario lasts
  job.adaptation.warm_up = static_cast<float>(job.step_seconds) * static_cast<float>(course.first_step());
  job.adaptation.start_patience = 1e9f;  // nothing begins but on its signal
  job.adaptation.horizon_share = 1;      // and nothing ends for lack of time
  job.adaptation.override_events = 0;    // the rule knows no other reason
  const float watched = static_cast<float>(course.first_step()) / static_cast<float>(course.steps());
  const auto add = [&](PerturbationKind kind, float probability) -> PerturbationRule& {
    PerturbationEntry entry = default_perturbation(kind);
    entry.rule.start = {watched, watched + 0.75f * (1 - watched)};  // in the first three quarters that are traded
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
    : course_(course), undisturbed_{prepare(job, market, std::nullopt), nullptr, {}} {
  for (std::uint32_t mode = 0; mode < kPlanFidelities; ++mode) {
    Job own = job;
    own.adaptation.fidelity = mode;
    modes_.push_back({prepare(own, market, strategy), nullptr, {}});
  }
  const auto make_engine = [&](Runner& r) {  // once nothing moves any more: an engine refers to its context
    r.engine =
        std::make_unique<CpuEngine>(r.simulation.context, recorded(r.simulation.job.steps), best_instruction_set());
  };
  make_engine(undisturbed_);
  for (Runner& r : modes_) make_engine(r);
}

void PairedModes::run(std::uint64_t first) {
  undisturbed_.batch = undisturbed_.engine->run(first, kLanes);
  for (Runner& r : modes_) r.batch = r.engine->run(first, kLanes);
}

UndisturbedScenario PairedModes::undisturbed(std::uint32_t lane) const {
  UndisturbedScenario s;
  const Record& r = undisturbed_.batch.record;
  const std::size_t steps = course_.steps();
  s.path = path_of(r, steps, lane);
  const std::size_t begin = course_.first_step();
  for (std::size_t t = begin; t < steps; ++t) s.perturbed |= r.perturbation[t * r.stride + lane] != 0;
  s.sigma = root_mean_square(s.path.close, begin, steps);
  s.watched = root_mean_square(s.path.close, 1, begin);
  return s;
}

ModeOutcome PairedModes::outcome(PlanFidelity mode, std::uint32_t lane) const {
  const Runner& r = modes_[static_cast<std::size_t>(mode)];
  return outcome_of(r.simulation.settings(), r.batch, lane);
}

double usual_variance(const Simulation& market, const Course& course, std::uint64_t scenario) {
  const auto at_start = [&]<class Market>(const ScenarioContext<Market>& context) {
    return double{SingleScenario<Market>(context, scenario).block->detectors.load(0).usual_variance};
  };
  const ScenarioSettings& settings = market.settings();
  const double bars = 1e-3 * static_cast<double>(course.bar_ms) / (double{settings.dt} * settings.bar_steps);
  return bars * std::visit(at_start, market.context);  // without a strategy bars are the market file's
}

ModeOutcome rule_outcome(const Simulation& market, const KnownRule& rule, const Course& course,
                         std::uint64_t scenario) {
  return std::visit([&](const auto& context) { return traded_by(rule, course, context, scenario); }, market.context);
}

}  // namespace marketmimic
