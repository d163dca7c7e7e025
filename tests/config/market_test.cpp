#include <limits>
#include <string>
#include <string_view>

#include "host/config/market_file.hpp"
#include "support.hpp"

namespace marketmimic {
namespace {

/// The default market's text with `from` replaced, which must be there once.
std::string changed(std::string_view from, std::string_view to) {
  std::string text = market_text(MarketFile{});
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  EXPECT_EQ(text.find(from, at + 1), std::string::npos) << from;
  return text.replace(at, from.size(), to);
}
std::string refused(std::string_view from, std::string_view to) {
  return refusal([&] { parse_market(changed(from, to), "market.toml"); });
}

TEST(Market, TextOfTheDefaultsGivesTheDefaults) {
  EXPECT_EQ(Bits(parse_market(market_text(MarketFile{}), "market.toml")), Bits(MarketFile{}));
  EXPECT_EQ(Bits(parse_market(market_text(MarketFile{}, Comments::with), "market.toml")), Bits(MarketFile{}));
}

TEST(Market, SetsWhatTheFileHolds) {
  EXPECT_EQ(parse_market(changed("volatility = 5e-05", "volatility = 7.5e-5"), "m").diffusion.volatility, 7.5e-5f);
  EXPECT_EQ(parse_market(changed("tick = 0.01", "tick = 1"), "m").tick, 1.0);
  EXPECT_EQ(parse_market(changed("\"USD\"", "\"USDT\""), "m").currency, "USDT");
  const MarketFile two = parse_market(
      market_text(MarketFile{}) + "\n[[regime]]\nlog_volatility = 0.7\ndrift = -1e-7\nleave_rate = 1e-4\n", "m");
  EXPECT_EQ(two.diffusion.regimes, 2u);
  EXPECT_EQ(two.diffusion.regime[1].log_volatility, 0.7f);
  EXPECT_EQ(two.diffusion.regime[1].drift, -1e-7f);
  EXPECT_EQ(two.diffusion.regime[1].leave_rate, 1e-4f);
}

TEST(Market, RefusesWhatIsOutOfRange) {
  EXPECT_EQ(refused("volatility = 5e-05", "volatility = 0"),
            "4 market.toml:12:14: diffusion.volatility must be 1e-09 to 0.01 (got 0)");
  EXPECT_EQ(refused("tick = 0.01", "tick = -0.01"),
            "4 market.toml:4:8: units.tick must be 1e-12 to 1000000000 (got "
            "-0.01)");
  EXPECT_EQ(refused("\nleverage = 0.0", "\nleverage = -1.0"),
            "4 market.toml:18:12: diffusion.leverage must be -0.99 to 0.99 (got -1)");
  EXPECT_EQ(refused("slow_leverage = 0.0", "slow_leverage = 1.0"),
            "4 market.toml:19:17: diffusion.slow_leverage must be -0.99 to 0.99 (got 1)");
  EXPECT_EQ(refused("move_rate = 10.0", "move_rate = 11.0"),
            "4 market.toml:36:13: volume.move_rate must be 1e-09 to 10 (got 11)");
  EXPECT_EQ(refused("noise_sd = 0.0", "noise_sd = -0.1"),
            "4 market.toml:39:12: volume.noise_sd must be 0 to 2 (got -0.1)");
  EXPECT_EQ(refused("initial_mid_half_ticks = 20000", "initial_mid_half_ticks = 199"),
            "4 market.toml:9:26: units.initial_mid_half_ticks must be 200 to 20000000 (got 199)");
  EXPECT_EQ(refused("fast_rate = 0.001", "fast_rate = 1e-5"),
            "4 market.toml:16:13: diffusion.fast_rate must be above diffusion.slow_rate");
  EXPECT_EQ(refused("log_volume = [0.0", "log_volume = [3.0"),
            "4 market.toml:30:14: season.log_volume must have mean 0");
  EXPECT_EQ(refused("log_volume = [0.0, ", "log_volume = ["),
            "4 market.toml:30:14: season.log_volume must be an array of 24 numbers (got an array of 23)");
  EXPECT_EQ(refused("\"USD\"", "\"\\u001b[31m\""),
            "4 market.toml:6:12: units.currency must be text of at most 32 printable ASCII characters (got "
            "'\\x1b[31m')");
}

TEST(Market, RefusesMissingAndUnknownKeys) {
  EXPECT_EQ(
      refused("\nmemory = 0.0", ""),
      "4 market.toml:11:1: diffusion.memory is missing: above 0: returns overreact and revert; below: underreact");
  EXPECT_EQ(refused("\nmemory = 0.0", "\nmemroy = 0.0"),
            "4 market.toml:20:1: unknown key 'diffusion.memroy'; did you mean diffusion.memory?");
  const std::string whole = market_text(MarketFile{});
  const std::string cut = whole.substr(0, whole.find("[volume]"));
  EXPECT_THAT(refusal([&] { parse_market(cut, "market.toml"); }), testing::HasSubstr(": volume is missing: "));
  EXPECT_THAT(refusal([&] { parse_market("", "market.toml"); }), testing::StartsWith("4 market.toml"));
  EXPECT_THAT(refusal([&] { parse_market("scenarios = 3", "market.toml"); }),
              testing::StartsWith("4 market.toml:1:1: unknown key 'scenarios'"));
}

TEST(Market, HasOneToFourRegimes) {
  std::string text = market_text(MarketFile{});
  const std::string regime = "[[regime]]\nlog_volatility = 0.0\ndrift = 0.0\nleave_rate = 0.0\n";
  const std::size_t at = text.find(regime);
  ASSERT_NE(at, std::string::npos);
  const std::string none = std::string("regime = []\n") + text.substr(0, at);
  EXPECT_EQ(refusal([&] { parse_market(none, "m"); }), "4 m:1:10: regime must be 1 to 4 tables (got an array of 0)");
  for (int i = 0; i < 3; ++i) text += regime;
  EXPECT_EQ(parse_market(text, "m").diffusion.regimes, 4u);
  EXPECT_THAT(refusal([&] { parse_market(text + regime, "m"); }),
              testing::HasSubstr("regime must be 1 to 4 tables (got an array of 5)"));
}

TEST(Market, IsCheckedWhenCodeMadeIt) {
  const auto refused_change = [](const auto& change) {
    MarketFile market;
    change(market);
    return refusal([&] { check_market(market); });
  };
  EXPECT_EQ(refused_change([](MarketFile&) {}), "");
  EXPECT_EQ(refused_change([](MarketFile& m) { m.diffusion.volatility = std::numeric_limits<float>::quiet_NaN(); }),
            "4 diffusion.volatility must be 1e-09 to 0.01 (got nan)");
  EXPECT_EQ(refused_change([](MarketFile& m) { m.diffusion.fast_rate = m.diffusion.slow_rate; }),
            "4 diffusion.fast_rate must be above diffusion.slow_rate");
  EXPECT_EQ(refused_change([](MarketFile& m) { m.diffusion.regimes = 5; }), "4 regime must be 1 to 4 tables (got 5)");
  EXPECT_EQ(refused_change([](MarketFile& m) { m.diffusion.regimes = 2, m.diffusion.regime[1].leave_rate = 2; }),
            "4 regime[1].leave_rate must be 0 to 1 (got 2)");
  EXPECT_EQ(refused_change([](MarketFile& m) { m.asset = std::string(65, 'x'); }),
            "4 units.asset must be at most 64 characters");
}

TEST(Market, WritesHostileTextHarmlessly) {
  MarketFile market;
  market.provenance = "a \"quoted\" \\ path\n[diffusion]\x1b \xFF";
  const MarketFile back = parse_market(market_text(market), "m");
  EXPECT_EQ(back.provenance, "a \"quoted\" \\ path?[diffusion]? ?");
}

}  // namespace
}  // namespace marketmimic
