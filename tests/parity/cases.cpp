#include "tests/parity/cases.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <random>

#include "tests/plain_order_book.hpp"

namespace marketmimic::parity {
namespace {

/// A market at one step length, with the default rules for the rest.
template <class Market, class Parameters>
void set_market(Case& c, const Parameters& market, float dt, std::uint32_t steps, std::uint32_t levels) {
  const ScenarioSettings before = c.settings();
  auto& context = c.context.emplace<ScenarioContext<Market>>();
  static_cast<ScenarioSettings&>(context) = before;
  context.market = Market::Step::of(market, dt, levels);
  context.dt = dt;
  context.steps = steps;
  context.levels = levels;
  context.detectors = DetectorStep::of(DetectorParameters{});
  context.money_per_half = 0.005f;
}

constexpr std::uint64_t kSeed = 0x1234567890abcdefull;

std::uint32_t kind(PrimitiveKind k) { return static_cast<std::uint32_t>(k); }

/// Parameters anywhere within limits.
class Anywhere {
 public:
  explicit Anywhere(std::uint32_t seed) : random_(seed) {}

  /// One draw in four is a limit: that is where rules saturate.
  float in(float low, float high) {
    const float u = std::uniform_real_distribution<float>(0.0f, 1.0f)(random_);
    return u < 0.125f ? low : (u > 0.875f ? high : low + (high - low) * (u - 0.125f) / 0.75f);
  }
  float magnitude(float low, float high) { return std::exp(in(std::log(low), std::log(high))); }
  std::uint32_t whole(std::uint32_t low, std::uint32_t high) {
    return std::uniform_int_distribution<std::uint32_t>(low, high)(random_);
  }
  std::uint32_t word() { return static_cast<std::uint32_t>(random_()); }

 private:
  std::mt19937 random_;
};

/// Brings what add_everything() gave times for to shorter scenarios.
void shorten(Case& c, float factor) {
  for (Primitive& p : c.primitives) {
    p.tau *= factor;
    p.duration *= factor;
  }
  for (Cycle& cycle : c.cycles) cycle.duration *= factor;
  for (PerturbationRule& r : c.settings().perturbations)
    for (Range* times : {&r.start, &r.rise, &r.plateau, &r.half_life, &r.before})
      *times = {factor * times->low, factor * times->high};
}

/// All injection slots, two of them by contagion, and a strategy whose primitives wait for events and trade both ways.
void add_everything(Case& result) {
  ScenarioSettings& c = result.settings();
  c.seed = kSeed;
  c.bar_steps = 5;
  c.execution = {7550, 2516};

  const std::uint32_t up = event_bit(MarketEvent::trend_up), down = event_bit(MarketEvent::trend_down);
  const std::uint32_t wild = event_bit(MarketEvent::volatility_break) | event_bit(MarketEvent::crash);
  result.forcing.assign(2 * kForcingEntries, 0.0f);  // the first table is zero
  for (std::uint32_t i = 0; i < kForcingEntries; ++i)
    result.forcing[kForcingEntries + i] = 0.2f * std::sin(0.0123f * static_cast<float>(i));
  result.primitives = {
      {kind(PrimitiveKind::bull_market_entry), up | wild, 2400, 1200, 0.0f, 0.6f, 1.2f, 0.5f, kForcingEntries},
      {kind(PrimitiveKind::breakout_entry), 0, 1800, 900, 0.6f, 1.0f, 0.9f, 1.0f, 0},
      {kind(PrimitiveKind::stop_loss_trail), down | wild, 1800, 600, 1.0f, 0.0f, 2.0f, 0.7f, kForcingEntries},
      {kind(PrimitiveKind::bear_market_entry), 0, 3000, 1500, 0.0f, -1.0f, 1.0f, 0.0f, kForcingEntries},
      {kind(PrimitiveKind::position_flip), up, 3000, 1500, -1.0f, 0.8f, 1.0f, 0.4f, 0},
      {kind(PrimitiveKind::take_profit_scale_out), 0, 6000, 1500, 0.8f, 0.0f, 0.7f, 0.3f, 0},
  };
  result.aggressiveness = {{0.1f, 0.9f, 600, kForcingEntries}, {}, {1.4f, 0.2f, 1200, 0}, {}, {0.0f, 1.0f, 60, 0}, {}};
  result.cycles = {{0, 3, 6000, 1}, {3, 3, 12000, 1}, {3, 2, 90000, 0}};
  c.strategy = {result.primitives.data(),
                result.cycles.data(),
                result.forcing.data(),
                3,
                {},
                nullptr,
                0,
                {},
                nullptr,
                nullptr,
                0};

  c.injections = kMaxInjections;
  for (std::uint32_t k = 0; k < kMaxInjections; ++k) {
    PerturbationRule& r = c.perturbations[k];
    r.kind = k % kPerturbationKinds;
    r.probability = 0.4f;
    r.start = {0, 15000};
    r.rise = {0, 300};
    r.plateau = {0, 600};
    r.half_life = {60, 1200};
    r.volatility = {1, 4};
    r.depth = {0.05f, 1};
    r.spread = {1, 5};
    r.volume = {1, 3};
    r.displacement = {0, 0.03f};
    r.up_probability = 0.3f;
    r.recovery = {0, 1};
    r.excitation = {0, 0.9f};
    r.before = {0, 300};
    r.depth_before = {0.2f, 1};
    r.side = static_cast<ShockSide>(k / kPerturbationKinds);
  }
  c.contagion = {{0.2f, 1}, {0, 300}};
  c.sources.correlation[2] = 0.7f;  // these two spread from other assets
  c.sources.asset[2] = 1;
  c.sources.correlation[9] = -0.6f;
  c.sources.asset[9] = 2;
  c.sources.slot[9] = 1;
}

}  // namespace

std::unique_ptr<Case> market_alone() {
  auto result = std::make_unique<Case>();
  result->name = "market_alone";
  result->settings().seed = kSeed;
  set_market<Diffusion>(*result, DiffusionParameters{}, 60, 100, 10);
  return result;
}

std::unique_ptr<Case> everything() {
  DiffusionParameters market;
  market.volatility = 2.0e-4f;
  market.drift = 1.0e-8f;
  market.leverage = -0.4f;
  market.memory = 0.3f;
  market.jump_rate = 5.0e-5f;
  market.jump_mean = -1.0e-3f;
  market.jump_branching = 0.6f;
  market.regimes = 3;
  market.regime[0] = {-0.3f, 0.0f, 1.0e-4f};
  market.regime[1] = {0.0f, 1.0e-6f, 2.0e-4f};
  market.regime[2] = {0.7f, -2.0e-6f, 4.0e-4f};
  for (std::uint32_t hour = 0; hour < kHoursOfDay; ++hour) {
    market.season_log_volatility[hour] = 0.3f * std::sin(0.26f * static_cast<float>(hour));
    market.season_log_volume[hour] = 0.5f * std::cos(0.26f * static_cast<float>(hour));
  }
  market.book.depth_lots = 40;

  auto result = std::make_unique<Case>();
  result->name = "everything";
  set_market<Diffusion>(*result, market, 60, 288, 7);
  add_everything(*result);
  return result;
}

std::unique_ptr<Case> with_rules(std::unique_ptr<Case> result, SignalFamily family) {
  result->name += "_with_rules";
  const auto reason = [](ExitCause cause) { return static_cast<std::uint32_t>(cause); };
  result->cycles[0] = {0, 3, 6000, 1, reason(ExitCause::stop), 0, 1, 2};
  result->cycles[1] = {3, 3, 12000, 1, reason(ExitCause::signal), 600, -1, 1};
  result->cycles[2] = {3, 2, 90000, 0, reason(ExitCause::own), 300, -1, 1};
  result->menu = {0, 1};
  ScenarioSettings& c = result->settings();
  TradingRules& rules = c.strategy.rules;
  rules.entry = {static_cast<std::uint32_t>(family), 2, 5, 1, 3, family == SignalFamily::bands ? 1.5f : 25.0f};
  const auto unit = [](ExitUnit u) { return static_cast<std::uint32_t>(u); };
  rules.stop = {2, unit(ExitUnit::smoothed), 12, 1};
  rules.target = {0.004f, unit(ExitUnit::log_price), 0, 0};
  if (family == SignalFamily::breakout) rules.stop = {2, unit(ExitUnit::window), 12, 1};
  if (family == SignalFamily::crossing) {
    rules.stop = {2, unit(ExitUnit::window), kLongestWindow, 0};
    rules.target = {2, unit(ExitUnit::true_range), 14, 0, 1};
  }
  rules.flips = 1;
  rules.entries[0] = rules.exits[0][reason(ExitCause::stop)] = {0, 1};
  rules.entries[1] = rules.exits[1][reason(ExitCause::signal)] = {1, 1};
  rules.exits_on[0] = event_bit(MarketEvent::range);
  rules.exits_on[1] = event_bit(MarketEvent::range) | event_bit(MarketEvent::volatility_break);
  rules.turns_on[1] = event_bit(MarketEvent::volatility_break);
  rules.exits[0][reason(ExitCause::event)] = {0, 1};
  rules.exits[1][reason(ExitCause::event)] = {1, 1};
  c.strategy.aggressiveness = result->aggressiveness.data();
  c.strategy.menu = result->menu.data();
  c.strategy.menu_count = static_cast<std::uint32_t>(result->menu.size());
  c.adaptation.positions = 100;
  c.adaptation.warm_up = 4 * c.dt;
  c.adaptation.horizon_share = 0.9f;
  return result;
}

std::unique_ptr<Case> composed(std::unique_ptr<Case> everything, PlanSequence sequence, OverrideAction action) {
  auto result = with_rules(std::move(everything), SignalFamily::none);
  result->name += "_composed";
  Strategy& s = result->strategy;
  // Each cycle several times, of different sizes and lengths, so that there is something to vary.
  for (std::uint32_t copy = 0; copy < 6; ++copy) {
    for (Cycle cycle : {result->cycles[0], result->cycles[1]}) {
      const std::uint32_t first = cycle.first;
      cycle.first = static_cast<std::uint32_t>(s.primitives.size());
      for (std::uint32_t k = 0; k < cycle.count; ++k) {
        Primitive p = result->primitives[first + k];
        p.goal *= 1.0f + 0.05f * static_cast<float>(copy);
        p.duration *= 1.0f + 0.1f * static_cast<float>(copy * k);
        p.trigger |= k > 0 ? event_bit(MarketEvent::crash) : 0u;
        p.condition = copy % 2 == 0 ? p.trigger | event_bit(k == 1 ? MarketEvent::gain : MarketEvent::loss) : 0u;
        p.end = k + 1 < cycle.count ? event_bit(MarketEvent::recovery) | event_bit(MarketEvent::range) : 0u;
        p.fill_tolerance = k == 1 ? 0.05f : -1.0f;
        p.cost_limit = copy % 3 == 0 ? 0.002f : kAnyCost;
        s.primitives.push_back(p);
        s.aggressiveness.push_back(result->aggressiveness[first + k]);
      }
      s.cycles.push_back(cycle);
    }
  }
  s.forcing = result->forcing;
  s.rules = result->settings().strategy.rules;
  organise(s);
  ScenarioSettings& c = result->settings();
  c.strategy = s.view();
  c.adaptation.sequence = static_cast<std::uint32_t>(sequence);
  c.adaptation.override_action = static_cast<std::uint32_t>(action);
  c.adaptation.profit_target = 0.01f;
  c.adaptation.loss_stop = 0.02f;
  c.adaptation.variation = 0.7f;
  c.adaptation.boundary_deviation = 0.2f;
  c.adaptation.hold_steps = 2;
  const bool by_urgency = sequence == PlanSequence::plan;
  c.adaptation.orders = static_cast<std::uint32_t>(by_urgency ? OrderStyle::urgency : OrderStyle::demonstrated);
  c.adaptation.repulsion = {0.5f, 1, 0.5f, 2, 0.01f};
  if (sequence == PlanSequence::plan) {
    NamedPlan& plan = c.strategy.sequences.plan;
    const Cycle& shown = s.cycles[0];
    plan.count = shown.count;
    plan.sides = 1u << TradingRules::place(shown.side);
    plan.duration = shown.duration;
    for (std::uint32_t k = 0; k < shown.count; ++k)
      plan.kinds[k] = static_cast<std::uint8_t>(s.primitives[shown.first + k].kind);
  }
  return result;
}

std::unique_ptr<Case> anything(std::uint32_t seed) {
  Anywhere random(seed);
  DiffusionParameters market;
  market.volatility = random.magnitude(1e-6f, 1e-2f);
  market.drift = random.in(-1e-6f, 1e-6f);
  market.slow_rate = random.magnitude(1e-7f, 1e-3f);
  market.slow_sd = random.in(0, 2);
  market.fast_rate = random.magnitude(1e-3f, 1);
  market.fast_sd = random.in(0, 2);
  market.leverage = random.in(-0.99f, 0.99f);
  market.slow_leverage = random.in(-0.99f, 0.99f);
  market.memory = random.in(-0.9f, 2);
  market.memory_rate = random.magnitude(1e-5f, 1);
  market.jump_rate = random.in(0, 1e-2f);
  market.jump_mean = random.in(-0.01f, 0.01f);
  market.jump_sd = random.in(0, 0.05f);
  market.jump_branching = random.in(0, 0.95f);
  market.jump_decay = random.magnitude(1e-5f, 1);
  market.regimes = random.whole(1, kMaxRegimes);
  for (Regime& r : market.regime) r = {random.in(-1, 1), random.in(-1e-6f, 1e-6f), random.magnitude(1e-7f, 1e-1f)};
  market.volume_rate = random.magnitude(1e-3f, 1e6f);
  market.volume_beta = random.in(0, 3);
  market.volume_gamma = random.in(0, 1);
  market.volume_move_rate = random.magnitude(1e-5f, 10);
  market.volume_factor_sd = random.in(0, 2);
  market.volume_noise_sd = random.in(0, 2);
  market.trade_lots = random.magnitude(1e-2f, 1e4f);
  market.impact = random.in(0, 5);
  market.impact_permanent = random.in(0, 1);
  market.impact_half_life = random.magnitude(1, 1e6f);
  market.book.spread_ticks = random.magnitude(1, 1000);
  market.book.spread_exponent = random.in(0, 2);
  market.book.depth_lots = random.magnitude(1, 1e6f);
  market.book.depth_exponent = random.in(0, 2);
  market.book.depth_slope = random.in(-2, 2);
  market.book.level_gap_ticks = static_cast<std::int32_t>(random.whole(1, 50));
  market.initial_mid_half_ticks = static_cast<std::int32_t>(random.magnitude(200, 2.0e7f));

  auto result = with_rules(everything(), static_cast<SignalFamily>(random.whole(0, kSignalFamilies - 1)));
  result->name = "anything";
  const float dt = static_cast<float>(random.whole(1, 3600));
  set_market<Diffusion>(*result, market, dt, 64, random.whole(1, 12));
  ScenarioSettings& c = result->settings();
  c.bar_steps = random.whole(1, 5);
  c.random_clock = random.whole(0, 1);
  c.clock = random.whole(0, kSecondsOfDay - 1);
  c.seed = random.word();
  c.execution = {static_cast<std::int32_t>(random.whole(0, 65535)), static_cast<std::int32_t>(random.whole(0, 65535)),
                 0, random.in(0, 1)};
  c.adaptation.peak_lots = static_cast<std::int32_t>(random.magnitude(1, 1e6f));
  c.adaptation.participation = random.in(0, 1);
  c.adaptation.phase_stopping = random.in(0, 100);
  c.adaptation.fidelity = random.whole(0, kPlanFidelities - 1);
  c.adaptation.noise = random.in(0, 1);
  c.adaptation.amplitude = random.whole(0, 1);
  c.adaptation.largest_amplitude = random.in(0, 100);
  c.adaptation.mirror = random.whole(0, 1) != 0;
  c.adaptation.orders = random.whole(0, kOrderStyles - 1);
  c.strategy.costs = true;
  for (Primitive& p : result->primitives) {
    p.form = random.whole(0, kDmpForms - 1);
    p.tau *= c.dt / 60;
    p.duration *= c.dt / 60;
    p.period = random.whole(0, 1) == 0 ? 0.0f : random.in(0.05f, 1) * p.duration;
    p.aggressiveness = random.in(0, 1);
    p.end = random.whole(0, (1u << kMarketEvents) - 1u);
    p.fill_tolerance = random.in(-0.2f, 0.2f);
    p.cost_limit = random.in(0, 0.02f);
  }
  for (Cycle& cycle : result->cycles) cycle.duration *= c.dt / 60;
  for (PerturbationRule& r : c.perturbations) {
    const float horizon = c.dt * static_cast<float>(c.steps);
    r.start = {0, horizon};
    r.rise = {0, random.in(0, horizon)};
    r.plateau = {0, random.in(0, horizon)};
    r.half_life = {1, random.magnitude(1, 1e6f)};
    r.volatility = {random.magnitude(0.05f, 1), random.magnitude(1, 20)};
    r.depth = {random.magnitude(0.002f, 1), 1};
    r.spread = {1, random.magnitude(1, 50)};
    r.displacement = {0, random.in(0, 0.9f)};
    r.excitation = {0, random.in(0, 0.95f)};
    r.before = {0, random.in(0, horizon)};
  }
  return result;
}

std::unique_ptr<Case> order_book_alone() {
  auto result = std::make_unique<Case>();
  result->name = "order_book_alone";
  result->settings().seed = kSeed;
  set_market<OrderBook>(*result, plain_order_book(), 10, 60, 10);
  return result;
}

std::unique_ptr<Case> order_book_everything() {
  OrderBookParameters market = plain_order_book();
  for (std::uint32_t event = 0; event < kTouchEvents; ++event) {
    for (std::uint32_t own = 0; own < kImbalanceBins; ++own)
      for (std::uint32_t wide = 0; wide < kSpreadBins; ++wide)
        market.rate[event][own][wide] *= 1 + 0.3f * std::sin(static_cast<float>(event + 2 * own + 3 * wide));
    for (std::uint32_t before = 0; before < kPreceding; ++before)
      market.follow[event][before] = 0.5f * std::cos(static_cast<float>(3 * event + before));
    for (float& weight : market.memory_weight[event]) weight = 0.1f;
    market.weight[event] = 0.5f + 0.25f * static_cast<float>(event);
  }
  for (std::uint32_t knot = 0; knot < kSeasonKnots; ++knot)
    market.season[knot] = 0.3f * std::sin(0.13f * static_cast<float>(knot));
  market.queue_exponent = 0.5f;
  market.slow_rate = 1.0e-2f;
  market.slow_sd = 0.4f;
  market.volatility = 3.0e-4f;

  auto result = std::make_unique<Case>();
  result->name = "order_book_everything";
  set_market<OrderBook>(*result, market, 10, 120, 7);
  add_everything(*result);
  ScenarioSettings& c = result->settings();
  c.execution = {7550, 2516, 0.25f};
  c.adaptation.peak_lots = 2000;
  shorten(*result, 0.0625f);
  return result;
}

std::unique_ptr<Case> crowded_order_book() {
  OrderBookParameters market = plain_order_book();
  for (auto& event : market.rate)
    for (auto& bin : event)
      for (float& rate : bin) rate *= 1.0e6f;
  market.mean_rate = 1.0e6f;
  market.deep_limit_rate = 1.0e6f;
  market.deep_cancel_rate = 1.0e5f;
  market.warm_up = 0;
  auto result = std::make_unique<Case>();
  result->name = "crowded_order_book";
  set_market<OrderBook>(*result, market, 1, 1, 3);
  return result;
}

std::unique_ptr<Case> any_order_book(std::uint32_t seed) {
  Anywhere random(seed);
  const float a_step = random.magnitude(1e-1f, 100);  // touch events of a side
  const float dt = static_cast<float>(random.whole(1, 600));
  const float rate = a_step / dt;
  OrderBookParameters market = plain_order_book();
  for (auto& event : market.rate)
    for (auto& bin : event)
      for (float& each : bin) each = random.in(0, rate);
  market.queue_exponent = random.in(0, 1);
  market.deep_limit_rate = std::fmax(random.in(0, 3 * rate), 1e-6f);
  market.deep_cancel_rate = random.magnitude(0.01f, 10) * rate;
  market.from_opposite = random.whole(0, 1);
  market.mean_rate = random.magnitude(0.5f, 5) * rate;
  for (std::uint32_t k = 0; k < kExcitations; ++k) {
    market.branching[k] = random.in(0, 0.3f);
    market.decay[k] = random.magnitude(1e-6f, 1e6f);
  }
  for (std::uint32_t event = 0; event < kTouchEvents; ++event) {
    market.weight[event] = random.in(0, 3);
    for (float& each : market.follow[event]) each = random.in(-5, 5);
    for (float& each : market.memory_weight[event]) each = random.in(-5, 5);
  }
  for (float& each : market.memory_decay) each = random.in(0, 0.999f);
  for (float& each : market.memory_half_life) each = random.magnitude(1e-3f, 1e8f);
  market.slow_rate = random.magnitude(1e-9f, 10);
  market.slow_sd = random.in(0, 0.5f);
  for (float& each : market.season) each = random.in(-1, 1);
  const auto law = [&](auto& quantiles, float most) {
    for (std::int32_t& each : quantiles) each = static_cast<std::int32_t>(random.magnitude(1, most));
    std::sort(std::begin(quantiles), std::end(quantiles));
  };
  law(market.limit_lots, 1e6f);
  law(market.deep_lots, 10);
  law(market.trade_lots, 1e6f);
  law(market.deep_distance, 1e6f);
  law(market.hidden_offset, 1000);
  for (auto& course : market.improvement)
    for (auto& row : course) law(row, 1000);
  market.mean_trade_lots = random.magnitude(1e-3f, 1e6f);
  market.sweep_share = random.in(0, 1);
  market.walk_share = random.in(0, 1);
  market.newest_share = random.in(0, 1);
  market.warm_up = random.in(0, 3) * dt;
  market.initial_spread = static_cast<std::int32_t>(random.whole(1, 199));
  market.initial_mid_half_ticks = static_cast<std::int32_t>(random.magnitude(200, 2.0e7f));

  auto result = std::make_unique<Case>();
  result->name = "any_order_book";
  set_market<OrderBook>(*result, market, dt, 12, random.whole(1, 12));
  add_everything(*result);
  shorten(*result, 12 * dt / 15000);
  ScenarioSettings& c = result->settings();
  c.random_clock = random.whole(0, 1);
  c.seed = random.word();
  c.execution = {static_cast<std::int32_t>(random.whole(0, 65535)), static_cast<std::int32_t>(random.whole(0, 65535)),
                 random.in(0, dt)};
  c.adaptation.peak_lots = static_cast<std::int32_t>(random.magnitude(1, 1e6f));
  for (Primitive& p : result->primitives) p.aggressiveness = random.in(0, 1);
  for (PerturbationRule& r : c.perturbations) {
    r.volatility = {random.magnitude(0.05f, 1), random.magnitude(1, 3)};
    r.depth = {random.magnitude(0.002f, 1), 1};
    r.spread = {1, random.magnitude(1, 50)};
    r.displacement = {0, random.in(0, 0.9f)};
    r.excitation = {0, random.in(0, 0.95f)};
  }
  return result;
}

}  // namespace marketmimic::parity
