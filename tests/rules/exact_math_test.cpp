#include "marketmimic/exact_math.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cfloat>
#include <climits>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "every_float.hpp"

// The bounds that the header states, each over every float of its domain, against libm in double. The stated domains
// cover every float but the NaNs.
namespace marketmimic::testing {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float smallest = 0x1p-149f;
constexpr float exp_zero = -0x1.5d589ep6f;  // the largest float below ln 2^-126 is the next one down
constexpr float exp_top = 0x1.62e42ep6f;    // the largest float below ln 2^128

float up(float x) { return std::nextafterf(x, infinity); }
float down(float x) { return std::nextafterf(x, -infinity); }

constexpr auto exp_rule = [](float x) { return exact::exp(x); };
constexpr auto expm1_rule = [](float x) { return exact::expm1(x); };
constexpr auto exp2_rule = [](float x) { return exact::exp2(x); };
constexpr auto log_rule = [](float x) { return exact::log(x); };
constexpr auto sigmoid_rule = [](float x) { return exact::sigmoid(x); };
constexpr auto tanh_rule = [](float x) { return exact::tanh(x); };
constexpr auto sin_rule = [](float x) { return exact::sincos_turn(x).sin; };
constexpr auto cos_rule = [](float x) { return exact::sincos_turn(x).cos; };
constexpr auto cdf_rule = [](float x) { return exact::normal_cdf(x); };
constexpr auto quantile_rule = [](float x) { return exact::normal_quantile(x); };

/// That a rule has one value only.
template <class Rule>
auto equals(Rule rule, float value) {
  return [=](float x) { return rule(x) == value; };
}

/// That a rule does not decrease from one float to the next (of the stride) away from zero; with sign -1, increase.
template <class Rule>
auto does_not_decrease(Rule rule, float sign = 1.0f) {
  return [=, stride = static_cast<std::uint32_t>(float_stride())](float x) {
    const std::uint32_t next = std::min(exact::bits_of(exact::abs(x)) + stride, exact::bits_of(infinity));
    return sign * rule(x) <= sign * rule(exact::copy_sign(exact::from_bits(next), x));
  };
}

TEST(ExactMath, ExpIsWithinOneUlp) {
  const auto reference = [](float x) { return std::exp(static_cast<double>(x)); };
  EXPECT_LE(worst_ulps(0x1p-27f, exp_top, exp_rule, reference), 1.0);
  EXPECT_LE(worst_ulps(-0x1p-27f, exp_zero, exp_rule, reference), 1.0);
  EXPECT_EQ(failures(0.0f, 0x1p-27f, equals(exp_rule, 1.0f)), 0u);
  EXPECT_EQ(failures(-0.0f, -0x1p-27f, equals(exp_rule, 1.0f)), 0u);
}

TEST(ExactMath, ExpSaturates) {
  EXPECT_EQ(failures(down(exp_zero), -infinity, equals(exp_rule, 0.0f)), 0u);
  EXPECT_EQ(failures(exp_top, infinity, equals(exp_rule, exact::exp(exp_top))), 0u);
  EXPECT_GT(exact::exp(exp_zero), 0.0f);
  EXPECT_LT(std::exp(static_cast<double>(down(exp_zero))), 0x1p-126);
  EXPECT_LT(exact::exp(exp_top), infinity);
  EXPECT_GT(std::exp(static_cast<double>(up(exp_top))), 0x1p128);
}

TEST(ExactMath, Expm1IsWithinTwoUlpAndNeverDecreases) {
  const auto reference = [](float x) { return std::expm1(static_cast<double>(x)); };
  const auto argument = [](float x) { return static_cast<double>(x); };
  const auto is_argument = [](float x) { return exact::expm1(x) == x; };
  for (const float sign : {1.0f, -1.0f}) {
    EXPECT_LE(worst_ulps(sign * 0.0f, sign * 0x1p-125f, expm1_rule, argument), 1.0);
    EXPECT_EQ(failures(sign * 0x1p-125f, sign * 0x1p-27f, is_argument), 0u);
    EXPECT_LE(worst_ulps(sign * 0x1p-27f, sign > 0.0f ? exp_top : -18.0f, expm1_rule, reference), 2.0);
    EXPECT_EQ(failures(sign * 0.0f, sign * FLT_MAX, does_not_decrease(expm1_rule, sign)), 0u);
  }
  EXPECT_EQ(failures(exp_top, infinity, equals(expm1_rule, exact::exp(exp_top))), 0u);
  EXPECT_EQ(failures(-18.0f, -infinity, equals(expm1_rule, -1.0f)), 0u);
}

TEST(ExactMath, Exp2IsWithinOneUlp) {
  constexpr float top = 0x1.fffffep6f;
  const auto reference = [](float x) { return std::exp2(static_cast<double>(x)); };
  EXPECT_LE(worst_ulps(0x1p-27f, top, exp2_rule, reference), 1.0);
  EXPECT_LE(worst_ulps(-0x1p-27f, -126.0f, exp2_rule, reference), 1.0);
  EXPECT_EQ(failures(0.0f, 0x1p-27f, equals(exp2_rule, 1.0f)), 0u);
  EXPECT_EQ(failures(-0.0f, -0x1p-27f, equals(exp2_rule, 1.0f)), 0u);
  EXPECT_EQ(failures(down(-126.0f), -infinity, equals(exp2_rule, 0.0f)), 0u);
  EXPECT_EQ(failures(top, infinity, equals(exp2_rule, exact::exp2(top))), 0u);
  for (int n = -126; n <= 127; ++n) EXPECT_EQ(exact::exp2(static_cast<float>(n)), std::ldexp(1.0f, n)) << n;
}

TEST(ExactMath, HalfLifeDecayHalves) {
  EXPECT_EQ(exact::half_life_decay(0.0f, 7.0f), 1.0f);
  EXPECT_EQ(exact::half_life_decay(7.0f, 7.0f), 0.5f);
  EXPECT_EQ(exact::half_life_decay(70.0f, 7.0f), 0x1p-10f);
  EXPECT_EQ(exact::half_life_decay(1e30f, 1e-30f), 0.0f);
  std::mt19937 random(1);
  std::uniform_real_distribution<float> time(0.0f, 1e4f), half_life(1e2f, 1e5f);
  for (int i = 0; i < 100'000; ++i) {
    const float t = time(random), h = half_life(random);
    const double periods = static_cast<double>(t) / h, truth = std::exp2(-periods);
    EXPECT_LE(std::fabs(exact::half_life_decay(t, h) / truth - 1.0), (1.0 + periods) * 0x1p-23) << t << " " << h;
  }
}

TEST(ExactMath, LogIsWithinOneUlpAndNeverDecreases) {
  const auto reference = [](float x) { return std::log(static_cast<double>(x)); };
  EXPECT_LE(worst_ulps(smallest, FLT_MAX, log_rule, reference), 1.0);
  EXPECT_EQ(failures(0.0f, FLT_MAX, does_not_decrease(log_rule)), 0u);
  EXPECT_EQ(exact::log(1.0f), 0.0f);
  EXPECT_EQ(exact::log(infinity), exact::log(FLT_MAX));
  for (const float x : {0.0f, -0.0f, -smallest, -1.0f, -infinity}) EXPECT_EQ(exact::log(x), exact::log(smallest)) << x;
}

TEST(ExactMath, SigmoidIsWithinThreeUlp) {
  const auto reference = [](float x) { return 1.0 / (1.0 + std::exp(-static_cast<double>(x))); };
  EXPECT_LE(worst_ulps(0x1p-27f, 18.0f, sigmoid_rule, reference), 3.0);
  EXPECT_LE(worst_ulps(-0x1p-27f, exp_zero, sigmoid_rule, reference), 3.0);
  EXPECT_EQ(failures(0.0f, 0x1p-27f, equals(sigmoid_rule, 0.5f)), 0u);
  EXPECT_EQ(failures(-0.0f, -0x1p-27f, equals(sigmoid_rule, 0.5f)), 0u);
  EXPECT_EQ(failures(18.0f, infinity, equals(sigmoid_rule, 1.0f)), 0u);
  EXPECT_EQ(failures(down(exp_zero), -infinity, equals(sigmoid_rule, 0.0f)), 0u);
}

TEST(ExactMath, TanhIsWithinThreeUlp) {
  const auto reference = [](float x) { return std::tanh(static_cast<double>(x)); };
  const auto argument = [](float x) { return static_cast<double>(x); };
  const auto is_argument = [](float x) { return exact::tanh(x) == x; };
  for (const float sign : {1.0f, -1.0f}) {
    EXPECT_LE(worst_ulps(sign * 0.0f, sign * 0x1p-125f, tanh_rule, argument), 1.0);
    EXPECT_EQ(failures(sign * 0x1p-125f, sign * 0x1p-27f, is_argument), 0u);
    EXPECT_LE(worst_ulps(sign * 0x1p-27f, sign * 10.0f, tanh_rule, reference), 3.0);
    EXPECT_EQ(failures(sign * 10.0f, sign * infinity, equals(tanh_rule, sign)), 0u);
  }
}

TEST(ExactMath, PowerHoldsItsBound) {
  std::mt19937 random(2);
  std::uniform_real_distribution<float> log_base(-80.0f, 80.0f), share(-1.0f, 1.0f);
  for (int i = 0; i < 1'000'000; ++i) {
    const float x = std::exp(log_base(random));
    const float y = share(random) * 80.0f / std::fabs(std::log(x));
    const double exponent = y * std::log(static_cast<double>(x)), truth = std::exp(exponent);
    ASSERT_LE(std::fabs(exact::power(x, y) / truth - 1.0), (1.0 + 2.0 * std::fabs(exponent)) * 0x1p-23)
        << x << " " << y;
  }
  EXPECT_EQ(exact::power(3.0f, 0.0f), 1.0f);
  EXPECT_EQ(exact::power(1.0f, 1e30f), 1.0f);
}

TEST(ExactMath, SinAndCosAreWithinTwoUlp) {
  // Reflected exactly to where the double argument of sin is no larger than a quarter of a turn.
  const auto sin_reference = [](float u) {
    const double turns = u;
    return std::sin(2.0 * M_PI * (turns > 0.75 ? turns - 1.0 : turns > 0.25 ? 0.5 - turns : turns));
  };
  const auto cos_reference = [](float u) {
    const double turns = u;
    return std::sin(2.0 * M_PI * (0.25 - (turns > 0.5 ? 1.0 - turns : turns)));
  };
  const auto turns = [](float u) { return 2.0 * M_PI * static_cast<double>(u); };  // the cubic term is below 2^-29
  EXPECT_LE(worst_ulps(0.0f, 0x1p-16f, sin_rule, turns), 2.0);
  EXPECT_LE(worst_ulps(0x1p-16f, 1.0f, sin_rule, sin_reference), 2.0);
  EXPECT_EQ(failures(0.0f, 0x1p-16f, equals(cos_rule, 1.0f)), 0u);
  EXPECT_LE(worst_ulps(0x1p-16f, 1.0f, cos_rule, cos_reference), 2.0);
  EXPECT_EQ(failures(-0.0f, -infinity, equals(sin_rule, 0.0f)), 0u);
  EXPECT_EQ(failures(1.0f, infinity, equals(cos_rule, 1.0f)), 0u);
  for (int quarter = 0; quarter <= 4; ++quarter) {
    const auto [sin, cos] = exact::sincos_turn(0.25f * static_cast<float>(quarter));
    EXPECT_EQ(sin, (quarter & 1) != 0 ? static_cast<float>(2 - quarter) : 0.0f) << quarter;
    EXPECT_EQ(cos, (quarter & 1) != 0 ? 0.0f : (quarter == 2 ? -1.0f : 1.0f)) << quarter;
  }
}

double density(double x) { return std::exp(-0.5 * x * x) / std::sqrt(2.0 * M_PI); }
double distribution(double x) { return 0.5 * std::erfc(-x * M_SQRT1_2); }

TEST(ExactMath, NormalCdfIsWithinSevenUlp) {
  constexpr float last_normal = -13.0f;
  ASSERT_GT(distribution(last_normal), 0.5 * 0x1p-126);
  const Interpolated reference(distribution, density);
  EXPECT_LE(worst_ulps(0x1p-27f, 8.0f, cdf_rule, reference), 7.0);
  EXPECT_LE(worst_ulps(-0x1p-27f, last_normal, cdf_rule, reference), 7.0);
  EXPECT_EQ(failures(0.0f, 0x1p-27f, equals(cdf_rule, 0.5f)), 0u);
  EXPECT_EQ(failures(-0.0f, -0x1p-27f, equals(cdf_rule, 0.5f)), 0u);
  EXPECT_EQ(failures(8.0f, infinity, equals(cdf_rule, 1.0f)), 0u);
  // Where the result is denormal it may lose all its bits, but no more.
  EXPECT_EQ(failures(last_normal, -infinity, [](float x) { return exact::normal_cdf(x) <= 0x1p-126f; }), 0u);
  EXPECT_EQ(failures(-13.22f, -infinity, equals(cdf_rule, 0.0f)), 0u);
}

/// The quantile in double by Halley's method on the CDF, for p <= 1/2 (where the CDF is accurate).
double lower_quantile(double p) {
  double z = p > 0.05 ? (p - 0.5) * std::sqrt(2.0 * M_PI) : -std::sqrt(-2.0 * std::log(p));
  for (int i = 0; i < 50; ++i) {
    const double newton = (distribution(z) - p) / density(z);
    const double step = newton / (1.0 + 0.5 * z * newton);
    z -= step;
    if (std::fabs(step) <= 1e-15 * std::fabs(z)) break;
  }
  return z;
}

TEST(ExactMath, NormalQuantileIsWithinFiveUlp) {
  const auto slope = [](double p) { return 1.0 / density(lower_quantile(p)); };
  const auto reference = [lower = Interpolated(lower_quantile, slope)](float p) mutable {
    return p > 0.5f ? -lower(1.0f - p) : lower(p);
  };
  EXPECT_LE(worst_ulps(0x1p-126f, down(1.0f), quantile_rule, reference), 5.0);
  EXPECT_EQ(failures(0.0f, 0x1p-126f, equals(quantile_rule, exact::normal_quantile(0x1p-126f))), 0u);
  EXPECT_EQ(failures(down(1.0f), infinity, equals(quantile_rule, exact::normal_quantile(down(1.0f)))), 0u);
  EXPECT_EQ(exact::normal_quantile(0.5f), 0.0f);
  EXPECT_NEAR(exact::normal_quantile(0.975f), 1.959963985, 1e-6);
}

TEST(ExactMath, RoundingToIntegersMatchesLibmAndSaturates) {
  const auto matches = [](float x) {
    return static_cast<float>(exact::round_to_int(x)) == __builtin_rintf(x) &&
           static_cast<float>(exact::floor_to_int(x)) == __builtin_floorf(x);
  };
  EXPECT_EQ(failures(0.0f, 0x1.fffffep30f, matches), 0u);
  EXPECT_EQ(failures(-0.0f, -0x1p31f, matches), 0u);
  for (const float x : {0x1p31f, 1e30f, infinity}) {
    EXPECT_EQ(exact::round_to_int(x), INT_MAX - 127);
    EXPECT_EQ(exact::floor_to_int(x), INT_MAX - 127);
    EXPECT_EQ(exact::round_to_int(-x), INT_MIN);
    EXPECT_EQ(exact::floor_to_int(-x), INT_MIN);
  }
}

TEST(ExactMath, SelectionIsDefinedForEveryInput) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(exact::clamp(nan, 1.0f, 2.0f), 1.0f);
  EXPECT_EQ(exact::clamp(infinity, 1.0f, 2.0f), 2.0f);
  EXPECT_EQ(exact::clamp(1.5f, 1.0f, 2.0f), 1.5f);
  EXPECT_EQ(exact::max(nan, 3.0f), 3.0f);
  EXPECT_EQ(exact::min(nan, 3.0f), 3.0f);
  EXPECT_EQ(exact::max(2.0f, 3.0f), 3.0f);
  EXPECT_EQ(exact::min(2.0f, 3.0f), 2.0f);
  EXPECT_EQ(exact::abs(-2.0f), 2.0f);
  EXPECT_EQ(exact::copy_sign(2.0f, -0.0f), -2.0f);
  EXPECT_EQ(exact::fma(0x1.000002p0f, 0x1.000002p0f, -0x1.000004p0f), 0x1p-46f);
}

// --- The same bits for every instruction set, NaN arguments included
// --------------------------------------------------

/// Floats of every exponent and sign, NaNs and infinities among them.
std::vector<float> floats_of_all_kinds() {
  std::vector<float> all;
  for (std::uint64_t bits = 0; bits < 0x1'0000'0000u; bits += 8191)
    all.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
  return all;
}

template <class Rule>
std::vector<std::uint32_t> bits_by(Isa isa, Rule rule, const std::vector<float>& in) {
  std::vector<float> out(in.size());
  apply(isa, rule, in.data(), out.data(), static_cast<int>(in.size()));
  std::vector<std::uint32_t> bits;
  for (const float y : out) bits.push_back(std::bit_cast<std::uint32_t>(y));
  return bits;
}

template <class Rule>
void expect_same_bits(const char* name, Rule rule) {
  const std::vector<float> in = floats_of_all_kinds();
  const auto baseline = bits_by(Isa::baseline, rule, in);
  for (std::size_t i = 0; i < in.size(); ++i)
    ASSERT_FALSE(std::isnan(std::bit_cast<float>(baseline[i]))) << name << "(" << in[i] << ") is not a number";
  for (const Isa isa : {Isa::v3, Isa::v4}) {
    if (!supported(isa)) continue;
    EXPECT_TRUE(bits_by(isa, rule, in) == baseline) << name << " differs on x86-64-v" << static_cast<int>(isa) + 2;
  }
}

TEST(ExactMath, EveryInstructionSetGivesTheSameBits) {
  expect_same_bits("exp", exp_rule);
  expect_same_bits("expm1", expm1_rule);
  expect_same_bits("exp2", exp2_rule);
  expect_same_bits("log", log_rule);
  expect_same_bits("sigmoid", sigmoid_rule);
  expect_same_bits("tanh", tanh_rule);
  expect_same_bits("sin", sin_rule);
  expect_same_bits("cos", cos_rule);
  expect_same_bits("normal_cdf", cdf_rule);
  expect_same_bits("normal_quantile", quantile_rule);
  expect_same_bits("power", [](float x) { return exact::power(exact::abs(x), 0.7f); });
  expect_same_bits("half_life_decay", [](float x) { return exact::half_life_decay(x, 3.0f); });
  expect_same_bits("round_to_int", [](float x) { return static_cast<float>(exact::round_to_int(x)); });
  expect_same_bits("floor_to_int", [](float x) { return static_cast<float>(exact::floor_to_int(x)); });
}

}  // namespace
}  // namespace marketmimic::testing
