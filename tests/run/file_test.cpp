#include "host/file/file.hpp"
#include "host/file/new_folder.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>
#include <thread>

#include "host/file/range_lock.hpp"
#include "host/run/hash.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

std::span<const std::byte> bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

TEST(NewFile, AppearsWholeOrNotAtAll) {
  const TestFolder folder;
  const auto path = folder.path() / "file";
  {
    const NewFile dropped(path);
    dropped.write_at(0, bytes("half"));
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_TRUE(std::filesystem::exists(dropped.temporary()));
  }
  EXPECT_TRUE(files_below(folder.path()).empty()) << "the temporary file is gone";
  {
    NewFile kept(path);
    kept.write_at(2, bytes("world"));
    kept.write_at(0, bytes("o "));
    kept.sync();
    kept.publish();
  }
  EXPECT_EQ(files_below(folder.path()), (std::map<std::string, std::string>{{"file", "o world"}}));
}

TEST(NewFolder, AppearsWholeOrNotAtAll) {
  const TestFolder folder;
  const auto path = folder.path() / "deep" / "er" / "folder";
  {
    const NewFolder dropped(path);
    publish_text(dropped.temporary() / "file", "half");
    EXPECT_FALSE(std::filesystem::exists(path));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "nor are the folders above it left";
  for (const char* content : {"first", "second"}) {  // replaces what is there
    NewFolder kept(path);
    publish_text(kept.temporary() / content, content);
    kept.publish();
    EXPECT_EQ(files_below(folder.path()),
              (std::map<std::string, std::string>{{std::string("deep/er/folder/") + content, content}}));
  }
  // A process that was killed left what it had replaced, or was about to.
  const std::filesystem::path old = path.parent_path() / ".folder.old";
  for (const bool there : {true, false}) {
    std::filesystem::create_directory(old);
    publish_text(old / "before", "");
    if (!there) std::filesystem::remove_all(path);
    NewFolder kept(path);
    publish_text(kept.temporary() / "last", "");
    kept.publish();
    EXPECT_EQ(files_below(folder.path()), (std::map<std::string, std::string>{{"deep/er/folder/last", ""}}));
  }
  publish_text(folder.path() / "file", "");
  expect_refused([&] { NewFolder(folder.path() / "file" / "folder"); }, ExitCode::io, "Not a directory");
}

TEST(NewFile, ReplacesWhatIsThere) {
  const TestFolder folder;
  publish_text(folder.path() / "file", "long before");
  publish_text(folder.path() / "file", "now");
  EXPECT_EQ(read_text(folder.path() / "file"), "now");
}

TEST(NewFile, SaysWhatIsWrong) {
  const TestFolder folder;
  expect_refused([&] { NewFile(folder.path() / "nowhere" / "file"); }, ExitCode::io, "No such file");
  expect_refused([&] { read_text(folder.path() / "none"); }, ExitCode::io, "none: No such file");
  publish_text(folder.path() / "short", "12345");
  std::byte buffer[4];
  expect_refused([&] { InputFile(folder.path() / "short").read_at(3, buffer); }, ExitCode::io, "cut short");
}

TEST(NamesIn, GivesWhatLiesInAFolder) {
  const TestFolder folder;
  EXPECT_TRUE(names_in(folder.path()).empty());
  EXPECT_TRUE(names_in(folder.path() / "none").empty());
  publish_text(folder.path() / ".hidden", "");
  std::filesystem::create_directory(folder.path() / "inner");
  std::vector<std::string> names = names_in(folder.path());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{".hidden", "inner"}));
  EXPECT_TRUE(names_in(folder.path() / ".hidden").empty()) << "a file";
  expect_refused([&] { names_in(folder.path() / std::string(300, 'x')); }, ExitCode::io, "File name too long");
}

TEST(NewFile, NoticesThatThereIsNoRoom) {
  const TestFolder folder;
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1 << 16, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  {
    NewFile file(folder.path() / "file");
    EXPECT_NO_THROW(file.reserve(1 << 16));
    expect_refused([&] { file.reserve(1 << 17); }, ExitCode::io, "File too large");
    expect_refused([&] { file.write_at(1 << 16, bytes("x")); }, ExitCode::io, "can't write");
  }
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_TRUE(files_below(folder.path()).empty());
}

TEST(AppendLine, AddsToTheEnd) {
  const TestFolder folder;
  append_line(folder.path() / "journal", "one");
  append_line(folder.path() / "journal", "two");
  EXPECT_EQ(read_text(folder.path() / "journal"), "one\ntwo\n");
}

TEST(RangeLock, IsOnTheFileThatHasTheName) {
  const TestFolder folder;
  const std::filesystem::path file = folder.path() / "locked";
  std::optional<RangeLock> before = RangeLock::take(file, 0, 1);
  std::atomic<bool> got = false;
  std::jthread waiting([&] {
    const RangeLock lock = RangeLock::wait_for(file, 0, 1);
    got = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  publish_text(file, "another file of this name");
  std::optional<RangeLock> now = RangeLock::take(file, 0, 1);
  ASSERT_TRUE(now);
  before.reset();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_FALSE(got) << "somebody holds it";
  now.reset();
  waiting.join();
  EXPECT_TRUE(got);
}

TEST(Hash, IsThePublishedOne) {
  EXPECT_EQ(Hash().hex(), "99aa06d3014798d86001c324468d497f") << "XXH3-128 of nothing";
  Hash parts, whole;
  parts.add(bytes("ab"));
  parts.add(bytes("c"));
  whole.add(bytes("abc"));
  EXPECT_EQ(parts.hex(), "06b05ab6733a618578af5f94892f3950") << "xxh128sum of abc";
  EXPECT_EQ(whole.hex(), parts.hex());
}

TEST(Hash, TellsTextsInARowApart) {
  Hash a, b;
  a.add_text("ab");
  a.add_text("c");
  b.add_text("a");
  b.add_text("bc");
  EXPECT_NE(a.hex(), b.hex());
}

}  // namespace
}  // namespace marketmimic
