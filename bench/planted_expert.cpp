// How much of what synthetic experts planted in perturbed simulated markets decompose recovers: boundaries and kinds,
// one to one.
//   planted_expert [SEEDS [FIRST]]
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "host/config/names.hpp"
#include "host/decomposition/decompose.hpp"
#include "host/statistics/bootstrap.hpp"
#include "tests/decomposition/planted_score.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kLogs = 4, kBars = 4000;  // of each seed; two weeks

void print_row(std::string_view name, const Recovery& r) {
  fmt::print("| {} | {} | {} | {:.1f} % | {:.1f} % | {:.3f} |\n", name, r.planted, r.found, 100 * r.precision(),
             100 * r.recall(), r.f1());
}

void run(std::uint64_t first, std::uint64_t seeds) {
  std::vector<PlantedScore> logs;
  PlantedScore sum;
  Recovery to_the_minute, every_part, no_orders;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed)
    for (const PlantedLog& log : planted_logs(seed, kLogs, kBars)) {
      const Strategy strategy = decompose(log.fills, log.bars, {.detectors = {}, .rotations = 0}).strategy;
      logs.push_back(score_of(log, strategy));
      sum.add(logs.back());
      to_the_minute.add(score_of(log, strategy, 0).all);
      no_orders.add(
          score_of(log, decompose(without_orders(log.fills), log.bars, {.detectors = {}, .rotations = 0}).strategy)
              .all);
      every_part.add(logs.back().all);
      every_part.found += static_cast<double>(
          std::count(strategy.evidence.begin(), strategy.evidence.end(), evidence_bit(Evidence::fit_split)));
    }
  fmt::print("{} logs of {} bars, seeds {} to {}\n\n", logs.size(), kBars, first, first + seeds - 1);
  fmt::print("| kind | planted | found | precision | recall | F1 |\n| --- | ---: | ---: | ---: | ---: | ---: |\n");
  for (std::size_t kind = 0; kind < kPrimitiveKinds; ++kind)
    if (sum.kinds[kind].planted + sum.kinds[kind].found > 0) print_row(kPrimitiveNames[kind], sum.kinds[kind]);
  print_row("staircases", sum.shapes[0]);
  print_row("smooth", sum.shapes[1]);
  Recovery one_sided = sum.all;
  const Recovery& flips = sum.kinds[static_cast<std::size_t>(PrimitiveKind::position_flip)];
  one_sided.add({-flips.planted, -flips.found, -flips.matched});
  print_row("all but flips", one_sided);
  print_row("all", sum.all);
  print_row("all, to the minute", to_the_minute);
  print_row("all, orders hidden", no_orders);
  print_row("all, each part of a movement that one fit missed counted as one more", every_part);
  BootstrapOptions options;
  options.replicates = 2000;
  const Interval interval = bootstrap(
      static_cast<Eigen::Index>(logs.size()), 1,
      [&](const Eigen::ArrayXd& times) {
        Recovery all;
        for (std::size_t i = 0; i < logs.size(); ++i) {
          const double n = times[static_cast<Eigen::Index>(i)];
          all.add({n * logs[i].all.planted, n * logs[i].all.found, n * logs[i].all.matched});
        }
        return std::vector{all.f1()};
      },
      options)[0];
  fmt::print("\nF1 of all: 95 % {:.3f} to {:.3f} (bootstrap of logs)\n", interval.lower, interval.upper);
}

}  // namespace
}  // namespace marketmimic

int main(int count, char** arguments) {
  const auto number = [&](int i, std::uint64_t usual) {
    return count > i ? std::strtoull(arguments[i], nullptr, 10) : usual;
  };
  marketmimic::run(number(2, 1), number(1, 10));
}
