#include "host/realism/serial.hpp"

#include <cmath>

#include "host/realism/comparison.hpp"
#include "support.hpp"

namespace marketmimic {
namespace {

TEST(Memory, OfAmznsTradesIsTheDataReadmes) {
  NEEDS("lobster_amzn_l1");
  const MemoryCurve curve = curve_of(amzn(), Memory::trade_signs, {.replicates = 0});
  EXPECT_NEAR(curve.acf[0], 0.72, 0.005);  // lag 1
  EXPECT_NEAR(curve.acf[5], 0.18, 0.005);  // lag 10
}

TEST(Memory, OfPersistentSignsIsTheirs) {
  // Four of five trades are visible and keep the side with correlation 0.8; hidden ones repeat it.
  const MemoryCurve curve = curve_of(TapeMaker(1, 1, 0.8).make(150'000), Memory::trade_signs, {});
  for (std::size_t k = 0; k < 4; ++k) {
    const double truth = std::pow(0.8 * 0.8 + 0.2, static_cast<double>(kMemoryLags[k]));
    EXPECT_GT(truth, curve.interval[k].lower) << k;
    EXPECT_LT(truth, curve.interval[k].upper) << k;
  }
}

TEST(Memory, SamplesTheLastStateEverySecond) {
  const auto at = [](double seconds, std::int64_t ask) {
    return std::pair{Message{static_cast<std::int64_t>(seconds * 1e9), MessageType::submission, 1, 1, ask, -1},
                     Level{ask, 1, 1'000'000, 1}};
  };
  Tape tape;
  tape.levels = 1;
  for (const auto& [message, level] :
       {at(0.5, 1'000'300), at(1.0, 1'000'200), at(1.5, 1'000'400), at(4.25, 1'000'100)}) {
    tape.messages.push_back(message);
    tape.book.push_back(level);
  }
  const Eigen::ArrayXd spread = series_of(tape, Memory::spread);
  ASSERT_EQ(spread.size(), 4);  // at 1, 2, 3, 4 s
  EXPECT_EQ(spread[0], 200);
  EXPECT_EQ(spread[1], 400);
  EXPECT_EQ(spread[3], 400);
  tape.book[0].bid_size = 0;  // one side only: nothing to sample before 1.0 s
  tape.book[1].bid_size = 0;
  EXPECT_EQ(series_of(tape, Memory::spread).size(), 3);
}

TEST(Memory, TellsALikeTapeFromAShuffledOne) {
  const Tape reference = TapeMaker(1, 1, 0.8).make(30'000), like = TapeMaker(1, 2, 0.8).make(30'000),
             unlike = TapeMaker(1, 3, 0.0).make(30'000);
  const Tape mixed = shuffled(reference, 1);
  constexpr auto signs = static_cast<std::size_t>(Memory::trade_signs);
  const MemoryComparison good = compare_memory(like, reference, mixed, {})[signs];
  EXPECT_TRUE(good.closer_than_shuffled());
  EXPECT_TRUE(good.inside());
  EXPECT_GE(good.lags_inside(), 7u);
  const MemoryComparison bad = compare_memory(unlike, reference, mixed, {})[signs];
  EXPECT_FALSE(bad.inside());
  EXPECT_GT(bad.apart, 3 * good.apart);
}

TEST(Memory, OfTooShortATapeIsUnknown) {
  const Tape tape = TapeMaker(1, 1).make(10);
  for (std::size_t i = 0; i < kMemories; ++i) {
    const MemoryCurve curve = curve_of(tape, static_cast<Memory>(i), {});
    EXPECT_TRUE(std::isnan(curve.acf.back()));
    EXPECT_TRUE(std::isnan(distance(curve, curve)) || distance(curve, curve) == 0);
  }
}

}  // namespace
}  // namespace marketmimic
