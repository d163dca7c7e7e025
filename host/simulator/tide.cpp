#include "host/simulator/tide.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "host/error.hpp"
#include "host/statistics/parallel.hpp"
#include "kernels/cpu/simulator_launcher.hpp"

namespace marketmimic {
namespace {

constexpr double kMemory = 10;  // of the tide [s]
constexpr float kStepSeconds = 10;
constexpr std::uint32_t kWindow = 12, kWindows = 15;  // steps, and how many of them
constexpr std::size_t kBlocks = 2;
constexpr int kRounds = 2;
constexpr double kFirstLean = 0.3, kMostLean = 1.5;  // standard deviation of the tide at activity 1

using Context = ScenarioContext<OrderBook>;

double common_part(const Coupling& c) {
  double sum = 0;
  for (const float loading : c.loading) sum += double{loading} * loading;
  return sum;
}

double tide_decay(double dt) { return std::exp(-dt / kMemory); }
/// Noise of a tide whose integral has the variance `strength`^2 a second for normals of variance 1, whatever the step.
double tide_noise(double strength, double dt) { return strength * (1 - tide_decay(dt)) / std::sqrt(dt); }
/// Its standard deviation then, for normals of variance `common`.
double tide_sd(double strength, double common, double dt) {
  return tide_noise(strength, dt) * std::sqrt(common / (1 - std::pow(tide_decay(dt), 2)));
}

/// Logarithms of the mids of 16 scenarios.
using Mids = std::array<double, kLanes>;

Mids mids(const PausedScenarios<OrderBook>& paused) {
  Mids all;
  for (int lane = 0; lane < kLanes; ++lane)
    all[static_cast<std::size_t>(lane)] = std::log(paused.block.market.candle(lane).close);
  return all;
}

/// Tells how far a search is, and ends it where that is asked for.
class Watch {
 public:
  explicit Watch(const TideSearch& search) : search_(search) {}

  /// After a window of one block; from any thread.
  void window_done() {
    if (search_.stop != nullptr && *search_.stop)
      throw Error(ExitCode::interrupted, "interrupted while the flow in common of the order books was searched for");
    constexpr double all = double{kRounds} * kBlocks * 2 * kWindows;
    const std::lock_guard lock(mutex_);
    ++windows_;
    if (search_.progress) search_.progress(windows_ / all);
  }
  unsigned threads() const {
    return search_.threads != 0 ? search_.threads : std::max(std::thread::hardware_concurrency(), 1u);
  }

 private:
  const TideSearch& search_;
  std::mutex mutex_;
  double windows_ = 0;
};

/// Correlation of the returns of twins, whose books differ in nothing but their own draws.
double twin_correlation(const Context& book, Watch& watch) {
  struct Sums {
    double xx = 0, yy = 0, xy = 0;
  };
  std::vector<Sums> sums(kBlocks);
  parallel_for(kBlocks, watch.threads(), [&](std::size_t block) {
    const InstructionSet set = best_instruction_set();
    std::array<std::array<Mids, kWindows + 1>, 2> paths;
    for (std::uint32_t twin = 0; twin < 2; ++twin) {
      const auto context = std::make_unique<Context>(book);
      const auto paused = std::make_unique<PausedScenarios<OrderBook>>();
      context->market.coupling.asset = twin;
      start_scenarios(*context, block * kLanes, *paused, set);
      paths[twin][0] = mids(*paused);
      for (std::uint32_t w = 0; w < kWindows; ++w) {
        continue_scenarios(*context, w * kWindow, (w + 1) * kWindow, *paused, Record{}, set);
        paths[twin][w + 1] = mids(*paused);
        watch.window_done();
      }
    }
    for (std::uint32_t w = 0; w < kWindows; ++w) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const double x = paths[0][w + 1][lane] - paths[0][w][lane], y = paths[1][w + 1][lane] - paths[1][w][lane];
        sums[block].xx += x * x;
        sums[block].yy += y * y;
        sums[block].xy += x * y;
      }
    }
  });
  Sums all;
  for (const Sums& s : sums) {
    all.xx += s.xx;
    all.yy += s.yy;
    all.xy += s.xy;
  }
  return 2 * all.xy / std::max(all.xx + all.yy, 1.0e-30);
}

/// The strength that makes `common` of the variance common.
double strength_for(const Context& wanted, double common, const TideSearch& search) {
  Watch watch(search);
  const auto book = std::make_unique<Context>();  // nothing but the market and its hours
  book->random_clock = wanted.random_clock;
  book->clock = wanted.clock;
  book->steps = kWindow * kWindows;
  book->levels = 1;
  book->detectors = DetectorStep::of(DetectorParameters{});
  book->dt = kStepSeconds;
  book->seed = 1;
  book->market = OrderBookStep::of(wanted.market.p, kStepSeconds, 1);
  Coupling& c = book->market.coupling;
  c.factors = 1;
  c.loading[0] = static_cast<float>(std::sqrt(common));
  c.own = static_cast<float>(std::sqrt(1 - common));
  book->market.tide_decay = static_cast<float>(tide_decay(double{kStepSeconds}));
  double strength = kFirstLean / tide_sd(1, common, double{kStepSeconds});
  for (int round = 0; round < kRounds; ++round) {
    book->market.tide_noise = static_cast<float>(tide_noise(strength, double{kStepSeconds}));
    const double r = std::clamp(twin_correlation(*book, watch), 0.02, 0.98);
    // The tide's part of the variance grows with its square, or a little faster.
    strength *= std::sqrt(common / (1 - common) * (1 - r) / r);
  }
  return strength;
}

/// The first of the books up to `which` that has its market and, closely, its share of common flow.
std::size_t first_like(std::span<const Context> books, std::size_t which) {
  const double common = common_part(books[which].market.coupling);
  for (std::size_t k = 0; k < which; ++k) {
    const double other = common_part(books[k].market.coupling);
    const bool same = std::memcmp(&books[k].market.p, &books[which].market.p, sizeof books[k].market.p) == 0;
    if (same && other != 0 && std::abs(other - common) < 1.0e-3) return first_like(books, k);
  }
  return which;
}

void set_tide_of(Context& context, std::size_t number, double strength) {
  OrderBookStep& book = context.market;
  const double dt = double{book.dt};
  if (!(tide_sd(strength, common_part(book.coupling), double{kStepSeconds}) < kMostLean))
    throw Error(ExitCode::usage, fmt::format("asset {} can't be correlated so much: its book hardly follows its flow; "
                                             "ask for less, or for the diffusion",
                                             number));
  // Rounded, so that they don't depend on how a machine rounds.
  book.tide_decay = static_cast<float>(std::round(tide_decay(dt) * 0x1p16) * 0x1p-16);
  book.tide_noise = static_cast<float>(std::round(tide_noise(strength, dt) * 0x1p16) * 0x1p-16);
}

}  // namespace

void set_tide(std::span<ScenarioContext<OrderBook>> books, std::size_t which, const TideSearch& search) {
  if (common_part(books[which].market.coupling) == 0) return;
  const Context& like = books[first_like(books, which)];
  set_tide_of(books[which], which, strength_for(like, common_part(like.market.coupling), search));
}

void set_tides(std::span<ScenarioContext<OrderBook>> books, const TideSearch& search) {
  std::vector<double> strengths(books.size());
  for (std::size_t i = 0; i < books.size(); ++i) {
    const double common = common_part(books[i].market.coupling);
    if (common == 0) continue;
    const std::size_t first = first_like(books, i);
    strengths[i] = first < i ? strengths[first] : strength_for(books[i], common, search);
    set_tide_of(books[i], i, strengths[i]);
  }
}

}  // namespace marketmimic
