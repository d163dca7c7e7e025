#include "host/realism/comparison.hpp"

#include <algorithm>
#include <cmath>

#include "support.hpp"

namespace marketmimic {
namespace {

BootstrapOptions without_intervals() {
  BootstrapOptions options;
  options.replicates = 0;
  return options;
}

TEST(Comparison, ReproducesTheFieldNotesOnAmzn) {
  NEEDS("lobster_amzn_l1");
  const Tape tape = amzn();
  const auto half = halves(tape), part = alternate_ten_minutes(tape);
  const ScoreTable first = compare(half[0], half[1], without_intervals());
  EXPECT_NEAR(first.clean.l1, 0.128, 6e-4);
  EXPECT_NEAR(first.clean.wasserstein, 0.179, 5e-4);
  const ScoreTable even = compare(part[0], part[1], without_intervals());
  EXPECT_NEAR(even.clean.l1, 0.092, 5e-4);
  EXPECT_NEAR(even.clean.wasserstein, 0.103, 5e-4);
  // 0.173 and 0.309 in the notes, one shuffle. Few rows leave the mid in place then, so shuffles differ.
  double l1_least = 1, l1_most = 0, w_least = 9, w_most = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const Tape mixed = shuffled(half[0][0], seed);
    const ScoreTable table = compare({mixed}, half[1], without_intervals());
    l1_least = std::min(l1_least, table.clean.l1);
    l1_most = std::max(l1_most, table.clean.l1);
    w_least = std::min(w_least, table.clean.wasserstein);
    w_most = std::max(w_most, table.clean.wasserstein);
  }
  EXPECT_LT(l1_least, 0.173 + 0.006);
  EXPECT_GT(l1_most, 0.173);
  EXPECT_LT(w_least, 0.309);
  EXPECT_GT(w_most, 0.309);
}

TEST(Comparison, IntervalsHoldTheDistanceOfUnlikeTapesAndShrinkForLongOnes) {
  const Tape a = TapeMaker(10, 1, 0.8, 4).make(4000), b = TapeMaker(10, 2, 0.8, 12).make(4000);
  const Tape c = TapeMaker(10, 1, 0.8, 4).make(40'000), d = TapeMaker(10, 2, 0.8, 12).make(40'000);
  const ScoreDistance few = compare({a}, {b}, {})[Score::inter_arrival];
  const ScoreDistance many = compare({c}, {d}, {})[Score::inter_arrival];
  for (const ScoreDistance& found : {few, many}) {
    EXPECT_LE(found.wasserstein_interval.lower, found.wasserstein);
    EXPECT_GE(found.wasserstein_interval.upper, found.wasserstein);
    EXPECT_GE(found.l1_interval.upper, found.l1);
  }
  const auto width = [](const Interval& i) { return i.upper - i.lower; };
  EXPECT_LT(width(many.wasserstein_interval), 0.6 * width(few.wasserstein_interval));
}

TEST(Comparison, DoesNotDependOnThreads) {
  const Tape a = TapeMaker(10, 1).make(3000), b = TapeMaker(10, 2).make(3000);
  BootstrapOptions one, two;
  two.threads = 3;
  const ScoreTable x = compare({a}, {b}, one), y = compare({a}, {b}, two);
  EXPECT_EQ(x.clean.l1_interval.upper, y.clean.l1_interval.upper);
  EXPECT_EQ(x.clean.wasserstein, y.clean.wasserstein);
}

TEST(Comparison, OfATapeWithItselfIsZero) {
  const Tape tape = TapeMaker(10, 1).make(3000);
  const ScoreTable table = compare({tape}, {tape}, without_intervals());
  EXPECT_EQ(table.clean.l1, 0);
  EXPECT_EQ(table.clean.wasserstein, 0);
}

TEST(Comparison, TakesNothingAcrossJoins) {
  const Tape tape = TapeMaker(10, 1).make(4000);
  const std::int64_t middle = tape.messages[2000].time_ns, end = tape.messages.back().time_ns + 1;
  const TapeView view(tape);
  const TapeParts parts{view.between(0, middle), view.between(middle, end)};
  const ScoreTable table = compare(parts, {tape}, without_intervals());
  EXPECT_EQ(table[Score::inter_arrival].values + 1, table[Score::inter_arrival].reference_values);
  EXPECT_EQ(table[Score::flow].values + 100, table[Score::flow].reference_values);
}

TEST(Comparison, CutsTapesWithoutLoss) {
  const Tape tape = TapeMaker(2, 1, 0.8, 1).make(5000);  // more than an hour
  const auto half = halves(tape), part = alternate_ten_minutes(tape);
  EXPECT_EQ(half[0][0].size() + half[1][0].size(), tape.size());
  std::size_t messages = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_GE(part[i].size(), 3u);
    for (const TapeView& p : part[i]) {
      messages += p.size();
      for (const Message& m : p.messages) EXPECT_EQ(m.time_ns / 600'000'000'000 % 2, static_cast<std::int64_t>(i));
    }
  }
  EXPECT_EQ(messages, tape.size());
}

TEST(Shuffled, KeepsRowsAndTimes) {
  const Tape tape = TapeMaker(3, 1).make(2000), mixed = shuffled(tape, 7);
  ASSERT_EQ(mixed.size(), tape.size());
  const auto row = [](const Tape& t, std::size_t i) {
    const Message& m = t.messages[i];
    return std::make_tuple(m.order, m.size, m.price, static_cast<int>(m.type), t.best(i).ask_price, t.best(i).bid_size);
  };
  std::vector<decltype(row(tape, 0))> before, after;
  std::size_t moved = 0;
  for (std::size_t i = 0; i < tape.size(); ++i) {
    EXPECT_EQ(mixed.messages[i].time_ns, tape.messages[i].time_ns);
    before.push_back(row(tape, i));
    after.push_back(row(mixed, i));
    moved += before.back() != after.back() ? 1 : 0;
  }
  EXPECT_GT(moved, tape.size() * 9 / 10);
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  EXPECT_EQ(before, after);
  EXPECT_NE(shuffled(tape, 8).messages, mixed.messages);
}

}  // namespace
}  // namespace marketmimic
