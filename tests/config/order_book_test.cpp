#include <string>
#include <string_view>

#include "host/config/market_file.hpp"
#include "support.hpp"
#include "tests/plain_order_book.hpp"

namespace marketmimic {
namespace {

MarketFile plain_market() {
  MarketFile market;
  market.has_diffusion = false;
  market.order_book = plain_order_book();
  return market;
}

/// The plain market's text with `from` replaced where it first occurs.
std::string changed_book(std::string_view from, std::string_view to) {
  std::string text = market_text(plain_market());
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}
std::string refused_book(std::string_view from, std::string_view to) {
  return refusal([&] { parse_market(changed_book(from, to), "market.toml"); });
}

TEST(OrderBookFile, ComesBackToTheBitAloneAndBesideADiffusion) {
  MarketFile market = plain_market();
  market.order_book->rate[2][6][5] = 1.0f / 3.0f;
  market.order_book->from_opposite = 1;
  for (const bool has_diffusion : {false, true}) {
    market.has_diffusion = has_diffusion;
    for (const Comments comments : {Comments::with, Comments::without}) {
      const MarketFile back = parse_market(market_text(market, comments), "market.toml");
      EXPECT_EQ(Bits(back), Bits(market)) << has_diffusion;
    }
  }
  EXPECT_FALSE(parse_market(market_text(MarketFile{}), "m").order_book.has_value());
}

TEST(OrderBookFile, SharesTheInitialMid) {
  const MarketFile market = parse_market(changed_book("half_ticks = 20000", "half_ticks = 4001"), "m");
  EXPECT_EQ(market.order_book->initial_mid_half_ticks, 4001);
  EXPECT_EQ(market.diffusion.initial_mid_half_ticks, 4001);
  MarketFile differs = plain_market();
  differs.has_diffusion = true;
  differs.order_book->initial_mid_half_ticks = 400;
  EXPECT_EQ(refusal([&] { check_market(differs); }), "4 units.initial_mid_half_ticks must be the same for both models");
}

TEST(OrderBookFile, RefusesWhatIsOutOfRange) {
  const auto refuses = [](std::string_view from, std::string_view to, std::string_view line) {
    const std::string found = refused_book(from, to);
    EXPECT_THAT(found, testing::MatchesRegex("4 market\\.toml:[0-9]+:[0-9]+: .*"));
    EXPECT_THAT(found, testing::HasSubstr(std::string(": order_book.") + std::string(line)));
  };
  refuses("[0.5, 0.5", "[-0.5, 0.5", "touch.improve must be 0 to 1000000 (got -0.5)");
  refuses("[0.5, 0.5", "[0.5", "touch.improve must be an array of 6 numbers (got an array of 5)");
  refuses("improve = [\n  [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],", "improve = [",
          "touch.improve must be an array of 7 rows of 6 numbers (got an array of 6)");
  refuses("improve = [\n  [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]", "improve = [\n  3",
          "touch.improve must be an array of 6 numbers (got 3)");
  refuses("spread_edges = [1, 2", "spread_edges = [3, 2", "touch.spread_edges must be ascending");
  refuses("spread_edges = [1, 2", "spread_edges = [1.0, 2",
          "touch.spread_edges must be a whole number, 0 to 1000000 (got 1)");
  refuses("spread_edges = [1, 2, 4", "spread_edges = [1, 2",
          "touch.spread_edges must be an array of 5 numbers (got an array of 4)");
  refuses("branching = [0.5, 0.2", "branching = [0.5, 0.5", "excitation.branching must have a sum of at most 0.95");
  refuses("branching = [0.5", "branching = [0.96", "excitation.branching must be 0 to 0.95 (got 0.96)");
  refuses("decay = [100.0", "decay = [0.0", "excitation.decay must be 1e-06 to 1000000 (got 0)");
  refuses("wait = [-6", "wait = [-1", "clock.wait must be ascending");
  refuses("lots = [1, 2", "lots = [0, 2", "depth.lots must be 1 to 1000000 (got 0)");
  refuses("lots = [1, 2", "lots = [7, 2", "depth.lots must be ascending");
  refuses("improvement = [\n  [1", "improvement = [\n  [5", "orders.improvement must have ascending rows");
  refuses("sweep_share = 0.4", "sweep_share = 1.4", "orders.sweep_share must be 0 to 1 (got 1.4)");
  refuses("from_opposite = false", "from_opposite = 0", "depth.from_opposite must be true or false (got 0)");
  refuses("warm_up = 60.0", "warm_up = 3601.0", "warm_up must be 0 to 3600 (got 3601)");
  refuses("initial_spread = 2", "initial_spread = 20000", "initial_spread must be below units.initial_mid_half_ticks");
  refuses("mean_rate = 4.0", "mean_rate = nan", "excitation.mean_rate must be 1e-06 to 1000000 (got nan)");
}

TEST(OrderBookFile, RefusesWaitsWhoseMeanIsNotOne) {
  MarketFile market = plain_market();
  for (float& each : market.order_book->wait) each += 0.06f;
  EXPECT_EQ(refusal([&] { check_market(market); }),
            "4 order_book.clock.wait must be of waiting times with mean 1, to within 5 %");
}

TEST(OrderBookFile, RefusesMissingAndUnknownKeys) {
  EXPECT_THAT(refused_book("mean_rate = 4.0\n", ""),
              testing::HasSubstr(": order_book.excitation.mean_rate is missing: "));
  EXPECT_THAT(refused_book("mean_rate", "maen_rate"),
              testing::HasSubstr("unknown key 'order_book.excitation.maen_rate'; did you mean "
                                 "order_book.excitation.mean_rate?"));
  EXPECT_THAT(refused_book("[order_book.memory]", "[order_book.memry]"),
              testing::HasSubstr("unknown key 'order_book.memry'; did you mean order_book.memory?"));
  const std::string text = market_text(plain_market());
  const std::string cut = text.substr(0, text.find("[order_book.depth]"));
  EXPECT_THAT(refusal([&] { parse_market(cut, "market.toml"); }),
              testing::HasSubstr(": order_book.depth is missing: "));
  EXPECT_THAT(refusal([&] { parse_market(text + "\n[impact]\nfactor = 1.0\n", "market.toml"); }),
              testing::HasSubstr(": diffusion is missing: "))
      << "a part of the diffusion asks for all of it";
}

}  // namespace
}  // namespace marketmimic
