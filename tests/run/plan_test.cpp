#include "host/run/plan.hpp"

#include <gtest/gtest.h>

#include <set>

namespace marketmimic {
namespace {

TEST(Plan, PutsEveryScenarioIntoOneShard) {
  for (const std::uint64_t scenarios : {1u, 15u, 16u, 17u, 1000u, 4097u}) {
    for (const std::uint64_t shard_bytes : {1u, 3'000u, 100'000u}) {
      const Plan plan = plan_shards(scenarios, 100, shard_bytes);
      std::uint64_t next = 0;
      for (std::uint64_t i = 0; i < plan.shards(); ++i) {
        const Scenarios shard = plan.shard(i);
        EXPECT_EQ(shard.first, next);
        ASSERT_GT(shard.count, 0u);
        EXPECT_EQ(plan.shard_of(shard.first), i);
        EXPECT_EQ(plan.shard_of(shard.end() - 1), i);
        next = shard.end();
      }
      EXPECT_EQ(next, scenarios);
    }
  }
}

TEST(Plan, KeepsShardsWithinTheirSizeUnlessOneBlockIsLarger) {
  for (const std::uint64_t bytes : {1u, 7u, 1000u, 65'000u}) {
    const Plan plan = plan_shards(1'000'000, bytes, 1 << 20);
    EXPECT_LE(plan.shard_scenarios * bytes, 1u << 20);
    EXPECT_GT((plan.shard_scenarios + kBlock) * bytes, 1u << 20) << "room is left";
    EXPECT_EQ(plan.shard_scenarios % kBlock, 0u);
  }
  EXPECT_EQ(plan_shards(100, 1 << 20, 1 << 20).shard_scenarios, kBlock);
}

TEST(Plan, PutsAtMost512ShardsBehindADataset) {
  const Plan plan = plan_shards(kBlock * 1200 + 5, 1 << 20, 1);
  ASSERT_EQ(plan.shards(), 1201u);
  ASSERT_EQ(plan.datasets(), 3u);
  EXPECT_EQ(plan.dataset_shards(0), (Scenarios{0, 512}));
  EXPECT_EQ(plan.dataset_shards(2), (Scenarios{1024, 177}));
  EXPECT_EQ(plan.dataset(1), (Scenarios{512 * kBlock, 512 * kBlock}));
  EXPECT_EQ(plan.dataset(2).end(), plan.scenarios);
}

TEST(Plan, NamesShardsByTheRunsIdentity) {
  EXPECT_EQ(shard_name("1a2b3c4d5e6f", 7), "shards/1a2b3c4d-000007.h5");
  EXPECT_EQ(dataset_name(0), "dataset.h5");
  EXPECT_EQ(dataset_name(1), "dataset-001.h5");
}

}  // namespace
}  // namespace marketmimic
