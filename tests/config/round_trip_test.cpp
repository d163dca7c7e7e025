#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "host/config/describe_job.hpp"
#include "host/config/describe_market.hpp"
#include "host/config/table_writer.hpp"
#include "support.hpp"
#include "tests/input/support.hpp"

namespace marketmimic {
namespace {

/// Visits a described configuration and sets every value at random within its limits, often at them.
class Randomizer {
 public:
  explicit Randomizer(std::uint64_t seed) : random_(seed) {}

  template <class Number>
  void number(std::string_view, Number& value, const LimitsOf<Number>& limits, std::string_view) {
    if constexpr (std::is_same_v<Number, float>)
      value = real(limits, same_unit);
    else if constexpr (std::is_same_v<Number, double>)
      value = std::uniform_real_distribution<double>(limits.low, limits.high)(random_);
    else
      value = static_cast<Number>(whole(limits.low, limits.high));
  }
  void numbers(std::string_view, std::span<float> values, const RealLimits& limits, std::string_view) {
    for (float& value : values) value = real(limits, same_unit);
  }
  void numbers(std::string_view, std::span<std::int32_t> values, const WholeLimits& limits, std::string_view) {
    for (std::int32_t& value : values) value = static_cast<std::int32_t>(whole(limits.low, limits.high));
  }
  template <class Number>
  void rows(std::string_view key, std::span<Number> values, std::size_t, const LimitsOf<Number>& limits,
            std::string_view meaning) {
    numbers(key, values, limits, meaning);
  }
  void square(std::string_view, std::vector<double>& values, const WholeLimits& sides, const RealLimits& limits,
              std::string_view) {
    const auto side = static_cast<std::size_t>(whole(sides.low, sides.high));
    values.resize(side * side);
    for (double& value : values) number({}, value, limits, {});
  }
  bool any_of(Names, bool held) const { return held; }
  void range(std::string_view, Range& value, const RealLimits& limits, std::string_view, const Unit& unit = same_unit) {
    value.low = real(limits, unit);
    value.high = coin() ? value.low : real(limits, unit);
    if (value.high < value.low) std::swap(value.low, value.high);
  }
  void flag(std::string_view, bool& value, std::string_view) { value = coin(); }
  void text(std::string_view, std::string& value, std::size_t longest, std::string_view) {
    value.resize(static_cast<std::size_t>(whole(0, static_cast<std::int64_t>(longest))));
    for (char& c : value) c = static_cast<char>(whole(' ', '~'));
  }
  void texts(std::string_view, std::vector<std::string>& values, const WholeLimits& count, std::string_view) {
    values.resize(static_cast<std::size_t>(whole(count.low, count.high)));
    for (std::string& value : values) {
      value.resize(static_cast<std::size_t>(whole(1, static_cast<std::int64_t>(kLongestName))));
      for (char& c : value) c = static_cast<char>(whole(' ', '~'));
    }
  }
  void choice(std::string_view, std::uint32_t& value, Names names, std::string_view) {
    value = static_cast<std::uint32_t>(whole(0, static_cast<std::int64_t>(names.size()) - 1));
  }
  void set(std::string_view, std::uint32_t& bits, Names names, std::string_view) {
    bits = static_cast<std::uint32_t>(whole(0, (std::int64_t{1} << names.size()) - 1));
  }
  bool alternative(std::string_view, std::string_view, bool) { return coin(); }
  void require(bool, std::string_view, std::string_view) const {}
  template <class Body>
  void table(std::string_view, std::string_view, const Body& body) {
    body();
  }
  template <class Body>
  std::size_t tables(std::string_view, std::size_t, const WholeLimits& limits, std::string_view, const Body& body) {
    const auto size = static_cast<std::size_t>(whole(limits.low, limits.high));
    for (std::size_t i = 0; i < size; ++i) body(i);
    return size;
  }

 private:
  bool coin() { return (random_() & 1u) != 0; }
  std::int64_t whole(std::int64_t low, std::int64_t high) {
    const auto at_end = random_() % 8;
    if (at_end < 2) return at_end == 0 ? low : high;
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  /// Of any magnitude the limits leave: uniform in its bits.
  float real(const RealLimits& limits, const Unit& unit) {
    const float low = unit.stored(limits.low), high = unit.stored(limits.high);
    const auto at_end = random_() % 8;
    if (at_end < 2) return at_end == 0 ? low : high;
    if (at_end == 2) return low + std::uniform_real_distribution<float>(0, 1)(random_) * (high - low);
    for (;;) {
      const auto bits = static_cast<std::uint32_t>(random_());
      float value = 0;
      std::memcpy(&value, &bits, sizeof value);
      if (low <= value && value <= high) return value;
    }
  }

  std::mt19937_64 random_;
};

Job random_job(std::uint64_t seed) {
  Job job;
  Randomizer randomizer(seed);
  if (seed % 3 != 0) job.assets.correlation = {1};  // several
  if (seed % 3 == 2) job.assets.contagion.emplace();
  describe(randomizer, job);
  // What the rules between keys ask for.
  job.steps = std::min(job.steps, 1000u);
  DetectorParameters& d = job.detectors;
  for (const auto& [low, high] : {std::pair{&d.recent_half_life, &d.usual_half_life},
                                  {&d.trend_end, &d.trend_start},
                                  {&d.crash_end, &d.crash_start},
                                  {&d.break_end, &d.break_start}})
    if (*low > *high) std::swap(*low, *high);
  if (d.recent_half_life == d.usual_half_life) d = DetectorParameters{};
  if (job.perturbations.size() > kMaxInjections) job.perturbations.resize(kMaxInjections);  // presets add more
  for (PerturbationEntry& entry : job.perturbations) {
    entry.count = 1;
    if (entry.rule.events == 0) entry.rule.events = 1;
  }
  return job;
}

TEST(RoundTrip, JobsComeBackToTheBit) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const Job job = random_job(seed);
    ASSERT_EQ(refusal([&] { check_job(job); }), "") << seed;
    const std::string text = job_text(job);
    const Job back = parse_job(text, "job.toml");
    ASSERT_EQ(Bits(back), Bits(job)) << seed << '\n' << text;
    ASSERT_EQ(job_text(back), text);
  }
}

TEST(RoundTrip, MarketsComeBackToTheBit) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    MarketFile market;
    Randomizer randomizer(seed);
    describe(randomizer, market);
    DiffusionParameters& p = market.diffusion;
    if (p.slow_rate >= p.fast_rate) p.slow_rate = 1e-9f, p.fast_rate = 2e-3f;
    for (std::size_t hour = 0; hour < kHoursOfDay / 2; ++hour) {  // mean 0
      p.season_log_volatility[23 - hour] = -p.season_log_volatility[hour];
      p.season_log_volume[23 - hour] = -p.season_log_volume[hour];
    }
    ASSERT_EQ(refusal([&] { check_market(market); }), "") << seed;
    const std::string text = market_text(market);
    ASSERT_EQ(Bits(parse_market(text, "market.toml")), Bits(market)) << seed << '\n' << text;
  }
}

/// Brings parameters drawn one by one in line with the rules between them.
void obey_rules(OrderBookParameters& p) {
  const auto sort = [](auto& values) { std::sort(std::begin(values), std::end(values)); };
  sort(p.spread_edges), sort(p.limit_lots), sort(p.deep_lots), sort(p.trade_lots);
  sort(p.deep_distance), sort(p.hidden_offset);
  for (auto& course : p.improvement)
    for (auto& row : course) sort(row);
  for (float& each : p.branching) each *= 0.3f;
  p.initial_spread = std::min(p.initial_spread, 100);
  for (std::uint32_t k = 0; k < kWaitQuantiles; ++k)
    p.wait[k] = std::log(-std::log1p(-(static_cast<float>(k) + 0.5f) / kWaitQuantiles));
}

TEST(RoundTrip, OrderBooksComeBackToTheBit) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    MarketFile market;
    market.order_book.emplace();
    Randomizer randomizer(seed);
    describe(randomizer, market);
    obey_rules(*market.order_book);
    market.diffusion = {};
    market.diffusion.initial_mid_half_ticks = market.order_book->initial_mid_half_ticks;
    market.has_diffusion = seed % 2 == 0;
    ASSERT_EQ(refusal([&] { check_market(market); }), "") << seed;
    const std::string text = market_text(market, seed % 4 < 2 ? Comments::with : Comments::without);
    ASSERT_EQ(Bits(parse_market(text, "market.toml")), Bits(market)) << seed << '\n' << text;
  }
}

/// Floats whose shortest text, read as a double and then rounded to a float, might miss: any bits at all.
TEST(RoundTrip, EveryKindOfFloatIsWrittenSoThatItComesBack) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 200'000; ++i) {
    const auto bits = static_cast<std::uint32_t>(random());
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (!(value > -1e30f && value < 1e30f)) continue;
    TableWriter writer(Comments::without);
    writer.number("x", value, RealLimits{-1e30, 1e30}, "");
    const double read = std::strtod(writer.text().c_str() + 4, nullptr);
    const float back = static_cast<float>(read);
    ASSERT_EQ(std::memcmp(&back, &value, sizeof value), 0) << writer.text();
    ASSERT_NE(writer.text().find_first_of(".e"), std::string::npos) << writer.text();
  }
}

/// Another TOML library reads the same keys and values.
TEST(RoundTrip, PythonReadsTheSameValues) {
  if (std::system("/usr/bin/python3 -c 'import tomllib' 2>/dev/null") != 0) GTEST_SKIP() << "no Python with tomllib";
  Job job;
  job.adaptation.eagerness = 1.0f / 3.0f;
  job.seed = 9'007'199'254'740'993;
  job.perturbations.push_back(default_perturbation(PerturbationKind::flash_crash));
  const TestFile file(".toml", job_text(job, Comments::with));
  const std::string script =
      "import struct, sys, tomllib\n"
      "j = tomllib.load(open(sys.argv[1], 'rb'))\n"
      "assert j['seed'] == 9007199254740993\n"
      "assert struct.pack('f', j['strategy']['eagerness']) == struct.pack('I', 0x3eaaaaab)\n"
      "assert j['strategy']['override_events'] == ['crash']\n"
      "assert j['strategy']['peak'] == 0 and type(j['strategy']['peak']) is float\n"
      "assert j['market'] == {'model': 'file', 'levels': 10, 'random_clock': True, 'clock': 0}\n"
      "p = j['perturbation'][0]\n"
      "assert p['kind'] == 'flash_crash' and p['drop'] == 0.06 and p['depth'] == [0.01, 0.05]\n";
  const TestFile program(".py", script);
  EXPECT_EQ(std::system(("/usr/bin/python3 " + program.path().string() + ' ' + file.path().string()).c_str()), 0);
}

}  // namespace
}  // namespace marketmimic
