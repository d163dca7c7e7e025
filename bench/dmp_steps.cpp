// Steps of movement primitives a second on one core: 16 side by side by look-up, as scenarios run them, and the usual
// way, one at a time with a sum over basis functions and Runge-Kutta in double precision.
//
// With --values it plays the primitive that stands on standard input and prints what dmp_movement_primitives.py
// compares with another library: first the start, the goal, tau, the interval and the number of steps, then a forcing
// each step; out come position and velocity after each step.
#include <benchmark/benchmark.h>

#include <Eigen/Core>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/cpu/float_environment.hpp"
#include "kernels/cpu/instruction_set.hpp"
#include "kernels/cpu/scenario_launcher.hpp"
#include "kernels/cpu/versions.hpp"
#include "marketmimic/dmp.hpp"
#include "marketmimic/lanes.hpp"

namespace marketmimic {
namespace {

constexpr std::uint32_t kSteps = 1000, kBasis = 20;
constexpr float kInterval = 1e-3f;

std::vector<float> weights() {
  std::vector<float> w;
  for (std::uint32_t i = 0; i < kBasis; ++i) w.push_back(std::sin(static_cast<float>(i)));
  return w;
}

struct Movements {
  Lanes<Dmp, kLanes> state;
  Lanes<float, kLanes> goal;
  std::vector<float> table;
};

MARKETMIMIC_HD void play(Movements& m, std::uint32_t form) {
  for (std::uint32_t t = 0; t < kSteps; ++t) {
    const float phase = static_cast<float>(t) * kInterval;
    for_lanes<kLanes>([&](int lane) MARKETMIMIC_INLINE {
      Dmp dmp = m.state.load(lane);
      const float goal = m.goal.load(lane);
      // Each scenario is at a phase of its own.
      const float own = exact::clamp(phase + 1e-4f * goal, 0.0f, 1.0f);
      dmp.step({goal, 0.0f, dmp_lookup(m.table.data(), 0, own), 1.0f + 0.1f * goal, form, 0.0f, own}, kInterval);
      m.state.store(lane, dmp);
    });
  }
}

void side_by_side(benchmark::State& bench, InstructionSet set, DmpForm form) {
  const FloatEnvironment environment;
  const std::vector<float> w = weights();
  Movements m;
  for (std::uint32_t i = 0; i < kForcingEntries; ++i)
    m.table.push_back(dmp_forcing(static_cast<float>(i) / (kForcingEntries - 1), w.data(), kBasis));
  for (int lane = 0; lane < kLanes; ++lane) m.goal.store(lane, static_cast<float>(lane) / kLanes);
  for (auto _ : bench) {
    run_version(set, [&]() MARKETMIMIC_INLINE { play(m, static_cast<std::uint32_t>(form)); });
    benchmark::DoNotOptimize(m.state);
  }
  bench.SetItemsProcessed(bench.iterations() * kSteps * kLanes);
}

/// A primitive of one dimension the usual way: position, velocity and exponential phase together through Runge-Kutta,
/// the forcing summed over normalised Gaussians at each of its four points.
struct UsualDmp {
  using State = Eigen::Array3d;
  Eigen::ArrayXd centres, widths, weights;
  double goal = 1, tau = 1;

  explicit UsualDmp(const std::vector<float>& w) : centres(kBasis), widths(kBasis), weights(kBasis) {
    for (std::uint32_t i = 0; i < kBasis; ++i) {
      centres[i] = std::exp(-4.6 * i / (kBasis - 1));
      weights[i] = w[i];
    }
    for (std::uint32_t i = 0; i + 1 < kBasis; ++i) widths[i] = 0.7 / std::pow(centres[i + 1] - centres[i], 2);
    widths[kBasis - 1] = widths[kBasis - 2];
  }
  State derivative(const State& s) const {
    const Eigen::ArrayXd psi = (-widths * (s[2] - centres).square()).exp();
    const double forcing = s[2] * (psi * weights).sum() / psi.sum();
    return {s[1], (25 * (6.25 * (goal - s[0]) - tau * s[1]) + 156.25 * forcing) / (tau * tau), -4.6 * s[2] / tau};
  }
  State after(const State& s, double h) const {
    const State a = derivative(s), b = derivative(s + h / 2 * a), c = derivative(s + h / 2 * b),
                d = derivative(s + h * c);
    return s + h / 6 * (a + 2 * b + 2 * c + d);
  }
};

void usual(benchmark::State& bench) {
  const UsualDmp dmp(weights());
  UsualDmp::State state{0, 0, 1};
  for (auto _ : bench) {
    state = {0, 0, 1};
    for (std::uint32_t t = 0; t < kSteps; ++t) state = dmp.after(state, kInterval);
    benchmark::DoNotOptimize(state);
  }
  bench.SetItemsProcessed(bench.iterations() * kSteps);
}

int print_values() {
  Dmp dmp;
  float goal = 0, tau = 0, interval = 0, forcing = 0;
  std::uint32_t steps = 0;
  if (!(std::cin >> dmp.y >> goal >> tau >> interval >> steps)) return 1;
  for (std::uint32_t t = 0; t < steps; ++t) {
    if (!(std::cin >> forcing)) return 1;
    dmp.step({goal, 0.0f, forcing, tau}, interval);
    std::printf("%.9g %.9g\n", static_cast<double>(dmp.y), static_cast<double>(dmp.v));
  }
  return 0;
}

}  // namespace
}  // namespace marketmimic

int main(int argc, char** argv) {
  using namespace marketmimic;
  if (argc == 2 && std::string_view(argv[1]) == "--values") return print_values();
  constexpr std::array<std::string_view, kDmpForms> forms = {"unscaled", "pastor", "delayed goal"};
  for (const InstructionSet set : {InstructionSet::x86_64, InstructionSet::x86_64_v3, InstructionSet::x86_64_v4}) {
    if (!supported(set)) continue;
    for (std::uint32_t form = 0; form < kDmpForms; ++form) {
      const std::string title = "dmp/marketmimic " + std::string(name(set)) + ", " + std::string(forms[form]);
      benchmark::RegisterBenchmark(title.c_str(), side_by_side, set, static_cast<DmpForm>(form));
    }
  }
  benchmark::RegisterBenchmark("dmp/sum over 20 basis functions, Runge-Kutta, C++ with Eigen", usual);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
