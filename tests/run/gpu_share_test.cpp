#include "host/run/gpu_share.hpp"

#include <gtest/gtest.h>

#include <set>

namespace marketmimic {
namespace {

using Gpus = std::vector<std::string>;

TEST(GpuShare, AProcessAloneHasAll) { EXPECT_EQ(gpu_share({{"a", "b", "c"}}, 0), (Gpus{"a", "b", "c"})); }

TEST(GpuShare, ThoseThatAllSeeAreDealtOut) {
  const std::vector<Gpus> seen(2, {"a", "b", "c", "d"});
  EXPECT_EQ(gpu_share(seen, 0), (Gpus{"a", "c"}));
  EXPECT_EQ(gpu_share(seen, 1), (Gpus{"b", "d"}));
}

TEST(GpuShare, ThoseThatALauncherBoundToAProcessAreItsOwn) {
  const std::vector<Gpus> seen = {{"a", "b"}, {"c", "d"}, {"e"}};
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(gpu_share(seen, i), seen[i]);
}

TEST(GpuShare, FewerThanThereAreProcessesAreUsedByAll) {
  const std::vector<Gpus> seen(3, {"a", "b"});
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(gpu_share(seen, i), seen[i]);
}

TEST(GpuShare, OneThatSeesNoneHasNone) {
  EXPECT_TRUE(gpu_share({{"a"}, {}}, 1).empty());
  EXPECT_EQ(gpu_share({{"a"}, {}}, 0), Gpus{"a"});
}

TEST(GpuShare, NoGpuIsIdleWhoeverSeesWhich) {
  for (unsigned pattern = 0; pattern < 1u << 12; ++pattern) {  // three processes, four GPUs
    std::vector<Gpus> seen(3);
    std::set<std::string> all, used;
    for (unsigned bit = 0; bit < 12; ++bit) {
      if ((pattern >> bit & 1u) == 0) continue;
      seen[bit / 4].push_back(std::string(1, static_cast<char>('a' + bit % 4)));
      all.insert(seen[bit / 4].back());
    }
    for (std::size_t i = 0; i < seen.size(); ++i)
      for (const std::string& gpu : gpu_share(seen, i)) used.insert(gpu);
    ASSERT_EQ(used, all) << pattern;
  }
}

}  // namespace
}  // namespace marketmimic
