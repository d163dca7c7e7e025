#include "host/decomposition/naming.hpp"

#include <gtest/gtest.h>

#include <set>

#include "marketmimic/detectors.hpp"

namespace marketmimic {
namespace {

constexpr std::uint32_t bit(MarketEvent e) { return event_bit(e); }

PrimitiveKind kind_of(const Movement& m) { return rule_of(m).kind; }
std::uint32_t triggers_of(const Movement& m) { return rule_of(m).triggers(m); }
std::uint32_t condition_of(const Movement& m) { return rule_of(m).condition(m); }

TEST(Naming, EveryKindHasOneRuleAndADefinition) {
  std::set<PrimitiveKind> kinds;
  for (const KindRule& rule : kind_rules()) {
    EXPECT_TRUE(kinds.insert(rule.kind).second);
    EXPECT_FALSE(rule.definition.empty());
  }
  EXPECT_EQ(kinds.size(), kPrimitiveKinds);
  EXPECT_EQ(kind_rules().back().kind, PrimitiveKind::unclassified);
}

TEST(Naming, Entries) {
  EXPECT_EQ(kind_of({.to = 1, .events = bit(MarketEvent::trend_up)}), PrimitiveKind::bull_market_entry);
  EXPECT_EQ(kind_of({.to = -1, .events = bit(MarketEvent::trend_down)}), PrimitiveKind::bear_market_entry);
  EXPECT_EQ(kind_of({.to = -1, .events = bit(MarketEvent::trend_up)}), PrimitiveKind::unclassified);
  EXPECT_EQ(kind_of({.from = 0.4f, .to = 1, .events = bit(MarketEvent::range)}),
            PrimitiveKind::range_bound_accumulation);
  EXPECT_EQ(kind_of({.from = -0.4f, .to = -1, .events = bit(MarketEvent::range)}),
            PrimitiveKind::range_bound_accumulation);
  EXPECT_EQ(kind_of({.to = 1, .fall = 2.5f}), PrimitiveKind::dip_accumulation);
  EXPECT_EQ(kind_of({.to = -1, .rise = 2.5f}), PrimitiveKind::dip_accumulation);
  EXPECT_EQ(kind_of({.to = -1, .fall = 2.5f}), PrimitiveKind::unclassified) << "sells after a fall";
  EXPECT_EQ(kind_of({.to = 1, .events = bit(MarketEvent::recovery)}), PrimitiveKind::dip_accumulation);
  EXPECT_EQ(kind_of({.to = 1}), PrimitiveKind::unclassified);
}

TEST(Naming, ABreakoutNeedsVolatilityTheExtremeAndTheDrift) {
  const Movement m{.to = 1, .events = bit(MarketEvent::volatility_break), .fall = 0.2f, .rise = 4, .trend = 1};
  EXPECT_EQ(kind_of(m), PrimitiveKind::breakout_entry);
  EXPECT_EQ(triggers_of(m), bit(MarketEvent::volatility_break));
  for (const auto change :
       {+[](Movement& x) { x.events = 0; }, +[](Movement& x) { x.fall = 1; }, +[](Movement& x) { x.trend = -1; }}) {
    Movement other = m;
    change(other);
    EXPECT_NE(kind_of(other), PrimitiveKind::breakout_entry);
  }
}

TEST(Naming, Exits) {
  const std::uint32_t crash = bit(MarketEvent::crash);
  EXPECT_EQ(kind_of({.from = 1, .events = crash}), PrimitiveKind::flash_crash_exit);
  EXPECT_EQ(kind_of({.from = -1, .events = crash, .profit = 3}), PrimitiveKind::take_profit_scale_out)
      << "a short position gains in a crash";
  EXPECT_EQ(kind_of({.from = 1, .to = 0.5f, .events = bit(MarketEvent::drawdown_stop), .profit = 2}),
            PrimitiveKind::stop_loss_trail);
  EXPECT_EQ(kind_of({.from = 1, .profit = -1.5f}), PrimitiveKind::stop_loss_trail);
  EXPECT_EQ(kind_of({.from = 1, .to = 0.5f, .profit = 1.5f}), PrimitiveKind::take_profit_scale_out);
  EXPECT_EQ(kind_of({.from = 1, .to = 0.5f, .events = bit(MarketEvent::range), .profit = 0.5f}),
            PrimitiveKind::range_bound_distribution);
  EXPECT_EQ(kind_of({.from = 1, .to = 0.5f, .profit = 0.5f}), PrimitiveKind::unclassified);
}

TEST(Naming, WhereTheTradersOwnStopAndTargetAreKnownTheyDecide) {
  EXPECT_EQ(kind_of({.from = 1, .profit = -1.5f, .stop_known = true}), PrimitiveKind::unclassified);
  EXPECT_EQ(kind_of({.from = 1, .stop_known = true, .at_stop = true}), PrimitiveKind::stop_loss_trail);
  EXPECT_EQ(kind_of({.from = 1, .events = bit(MarketEvent::crash), .stop_known = true, .at_stop = true}),
            PrimitiveKind::stop_loss_trail);
  EXPECT_EQ(kind_of({.from = 1, .events = bit(MarketEvent::crash), .stop_known = true}),
            PrimitiveKind::flash_crash_exit);
  EXPECT_EQ(kind_of({.from = 1, .profit = 1.5f, .target_known = true}), PrimitiveKind::unclassified);
  EXPECT_EQ(kind_of({.from = 1, .target_known = true, .at_target = true}), PrimitiveKind::take_profit_scale_out);
}

TEST(Naming, HoldsAndFlips) {
  EXPECT_EQ(kind_of({.from = 1, .to = 0.996f, .events = bit(MarketEvent::crash)}), PrimitiveKind::hold);
  EXPECT_EQ(kind_of({.from = 1, .to = 0, .flips = true, .events = bit(MarketEvent::crash)}),
            PrimitiveKind::position_flip);
  EXPECT_EQ(triggers_of({.from = 1, .to = 0, .flips = true}),
            bit(MarketEvent::trend_down) | bit(MarketEvent::drawdown_stop));
  EXPECT_EQ(triggers_of({.from = 1, .to = 1}), 0u);
}

TEST(Naming, AnOscillationNeitherBuildsNorReduces) {
  const Movement m{.from = 1, .to = 0.7f, .oscillates = true, .events = bit(MarketEvent::range), .profit = 2};
  EXPECT_EQ(kind_of(m), PrimitiveKind::oscillation);
  EXPECT_EQ(triggers_of(m), bit(MarketEvent::range));
  EXPECT_FALSE(m.builds());
  EXPECT_FALSE(m.reduces());
}

TEST(Naming, TriggersFitTheirKind) {
  EXPECT_EQ(triggers_of({.to = 1, .events = bit(MarketEvent::trend_up)}), bit(MarketEvent::trend_up));
  EXPECT_EQ(triggers_of({.from = 1, .events = bit(MarketEvent::crash)}), bit(MarketEvent::crash));
  EXPECT_EQ(triggers_of({.from = 1, .profit = 2}), bit(MarketEvent::trend_up));
  EXPECT_EQ(triggers_of({.from = -1, .profit = 2}), bit(MarketEvent::trend_down) | bit(MarketEvent::crash));
  EXPECT_EQ(triggers_of({.to = 1}), 0u) << "unclassified: the trader's own timing";
}

TEST(Naming, AsksOfAnotherMarketWhatItsDefinitionSays) {
  constexpr std::uint32_t none = 0;
  EXPECT_EQ(condition_of({.to = 1, .events = bit(MarketEvent::trend_up)}), bit(MarketEvent::trend_up));
  EXPECT_EQ(condition_of({.to = 1, .events = bit(MarketEvent::range) | bit(MarketEvent::drawdown_stop)}),
            bit(MarketEvent::range));
  EXPECT_EQ(condition_of({.from = 1, .profit = 1.5f}), bit(MarketEvent::gain));
  EXPECT_EQ(condition_of({.from = 1, .profit = -1.5f}), bit(MarketEvent::loss) | bit(MarketEvent::drawdown_stop));
  EXPECT_EQ(condition_of({.from = 1, .stop_known = true, .at_stop = true}),
            bit(MarketEvent::loss) | bit(MarketEvent::drawdown_stop))
      << "where no rule leads to it";
  EXPECT_EQ(condition_of({.from = 1, .target_known = true, .at_target = true}), bit(MarketEvent::gain));
  EXPECT_EQ(condition_of({.from = 1, .to = 0, .flips = true, .events = bit(MarketEvent::trend_down)}), none);
  EXPECT_EQ(condition_of({.from = 1, .to = 1, .events = bit(MarketEvent::range)}), none) << "a hold is one anywhere";
}

}  // namespace
}  // namespace marketmimic
