#include "host/simulator/market_simulator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <thread>
#include <utility>

#include "host/simulator/coupled_assets.hpp"
#include "host/simulator/gpu_markets.hpp"
#include "host/simulator/markets.hpp"
#include "host/simulator/refuse.hpp"
#include "host/simulator/tide.hpp"

namespace marketmimic {
namespace {

constexpr std::uint32_t kMostSteps = 1'000'000;

template <class Number>
void within(const char* what, Number value, Number low, Number high) {
  if (!(value >= low && value <= high)) refuse(fmt::format("{} must be {} to {} (got {})", what, low, high, value));
}

void check(const SimulatorOptions& o) {
  within<std::uint64_t>("scenarios", o.scenarios, 1, 1'000'000);
  within<std::uint32_t>("step_seconds", o.step_seconds, 1, 86'400);
  within<std::uint32_t>("levels", o.levels, 1, kMaxLevels);
  within<std::uint32_t>("clock", o.clock.value_or(0), 0, 86'399);
  within<unsigned>("threads", o.threads, 0, 1024);
  if (o.contagion) check_contagion(*o.contagion);
}

/// Whether the market is to be an order book.
bool is_order_book(const MarketFile& market, const SimulatorOptions& o) {
  check_market(market);
  if (market.bar_seconds > o.step_seconds && market.bar_seconds % o.step_seconds != 0) {
    refuse(fmt::format("step_seconds must divide the market's bar of {} s, or be longer (got {})", market.bar_seconds,
                       o.step_seconds));
  }
  const bool has_book = market.order_book.has_value();
  if (o.model == MarketModel::order_book && !has_book) refuse("the market has no order book; choose the diffusion");
  if (o.model == MarketModel::diffusion && !market.has_diffusion)
    refuse("the market has no diffusion; choose the order book");
  return o.model == MarketModel::order_book || (o.model == MarketModel::file && has_book);
}

ScenarioSettings settings_of(const SimulatorOptions& o) {
  ScenarioSettings c;
  c.dt = static_cast<float>(o.step_seconds);
  c.steps = kMostSteps;
  c.levels = o.levels;
  c.seed = o.seed;
  c.random_clock = o.clock ? 0u : 1u;
  c.clock = o.clock.value_or(0);
  c.detectors = DetectorStep::of(DetectorParameters{});
  return c;
}

using Files = std::span<const MarketFile>;

}  // namespace

struct MarketSimulator::State {
  State(Files files, const SimulatorOptions& o)
      : options(o), assets(static_cast<std::uint32_t>(files.size())), used(o.scenarios * files.size(), 0) {
    if (options.threads == 0) options.threads = std::max(std::thread::hardware_concurrency(), 1u);
    const bool books = is_order_book(files[0], o);
    for (const MarketFile& file : files) {
      if (is_order_book(file, o) != books) refuse_mixed_models();
      volatility.push_back(books ? file.order_book->volatility : file.diffusion.volatility);
    }
    correlation = asset_correlation(o.correlation, files.size(), o.contagion.has_value());
    if (books) {
      auto contexts = coupled_order_books(files, settings_of(options), correlation);
      set_tides(contexts, {.threads = options.threads, .stop = nullptr, .progress = {}});
      markets = made(files, std::move(contexts));
    } else {
      markets = made(files, coupled_diffusions(files, settings_of(options), correlation));
    }
  }

  template <class Market>
  std::unique_ptr<Markets> made(Files files, std::vector<ScenarioContext<Market>> contexts) const {
    for (std::size_t i = 0; i < files.size(); ++i)
      contexts[i].bar_steps = std::max(files[i].bar_seconds / options.step_seconds, 1u);
    if (options.device) return gpu_markets(std::move(contexts), options.scenarios, *options.device);
    return std::make_unique<MarketsOf<Market>>(std::move(contexts), options.scenarios, options.threads);
  }

  float dt() const { return static_cast<float>(options.step_seconds); }
  float now() const { return dt() * static_cast<float>(step); }
  void exists(std::uint32_t asset) const {
    if (asset >= assets) refuse(fmt::format("there is no asset {}: they are 0 to {}", asset, assets - 1));
  }
  const Shown& of(std::uint32_t asset) const {
    exists(asset);
    return markets->shown(asset);
  }

  /// A shock in a slot of its own.
  struct Placed {
    ShockPlace place;
    Injection shock;
  };
  /// A shock that starts `lag` after the one it follows, which waits for a market event.
  struct Follower {
    ShockPlace leader, place;
    float lag = 0;
  };

  std::size_t index(const ShockPlace& place) const { return place.asset * options.scenarios + place.scenario; }

  /// Takes the next slot of those that `taken` leaves.
  ShockPlace next_slot(std::vector<std::uint32_t>& taken, std::uint32_t asset, std::uint64_t scenario) const {
    ShockPlace place{asset, scenario, 0};
    std::uint32_t& slots = taken[index(place)];
    if (slots == kMaxInjections) {
      const std::string of = assets == 1 ? "" : fmt::format("asset {} of ", asset);
      refuse(fmt::format("{}scenario {} has had {} shocks, which is as many as one can have", of, scenario, slots));
    }
    place.slot = slots++;
    return place;
  }

  /// `shock(scenario, slot)` for an asset of each of the scenarios chosen, from now on, and what spreads of it.
  template <class Shock>
  void add(std::span<const std::uint64_t> chosen, std::uint32_t asset, const Shock& shock) {
    exists(asset);
    std::vector<std::uint64_t> all;
    if (chosen.empty()) {
      all.resize(options.scenarios);
      for (std::uint64_t i = 0; i < all.size(); ++i) all[i] = i;
      chosen = all;
    }
    std::vector<std::uint32_t> taken = used;
    std::vector<Placed> placed;
    std::vector<Follower> following;
    for (const std::uint64_t id : chosen) {
      if (id >= options.scenarios)
        refuse(fmt::format("there is no scenario {}: they are 0 to {}", id, options.scenarios - 1));
      const ShockPlace place = next_slot(taken, asset, id);
      Injection i = shock(id, place.slot);
      if (i.start >= Injection::never && i.from >= Injection::never) {
        i = Markets::nothing();  // the draw says that none comes; its slots stay empty
      } else {
        check_shock(i);
        i.from += now();
        i.start = i.trigger == 0 ? i.start + now() : Injection::never;
      }
      placed.push_back({place, i});
      if (options.contagion && spreads(i)) spread(placed.back(), taken, placed, following);
    }
    for (const auto& [place, i] : placed) {
      markets->set(place, i);
      ScenarioSettings& settings = markets->settings(place.asset);
      settings.injections = std::max(settings.injections, place.slot + 1);
      settings.perturbations[place.slot].trigger |= i.trigger;  // someone waits for something
    }
    used = std::move(taken);
    followers.insert(followers.end(), following.begin(), following.end());
  }

  /// What reaches the assets that correlate with the one hit.
  void spread(const Placed source, std::vector<std::uint32_t>& taken, std::vector<Placed>& placed,
              std::vector<Follower>& following) const {
    const auto& [place, shock] = source;
    const Stream stream = Stream::of(options.seed, place.scenario);
    for (std::uint32_t peer = 0; peer < assets; ++peer) {
      const auto tie = static_cast<float>(correlation(place.asset, peer));
      if (peer == place.asset || tie == 0) continue;
      Infection reaching = infect(*options.contagion, shock, tie, stream, place.asset, place.slot, peer);
      const ShockPlace there = next_slot(taken, peer, place.scenario);
      if (shock.trigger != 0) following.push_back({place, there, std::max(reaching.lag, dt())});
      reaching.shock.trigger = 0;
      reaching.shock.start = shock.trigger == 0 ? shock.start + reaching.lag : Injection::never;
      placed.push_back({there, reaching.shock});
    }
  }

  /// Starts the followers of shocks that have begun.
  void lead() {
    std::erase_if(followers, [&](const Follower& f) {
      const float begun = markets->shock(f.leader).start;
      if (begun == Injection::never) return false;
      Injection i = markets->shock(f.place);
      i.start = begun + f.lag;
      markets->set(f.place, i);
      return true;
    });
  }

  void advance(std::uint32_t steps) {
    const std::uint32_t until = step + steps;
    while (step < until && !followers.empty()) {  // step by step, since any may begin
      markets->run(step, step + 1);
      ++step;
      lead();
    }
    markets->run(step, until);
    step = until;
  }

  SimulatorOptions options;
  std::uint32_t assets;
  Eigen::MatrixXd correlation;
  std::vector<float> volatility;
  std::vector<std::uint32_t> used;  ///< slots, [assets][scenarios]
  std::vector<Follower> followers;
  std::unique_ptr<Markets> markets;
  std::uint32_t step = 0;
};

MarketSimulator::MarketSimulator(const MarketFile& market, const SimulatorOptions& options)
    : MarketSimulator(std::span(&market, 1), options) {}
MarketSimulator::MarketSimulator(std::span<const MarketFile> markets, const SimulatorOptions& options) {
  check(options);
  within<std::size_t>("assets", markets.size(), 1, kMaxAssets);
  state_ = std::make_unique<State>(markets, options);
}
MarketSimulator::MarketSimulator(MarketSimulator&&) noexcept = default;
MarketSimulator& MarketSimulator::operator=(MarketSimulator&&) noexcept = default;
MarketSimulator::~MarketSimulator() = default;

void MarketSimulator::advance(std::uint32_t steps) {
  if (steps > kMostSteps - state_->step)
    refuse(fmt::format("a scenario has at most {} steps, and {} are done", kMostSteps, state_->step));
  state_->advance(steps);
}

void MarketSimulator::inject(const Injection& shock, std::span<const std::uint64_t> scenarios, std::uint32_t asset) {
  state_->add(scenarios, asset, [&](std::uint64_t, std::uint32_t) { return shock; });
}
void MarketSimulator::inject(const PerturbationRule& rule, std::span<const std::uint64_t> scenarios,
                             std::uint32_t asset) {
  state_->add(scenarios, asset, [&](std::uint64_t id, std::uint32_t slot) {
    return rule.draw(Stream::of(state_->options.seed, id), slot, asset);
  });
}
void MarketSimulator::inject(PerturbationKind kind, std::span<const std::uint64_t> scenarios, std::uint32_t asset) {
  state_->exists(asset);
  PerturbationEntry entry = default_perturbation(kind);
  entry.start_is_share = false;
  entry.rule.start = {0, 0};
  inject(resolved_rule(entry, 0, state_->volatility[asset]), scenarios, asset);
}

double MarketSimulator::time() const { return double{state_->dt()} * state_->step; }
std::uint64_t MarketSimulator::scenarios() const { return state_->options.scenarios; }
std::uint32_t MarketSimulator::assets() const { return state_->assets; }
std::uint32_t MarketSimulator::levels() const { return state_->options.levels; }

using Values = MarketSimulator::Values;
using Masks = MarketSimulator::Masks;
Values MarketSimulator::open(std::uint32_t asset) const { return state_->of(asset).values[0]; }
Values MarketSimulator::high(std::uint32_t asset) const { return state_->of(asset).values[1]; }
Values MarketSimulator::low(std::uint32_t asset) const { return state_->of(asset).values[2]; }
Values MarketSimulator::mid(std::uint32_t asset) const { return state_->of(asset).values[3]; }
Values MarketSimulator::volume(std::uint32_t asset) const { return state_->of(asset).values[4]; }
Values MarketSimulator::trades(std::uint32_t asset) const { return state_->of(asset).values[5]; }
Values MarketSimulator::bid_price(std::uint32_t asset) const { return state_->of(asset).book[0]; }
Values MarketSimulator::ask_price(std::uint32_t asset) const { return state_->of(asset).book[1]; }
Values MarketSimulator::bid_size(std::uint32_t asset) const { return state_->of(asset).book[2]; }
Values MarketSimulator::ask_size(std::uint32_t asset) const { return state_->of(asset).book[3]; }
Masks MarketSimulator::perturbations(std::uint32_t asset) const { return state_->of(asset).masks[0]; }
Masks MarketSimulator::events(std::uint32_t asset) const { return state_->of(asset).masks[1]; }
Record MarketSimulator::on_device(std::uint32_t asset) const {
  state_->exists(asset);
  if (!state_->options.device) refuse("views in a GPU's memory need a simulator with a device");
  return state_->markets->on_device(asset);
}

}  // namespace marketmimic
