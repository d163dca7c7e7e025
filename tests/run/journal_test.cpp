#include "host/run/journal.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "host/file/file.hpp"
#include "host/input/time.hpp"
#include "host/run/sealed_json.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

ShardInfo shard_of(std::uint64_t scenarios) {
  ShardInfo info;
  info.scenarios = {0, scenarios};
  info.bytes = 10 * scenarios;
  return info;
}

TEST(Journal, TellsWhatEachSessionPublished) {
  const TestFolder folder;
  const Journal journal(folder.path());
  journal.publish(shard_of(1));  // of no session, as where runs are merged
  Session first = session_of_this_process({0, 3}, "CPU", 2), second = session_of_this_process({3, 4}, "CPU", 1);
  journal.begin(first);
  journal.publish(shard_of(16));
  journal.publish(shard_of(32));
  first.ended = utc_now();
  first.outcome = "complete";
  first.seconds = 24;
  first.device_use = 0.75;
  journal.end(first);
  journal.begin(second);
  journal.publish(shard_of(48));  // and killed

  const std::vector<Session> told = journal.sessions();
  ASSERT_EQ(told.size(), 2u);
  ASSERT_EQ(told[0].published.size(), 2u);
  EXPECT_EQ(told[0].published[1].scenarios, 32u);
  EXPECT_EQ(told[0].published[1].bytes, 320u);
  EXPECT_TRUE(parse_time(told[0].published[1].time));
  EXPECT_EQ(told[0].outcome, "complete");
  EXPECT_EQ(told[0].device_use, 0.75);
  EXPECT_EQ(told[0].scenarios(), 48u);
  EXPECT_EQ(told[0].bytes(), 480u);
  EXPECT_EQ(told[0].rate(), 2.0);
  EXPECT_FALSE(told[1].rate()) << "how long it worked is not told";
  EXPECT_FALSE(told[1].device_use);
  ASSERT_EQ(told[1].published.size(), 1u);
  EXPECT_EQ(told[1].published[0].scenarios, 48u);
  EXPECT_TRUE(told[1].ended.empty());
}

TEST(Journal, ReadsThoseOfEarlierVersionsWhoseShardsTellNoProcess) {
  const TestFolder folder;
  const Journal journal(folder.path());
  journal.begin(session_of_this_process({0, 1}, "CPU", 1));
  append_line(folder.path() / kJournal, sealed({{"event", "shard"}, {"scenarios", 16}}, -1));
  ASSERT_EQ(journal.sessions().size(), 1u);
  EXPECT_TRUE(journal.sessions()[0].published.empty());
}

/// The one session of a journal whose process ended so.
Session ended(const nlohmann::ordered_json& waiting, const nlohmann::ordered_json& device_use) {
  const TestFolder folder;
  const Journal journal(folder.path());
  const Session session = session_of_this_process({0, 1}, "CPU", 1);
  journal.begin(session);
  append_line(folder.path() / kJournal, sealed({{"event", "end"},
                                                {"time", utc_now()},
                                                {"host", session.host},
                                                {"pid", session.pid},
                                                {"made", 1},
                                                {"seconds", 2.0},
                                                {"waiting", waiting},
                                                {"outcome", "complete"},
                                                {"device_use", device_use}},
                                               -1));
  const std::vector<Session> told = journal.sessions();
  EXPECT_EQ(told.size(), 1u);
  return told.empty() ? Session{} : told[0];
}

const nlohmann::ordered_json kNoShares[] = {1.5, -0.1, "half", nullptr};

TEST(Journal, DeviceUseIsAShareOrNotTold) {
  for (const nlohmann::ordered_json& odd : kNoShares) {
    const Session session = ended(0.5, odd);
    EXPECT_EQ(session.waiting, 0.5);
    EXPECT_FALSE(session.device_use) << odd;
  }
}

TEST(Journal, AnEndThatTellsNoShareOfWaitingIsNone) {
  for (const nlohmann::ordered_json& odd : kNoShares) EXPECT_TRUE(ended(odd, 0.5).ended.empty()) << odd;
}

}  // namespace
}  // namespace marketmimic
