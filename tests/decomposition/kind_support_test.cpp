#include "host/decomposition/kind_support.hpp"

#include <gtest/gtest.h>

#include "demonstrations.hpp"
#include "host/decomposition/exit_rules.hpp"
#include "host/input/bars.hpp"
#include "host/input/fills.hpp"
#include "logs.hpp"

namespace marketmimic {
namespace {

KindSupports support_of(const Fills& log, const Bars& bars) {
  const Ledger ledger = build_ledger(log);
  return kind_support(ledger, bars, {}, learn_exit_rules(HeldPositions(ledger, bars, log.time_resolution_ms)),
                      log.time_resolution_ms, 60'000, 10, 199);
}

const KindSupport& of(const KindSupports& all, PrimitiveKind kind) { return all[static_cast<std::size_t>(kind)]; }

/// Buys at some bars' ends and sells ten bars later.
Fills buys_after(const Bars& bars, const std::vector<std::size_t>& entries) {
  std::vector<Fill> fills;
  std::size_t free = 0;
  for (const std::size_t i : entries) {
    if (i < free || i + 12 >= bars.bars.size()) continue;
    const double seconds = static_cast<double>(bars.bars[i + 1].time_ms - kStartMs) / 1000;
    fills.push_back(fill(seconds, 1, bars.bars[i].close, "in-" + std::to_string(i)));
    fills.push_back(fill(seconds + 36'000, -1, bars.bars[i + 10].close, "out-" + std::to_string(i)));
    free = i + 12;
  }
  return log_of(std::move(fills));
}

TEST(KindSupport, OfATraderWhoBuysDips) {
  const Bars bars = random_bars(6000, 0.01, 21);
  std::vector<std::size_t> dips;
  for (std::size_t i = 6; i < bars.bars.size(); ++i)
    if (bars.bars[i].close < 0.95 * bars.bars[i - 6].close) dips.push_back(i);
  const Fills log = buys_after(bars, dips);
  ASSERT_GT(log.fills.size(), 20u);
  const KindSupports all = support_of(log, bars);
  EXPECT_TRUE(of(all, PrimitiveKind::dip_accumulation).supported());
  EXPECT_GT(static_cast<double>(of(all, PrimitiveKind::dip_accumulation).count),
            3 * of(all, PrimitiveKind::dip_accumulation).by_chance);
  EXPECT_FALSE(of(all, PrimitiveKind::range_bound_accumulation).supported());
  EXPECT_EQ(of(all, PrimitiveKind::position_flip).p, 1);
}

TEST(KindSupport, OfATraderWhoDoesNotLook) {
  const Bars bars = random_bars(3000, 0.01, 22);
  std::vector<std::size_t> entries;
  for (std::size_t i = 20; i < bars.bars.size(); i += 50) entries.push_back(i);
  int supported = 0;
  for (const KindSupport& support : support_of(buys_after(bars, entries), bars))
    supported += support.supported() ? 1 : 0;
  EXPECT_LE(supported, 1);
}

TEST(KindSupport, OfTheRealFillsIsDipsAndProfits) {
  const std::filesystem::path folder = shared_data() / "btcusdt_5m";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no recordings here: " << shared_data();
  const KindSupports all = support_of(read_fills(folder / "fills.csv.gz"), read_bars(folder / "bars.csv.gz"));
  EXPECT_TRUE(of(all, PrimitiveKind::dip_accumulation).supported());
  EXPECT_TRUE(of(all, PrimitiveKind::take_profit_scale_out).supported());
  EXPECT_FALSE(of(all, PrimitiveKind::range_bound_accumulation).supported());
  EXPECT_FALSE(of(all, PrimitiveKind::stop_loss_trail).supported());
}

}  // namespace
}  // namespace marketmimic
