// What each ingredient of the order book is worth: fitted to the first half of a session without it, scored against the
// second. Usage: ablation MESSAGE ORDERBOOK [TAPES], a session in LOBSTER's format; medians of 10 tapes by default.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <vector>

#include "host/error.hpp"
#include "host/flow/calibrate_tape.hpp"
#include "host/input/number.hpp"
#include "host/statistics/estimators.hpp"
#include "host/tape/lobster.hpp"

namespace {

using namespace marketmimic;

struct Configuration {
  std::string_view name;
  FlowIngredients what;
};

constexpr std::array<Configuration, 12> kConfigurations{{
    {"everything", {}},
    {"rates do not depend on the imbalance and the spread", {.state = false}},
    {"no self-excitation", {.excitation = false}},
    {"waiting times exponential", {.waits = false}},
    {"sizes constant", {.sizes = false}},
    {"the event before tilts nothing", {.follow = false}},
    {"the trades before tilt nothing", {.memory = false}},
    {"where the mid went tilts nothing", {.moves = false}},
    {"how wide the spread was tilts nothing", {.spread = false}},
    {"no season", {.season = false}},
    {"no slow factor", {.slow = false}},
    {"none of them: Cont, Stoikov and Talreja's flow", FlowIngredients::plain()},
}};

double simulated(const TapeCalibration& found, std::string_view name) {
  const auto figure = std::find_if(found.figures.begin(), found.figures.end(),
                                   [&](const FlowFigure& each) { return each.name == name; });
  if (figure == found.figures.end()) throw Error(ExitCode::internal, fmt::format("no figure is called {}", name));
  return figure->simulated;
}

/// How many tapes lie inside the fitted half's own sampling error.
std::size_t inside(const TapeCalibration& found, Memory memory) {
  const auto m = static_cast<std::size_t>(memory);
  return static_cast<std::size_t>(
      std::count_if(found.memory.begin(), found.memory.end(), [&](const auto& tape) { return tape[m].inside(); }));
}

int measure(int argc, char** argv) {
  if (argc != 3 && argc != 4) throw Error(ExitCode::usage, "usage: ablation MESSAGE ORDERBOOK [TAPES]");
  const Tape tape = read_lobster(argv[1], argv[2]);
  TapeCalibrationOptions options;
  options.hold_out = true;
  options.impact = false;  // no tape tells it
  options.series = 10;
  if (argc == 4) {
    const auto series = parse_number<std::uint32_t>(argv[3]);
    if (!series || *series == 0)
      throw Error(ExitCode::usage, fmt::format("tapes must be a whole number above 0 (got {})", argv[3]));
    options.series = *series;
  }
  fmt::print("| | L1 | Wasserstein | signs | spread | absolute returns | deviation of a minute |\n");
  fmt::print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
  for (const Configuration& c : kConfigurations) {
    options.what = c.what;
    const TapeCalibration found = calibrate_tape(tape, options);
    std::vector<double> l1, wasserstein;
    for (const ScoreTable& table : found.scores) {
      l1.push_back(table.clean.l1);
      wasserstein.push_back(table.clean.wasserstein);
    }
    fmt::print("| {} | {:.3f} | {:.3f} | {} | {} | {} | {:.1f} |\n", c.name, upper_median(l1),
               upper_median(wasserstein), inside(found, Memory::trade_signs), inside(found, Memory::spread),
               inside(found, Memory::absolute_returns), simulated(found, "deviation of a minute [bp]"));
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) try { return measure(argc, argv); } catch (const marketmimic::Error& error) {
  fmt::print(stderr, "ablation: {}\n", error.what());
  return static_cast<int>(error.code());
}
