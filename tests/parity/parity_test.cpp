#include <gtest/gtest.h>

#include <cstring>

#include "tests/parity/backends.hpp"
#include "tests/parity/cases.hpp"

namespace marketmimic::parity {
namespace {

constexpr std::uint64_t kFirst = 0xfffffffeull;  // the scenario's number crosses 2^32 within the run
constexpr std::uint32_t kCount = 397;            // prime: the last warp and the last lanes are partly full

/// One body for all: whatever runs a scenario gives the bits the CPU launcher gives (DESIGN.md, section 3).
class EveryBackend : public testing::TestWithParam<Backend> {
 protected:
  void same_bits(const Case& c, std::uint32_t count = kCount) {
    std::string why;
    const std::optional<Outcome> got = GetParam().run(c.context, kFirst, count, why);
    if (!got) GTEST_SKIP() << why;
    const std::optional<std::string> found = difference(run_on_cpu(c.context, kFirst, count), *got);
    EXPECT_FALSE(found.has_value()) << *found;
  }
};

TEST_P(EveryBackend, RunsTheMarketAloneToTheSameBits) { same_bits(*market_alone()); }
TEST_P(EveryBackend, RunsEverythingAtOnceToTheSameBits) { same_bits(*everything()); }
TEST_P(EveryBackend, RunsAnyParametersToTheSameBits) {
  for (std::uint32_t seed = 0; seed < 100 && !IsSkipped() && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    same_bits(*anything(seed), 37);
  }
}

TEST_P(EveryBackend, RunsTheOrderBookAloneToTheSameBits) { same_bits(*order_book_alone(), 19); }
TEST_P(EveryBackend, RunsRulesToTheSameBits) {
  for (const SignalFamily family : {SignalFamily::none, SignalFamily::breakout, SignalFamily::crossing,
                                    SignalFamily::bands, SignalFamily::strength})
    same_bits(*with_rules(everything(), family));
}
TEST_P(EveryBackend, RunsRulesOnAnOrderBookToTheSameBits) {
  same_bits(*with_rules(order_book_everything(), SignalFamily::breakout), 3);
}
TEST_P(EveryBackend, RunsComposedPlansToTheSameBits) {
  same_bits(*composed(everything(), PlanSequence::demonstration, OverrideAction::abort), 61);
  same_bits(*composed(everything(), PlanSequence::transitions, OverrideAction::replace), 61);
  same_bits(*composed(everything(), PlanSequence::transitions, OverrideAction::replan), 61);
  same_bits(*composed(everything(), PlanSequence::plan, OverrideAction::replan), 61);
}
TEST_P(EveryBackend, RunsComposedPlansOnAnOrderBookToTheSameBits) {
  same_bits(*composed(order_book_everything(), PlanSequence::transitions, OverrideAction::replan), 3);
}
TEST_P(EveryBackend, RunsEverythingOnAnOrderBookToTheSameBits) { same_bits(*order_book_everything(), 3); }
TEST_P(EveryBackend, RunsAnyOrderBookToTheSameBits) {
  for (std::uint32_t seed = 0; seed < 3 && !IsSkipped() && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    same_bits(*any_order_book(seed), 3);
  }
}
TEST_P(EveryBackend, RunsACrowdedOrderBookToTheSameBits) { same_bits(*crowded_order_book(), 2); }

INSTANTIATE_TEST_SUITE_P(Parity, EveryBackend, testing::ValuesIn(backends()),
                         [](const auto& test) { return test.param.name; });

/// The bits that a column of a mask has anywhere.
template <class T>
std::uint32_t bits_seen(const Outcome& outcome, std::string_view column) {
  std::uint32_t seen = 0;
  for (std::size_t c = 0; c < outcome.columns().size(); ++c) {
    if (outcome.columns()[c].name != column) continue;
    for (std::size_t e = 0; e < outcome.columns()[c].column.rows; ++e) {
      for (std::uint32_t i = 0; i < outcome.count; ++i) {
        T value = 0;
        std::memcpy(&value, outcome.at(c, e, i), sizeof value);
        seen |= static_cast<std::uint32_t>(value);
      }
    }
  }
  return seen;
}

TEST(Parity, EverythingReachesEveryRule) {
  const auto c = everything();
  const Outcome outcome = run_on_cpu(c->context, kFirst, kCount);
  EXPECT_EQ(bits_seen<std::uint32_t>(outcome, "market_event"), (1u << kMarketEvents) - 1u);
  EXPECT_EQ(bits_seen<std::uint32_t>(outcome, "perturbation"), (1u << kPerturbationKinds) - 1u);
  EXPECT_EQ(bits_seen<std::uint8_t>(outcome, "regime"), 3u);
  std::uint32_t attempted = 0, failures = 0, overrides = 0, untriggered = 0, faster = 0;
  std::int64_t lots = 0, fees = 0;
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const Summary& s = outcome.summaries[i];
    attempted |= s.attempted;
    failures |= 1u << static_cast<std::uint32_t>(s.failure);
    overrides += s.overrides;
    untriggered += s.untriggered;
    faster += s.time_scale > 1.0f ? 1u : 0u;
    lots += s.traded_lots;
    fees += s.fees;
  }
  std::uint32_t planned = 0;
  for (const Primitive& p : c->primitives) planned |= 1u << p.kind;
  EXPECT_EQ(attempted, planned);
  EXPECT_GE(__builtin_popcount(failures), 4) << failures;
  EXPECT_GT(overrides, 0u);
  EXPECT_GT(untriggered, 0u);
  EXPECT_GT(faster, 0u);
  EXPECT_GT(lots, 0);
  EXPECT_GT(fees, 0);
}

TEST(Parity, ADifferenceOfOneBitIsFound) {
  const auto c = market_alone();
  const Outcome expected = run_on_cpu(c->context, 0, 20);
  Outcome changed = run_on_cpu(c->context, 0, 20);
  ASSERT_EQ(difference(expected, changed), std::nullopt);
  *changed.at(6, 99, 19) ^= std::byte{1};
  EXPECT_EQ(difference(expected, changed), "close: row 99, value 0, scenario 19");
}

}  // namespace
}  // namespace marketmimic::parity
