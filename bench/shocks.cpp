// What shocks do beside what was asked for: one row an observable. Every shock is injected after ten minutes into one
// of two simulators of the same seed; the other, undisturbed, is what factors are measured against, scenario by
// scenario. Usage: shocks [MARKET.toml [SCENARIOS [SECONDS]]]; SECONDS that lasting factors are held, the more the
// slower the market. Without a market, the order book's preset of AMZN (from the repository's root) and the diffusion's
// example.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "host/config/default_market.hpp"
#include "host/error.hpp"
#include "host/input/number.hpp"
#include "host/realism/shock_trials.hpp"

namespace {

using namespace marketmimic;

/// How long depth and spread take back after a shock that is over at `end`, beside the half-life asked for.
void report_return(const ShockTrial& trial, const ShockPaths& shocked, const ShockPaths& calm) {
  const Injection& i = trial.injection;
  const auto end = static_cast<std::size_t>(i.rise + i.plateau);
  for (const auto& [what, log_factor, value] :
       {std::tuple{"bids", i.log_depth_bid, &ShockPath::bids}, std::tuple{"asks", i.log_depth_ask, &ShockPath::asks},
        std::tuple{"spread", i.log_spread, &ShockPath::spread}}) {
    if (std::abs(log_factor) < 1 || end < 60 || end >= trial.seconds || i.displacement != 0) continue;  // lost in noise
    for (const double share : {0.5, 0.9}) {
      const double asked = -std::log2(1 - share) * static_cast<double>(i.half_life);
      const auto seconds = back_after(shocked, calm, value, end, share);
      fmt::print("{:26} {:18} {:8.3g} {:>8}\n", "", fmt::format("{} {:g} % back [s]", what, 100 * share), asked,
                 seconds ? fmt::format("{:.3g}", *seconds) : "later");
    }
  }
}

void report(const MarketFile& market, MarketModel model, std::uint64_t scenarios, std::size_t lasting) {
  fmt::print("\n{} of {}, {} scenarios, steps of 1 s, shocks after {} s\n",
             model == MarketModel::order_book ? "Order book" : "Diffusion", market.asset, scenarios, kBeforeShock);
  std::vector<ShockTrial> trials = factor_trials(lasting);
  for (const auto& more : {event_trials(), climate_trials(3 * lasting)})
    trials.insert(trials.end(), more.begin(), more.end());
  std::size_t longest = 0;
  for (const ShockTrial& trial : trials) longest = std::max(longest, trial.seconds);
  const ShockPaths calm = run_trial(market, model, scenarios, nullptr, longest);
  fmt::print("\n{:26} {:18} {:>8} {:>8} {:>8} {:>8}  {}\n", "", "", "asked", "median", "5 %", "95 %",
             "asked / 1.25 to 1.25 asked");
  for (const ShockTrial& trial : trials) {
    const ShockPaths shocked = run_trial(market, model, scenarios, &trial, trial.seconds);
    std::string name = trial.name;
    if (!same_before(shocked, calm)) throw Error(ExitCode::internal, name + ": what lies before it has changed");
    for (const ShockObservable& observable : trial.observables) {
      const ShockOutcome o = outcome(observable, shocked, calm);
      fmt::print("{:26} {:18} {:8.3g} {:8.3g} {:8.3g} {:8.3g}  {}\n", name, observable.what, observable.asked, o.median,
                 o.low, o.high, o.near(observable.asked) ? "yes" : "no");
      name.clear();
    }
    report_return(trial, shocked, calm);
  }
  fmt::print("Every value of every scenario before each shock is that of the undisturbed twin.\n");
}

std::uint64_t whole(int argc, char** argv, int place, const char* what, std::uint64_t otherwise) {
  if (argc <= place) return otherwise;
  const auto number = parse_number<std::uint64_t>(argv[place]);
  if (!number || *number < 1)
    throw Error(ExitCode::usage,
                fmt::format("the number of {} must be a whole number from 1 on (got {})", what, argv[place]));
  return *number;
}

}  // namespace

int main(int argc, char** argv) try {
  const std::uint64_t scenarios = whole(argc, argv, 2, "scenarios", 64);
  const std::size_t lasting = whole(argc, argv, 3, "seconds", 600);
  const MarketFile market = read_market_file(argc > 1 ? argv[1] : "tools/presets/amzn.toml");
  if (market.order_book) report(market, MarketModel::order_book, scenarios, lasting);
  if (market.has_diffusion) report(market, MarketModel::diffusion, scenarios, lasting);
  if (argc < 2) report(default_market(), MarketModel::diffusion, scenarios, lasting);
  return 0;
} catch (const marketmimic::Error& error) {
  fmt::print(stderr, "shocks: {}\n", error.what());
  return static_cast<int>(error.code());
}
