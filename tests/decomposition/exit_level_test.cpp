#include "host/decomposition/exit_level.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace marketmimic {
namespace {

/// Positions whose price goes one way or the other; they end where it passes a level (lognormal about `median`), and
/// otherwise in any bar with a chance of 2 %.
std::vector<Excursion> positions(std::size_t count, double median, double spread) {
  std::mt19937_64 engine(11);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  std::vector<Excursion> all;
  for (std::size_t i = 0; i < count; ++i) {
    const double level = median * std::exp(spread * normal(engine));
    Excursion e;
    double price = 0, farthest = 0;
    for (e.bars = 1;; ++e.bars) {
      price += normal(engine);
      const bool record = price > farthest;
      if (record) e.records.push_back(farthest = price);
      e.left_at_record = record && farthest >= level;
      if (e.left_at_record) break;
      if (uniform(engine) < 0.02) {
        e.left_at_record = record;
        break;
      }
    }
    all.push_back(e);
  }
  return all;
}

TEST(ExitLevel, IsFoundWhereItIsKeptToTheTick) {
  const std::vector<Excursion> all = positions(300, 5, 0);
  const auto level = find_exit_level(all, all.size());
  ASSERT_TRUE(level);
  EXPECT_NEAR(level->distance, 5, 0.1);
  EXPECT_LE(level->spread, 0.03);
  EXPECT_NEAR(level->elsewhere, 0.02, 0.005);
  for (const Excursion& e : all)
    if (!e.records.empty() && (e.records.back() < 4.5 || e.records.back() > 5.2))
      EXPECT_EQ(level->ended(e), e.left_at_record && e.records.back() > 5);
}

TEST(ExitLevel, IsFoundWhereTheTraderMeasuresInOtherUnits) {
  const std::vector<Excursion> all = positions(600, 6, 0.1);
  const auto level = find_exit_level(all, all.size());
  ASSERT_TRUE(level);
  EXPECT_NEAR(level->distance, 6, 0.3);
  EXPECT_GE(level->spread, 0.06);
  EXPECT_LE(level->spread, 0.15);
}

TEST(ExitLevel, IsNotFoundWhereThereIsNone) {
  const std::vector<Excursion> all = positions(600, 1e9, 0);
  EXPECT_FALSE(find_exit_level(all, all.size()));
  EXPECT_FALSE(find_exit_level({}, 1));
  const std::vector<Excursion> few = positions(2, 5, 0);
  EXPECT_FALSE(find_exit_level(few, 1)) << "two positions tell nothing";
}

TEST(ExitLevel, ACoarseSearchOfSomeShowsWhatAllShow) {
  for (const double median : {5.0, 25.0}) {  // which most reach, and hardly one
    const std::vector<Excursion> all = positions(20'000, median, 0);
    const auto level = find_exit_level(all, all.size());
    ASSERT_TRUE(level);
    EXPECT_NEAR(exit_level_evidence(all) / level->likelihood_ratio, 0.85, 0.2) << median;
  }
  const std::vector<Excursion> none = positions(20'000, 1e9, 0);
  EXPECT_LT(exit_level_evidence(none), least_evidence(none.size()) / 2);
  EXPECT_LT(exit_level_evidence({}), 0);
}

TEST(ExitLevel, ChanceIsThatOfALognormalLevelBetweenTwoRecords) {
  const ExitLevel level{.distance = 2, .spread = 0.1, .elsewhere = 0.5, .likelihood_ratio = 0};
  const auto cdf = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
  const Excursion one{.records = {2.0}, .bars = 3, .ended = true, .left_at_record = true};
  EXPECT_NEAR(level.chance(one), 0.5, 1e-12);
  Excursion two = one;
  two.records = {1.9, 2.2};
  const double before = cdf(std::log(0.95) / 0.1), after = cdf(std::log(1.1) / 0.1);
  EXPECT_NEAR(level.chance(two), (after - before) / (1 - before), 1e-12);
  EXPECT_TRUE(level.ended(two));
  two.left_at_record = false;
  EXPECT_FALSE(level.ended(two));
}

}  // namespace
}  // namespace marketmimic
