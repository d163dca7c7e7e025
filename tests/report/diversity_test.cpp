#include "host/report/diversity.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "tests/run/sample.hpp"

namespace marketmimic {
namespace {

TEST(Spread, OfOneDirectionIsOneMode) {
  Shapes shapes(3, kShapePoints);
  for (int i = 0; i < 3; ++i) shapes.row(i) = static_cast<float>(i);
  const Spread spread = spread_of(shapes);
  EXPECT_NEAR(spread.distance, (1 + 1 + 2) / 3.0, 1e-6);
  EXPECT_NEAR(spread.participation, 1, 1e-9);
  EXPECT_EQ(spread.modes, 1);
}

/// Shapes are unit vectors about their mean: the covariance has k - 1 equal eigenvalues.
TEST(Spread, OfEqualDirectionsCountsThem) {
  constexpr Eigen::Index k = 21;
  Shapes shapes = Shapes::Zero(k, kShapePoints);
  for (Eigen::Index i = 0; i < k; ++i) shapes(i, i) = 1;
  const Spread spread = spread_of(shapes);
  EXPECT_NEAR(spread.distance, std::numbers::sqrt2 / std::sqrt(double{kShapePoints}), 1e-6);
  EXPECT_NEAR(spread.participation, k - 1, 1e-6);
  EXPECT_EQ(spread.modes, 19);  // of 20
}

TEST(Spread, OfCopiesIsNought) {
  const Spread copies = spread_of(Shapes::Ones(5, kShapePoints)), one = spread_of(Shapes::Ones(1, kShapePoints));
  EXPECT_EQ(copies.distance, 0);
  EXPECT_EQ(copies.participation, 0);
  EXPECT_EQ(copies.modes, 0);
  EXPECT_EQ(one.shapes, 1u);
}

TEST(NearestDistances, LeaveTheRowItselfOut) {
  Shapes shapes(3, kShapePoints);
  shapes.row(0) = 0.0f;
  shapes.row(1) = 1.0f;
  shapes.row(2) = 3.0f;
  EXPECT_EQ(nearest_distances(shapes, shapes), (std::vector<double>{1, 1, 2}));
  const Shapes same = shapes;
  EXPECT_EQ(nearest_distances(shapes, same), (std::vector<double>{0, 0, 0}));
}

TEST(SpreadWithin, ComparesOnlyWhatHasOneSource) {
  Shapes shapes(5, kShapePoints);
  for (int i = 0; i < 5; ++i) shapes.row(i) = static_cast<float>(i * i);
  const Spread spread = spread_within(shapes, {4, 9, 4, 9, 7});  // 0 with 4, 1 with 9
  EXPECT_NEAR(spread.distance, (4 + 8) / 2.0, 1e-6);
  EXPECT_NEAR(spread.participation, 1, 1e-9);
  EXPECT_EQ(spread_within(shapes, {0, 1, 2, 3, 4}).distance, 0);
  EXPECT_NEAR(spread_within(shapes, {1, 1, 1, 1, 1}).distance, spread_of(shapes).distance, 1e-12);
}

class Counter : public testing::Test {
 protected:
  /// An attempt that holds `exposure` lots, of 10 at most, and sends `orders`.
  void add(std::vector<std::int64_t> exposure, std::vector<OrderRow> orders = {}) {
    Attempt attempt;
    attempt.exposure = exposure;
    attempt.orders = orders;
    counter_.add(attempt);
  }

  Strategy strategy_ = sample_strategy();
  DiversityCounter counter_{strategy_, 5, 10.0};
};

TEST_F(Counter, FindsWhatIsTheSame) {
  add({0, 5, 10, 0}, {{1, 0, 5, 5, 500, 0}});
  add({0, 5, 10, 0}, {{1, 0, 5, 5, 501, 0}});  // the same path at another price
  add({0, 5, 10, 0}, {{1, 0, 5, 5, 500, 0}});
  add({0, 0, 5, 10}, {{1, 0, 5, 5, 500, 0}});  // the same shape, later
  add({0, 0, 0, 0});
  const Diversity d = counter_.result();
  EXPECT_EQ(d.traded, 4u);
  EXPECT_TRUE(d.fills_recorded);
  EXPECT_EQ(d.same_execution, 1u);
  EXPECT_EQ(d.same_exposure, 2u);
  EXPECT_EQ(d.executions.shapes, 4u);
  EXPECT_EQ(d.executions.distance, 0);
  EXPECT_EQ(d.near_copies, 1);
}

TEST_F(Counter, ShapesAreInUnitsOfTheLargestPosition) {
  add({0, -5, 10, 10, 0, 0});  // holds for three steps
  const Diversity d = counter_.result();
  EXPECT_EQ(d.sample(0, 0), -0.5f);
  EXPECT_EQ(d.sample(0, 20), -0.5f);  // its middle at 20.5 / 64 of the time, below a third
  EXPECT_EQ(d.sample(0, 21), 1.0f);
  EXPECT_EQ(d.sample(0, kShapePoints - 1), 1.0f);
  EXPECT_FALSE(d.fills_recorded);
}

/// The sample's demonstration steps to 1, 0.5 and -0.6, and starts flat.
TEST_F(Counter, KnowsTheDemonstration) {
  Shape shape;
  ASSERT_TRUE(demonstration_shape(strategy_, 0, shape));
  EXPECT_EQ(shape[0], 1.0f);
  EXPECT_EQ(shape[32], 0.5f);
  EXPECT_EQ(shape[63], -0.6f);
  add({10, 5, -6});
  const Diversity d = counter_.result();
  EXPECT_NEAR(d.from_source.median, 0, 1e-6);
  EXPECT_NEAR(d.from_demonstration.median, 0, 1e-6);
  EXPECT_EQ(d.within_demonstration.median, 0);
}

TEST(DiversityCounter, SamplesEvenly) {
  const Strategy strategy = sample_strategy();
  DiversityCounter counter(strategy, 10'000, 10.0);
  const std::vector<std::int64_t> exposure = {1};
  for (int i = 0; i < 10'000; ++i) {
    Attempt attempt;
    attempt.exposure = exposure;
    counter.add(attempt);
  }
  const Diversity d = counter.result();
  EXPECT_EQ(d.traded, 10'000u);
  EXPECT_EQ(d.executions.shapes, 4096u);
  EXPECT_EQ(d.same_exposure, 9'999u);
}

TEST(DiversityCounter, OfNothingIsNothing) {
  const Strategy strategy = sample_strategy();
  const Diversity d = DiversityCounter(strategy, 0, 10.0).result();
  EXPECT_EQ(d.traded, 0u);
  EXPECT_EQ(d.executions.shapes, 0u);
}

}  // namespace
}  // namespace marketmimic
