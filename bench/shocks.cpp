// What shocks do beside what was asked for: one row an observable. Every shock is injected after ten minutes into one
// of two simulators of the same seed; the other, undisturbed, is what factors are measured against, scenario by
// scenario. Usage: shocks [MARKET.toml [SCENARIOS]]; without a market, the order book's preset of AMZN (from the
// repository's root) and the diffusion's example.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "host/config/default_market.hpp"
#include "host/config/job.hpp"
#include "host/error.hpp"
#include "host/input/number.hpp"
#include "host/simulator/market_simulator.hpp"
#include "host/statistics/estimators.hpp"

namespace {

using namespace marketmimic;

constexpr std::size_t kBefore = 600;   // [s] until the shock
constexpr std::size_t kSettling = 30;  // [s] from a shock until it counts as in full
constexpr std::size_t kDepthLevels = 5;
constexpr std::size_t kReturnSeconds = 10;

/// What one scenario showed, a value a second.
struct Path {
  std::vector<double> mid, spread, bids, asks, volume;
};
using Paths = std::vector<Path>;

void append(Paths& paths, const MarketSimulator& s) {
  const std::size_t n = paths.size();
  for (std::size_t i = 0; i < n; ++i) {
    double bids = 0, asks = 0;
    for (std::size_t level = 0; level < kDepthLevels; ++level) {
      bids += s.bid_size()[level * n + i];
      asks += s.ask_size()[level * n + i];
    }
    paths[i].mid.push_back(s.mid()[i]);
    paths[i].spread.push_back(s.ask_price()[i] - s.bid_price()[i]);
    paths[i].bids.push_back(bids);
    paths[i].asks.push_back(asks);
    paths[i].volume.push_back(s.volume()[i]);
  }
}

double mean(const std::vector<double>& values, std::size_t from, std::size_t until) {
  double sum = 0;
  for (std::size_t t = from; t < until; ++t) sum += values[t];
  return sum / static_cast<double>(until - from);
}

double volatility(const Path& path, std::size_t from, std::size_t until) {
  double squares = 0;
  for (std::size_t t = from + kReturnSeconds; t < until; t += kReturnSeconds) {
    const double change = std::log(path.mid[t] / path.mid[t - kReturnSeconds]);
    squares += change * change;
  }
  return std::sqrt(squares);
}

/// One number of a scenario: `shocked` beside its undisturbed twin, between two seconds after the shock.
using Observable = std::function<double(const Path& shocked, const Path& calm)>;

struct Row {
  std::string what;
  double asked;
  Observable measure;
};

struct Shock {
  std::string name;
  Injection injection;
  std::size_t seconds;  ///< to watch
  std::vector<Row> rows;
};

Row factor(const std::string& what, double asked, std::vector<double> Path::*value, std::size_t from,
           std::size_t until) {
  return {what, asked, [=](const Path& shocked, const Path& calm) {
            const double usual = mean(calm.*value, kBefore + from, kBefore + until);
            return mean(shocked.*value, kBefore + from, kBefore + until) / std::max(usual, 1e-9);
          }};
}

Row volatility_factor(double asked, std::size_t from, std::size_t until) {
  return {"volatility", asked, [=](const Path& shocked, const Path& calm) {
            return volatility(shocked, kBefore + from, kBefore + until) /
                   std::max(volatility(calm, kBefore + from, kBefore + until), 1e-12);
          }};
}

/// What a log factor of an injection asks for on average between two seconds after it began.
double mean_factor(const Injection& i, float log_factor, std::size_t from, std::size_t until) {
  double sum = 0;
  for (std::size_t t = from; t < until; ++t)
    sum += std::exp(static_cast<double>(i.envelope(i.start + static_cast<float>(t + 1)) * log_factor));
  return sum / static_cast<double>(until - from);
}

/// Of the mid at the shock: the deepest fall until `seconds` after it [%].
double deepest(const Path& path, std::size_t seconds) {
  const auto from = path.mid.begin() + kBefore;
  return 100 * (1 - *std::min_element(from, from + static_cast<std::ptrdiff_t>(seconds)) / path.mid[kBefore - 1]);
}

Injection lasting(std::size_t seconds) {
  Injection i;
  i.plateau = static_cast<float>(seconds);
  i.half_life = 30;
  return i;
}

std::vector<Shock> factors() {
  constexpr std::size_t plateau = 600;
  std::vector<Shock> shocks;
  const auto add = [&](PerturbationKind kind, double asked, float Injection::*log_factor, const Row& row) {
    Shock shock{fmt::format("{} x {:g}", row.what, asked), lasting(plateau), plateau, {row}};
    shock.injection.kind = static_cast<std::uint32_t>(kind);
    shock.injection.*log_factor = static_cast<float>(std::log(asked));
    shocks.push_back(shock);
  };
  for (const double asked : {0.002, 0.01, 0.05, 0.2, 0.5, 2.0}) {
    add(PerturbationKind::liquidity_gap, asked, &Injection::log_depth_bid,
        factor("bids", asked, &Path::bids, kSettling, plateau));
    Shock& shock = shocks.back();
    shock.rows.push_back(factor("asks", 1, &Path::asks, kSettling, plateau));
    Shock both = shock;
    both.name = fmt::format("depth x {:g}", asked);
    both.injection.log_depth_ask = both.injection.log_depth_bid;
    both.rows.back().asked = asked;
    shocks.push_back(both);
  }
  for (const double asked : {0.5, 2.0, 5.0, 20.0})
    add(PerturbationKind::liquidity_gap, asked, &Injection::log_spread,
        factor("spread", asked, &Path::spread, kSettling, plateau));
  for (const double asked : {0.3, 3.0, 8.0})
    add(PerturbationKind::volatility_spike, asked, &Injection::log_volume,
        factor("volume", asked, &Path::volume, kSettling, plateau));
  for (const double asked : {0.5, 2.0, 4.0, 10.0})
    add(PerturbationKind::volatility_spike, asked, &Injection::log_volatility,
        volatility_factor(asked, kSettling, plateau));
  return shocks;
}

/// The kind with its defaults, at once; ranges drawn once.
Injection usual(PerturbationKind kind) {
  PerturbationRule rule = resolved_rule(default_perturbation(kind), 0, 0);
  rule.start = {0, 0};
  return rule.draw(Stream::of(1, 1), 0);
}

/// Share of the fall that came back at `seconds`.
Row recovery(double asked, std::size_t fall, std::size_t seconds) {
  return {fmt::format("recovered at {} s", seconds), asked, [=](const Path& shocked, const Path&) {
            const double drop = deepest(shocked, fall + 60);
            const double now = 100 * (1 - shocked.mid[kBefore + seconds - 1] / shocked.mid[kBefore - 1]);
            return 1 - now / std::max(drop, 1e-9);
          }};
}

Shock crash(const std::string& name, Injection i) {
  const auto fall = static_cast<std::size_t>(i.rise);
  const auto later = fall + 2 * static_cast<std::size_t>(i.half_life);
  const double drop = -100 * std::expm1(static_cast<double>(i.displacement));
  const double back = -100 * std::expm1(static_cast<double>(i.moved(static_cast<float>(later))));
  i.start = 0;
  Shock shock{name, i, later, {}};
  shock.rows.push_back(
      {"drop [%]", drop, [=](const Path& shocked, const Path&) { return deepest(shocked, fall + 60); }});
  shock.rows.push_back({"lowest after [s]", static_cast<double>(fall), [=](const Path& shocked, const Path&) {
                          const auto from = shocked.mid.begin() + kBefore;
                          return static_cast<double>(std::min_element(from, from + static_cast<std::ptrdiff_t>(later)) -
                                                     from);
                        }});
  shock.rows.push_back(recovery(1 - back / drop, fall, later));
  const std::size_t half = fall / 2;
  shock.rows.push_back(factor("spread", mean_factor(i, i.log_spread, half, fall), &Path::spread, half, fall));
  shock.rows.push_back(factor("volume", mean_factor(i, i.log_volume, half, fall), &Path::volume, half, fall));
  shock.rows.push_back(factor("bids", mean_factor(i, i.log_depth_bid, half, fall), &Path::bids, half, fall));
  return shock;
}

std::vector<Shock> events() {
  std::vector<Shock> shocks;
  Injection halt = lasting(300);
  halt.kind = static_cast<std::uint32_t>(PerturbationKind::halt);
  halt.halts = 1;
  shocks.push_back({"halt of 300 s", halt, 300, {factor("volume", 0, &Path::volume, 0, 300)}});

  shocks.push_back(crash("flash crash by a seller", usual(PerturbationKind::flash_crash)));
  Injection sweep = usual(PerturbationKind::flash_crash);
  sweep.rise = 30;
  sweep.participation = 0;
  sweep.sweep = 200;
  sweep.log_volume = 0;
  Shock swept = crash("flash crash by a sweep", sweep);
  swept.rows.erase(swept.rows.begin() + 4);  // the volume is the sweep's
  shocks.push_back(swept);
  shocks.push_back(crash("liquidation cascade", usual(PerturbationKind::liquidation_cascade)));

  Injection news = usual(PerturbationKind::news);
  news.start = news.before;  // announced
  news.displacement = -0.01f;
  const auto out = static_cast<std::size_t>(news.before);
  shocks.push_back(
      {"news, 1 % down",
       news,
       out + 360,
       {factor("bids before", std::exp(static_cast<double>(news.log_depth_before)), &Path::bids, kSettling, out),
        {"fall [%]", 1,
         [=](const Path& shocked, const Path&) {
           return 100 *
                  (1 - mean(shocked.mid, kBefore + out + 60, kBefore + out + 300) / shocked.mid[kBefore + out - 1]);
         }},
        volatility_factor(mean_factor(news, news.log_volatility, 60, 360), out + 60, out + 360)}});
  return shocks;
}

/// The lasting states among the presets, over half an hour.
std::vector<Shock> climates() {
  constexpr std::size_t seconds = 1800;
  std::vector<Shock> shocks;
  for (std::size_t k = 0; k < kPresetNames.size(); ++k) {
    const PerturbationRule rule = preset(k).front().rule;
    if (rule.kind != static_cast<std::uint32_t>(PerturbationKind::climate)) continue;
    const Injection i = rule.draw(Stream::of(1, 1), 0);
    const auto asked = [](float log_factor) { return std::exp(static_cast<double>(log_factor)); };
    shocks.push_back({std::string(kPresetNames[k]),
                      i,
                      seconds,
                      {volatility_factor(asked(i.log_volatility), kSettling, seconds),
                       factor("bids", asked(i.log_depth_bid), &Path::bids, kSettling, seconds),
                       factor("asks", asked(i.log_depth_ask), &Path::asks, kSettling, seconds),
                       factor("spread", asked(i.log_spread), &Path::spread, kSettling, seconds),
                       factor("volume", asked(i.log_volume), &Path::volume, kSettling, seconds)}});
  }
  return shocks;
}

double quantile(const std::vector<double>& values, double level) {
  const Eigen::ArrayXd x = Eigen::Map<const Eigen::ArrayXd>(values.data(), static_cast<Eigen::Index>(values.size()));
  return marketmimic::quantile(x, Eigen::ArrayXd::Ones(x.size()), level);
}

/// Paths of all scenarios; `shock` null: undisturbed.
Paths run(const MarketFile& market, const SimulatorOptions& options, const Shock* shock, std::size_t seconds) {
  MarketSimulator simulator(market, options);
  Paths paths(options.scenarios);
  for (std::size_t t = 0; t < kBefore + seconds; ++t) {
    if (t == kBefore && shock != nullptr) simulator.inject(shock->injection);
    simulator.advance();
    append(paths, simulator);
  }
  return paths;
}

bool same_before(const Paths& a, const Paths& b) {
  const auto equal = [](const std::vector<double>& x, const std::vector<double>& y) {
    return std::equal(x.begin(), x.begin() + kBefore, y.begin());
  };
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (const auto value : {&Path::mid, &Path::spread, &Path::bids, &Path::asks, &Path::volume})
      if (!equal(a[i].*value, b[i].*value)) return false;
  }
  return true;
}

void report(const MarketFile& market, MarketModel model, std::uint64_t scenarios) {
  fmt::print("\n{} of {}, {} scenarios, steps of 1 s, shocks after {} s\n",
             model == MarketModel::order_book ? "Order book" : "Diffusion", market.asset, scenarios, kBefore);
  SimulatorOptions options;
  options.scenarios = scenarios;
  options.model = model;
  options.clock = 45'000;
  options.levels = kDepthLevels;
  std::vector<Shock> shocks = factors();
  for (const auto& more : {events(), climates()}) shocks.insert(shocks.end(), more.begin(), more.end());
  std::size_t longest = 0;
  for (const Shock& shock : shocks) longest = std::max(longest, shock.seconds);
  const Paths calm = run(market, options, nullptr, longest);
  fmt::print("\n{:26} {:18} {:>8} {:>8} {:>8} {:>8}  {}\n", "", "", "asked", "median", "5 %", "95 %",
             "asked / 1.25 to 1.25 asked");
  for (const Shock& shock : shocks) {
    const Paths shocked = run(market, options, &shock, shock.seconds);
    std::string name = shock.name;
    if (!same_before(shocked, calm)) throw Error(ExitCode::internal, name + ": what lies before it has changed");
    for (const Row& row : shock.rows) {
      std::vector<double> values;
      for (std::size_t i = 0; i < calm.size(); ++i) values.push_back(row.measure(shocked[i], calm[i]));
      const double median = quantile(values, 0.5);
      const bool near = row.asked == 0 ? median == 0 : median / row.asked >= 0.8 && median / row.asked <= 1.25;
      fmt::print("{:26} {:18} {:8.3g} {:8.3g} {:8.3g} {:8.3g}  {}\n", name, row.what, row.asked, median,
                 quantile(values, 0.05), quantile(values, 0.95), near ? "yes" : "no");
      name.clear();
    }
  }
  fmt::print("Every value of every scenario before each shock is that of the undisturbed twin.\n");
}

}  // namespace

int main(int argc, char** argv) try {
  std::uint64_t scenarios = 64;
  if (argc > 2) {
    const auto number = parse_number<std::uint64_t>(argv[2]);
    if (!number)
      throw Error(ExitCode::usage, fmt::format("the number of scenarios must be a whole number (got {})", argv[2]));
    scenarios = *number;
  }
  const MarketFile market = read_market_file(argc > 1 ? argv[1] : "tools/presets/amzn.toml");
  if (market.order_book) report(market, MarketModel::order_book, scenarios);
  if (market.has_diffusion) report(market, MarketModel::diffusion, scenarios);
  if (argc < 2) report(default_market(), MarketModel::diffusion, scenarios);
  return 0;
} catch (const marketmimic::Error& error) {
  fmt::print(stderr, "shocks: {}\n", error.what());
  return static_cast<int>(error.code());
}
