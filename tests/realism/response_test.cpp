#include "host/realism/response.hpp"

#include <cmath>
#include <random>

#include "support.hpp"

namespace marketmimic {
namespace {

/// Trades a second apart, each of which moves the log mid by `move(lots)` its own way. Prices have twelve digits, so
/// that their rounding is nothing.
class MovedTape {
 public:
  MovedTape() {
    tape_.levels = 1;
    add(MessageType::submission, 1, 1);
  }
  void trade(int sign, std::int32_t lots, double move, bool at_once = false) {
    if (at_once) --seconds_;
    log_mid_ += sign * move;
    add(MessageType::execution, -sign, lots);
  }
  const Tape& tape() const { return tape_; }

 private:
  void add(MessageType type, int direction, std::int32_t lots) {
    const auto mid = static_cast<std::int64_t>(1e12 * std::exp(log_mid_));
    tape_.messages.push_back({1'000'000'000 * ++seconds_, type, 1, lots, mid, direction});
    tape_.book.push_back({mid + 1, 1, mid - 1, 1});
  }

  Tape tape_;
  std::int64_t seconds_ = 0;
  double log_mid_ = 0;
};

TEST(Impact, OfPersistentSignsIsTheirSum) {
  // Steps of 1 basis point and signs with correlation 0.8 ^ lag: R(l) = 1 + 0.8 + ... + 0.8 ^ (l - 1).
  MovedTape made;
  std::mt19937_64 engine(1);
  std::bernoulli_distribution stays(0.9);
  int sign = 1;
  for (int i = 0; i < 100'000; ++i) {
    sign = stays(engine) ? sign : -sign;
    made.trade(sign, 1, 1e-4);
  }
  const TapeImpact impact = impact_of(made.tape(), {});
  EXPECT_EQ(impact.orders, 100'000u);
  EXPECT_NEAR(impact.response[0], 1, 1e-6);
  for (std::size_t k = 1; k < 5; ++k) {
    const double truth = (1 - std::pow(0.8, static_cast<double>(kResponseLags[k]))) / 0.2;
    EXPECT_NEAR(impact.response[k], truth, 0.1 * truth) << k;
    EXPECT_GT(truth, impact.response_interval[k].lower) << k;
    EXPECT_LT(truth, impact.response_interval[k].upper) << k;
  }
}

TEST(Impact, HasTheExponentOfItsLaw) {
  for (const double exponent : {0.5, 0.8}) {
    MovedTape made;
    std::mt19937_64 engine(2);
    std::uniform_real_distribution<double> decades(1, 4);
    for (int window = 0; window < 4000; ++window) {
      const auto lots = static_cast<std::int32_t>(std::pow(10, decades(engine)));
      const int sign = engine() % 2 == 0 ? 1 : -1;
      for (Eigen::Index i = 0; i < kWindowOrders; ++i) made.trade(sign, lots, 1e-6 * std::pow(lots, exponent));
    }
    made.trade(1, 1, 0);  // whose book before it ends the last window
    const TapeImpact impact = impact_of(made.tape(), {});
    EXPECT_NEAR(impact.exponent, exponent, 0.01);
    EXPECT_LT(impact.exponent_interval.lower, impact.exponent_interval.upper);
    EXPECT_NEAR(impact.exponent_interval.lower, exponent, 0.05);
  }
}

TEST(Impact, TakesTradesOfOneTimeAndSideAsOneOrder) {
  MovedTape made;
  made.trade(1, 3, 1e-4);
  made.trade(1, 4, 1e-4, true);
  made.trade(-1, 5, 1e-4, true);
  made.trade(-1, 6, 1e-4);
  const std::vector<MarketOrder> orders = market_orders_of(made.tape());
  ASSERT_EQ(orders.size(), 3u);
  EXPECT_EQ(orders[0].lots, 7);
  EXPECT_EQ(orders[1].sign, -1);
  EXPECT_EQ(orders[2].lots, 6);
  EXPECT_NEAR(orders[1].log_mid - orders[0].log_mid, 2e-4, 1e-9);
}

TEST(Impact, NeedsABookBefore) {
  MovedTape made;
  made.trade(1, 3, 1e-4);
  Tape tape = made.tape();
  tape.book[0].bid_size = 0;
  EXPECT_TRUE(market_orders_of(tape).empty());
}

TEST(Impact, OfTooShortATapeIsUnknown) {
  const TapeImpact impact = impact_of(TapeMaker(1, 1).make(100), {});
  EXPECT_TRUE(std::isnan(impact.exponent));
  EXPECT_TRUE(std::isnan(impact.response.back()));
  EXPECT_EQ(impact_of(Tape{.levels = 1}, {}).orders, 0u);
}

TEST(Impact, OfAmznIsConcaveAndLasts) {
  NEEDS("lobster_amzn_l1");
  const TapeImpact impact = impact_of(amzn(), {});
  EXPECT_GT(impact.response[0], 0);
  EXPECT_GT(impact.response[4], impact.response[0]);
  EXPECT_GT(impact.exponent, 0.2);
  EXPECT_LT(impact.exponent, 1.0);
}

}  // namespace
}  // namespace marketmimic
