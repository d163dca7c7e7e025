// Stylised facts of one-minute returns of a simulated week of the order book, beside the usual ranges and a real
// session. Usage: week [MARKET.toml [SCENARIOS [session|continuous [MESSAGE ORDERBOOK]]]]; by default the preset of
// AMZN (from the repository's root), 64 scenarios, and sessions: five days of 6.5 hours from 9:30, each started anew.
// `continuous` is seven days around the clock. MESSAGE and ORDERBOOK are a real session in LOBSTER's format.
#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/market_file.hpp"
#include "host/error.hpp"
#include "host/input/number.hpp"
#include "host/realism/series.hpp"
#include "host/realism/usual.hpp"
#include "host/simulator/market_simulator.hpp"
#include "host/statistics/estimators.hpp"
#include "host/statistics/facts.hpp"
#include "host/tape/lobster.hpp"

namespace {

using namespace marketmimic;
using Eigen::ArrayXd;
using Eigen::Index;

constexpr Index kLags = 20;        // of returns
constexpr Index kFewestSums = 20;  // or their kurtosis tells nothing
constexpr Index kApart = 270;      // missing minutes between two sessions: more than the longest lag of a fact, and
                                   // with a session a multiple of an hour
constexpr Index kSumMinutes[] = {1, 5, 15, 60};

struct Plan {
  std::uint64_t scenarios = 64;
  std::uint32_t days = 5, minutes = 390, clock = 34'200;
};

/// Minutes of the days that follow each other, [minute][scenario]: log returns and volumes.
struct Days {
  Eigen::ArrayXXd value, volume;
};

Days simulate_day(const MarketFile& market, const Plan& plan, std::uint64_t seed) {
  SimulatorOptions options;
  options.scenarios = plan.scenarios;
  options.seed = seed;
  options.step_seconds = 60;
  options.levels = 1;
  options.clock = plan.clock;
  options.model = MarketModel::order_book;
  MarketSimulator simulator(market, options);
  const auto scenarios = static_cast<Index>(plan.scenarios);
  Days day{Eigen::ArrayXXd(plan.minutes, scenarios), Eigen::ArrayXXd(plan.minutes, scenarios)};
  for (Index t = 0; t < day.value.rows(); ++t) {
    simulator.advance();
    for (Index i = 0; i < scenarios; ++i) {
      const auto at = static_cast<std::size_t>(i);
      day.value(t, i) = std::log(static_cast<double>(simulator.mid()[at]) / simulator.open()[at]);
      day.volume(t, i) = simulator.volume()[at];
    }
  }
  return day;
}

/// One scenario's series, days apart.
Returns series_of(const std::vector<Days>& days, Index scenario) {
  const Index minutes = days.front().value.rows(), stride = minutes + kApart;
  const auto count = static_cast<Index>(days.size());
  Returns r;
  r.bar_seconds = 60;
  r.value.setZero(count * stride - kApart);
  r.valid = r.volume = r.value;
  for (Index d = 0; d < count; ++d) {
    const Days& day = days[static_cast<std::size_t>(d)];
    r.value.segment(d * stride, minutes) = day.value.col(scenario);
    r.volume.segment(d * stride, minutes) = day.volume.col(scenario);
    r.valid.segment(d * stride, minutes).setOnes();
  }
  return r;
}

ArrayXd acf(const Returns& r) {
  const ArrayXd x = centred(r.value, r.valid), ones = ArrayXd::Ones(x.size());
  ArrayXd values(kLags);
  for (Index lag = 1; lag <= kLags; ++lag) values[lag - 1] = autocorrelation(x, ones, lag);
  return values;
}

/// What a table says of a series, a figure a row.
struct Figure {
  std::string what;
  double value;
  std::string usual = {};
};

std::vector<Figure> figures_of(const Returns& r, const Calendar& calendar) {
  const ArrayXd ones = ArrayXd::Ones(r.value.size());
  const Facts facts = facts_of(r, calendar, ones);
  const auto usual = UsualFacts(r).values(facts, ones);
  std::vector<Figure> figures;
  const auto add = [&](Usual which) {
    const UsualWindow& w = window(which);
    figures.push_back(
        {std::string(w.description), usual[static_cast<std::size_t>(which)],
         std::isinf(w.upper) ? fmt::format("> {:g}", w.lower) : fmt::format("{:g} to {:g}", w.lower, w.upper)});
  };
  const auto add_fact = [&](Fact which) { figures.push_back({std::string(description(which)), facts[which]}); };
  for (const Index minutes : kSumMinutes) {
    const bool enough = r.valid.sum() >= static_cast<double>(kFewestSums * minutes);
    figures.push_back({fmt::format("excess kurtosis at {} min", minutes),
                       enough ? kurtosis_of_sums(r, minutes, ones) : std::nan(""), minutes == 1 ? "> 0" : "falling"});
  }
  add(Usual::heavy_tails);
  add(Usual::unpredictable);
  figures.push_back({"  of as many independent returns", 2.12 / std::sqrt(r.valid.sum())});  // median of the largest
  figures.push_back({"  median |ACF| of returns, lags 1-20", quantile(acf(r).abs(), ArrayXd::Ones(kLags), 0.5)});
  for (const Fact fact : {Fact::acf_1, Fact::acf_abs_1, Fact::acf_abs_10, Fact::acf_abs_50, Fact::acf_abs_100})
    add_fact(fact);
  for (const Usual which : {Usual::long_memory, Usual::volume, Usual::scaled_tails, Usual::coarse_to_fine}) add(which);
  add_fact(Fact::standard_deviation);
  return figures;
}

std::vector<Figure> figures_of(const Returns& r) {
  return figures_of(r, Calendar::regular(0, 60'000, static_cast<std::size_t>(r.value.size())));
}

/// Median and 5 to 95 % of each figure over many series.
class Spread {
 public:
  void add(const std::vector<Figure>& figures) {
    values_.resize(figures.size());
    for (std::size_t k = 0; k < figures.size(); ++k)
      if (!std::isnan(figures[k].value)) values_[k].push_back(figures[k].value);
  }
  std::string text(std::size_t figure) const {
    const std::vector<double> values = figure < values_.size() ? values_[figure] : std::vector<double>{};
    if (values.empty()) return fmt::format("{:>9} {:>17}", "-", "");
    const ArrayXd x = Eigen::Map<const ArrayXd>(values.data(), static_cast<Index>(values.size()));
    const auto at = [&](double level) { return quantile(x, ArrayXd::Ones(x.size()), level); };
    return fmt::format("{:9.3g} {:>17}", at(0.5), fmt::format("{:.2g} to {:.2g}", at(0.05), at(0.95)));
  }

 private:
  std::vector<std::vector<double>> values_;
};

void report(const MarketFile& market, const Plan& plan, const std::optional<Returns>& real, const Calendar& calendar) {
  std::vector<Days> days;
  for (std::uint32_t d = 0; d < plan.days; ++d) days.push_back(simulate_day(market, plan, 1 + d));
  Spread weeks, singles;
  ArrayXd mean_acf = ArrayXd::Zero(kLags);
  std::vector<Figure> labels;
  for (Index i = 0; i < static_cast<Index>(plan.scenarios); ++i) {
    const Returns week = series_of(days, i);
    labels = figures_of(week);
    weeks.add(labels);
    mean_acf += acf(week) / static_cast<double>(plan.scenarios);
    for (const Days& day : days)
      if (plan.days > 1) singles.add(figures_of(series_of({day}, i)));
  }
  fmt::print("{}: {} weeks of {} x {:g} h\n", market.asset, plan.scenarios, plan.days, plan.minutes / 60.0);
  fmt::print("\n{:38} {:>9} {:>17}  {:>9} {:>17}  {:>9}  {}\n", "one-minute returns", "week", "5 to 95 %", "one day",
             "5 to 95 %", real ? "real day" : "", "usual");
  const std::vector<Figure> reality = real ? figures_of(*real, calendar) : std::vector<Figure>{};
  for (std::size_t k = 0; k < labels.size(); ++k)
    fmt::print("{:38} {}  {}  {:>9}  {}\n", labels[k].what, weeks.text(k), singles.text(k),
               !real || std::isnan(reality[k].value) ? "" : fmt::format("{:.3g}", reality[k].value), labels[k].usual);
  fmt::print("\nACF of returns, mean over weeks: largest of lags 1-20 in size {:.4f}, at lag 1 {:.4f}\n",
             mean_acf.abs().maxCoeff(), mean_acf[0]);
}

int measure(int argc, char** argv) {
  Plan plan;
  if (argc > 2) {
    const auto number = parse_number<decltype(plan.scenarios)>(argv[2]);
    if (!number)
      throw Error(ExitCode::usage, fmt::format("the number of scenarios must be a whole number (got {})", argv[2]));
    plan.scenarios = *number;
  }
  if (argc > 3) {
    const std::string_view mode = argv[3];
    if (mode != "session" && mode != "continuous")
      throw Error(ExitCode::usage, fmt::format("the kind of week must be session or continuous (got {})", mode));
    if (mode == "continuous") plan = {plan.scenarios, 1, 7 * 1440, 0};
  }
  const MarketFile market = read_market_file(argc > 1 ? argv[1] : "tools/presets/amzn.toml");
  std::optional<Returns> real;
  Calendar calendar;
  if (argc > 5) {
    const Bars bars = bars_of(read_lobster(argv[4], argv[5]), 60'000, argv[4]);
    real = log_returns(bars);
    calendar = calendar_of(bars);
  }
  report(market, plan, real, calendar);
  return 0;
}

}  // namespace

int main(int argc, char** argv) try { return measure(argc, argv); } catch (const marketmimic::Error& error) {
  fmt::print(stderr, "week: {}\n", error.what());
  return static_cast<int>(error.code());
}
