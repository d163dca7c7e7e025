#include "host/decomposition/naming.hpp"

#include <algorithm>
#include <array>

#include "marketmimic/detectors.hpp"

namespace marketmimic {
namespace {

constexpr float kHold = 0.005f;     ///< exposure change below which nothing was done
constexpr float kProfit = 1.0f;     ///< gain or loss that counts as one [units of the usual volatility]
constexpr float kDip = 2.0f;        ///< move against the trader's side that makes a dip
constexpr float kAtExtreme = 0.5f;  ///< distance from the recent extreme within which a price is at it

constexpr std::uint32_t kUp = event_bit(MarketEvent::trend_up), kDown = event_bit(MarketEvent::trend_down),
                        kCrash = event_bit(MarketEvent::crash), kRange = event_bit(MarketEvent::range),
                        kBreak = event_bit(MarketEvent::volatility_break),
                        kStop = event_bit(MarketEvent::drawdown_stop), kRecovery = event_bit(MarketEvent::recovery),
                        kGain = event_bit(MarketEvent::gain), kLoss = event_bit(MarketEvent::loss);

bool has(const Movement& m, std::uint32_t events) { return (m.events & events) != 0; }
std::uint32_t trend_of(float direction) { return direction > 0 ? kUp : kDown; }
/// Distance from the extreme that the side wants to be at: the high for a long position, the low for a short one.
float retreat(const Movement& m) { return m.side() > 0 ? m.fall : m.rise; }

std::uint32_t nothing(const Movement&) { return 0; }

constexpr std::array<KindRule, kPrimitiveKinds> kRules = {{
    {PrimitiveKind::position_flip, "one order closes a position and opens the opposite one",
     [](const Movement& m) { return m.flips; }, [](const Movement& m) { return trend_of(m.direction()) | kStop; },
     nothing},
    {PrimitiveKind::oscillation,
     "builds a position up and reduces it about one level, three times or more, always as long and by as much",
     [](const Movement& m) { return m.oscillates; }, [](const Movement&) { return kRange; }, nothing},
    {PrimitiveKind::hold, "exposure changes by less than 0.5 % of the cycle's peak",
     [](const Movement& m) { return m.size() < kHold; }, nothing},
    {PrimitiveKind::flash_crash_exit, "reduces a long position while a crash holds",
     [](const Movement& m) { return m.reduces() && m.side() > 0 && has(m, kCrash) && !m.at_stop && !m.at_target; },
     [](const Movement&) { return kCrash; }},
    {PrimitiveKind::stop_loss_trail,
     "reduces a position at the trader's own stop; where the log shows none, while the price is a drawdown stop away "
     "from "
     "the position's best, or at a loss of 1 unit",
     [](const Movement& m) {
       return m.reduces() && (m.stop_known ? m.at_stop : has(m, kStop) || m.profit <= -kProfit);
     },
     [](const Movement&) { return kStop; }, [](const Movement&) { return kStop | kLoss; }},
    {PrimitiveKind::take_profit_scale_out,
     "reduces a position at the trader's own target; where the log shows none, at a gain of 1 unit or more over "
     "its mean entry price",
     [](const Movement& m) { return m.reduces() && (m.target_known ? m.at_target : m.profit >= kProfit); },
     [](const Movement& m) { return trend_of(m.side()) | (m.side() < 0 ? kCrash : 0u); },
     [](const Movement&) { return kGain; }},
    {PrimitiveKind::range_bound_distribution, "reduces a position while the price ranges",
     [](const Movement& m) { return m.reduces() && has(m, kRange); }, [](const Movement&) { return kRange; }},
    {PrimitiveKind::breakout_entry,
     "builds a position while volatility breaks out, within half a unit of the recent extreme on its side, the mean "
     "return with it",
     [](const Movement& m) {
       return m.builds() && has(m, kBreak) && retreat(m) <= kAtExtreme && m.trend * m.side() > 0;
     },
     [](const Movement&) { return kBreak; }},
    {PrimitiveKind::bull_market_entry, "builds a long position in an upward trend",
     [](const Movement& m) { return m.builds() && m.side() > 0 && has(m, kUp); }, [](const Movement&) { return kUp; }},
    {PrimitiveKind::bear_market_entry, "builds a short position in a downward trend",
     [](const Movement& m) { return m.builds() && m.side() < 0 && has(m, kDown); },
     [](const Movement&) { return kDown; }},
    {PrimitiveKind::dip_accumulation,
     "builds a position after a move of 2 units against it, or a long one in a crash or its recovery",
     [](const Movement& m) {
       return m.builds() && (retreat(m) >= kDip || (m.side() > 0 && has(m, kCrash | kRecovery)));
     },
     [](const Movement& m) { return m.side() > 0 ? kCrash | kRecovery | kDown : kUp; }},
    {PrimitiveKind::range_bound_accumulation, "builds a position while the price ranges",
     [](const Movement& m) { return m.builds() && has(m, kRange); }, [](const Movement&) { return kRange; }},
    {PrimitiveKind::unclassified, "none of the above", [](const Movement&) { return true; }, nothing},
}};

}  // namespace

std::span<const KindRule> kind_rules() { return kRules; }

const KindRule& rule_of(const Movement& movement) {
  return *std::find_if(kRules.begin(), kRules.end(), [&](const KindRule& rule) { return rule.matches(movement); });
}

}  // namespace marketmimic
