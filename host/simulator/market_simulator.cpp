#include "host/simulator/market_simulator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "host/error.hpp"
#include "host/statistics/parallel.hpp"
#include "kernels/cpu/simulator_launcher.hpp"

namespace marketmimic {
namespace {

constexpr std::uint32_t kMostSteps = 1'000'000;

[[noreturn]] void refuse(const std::string& line) { throw Error(ExitCode::usage, line); }

template <class Number>
void within(const char* what, Number value, Number low, Number high) {
  if (!(value >= low && value <= high)) refuse(fmt::format("{} must be {} to {} (got {})", what, low, high, value));
}

/// Columns of what scenarios show, one value or one for each level.
struct Shown {
  Shown(std::size_t width, std::uint32_t levels)
      : stride(width),
        values(kValues, std::vector<std::int32_t>(width)),
        book(kBook, std::vector<std::int32_t>(width * levels)),
        masks(kMasks, std::vector<std::uint32_t>(width)) {}

  Record record() {
    Record r;
    r.stride = stride;
    std::int32_t** const single[] = {&r.open, &r.high, &r.low, &r.close, &r.volume, &r.trades};
    std::int32_t** const leveled[] = {&r.bid_price, &r.ask_price, &r.bid_size, &r.ask_size};
    for (std::size_t k = 0; k < kValues; ++k) *single[k] = values[k].data();
    for (std::size_t k = 0; k < kBook; ++k) *leveled[k] = book[k].data();
    r.perturbation = masks[0].data();
    r.market_event = masks[1].data();
    return r;
  }
  /// Takes over the first `count` columns of `part` as those from `first` on.
  void take(const Shown& part, std::size_t first, std::size_t count) {
    const auto copy = [&](const auto& from, auto& to) {
      for (std::size_t row = 0; row * part.stride < from.size(); ++row)
        std::copy_n(from.data() + row * part.stride, count, to.data() + row * stride + first);
    };
    for (std::size_t k = 0; k < kValues; ++k) copy(part.values[k], values[k]);
    for (std::size_t k = 0; k < kBook; ++k) copy(part.book[k], book[k]);
    for (std::size_t k = 0; k < kMasks; ++k) copy(part.masks[k], masks[k]);
  }

  static constexpr std::size_t kValues = 6, kBook = 4, kMasks = 2;
  std::size_t stride;
  std::vector<std::vector<std::int32_t>> values, book;
  std::vector<std::vector<std::uint32_t>> masks;
};

/// The markets of one model.
class Markets {
 public:
  Markets() = default;
  Markets(const Markets&) = delete;
  Markets& operator=(const Markets&) = delete;
  virtual ~Markets() = default;
  /// Through steps `from` to `until - 1`.
  virtual void run(std::uint32_t from, std::uint32_t until) = 0;
  virtual void set(std::uint64_t scenario, std::uint32_t slot, const Injection& injection) = 0;
  virtual ScenarioSettings& settings() = 0;
};

template <class Market>
class MarketsOf final : public Markets {
 public:
  MarketsOf(const ScenarioContext<Market>& context, const SimulatorOptions& options, Shown& shown)
      : context_(context), scenarios_(options.scenarios), threads_(options.threads), shown_(shown) {
    for (std::uint64_t first = 0; first < scenarios_; first += kLanes) {
      blocks_.push_back(std::make_unique<PausedScenarios<Market>>());
      parts_.emplace_back(kLanes, options.levels);
    }
    parallel_for(blocks_.size(), threads_, [&](std::size_t i) {
      PausedScenarios<Market>& paused = *blocks_[i];
      start_scenarios(context_, i * kLanes, paused, set_);
      for (auto& slot : paused.schedule)
        for (int lane = 0; lane < kLanes; ++lane) slot.store(lane, nothing());
    });
    run(0, 0);
  }

  void run(std::uint32_t from, std::uint32_t until) override {
    parallel_for(blocks_.size(), threads_, [&](std::size_t i) {
      continue_scenarios(context_, from, until, *blocks_[i], parts_[i].record(), set_);
      const std::size_t first = i * kLanes;
      shown_.take(parts_[i], first, std::min<std::size_t>(kLanes, scenarios_ - first));
    });
  }
  void set(std::uint64_t scenario, std::uint32_t slot, const Injection& injection) override {
    blocks_[scenario / kLanes]->schedule[slot].store(static_cast<int>(scenario % kLanes), injection);
  }
  ScenarioSettings& settings() override { return context_; }

  static Injection nothing() {
    Injection none;
    none.start = none.from = Injection::never;
    return none;
  }

 private:
  ScenarioContext<Market> context_;
  std::uint64_t scenarios_;
  unsigned threads_;
  InstructionSet set_ = best_instruction_set();
  Shown& shown_;
  std::vector<std::unique_ptr<PausedScenarios<Market>>> blocks_;
  std::vector<Shown> parts_;
};

void check(const SimulatorOptions& o) {
  within<std::uint64_t>("scenarios", o.scenarios, 1, 1'000'000);
  within<std::uint32_t>("step_seconds", o.step_seconds, 1, 86'400);
  within<std::uint32_t>("levels", o.levels, 1, kMaxLevels);
  within<std::uint32_t>("clock", o.clock.value_or(0), 0, 86'399);
  within<unsigned>("threads", o.threads, 0, 1024);
}

void fill(ScenarioSettings& c, const MarketFile& market, const SimulatorOptions& o) {
  c.dt = static_cast<float>(o.step_seconds);
  c.steps = kMostSteps;
  c.levels = o.levels;
  c.seed = o.seed;
  c.random_clock = o.clock ? 0u : 1u;
  c.clock = o.clock.value_or(0);
  c.bar_steps = std::max(market.bar_seconds / o.step_seconds, 1u);
  c.detectors = DetectorStep::of(DetectorParameters{});
}

/// What would make a value no number, or a rule leave its range.
void check(const Injection& i) {
  constexpr float longest = 1.0e12f;
  const auto in = [](const char* what, float value, float low, float high) {
    if (!(value >= low && value <= high))
      refuse(fmt::format("the shock's {} must be {:g} to {:g} (got {:g})", what, low, high, value));
  };
  if (i.kind >= kPerturbationKinds) refuse(fmt::format("the shock's kind must be below {}", kPerturbationKinds));
  if (i.trigger > static_cast<std::uint32_t>(Trigger::market_event))
    refuse("the shock's trigger must be time or market_event: there is no strategy here");
  if (i.halts > 1) refuse("the shock's halts must be 0 or 1");
  in("start", i.trigger == 0 ? i.start : i.from, 0, longest);
  for (const auto& [what, value] : {std::pair{"rise", i.rise}, {"plateau", i.plateau}, {"before", i.before}})
    in(what, value, 0, longest);
  in("half_life", i.half_life, 1.0e-3f, longest);
  const std::pair<const char*, float> logs[] = {{"log_volatility", i.log_volatility},
                                                {"log_depth_bid", i.log_depth_bid},
                                                {"log_depth_ask", i.log_depth_ask},
                                                {"log_spread", i.log_spread},
                                                {"log_volume", i.log_volume},
                                                {"displacement", i.displacement},
                                                {"log_depth_before", i.log_depth_before}};
  for (const auto& [what, value] : logs) in(what, value, -10, 10);
  in("recovery", i.recovery, 0, 1);
  in("excitation", i.excitation, 0, 0.95f);
  in("drift", i.drift, -1.0e-3f, 1.0e-3f);
  in("hold", i.hold, 0, 1);
  in("participation", i.participation, 0, 0.5f);
  in("sweep", i.sweep, 0, 1000);
  in("density", i.density, 0, 1.0e6f);
}

}  // namespace

struct MarketSimulator::State {
  State(const MarketFile& market, const SimulatorOptions& o)
      : options(o), shown(o.scenarios, o.levels), used(o.scenarios, 0) {
    if (options.threads == 0) options.threads = std::max(std::thread::hardware_concurrency(), 1u);
    const bool has_book = market.order_book.has_value();
    if (o.model == MarketModel::order_book && !has_book) refuse("the market has no order book; choose the diffusion");
    if (o.model == MarketModel::diffusion && !market.has_diffusion)
      refuse("the market has no diffusion; choose the order book");
    if (o.model == MarketModel::order_book || (o.model == MarketModel::file && has_book)) {
      volatility = market.order_book->volatility;
      ScenarioContext<OrderBook> context;
      fill(context, market, o);
      context.market = OrderBookStep::of(*market.order_book, context.dt, o.levels);
      markets = std::make_unique<MarketsOf<OrderBook>>(context, options, shown);
    } else {
      volatility = market.diffusion.volatility;
      ScenarioContext<Diffusion> context;
      fill(context, market, o);
      context.market = DiffusionStep::of(market.diffusion, context.dt, o.levels);
      markets = std::make_unique<MarketsOf<Diffusion>>(context, options, shown);
    }
  }

  float now() const { return markets->settings().dt * static_cast<float>(step); }

  /// `shock(scenario, slot)` for each of the scenarios chosen, in its next free slot, from now on.
  template <class Shock>
  void add(std::span<const std::uint64_t> chosen, const Shock& shock) {
    std::vector<std::uint64_t> all;
    if (chosen.empty()) {
      all.resize(options.scenarios);
      for (std::uint64_t i = 0; i < all.size(); ++i) all[i] = i;
      chosen = all;
    }
    std::vector<std::pair<std::uint64_t, Injection>> shocks;
    for (const std::uint64_t id : chosen) {
      if (id >= options.scenarios)
        refuse(fmt::format("there is no scenario {}: they are 0 to {}", id, options.scenarios - 1));
      if (used[id] == kMaxInjections)
        refuse(fmt::format("scenario {} has had {} shocks, which is as many as one can have", id, kMaxInjections));
      Injection i = shock(id, used[id]);
      if (i.start >= Injection::never && i.from >= Injection::never) {
        i = Injection{};
        i.start = i.from = Injection::never;  // the draw says that none comes
      } else {
        check(i);
        i.from += now();
        i.start = i.trigger == 0 ? i.start + now() : Injection::never;
      }
      shocks.emplace_back(id, i);
    }
    ScenarioSettings& settings = markets->settings();
    for (const auto& [id, i] : shocks) {
      const std::uint32_t slot = used[id]++;
      markets->set(id, slot, i);
      settings.injections = std::max(settings.injections, used[id]);
      settings.perturbations[slot].trigger |= i.trigger;  // someone waits for something
    }
  }

  SimulatorOptions options;
  Shown shown;
  std::vector<std::uint32_t> used;  ///< slots of each scenario
  float volatility = 0;
  std::unique_ptr<Markets> markets;
  std::uint32_t step = 0;
};

MarketSimulator::MarketSimulator(const MarketFile& market, const SimulatorOptions& options) {
  check_market(market);
  check(options);
  if (market.bar_seconds > options.step_seconds && market.bar_seconds % options.step_seconds != 0) {
    refuse(fmt::format("step_seconds must divide the market's bar of {} s, or be longer (got {})", market.bar_seconds,
                       options.step_seconds));
  }
  state_ = std::make_unique<State>(market, options);
}
MarketSimulator::MarketSimulator(MarketSimulator&&) noexcept = default;
MarketSimulator& MarketSimulator::operator=(MarketSimulator&&) noexcept = default;
MarketSimulator::~MarketSimulator() = default;

void MarketSimulator::advance(std::uint32_t steps) {
  if (steps > kMostSteps - state_->step)
    refuse(fmt::format("a scenario has at most {} steps, and {} are done", kMostSteps, state_->step));
  state_->markets->run(state_->step, state_->step + steps);
  state_->step += steps;
}

void MarketSimulator::inject(const Injection& shock, std::span<const std::uint64_t> scenarios) {
  state_->add(scenarios, [&](std::uint64_t, std::uint32_t) { return shock; });
}
void MarketSimulator::inject(const PerturbationRule& rule, std::span<const std::uint64_t> scenarios) {
  state_->add(scenarios, [&](std::uint64_t id, std::uint32_t slot) {
    return rule.draw(Stream::of(state_->options.seed, id), slot);
  });
}
void MarketSimulator::inject(PerturbationKind kind, std::span<const std::uint64_t> scenarios) {
  PerturbationEntry entry = default_perturbation(kind);
  entry.start_is_share = false;
  entry.rule.start = {0, 0};
  inject(resolved_rule(entry, 0, state_->volatility), scenarios);
}

double MarketSimulator::time() const { return double{state_->markets->settings().dt} * state_->step; }
std::uint64_t MarketSimulator::scenarios() const { return state_->options.scenarios; }
std::uint32_t MarketSimulator::levels() const { return state_->options.levels; }

std::span<const std::int32_t> MarketSimulator::open() const { return state_->shown.values[0]; }
std::span<const std::int32_t> MarketSimulator::high() const { return state_->shown.values[1]; }
std::span<const std::int32_t> MarketSimulator::low() const { return state_->shown.values[2]; }
std::span<const std::int32_t> MarketSimulator::mid() const { return state_->shown.values[3]; }
std::span<const std::int32_t> MarketSimulator::volume() const { return state_->shown.values[4]; }
std::span<const std::int32_t> MarketSimulator::trades() const { return state_->shown.values[5]; }
std::span<const std::int32_t> MarketSimulator::bid_price() const { return state_->shown.book[0]; }
std::span<const std::int32_t> MarketSimulator::ask_price() const { return state_->shown.book[1]; }
std::span<const std::int32_t> MarketSimulator::bid_size() const { return state_->shown.book[2]; }
std::span<const std::int32_t> MarketSimulator::ask_size() const { return state_->shown.book[3]; }
std::span<const std::uint32_t> MarketSimulator::perturbations() const { return state_->shown.masks[0]; }
std::span<const std::uint32_t> MarketSimulator::events() const { return state_->shown.masks[1]; }

}  // namespace marketmimic
