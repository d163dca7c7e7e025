#include "host/realism/sample.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace marketmimic {
namespace {

std::vector<double> normals(std::size_t n, double mean, unsigned seed) {
  std::mt19937_64 engine(seed);
  std::normal_distribution<double> normal(mean, 1);
  std::vector<double> x(n);
  for (double& value : x) value = normal(engine);
  std::sort(x.begin(), x.end());
  return x;
}

TEST(PooledSamples, GiveKnownDistances) {
  const std::vector<double> a{0, 0, 1, 1}, b{1, 1, 2, 2};
  PooledSamples pooled(a, b);
  EXPECT_DOUBLE_EQ(pooled.l1(), 0.5);
  EXPECT_DOUBLE_EQ(pooled.deviation(), std::sqrt(4.0 / 7.0));
  EXPECT_DOUBLE_EQ(pooled.wasserstein(), 1.0 / std::sqrt(4.0 / 7.0));
}

TEST(PooledSamples, FindNoDistanceOfASampleFromItself) {
  const std::vector<double> x = normals(1000, 0, 1);
  PooledSamples pooled(x, x);
  pooled.use_freedman_diaconis();
  EXPECT_EQ(pooled.l1(), 0);
  EXPECT_EQ(pooled.wasserstein(), 0);
}

TEST(PooledSamples, AreSymmetric) {
  const std::vector<double> a = normals(900, 0, 1), b = normals(400, 0.5, 2);
  PooledSamples one(a, b), other(b, a);
  one.use_freedman_diaconis();
  other.use_freedman_diaconis();
  EXPECT_DOUBLE_EQ(one.l1(), other.l1());
  EXPECT_NEAR(one.wasserstein(), other.wasserstein(), 1e-12);
}

TEST(PooledSamples, OfShiftedNormalsAreTheShiftApart) {
  const std::vector<double> a = normals(200'000, 0, 1), b = normals(200'000, 1, 2);
  PooledSamples pooled(a, b);
  pooled.use_freedman_diaconis();
  EXPECT_NEAR(pooled.wasserstein(), 1.0 / std::sqrt(1.25), 0.01);  // pooled variance 1 + 1/4
  EXPECT_NEAR(pooled.l1(), std::erf(0.5 / std::sqrt(2.0)), 0.01);  // total variation 2 Phi(1/2) - 1
}

TEST(PooledSamples, PutEveryValueIntoTheBinItsEdgesSay) {
  const std::vector<double> a{0, 1, 2, 3, 4, 5, 6, 7}, b{8};
  PooledSamples pooled(a, b);
  pooled.use_freedman_diaconis();  // IQR 4, width 8 / 9^(1/3) = 3.85, three bins of 8 / 3
  EXPECT_EQ(pooled.bin(0), 0);
  EXPECT_EQ(pooled.bin(std::nextafter(8.0 / 3.0, 0)), 0);
  EXPECT_EQ(pooled.bin(3), 1);
  EXPECT_EQ(pooled.bin(7.99), 2);
  EXPECT_EQ(pooled.bin(8), 3);
}

TEST(PooledSamples, SurviveExtremes) {
  const std::vector<double> nothing, one{5}, same(10, 5.0);
  EXPECT_TRUE(std::isnan(PooledSamples(nothing, nothing).l1()));
  EXPECT_EQ(PooledSamples(nothing, one).l1(), 1);
  EXPECT_TRUE(std::isnan(PooledSamples(one, nothing).wasserstein()));
  PooledSamples constant(one, same);
  constant.use_freedman_diaconis();
  EXPECT_EQ(constant.l1(), 0);
  EXPECT_EQ(constant.wasserstein(), 0);
  const std::vector<double> wild{-1e300, 0, 1, 2, 3, 1e300}, tame{0, 1, 2, 3, 4, 5};
  PooledSamples far(wild, tame);
  far.use_freedman_diaconis();
  EXPECT_LE(far.l1(), 1);
}

}  // namespace
}  // namespace marketmimic
