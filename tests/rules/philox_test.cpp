#include "marketmimic/philox.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "curand_philox.hpp"
#include "every_float.hpp"

namespace marketmimic::testing {
namespace {

std::array<std::uint32_t, 4> words(const std::array<std::uint32_t, 4>& counter,
                                   const std::array<std::uint32_t, 2>& key) {
  const Words w = philox(counter[0], counter[1], counter[2], counter[3], key[0], key[1]);
  return {w.a, w.b, w.c, w.d};
}

// The vectors published with Random123 (kat_vectors, philox4x32 with 10 rounds).
TEST(Philox, GivesThePublishedKnownAnswers) {
  using Block = std::array<std::uint32_t, 4>;
  EXPECT_EQ(words({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(words({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(words({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, EqualsCurand) {
  if (!curand_words({}, {})) GTEST_SKIP() << "built without a CUDA toolkit";
  std::mt19937 random(3);
  const auto draw = [&] { return static_cast<std::uint32_t>(random()); };
  for (std::uint64_t i = 0; i < 20'000'000 / MARKETMIMIC_FLOAT_STRIDE; ++i) {
    const std::array<std::uint32_t, 4> counter{draw(), draw(), draw(), draw()};
    const std::array<std::uint32_t, 2> key{draw(), draw()};
    ASSERT_EQ(words(counter, key), *curand_words(counter, key));
  }
}

TEST(Philox, EveryInstructionSetGivesTheSameBits) {
  // A block, a uniform and four normals of each scenario, folded into one word.
  const auto draw = [](std::uint32_t scenario) {
    const Words w = philox(7, 8, scenario, 9, 10, 11);
    const Normals x = normal_pair(w.a, w.b), y = normal_pair(w.c, w.d);
    const float all = (x.a + 2.0f * x.b) + (3.0f * y.a + 4.0f * y.b);
    return w.a ^ w.b ^ w.c ^ w.d ^ exact::bits_of(all) ^ exact::bits_of(open_uniform(w.c) * unit_uniform(w.d));
  };
  std::vector<std::uint32_t> scenarios(1 << 18), baseline(scenarios.size()), other(scenarios.size());
  for (std::uint32_t i = 0; i < scenarios.size(); ++i) scenarios[i] = i * 16381u;
  apply(Isa::baseline, draw, scenarios.data(), baseline.data(), static_cast<int>(scenarios.size()));
  for (const Isa isa : {Isa::v3, Isa::v4}) {
    if (!supported(isa)) continue;
    apply(isa, draw, scenarios.data(), other.data(), static_cast<int>(scenarios.size()));
    EXPECT_TRUE(other == baseline) << "differs on x86-64-v" << static_cast<int>(isa) + 2;
  }
}

TEST(Uniforms, StayInsideTheirIntervalOnAnEvenGrid) {
  for (std::uint32_t i = 0; i < 1u << 24; ++i) ASSERT_EQ(unit_uniform(i << 8 | 0x5a), static_cast<double>(i) * 0x1p-24);
  for (std::uint32_t i = 0; i < 1u << 23; ++i)
    ASSERT_EQ(open_uniform(i << 9 | 0x15a), (static_cast<double>(i) + 0.5) * 0x1p-23);
}

TEST(Normals, TheRadiusIsThatOfItsUniformAndNeverZero) {
  Error worst;
  float smallest = HUGE_VALF, largest = 0.0f;
  const auto see = [&](std::uint32_t grid) {
    const float radius = normal_pair(grid << 1, 0).a;  // angle 0: a is the radius, b is 0
    const double half_square = -std::log((grid + 0.5) * 0x1p-31);
    worst.see(std::fabs(0.5 * radius * static_cast<double>(radius) - half_square) / (1.0 + half_square), radius);
    smallest = std::min(smallest, radius);
    largest = std::max(largest, radius);
  };
  for (std::uint32_t i = 0; i < 100'000; ++i) see(i);
  for (std::uint32_t i = 0; i < 100'000; ++i) see(0x7fffffffu - i);
  for (std::uint64_t i = 0; i < 0x80000000u; i += 1021) see(static_cast<std::uint32_t>(i));
  EXPECT_LE(worst, 0x1p-22);
  EXPECT_GT(smallest, 0x1p-12f);
  EXPECT_LT(largest, 6.67f);
}

TEST(Normals, LieOnTheirCircleInEveryDirectionAlike) {
  constexpr int sectors = 64;
  std::array<int, sectors> count{};
  Error worst;
  constexpr int n = 1 << 22;
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint32_t word = i << 10 | (i * 2654435761u) >> 22;  // every 1024th, jittered
    const auto [a, b] = normal_pair(0x12345678u, word);
    const double radius = normal_pair(0x12345678u, 0).a;
    worst.see(std::fabs(std::hypot(static_cast<double>(a), static_cast<double>(b)) / radius - 1.0), a);
    const double turn = std::atan2(b, a) / (2.0 * M_PI) + 0.5;
    ++count[static_cast<std::size_t>(std::min(turn * sectors, sectors - 1.0))];
  }
  EXPECT_LE(worst, 0x1p-22);
  for (const int c : count) EXPECT_NEAR(c, n / sectors, 64);  // a grid: only the ends of a sector are random
}

/// Normals of many scenarios, steps and purposes, in the order the counter gives them.
std::vector<float> normals(std::uint32_t blocks) {
  std::vector<float> all;
  all.reserve(4 * static_cast<std::size_t>(blocks));
  for (std::uint32_t i = 0; i < blocks; ++i) {
    const Words w = philox(i & 0xff, (i >> 8 & 0x3) << 24, i >> 10, 0, 42, 0);
    const Normals x = normal_pair(w.a, w.b), y = normal_pair(w.c, w.d);
    all.insert(all.end(), {x.a, x.b, y.a, y.b});
  }
  return all;
}

// Each statistic is asymptotically normal with the standard error given; 5 of them fail by chance once in 2 million.
TEST(Normals, HaveTheMomentsOfANormal) {
  const std::vector<float> z = normals((1 << 24) / MARKETMIMIC_FLOAT_STRIDE);
  const double n = static_cast<double>(z.size());
  double sum = 0, sum2 = 0, sum3 = 0, sum4 = 0;
  for (const double x : z) {
    sum += x;
    sum2 += x * x;
    sum3 += x * x * x;
    sum4 += x * x * x * x;
  }
  EXPECT_NEAR(sum / n, 0.0, 5.0 / std::sqrt(n));
  EXPECT_NEAR(sum2 / n, 1.0, 5.0 * std::sqrt(2.0 / n));
  EXPECT_NEAR(sum3 / n, 0.0, 5.0 * std::sqrt(15.0 / n));
  EXPECT_NEAR(sum4 / n, 3.0, 5.0 * std::sqrt(96.0 / n));
  for (const double bound : {3.0, 4.0, 5.0}) {
    const double expected = n * std::erfc(bound * M_SQRT1_2);
    const auto beyond = std::count_if(z.begin(), z.end(), [=](float x) { return std::fabs(x) > bound; });
    EXPECT_NEAR(static_cast<double>(beyond), expected, 5.0 * std::sqrt(expected) + 1.0) << bound;
  }
}

TEST(Normals, AreUncorrelatedWithinABlockAndBetweenBlocks) {
  const std::vector<float> z = normals((1 << 22) / MARKETMIMIC_FLOAT_STRIDE);
  // Neighbours in a block, in a step, in a purpose and in a scenario; squares too, since Box-Muller shares a radius.
  for (const std::size_t lag : {1u, 2u, 3u, 4u, 4u * 256u, 4u * 1024u}) {
    double product = 0, product_of_squares = 0;
    const std::size_t n = z.size() - lag;
    for (std::size_t i = 0; i < n; ++i) {
      const double x = z[i], y = z[i + lag];
      product += x * y;
      product_of_squares += (x * x - 1.0) * (y * y - 1.0);
    }
    EXPECT_NEAR(product / static_cast<double>(n), 0.0, 5.0 / std::sqrt(static_cast<double>(n))) << lag;
    EXPECT_NEAR(product_of_squares / static_cast<double>(n), 0.0, 5.0 * 2.0 / std::sqrt(static_cast<double>(n))) << lag;
  }
}

TEST(Normals, FollowTheNormalDistribution) {
  std::vector<float> z = normals((1 << 20) / MARKETMIMIC_FLOAT_STRIDE);
  std::sort(z.begin(), z.end());
  const double n = static_cast<double>(z.size());
  double distance = 0;  // Kolmogorov-Smirnov
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double p = 0.5 * std::erfc(-z[i] * M_SQRT1_2);
    distance = std::max({distance, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
  }
  EXPECT_LT(distance * std::sqrt(n), 2.7);  // exceeded by chance with probability 2 e^(-2 x^2), 1 in a million
}

}  // namespace
}  // namespace marketmimic::testing
