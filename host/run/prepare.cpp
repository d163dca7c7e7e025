#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "host/config/names.hpp"
#include "host/config/suggest.hpp"
#include "host/error.hpp"
#include "host/run/assets.hpp"
#include "host/run/columns.hpp"
#include "host/run/deflate.hpp"
#include "host/run/hash.hpp"
#include "host/run/simulation.hpp"
#include "host/simulator/coupled_assets.hpp"
#include "host/statistics/estimators.hpp"
#include "kernels/cpu/scenario_launcher.hpp"

namespace marketmimic {
namespace {

[[noreturn]] void refuse(const std::string& line) { throw Error(ExitCode::usage, line); }

/// The largest position in lots.
std::int32_t peak_lots(const Job& job, const MarketFile& market, const Strategy* strategy) {
  if (job.peak == 0 && strategy == nullptr) return job.adaptation.peak_lots;
  const double peak = job.peak > 0 ? job.peak : upper_median(strategy->cycle_peak);
  const double lots = std::max(1.0, std::round(peak / market.lot));
  constexpr double most = 1.0e8;
  if (!(lots <= most)) {
    refuse(
        fmt::format("the largest position, {:g} {}, is {:.0f} lots; at most {:.0f} are possible: set a smaller "
                    "strategy.peak or a larger lot in the market file",
                    peak, market.asset, lots, most));
  }
  return static_cast<std::int32_t>(lots);
}

/// The kind of primitives of that name, which `key` of the job asks for.
std::uint32_t kind_named(const std::string& name, const Strategy& strategy, const char* key) {
  const auto known = std::find(strategy.kind_names.begin(), strategy.kind_names.end(), name);
  if (known == strategy.kind_names.end()) {
    const auto meant = nearest(name, strategy.kind_names);
    refuse(fmt::format("{}: there is no primitive '{}'{}", key, name,
                       meant ? fmt::format("; did you mean '{}'?", *meant) : std::string()));
  }
  return static_cast<std::uint32_t>(known - strategy.kind_names.begin());
}

/// The same where `key` may name each but once; those `known` are named already.
std::uint32_t kind_named_once(const std::string& name, const Strategy& strategy, const char* key,
                              std::set<std::uint32_t>& known) {
  const std::uint32_t kind = kind_named(name, strategy, key);
  if (!known.insert(kind).second) refuse(fmt::format("{} names {} twice; keep one", key, name));
  return kind;
}

/// Sets how widely each kind varies.
void share_variation(const std::vector<VariationShare>& shares, Strategy& strategy) {
  std::set<std::uint32_t> known;
  for (const VariationShare& share : shares) {
    const std::uint32_t kind = kind_named_once(share.kind, strategy, "strategy.variation_share.kind", known);
    for (Variation& v : std::span(strategy.variations).subspan(kind * std::size_t{4}, 4)) v.width = share.share;
  }
}

/// Sets what primitives of a kind have to keep to.
void set_success(const std::vector<PrimitiveSuccess>& rules, Strategy& strategy) {
  std::set<std::uint32_t> known;
  for (const PrimitiveSuccess& rule : rules) {
    const std::uint32_t kind = kind_named_once(rule.kind, strategy, "success.primitive.kind", known);
    for (Primitive& p : strategy.primitives) {
      if (p.kind != kind) continue;
      if (rule.fill_tolerance) p.fill_tolerance = *rule.fill_tolerance;
      if (rule.cost_limit) p.cost_limit = *rule.cost_limit;
    }
  }
}

/// The plan that a job names, as its strategy can execute it.
NamedPlan named_plan(const Job& job, const Strategy& strategy) {
  NamedPlan plan;
  plan.sides = 3;
  for (const std::string& name : job.plan) {
    const std::uint32_t kind = kind_named(name, strategy, "strategy.plan");
    std::uint32_t shown = 0;
    double duration = 0;
    for (std::uint32_t place = 0; place < 2; ++place) {
      const MenuItem item = strategy.instances[kind * 2 + place];
      if (item.count == 0) plan.sides &= ~(1u << place);
      for (std::uint32_t i = 0; i < item.count; ++i)
        duration += strategy.primitives[strategy.menu[item.first + i]].duration;
      shown += item.count;
    }
    if (shown == 0)
      refuse(
          fmt::format("strategy.plan: the demonstration shows no {}; `marketmimic inspect` lists what it shows", name));
    plan.kinds[plan.count++] = static_cast<std::uint8_t>(kind);
    plan.duration += static_cast<float>(duration / shown);
  }
  if (plan.sides == 0)
    refuse(
        "strategy.plan: the demonstration shows its primitives neither all on the long side nor all on the short "
        "one; name primitives of one side");
  return plan;
}

std::uint32_t steps_a_bar(const Job& job, std::uint32_t bar_seconds) {
  if (job.step_seconds >= bar_seconds) return 1;
  if (bar_seconds % job.step_seconds != 0) {
    refuse(fmt::format("a bar of {} s is no whole number of steps of {} s; choose a step that divides it", bar_seconds,
                       job.step_seconds));
  }
  return bar_seconds / job.step_seconds;
}

std::int32_t fee_units(double share) { return static_cast<std::int32_t>(std::lround(share * (1 << kFeeShift))); }

/// The highest price at which anything can trade [ticks]. A diffusion's mid can rise to 1.6e9 half ticks above its
/// start (diffusion.hpp), and its book reaches further; an order book holds no order above 1e9 ticks (order_book.hpp).
double highest_price(const Simulation& simulation) {
  if (std::holds_alternative<ScenarioContext<OrderBook>>(simulation.context)) return 1.0e9;
  const DiffusionParameters& p = simulation.market.diffusion;
  const double highest_mid = 0.5 * (1.6e9 + p.initial_mid_half_ticks);
  return 1.25 * highest_mid + static_cast<double>(simulation.job.levels) * p.book.level_gap_ticks;
}

/// Money stays exact: see prepare().
void check_range(const Simulation& simulation) {
  const Job& job = simulation.job;
  const double highest = highest_price(simulation);
  const double position = double{job.adaptation.inventory_limit} * simulation.settings().adaptation.peak_lots;
  const double order = 2 * position + 1;  // from one limit to the other
  const double most = std::ldexp(1.0, 62) / (2.0 * job.steps) / highest;
  if (order <= most) return;
  refuse(
      fmt::format("a largest position of {} lots is too large for exact accounting over {} steps: at most {:.0f} lots "
                  "at this price; set a smaller strategy.peak, or a larger lot or tick in the market file",
                  simulation.settings().adaptation.peak_lots, job.steps,
                  std::floor((most - 1) / (2.0 * job.adaptation.inventory_limit))));
}

template <class T>
void add_values(Hash& hash, const std::vector<T>& values) {
  const std::uint64_t count = values.size();
  hash.add(std::as_bytes(std::span(&count, 1)));
  hash.add(std::as_bytes(std::span(values)));
}

/// What of a strategy can change a recorded value.
void add_strategy(Hash& hash, const Strategy& strategy) {
  static_assert(sizeof(Primitive) == 16 * 4 && sizeof(Cycle) == 8 * 4 && sizeof(TradingRules) == 45 * 4,
                "no padding: the bytes are the values");
  add_values(hash, strategy.primitives);
  static_assert(sizeof(Aggressiveness) == 4 * 4, "no padding: the bytes are the values");
  add_values(hash, strategy.aggressiveness);
  add_values(hash, strategy.cycles);
  add_values(hash, strategy.forcing);
  add_values(hash, strategy.cycle_peak);
  hash.add(std::as_bytes(std::span(&strategy.rules, 1)));
  hash.add(std::as_bytes(std::span(&strategy.bar_seconds, 1)));
}

/// What variations are drawn from. Worked out in double precision: another machine's could differ.
void add_variations(Hash& hash, const Strategy& strategy) {
  static_assert(sizeof(Variation) == (5 + 2 * kVariationModes) * 4, "no padding: the bytes are the values");
  add_values(hash, strategy.variations);
  add_values(hash, strategy.shapes);
}

/// The names of the user's kinds: they stand in the datasets.
void add_defined_kinds(Hash& hash, const Strategy& strategy) {
  for (std::size_t kind = kPrimitiveKinds; kind < strategy.kind_names.size(); ++kind)
    hash.add_text(strategy.kind_names[kind]);
}

std::string values_text(MarketFile market) {
  market.provenance.clear();  // says where the values came from and changes none
  return market_text(market);
}

/// What an asset has in common with its peers: their markets, and what came of them. That was worked out in double
/// precision; if another machine came to something else, its identity would tell.
void add_peers(Hash& hash, const Simulation& simulation) {
  for (const MarketFile& peer : simulation.peers) hash.add_text(values_text(peer));
  static_assert(sizeof(Coupling) == (3 + kMaxFactors) * 4, "no padding: the bytes are the values");
  std::visit([&](const auto& c) { hash.add(std::as_bytes(std::span(&c.market.coupling, 1))); }, simulation.context);
  static_assert(sizeof(Tide) == 2 * 4, "no padding");
  if (const auto tide = tide_of(simulation)) hash.add(std::as_bytes(std::span(&*tide, 1)));
}

std::string identity_of(const Simulation& simulation) {
  Hash hash;
  hash.add_text("marketmimic");
  hash.add(std::as_bytes(std::span(&kRulesVersion, 1)));
  hash.add_text(scenarios_text(simulation.job));
  hash.add_text(values_text(simulation.market));
  if (!simulation.peers.empty()) add_peers(hash, simulation);
  if (simulation.strategy) add_strategy(hash, *simulation.strategy);
  if (simulation.strategy) add_defined_kinds(hash, *simulation.strategy);
  if (simulation.strategy && simulation.job.adaptation.variation > 0) add_variations(hash, *simulation.strategy);
  if (simulation.job.store == Store::deflate) hash.add_text(deflate_version());
  return hash.hex();
}

/// A reader simulates a block of scenarios at a time, in the memory of whatever program it is part of.
void check_recipe(const Simulation& simulation) {
  constexpr std::size_t most = std::size_t{1} << 30;
  if (simulation.job.store != Store::recipe) return;
  const std::size_t block = record_bytes(engine_columns(schema_of(simulation), simulation.job.steps), kLanes);
  if (block <= most) return;
  refuse(
      fmt::format("output.store = \"recipe\": {} scenarios, which a reader simulates at a time, take {:.1f} GB, more "
                  "than 1.1: use fewer steps, record less, or store = \"deflate\"",
                  kLanes, 1e-9 * static_cast<double>(block)));
}

/// Whether the job runs on the order book.
bool chooses_order_book(const Job& job, const MarketFile& market, const std::string& name) {
  const auto missing = [&](std::string_view table) {
    refuse(fmt::format("market.model asks for the {}, which {} lacks: it has no [{}]; calibrate one, or change the key",
                       table == "diffusion" ? "diffusion" : "order book", name, table));
  };
  if (job.model == MarketModel::order_book && !market.order_book) missing("order_book");
  if (job.model == MarketModel::diffusion && !market.has_diffusion) missing("diffusion");
  return job.model == MarketModel::order_book || (job.model == MarketModel::file && market.order_book);
}

}  // namespace

std::vector<std::string> kind_names(const Simulation& simulation) {
  return simulation.strategy ? simulation.strategy->kind_names : built_in_kind_names();
}

std::optional<Tide> tide_of(const Simulation& simulation) {
  const auto* const book = std::get_if<ScenarioContext<OrderBook>>(&simulation.context);
  if (book == nullptr || simulation.peers.empty()) return std::nullopt;
  return Tide{book->market.tide_decay, book->market.tide_noise};
}

Simulation prepare(Job job, MarketFile market, std::optional<Strategy> strategy, const std::string& market_file) {
  return prepare(std::move(job), std::vector<MarketFile>{std::move(market)}, std::move(strategy), market_file);
}

Simulation prepare(Job job, std::vector<MarketFile> markets, std::optional<Strategy> strategy,
                   const std::string& market_file, const std::optional<Tide>& tide, const TideSearch& search) {
  check_job(job);
  if (strategy) {
    check_strategy(*strategy, "strategy");
    organise(*strategy);
    share_variation(job.variation_shares, *strategy);
    set_success(job.primitive_success, *strategy);
  }
  if (!job.plan.empty() && !strategy)
    refuse("strategy.plan names primitives, and markets alone have none: give a strategy, or leave the key out");
  if (!job.variation_shares.empty() && !strategy)
    refuse(
        "strategy.variation_share is about primitives, and markets alone have none: give a strategy, or leave it out");
  if (!job.primitive_success.empty() && !strategy)
    refuse("success.primitive is about primitives, and markets alone have none: give a strategy, or leave it out");
  if (job.stop.successes != 0 && !strategy)
    refuse("stop.successes counts successes, and markets alone have none: give a strategy, or leave the key out");
  const std::uint32_t assets = job.assets.count(), own = job.assets.number;
  if (markets.size() != assets) {
    refuse(
        fmt::format("a market for each asset is needed: assets.correlation of the job is about {} {}, and there are "
                    "{} market files",
                    assets, assets == 1 ? "asset" : "assets", markets.size()));
  }
  Simulation s;
  s.job = std::move(job);
  s.market = markets[own];
  s.scenarios = s.job.scenarios;
  if (strategy) s.strategy = std::make_shared<const Strategy>(std::move(*strategy));

  const float dt = static_cast<float>(s.job.step_seconds);
  const bool order_book = chooses_order_book(s.job, s.market, market_file);
  for (std::uint32_t i = 0; i < assets; ++i) {
    if (i == own) continue;
    const std::string name = fmt::format("the market file of asset {}", i);
    if (chooses_order_book(s.job, markets[i], name) != order_book) refuse_mixed_models();
  }
  if (order_book)
    s.context.emplace<ScenarioContext<OrderBook>>().market = OrderBookStep::of(*s.market.order_book, dt, s.job.levels);
  else
    s.context.emplace<ScenarioContext<Diffusion>>().market = DiffusionStep::of(s.market.diffusion, dt, s.job.levels);
  if (!order_book && s.job.latency > 0)
    refuse(
        "strategy.latency is of order books: in the diffusion orders trade at the start of their step; leave it at 0");
  if (order_book && s.job.latency > dt) {
    refuse(
        fmt::format("strategy.latency must be at most a step, {} s (got {}); orders not filled by then are cancelled",
                    s.job.step_seconds, s.job.latency));
  }

  ScenarioSettings& c = settings_of(s.context);
  c.dt = dt;
  c.steps = s.job.steps;
  c.levels = s.job.levels;
  c.seed = s.job.seed;
  c.random_clock = s.job.random_clock ? 1u : 0u;
  c.clock = s.job.clock;
  if (assets > 1) couple(s.context, s.job.assets, markets, tide, search);
  c.bar_steps = steps_a_bar(s.job, s.strategy ? s.strategy->bar_seconds : s.market.bar_seconds);
  c.execution = {fee_units(s.job.taker_fee), fee_units(s.job.maker_fee), s.job.latency, s.job.passive_share};
  c.detectors = DetectorStep::of(s.job.detectors);
  c.adaptation = s.job.adaptation;
  c.adaptation.peak_lots = peak_lots(s.job, s.market, s.strategy.get());
  c.success = s.job.success;
  c.money_per_half = static_cast<float>(0.5 * s.market.tick * s.market.lot);
  if (s.strategy) {
    c.strategy = s.strategy->view();
    if (!s.job.plan.empty()) {
      c.strategy.sequences.plan = named_plan(s.job, *s.strategy);
      c.adaptation.sequence = static_cast<std::uint32_t>(PlanSequence::plan);
    }
  }
  set_shocks(s.context, s.job, markets);
  markets.erase(markets.begin() + static_cast<std::ptrdiff_t>(own));
  s.peers = std::move(markets);
  if (s.strategy) check_range(s);
  check_recipe(s);
  s.identity = identity_of(s);
  return s;
}

}  // namespace marketmimic
