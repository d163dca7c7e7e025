#include "host/input/lines.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/input/bars.hpp"
#include "host/input/fills.hpp"
#include "support.hpp"

namespace marketmimic {
namespace {

const std::string bars_header = "date,open,high,low,close,volume\n";

/// A valid table of `rows` bars.
std::string table(int rows) {
  std::string text = bars_header;
  for (int i = 0; i < rows; ++i) text += std::to_string(1'700'000'000 + 60 * i) + ",10,12,9,11,5\n";
  return text;
}

std::vector<std::string> all_lines(ByteSource source) {
  LineReader reader(std::move(source), "name");
  std::vector<std::string> lines;
  for (std::string_view line; reader.next(line);) lines.emplace_back(line);
  return lines;
}

TEST(LineReader, EndsLinesAtLfCrlfAndTheEnd) {
  EXPECT_EQ(all_lines(memory_bytes("a\nb\r\n\nc")), (std::vector<std::string>{"a", "b", "", "c"}));
  EXPECT_EQ(all_lines(memory_bytes("a\n")), (std::vector<std::string>{"a"}));
  EXPECT_TRUE(all_lines(memory_bytes("")).empty());
}

TEST(LineReader, SkipsAByteOrderMarkAtTheStartOnly) {
  EXPECT_EQ(all_lines(memory_bytes("\xEF\xBB\xBF"
                                   "a\n\xEF\xBB\xBFy")),
            (std::vector<std::string>{"a", "\xEF\xBB\xBFy"}));
  EXPECT_TRUE(all_lines(memory_bytes("\xEF\xBB\xBF")).empty());
  EXPECT_EQ(all_lines(memory_bytes("\xEF\xBB")), (std::vector<std::string>{"\xEF\xBB"}));
}

TEST(LineReader, IsIndependentOfHowTheBytesArrive) {
  std::string text;
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < 3000; ++i) {
    expected.emplace_back(i * 7919 % 1000, static_cast<char>('a' + i % 26));
    text += expected.back() + (i % 3 == 0 ? "\r\n" : "\n");
  }
  ASSERT_GT(text.size(), 4 * LineReader::limit);
  EXPECT_EQ(all_lines(memory_bytes(text)), expected);
  std::string_view rest = text;
  const auto trickle = [&](char* out, std::size_t size) {
    const std::size_t taken = rest.copy(out, std::min<std::size_t>(size, 1 + rest.size() % 97));
    rest.remove_prefix(taken);
    return taken;
  };
  EXPECT_EQ(all_lines(trickle), expected);
}

TEST(LineReader, CountsLinesAcrossPieces) {
  LineReader reader(memory_bytes("a\nb;c\nd;\n\ne"), "name");
  std::string_view piece;
  ASSERT_TRUE(reader.next(piece));
  EXPECT_EQ(reader.line(), 1u);
  ASSERT_TRUE(reader.take(';', piece));
  EXPECT_EQ(piece, "b");
  EXPECT_EQ(reader.line(), 2u);
  ASSERT_TRUE(reader.take(';', piece));
  EXPECT_EQ(piece, "c\nd");
  EXPECT_EQ(reader.line(), 3u);
  EXPECT_FALSE(reader.take(';', piece));
  EXPECT_EQ(piece, "\n\ne");
  EXPECT_EQ(reader.line(), 5u);
}

TEST(LineReader, TakesALineAtTheLimitAndNotOneOver) {
  const std::string longest(LineReader::limit, 'x');
  EXPECT_EQ(all_lines(memory_bytes("a\n" + longest + "\n")).back(), longest);
  EXPECT_EQ(all_lines(memory_bytes("a\n" + longest)).back(), longest);
  for (const char* end : {"", "\n"})
    expect_refused([&] { all_lines(memory_bytes("a\n" + longest + "x" + end)); }, ExitCode::input_data,
                   {"name:2:", "65536 bytes"});
}

TEST(FileBytes, ReadsPlainAndGzipOfSeveralMembersAlike) {
  const std::string text = table(20'000);
  const TestFile plain(".csv", text), packed(".csv.gz", gzip(text.substr(0, 1000)) + gzip(text.substr(1000)));
  EXPECT_EQ(all_lines(file_bytes(plain.path())), all_lines(file_bytes(packed.path())));
  EXPECT_EQ(read_bars(packed.path()).bars.size(), 20'000u);
}

TEST(FileBytes, RefusesAMissingFile) {
  expect_refused([] { read_bars("/no/such/bars.csv"); }, ExitCode::io, {"/no/such/bars.csv:", "No such file"});
  expect_refused([] { read_fills("/no/such/fills.csv"); }, ExitCode::io, {"/no/such/fills.csv:", "No such file"});
}

TEST(FileBytes, RefusesAFolder) {
  expect_refused([] { read_bars(std::filesystem::temp_directory_path()); }, ExitCode::io, {"is a folder"});
}

TEST(FileBytes, RefusesAFileWithoutPermission) {
  const TestFile file(".csv", table(3));
  std::filesystem::permissions(file.path(), std::filesystem::perms::none);
  constexpr uid_t nobody = 65534;  // root may read every file, so it becomes someone else for a moment
  const uid_t user = geteuid();
  if (user == 0 && seteuid(nobody) != 0) GTEST_SKIP() << "runs as root and can't be anyone else";
  expect_refused([&] { read_bars(file.path()); }, ExitCode::io, {file.path().string() + ":", "Permission denied"});
  ASSERT_EQ(seteuid(user), 0);
}

TEST(FileBytes, RefusesAFileThatOpensAndCannotBeRead) {
  if (!std::filesystem::exists("/proc/self/mem")) GTEST_SKIP() << "no /proc, whose files fail so";
  expect_refused([] { read_bars("/proc/self/mem"); }, ExitCode::io, {"/proc/self/mem:1:", "Input/output error"});
}

TEST(FileBytes, RefusesAGzipCutShortWhereverItIsCut) {
  const std::string whole = gzip(table(5'000));
  for (const std::size_t kept :
       {std::size_t{2}, std::size_t{9}, std::size_t{30}, whole.size() / 2, whole.size() - 8, whole.size() - 1}) {
    const TestFile file(".csv.gz", whole.substr(0, kept));
    expect_refused([&] { read_bars(file.path()); }, ExitCode::input_data, {file.path().string() + ":", "cut short"});
  }
}

TEST(FileBytes, RefusesADamagedGzip) {
  std::string bytes = gzip(table(5'000));
  bytes[bytes.size() - 6] ^= 1;  // in the checksum
  const TestFile file(".csv.gz", bytes);
  expect_refused([&] { read_bars(file.path()); }, ExitCode::input_data, {file.path().string() + ":", "damaged"});
}

TEST(FileBytes, RefusesBinaryJunk) {
  std::string junk;
  std::uint32_t state = 12345;
  for (int i = 0; i < 100'000; ++i) junk += static_cast<char>((state = state * 1664525u + 1013904223u) >> 24);
  const TestFile file(".csv", junk);
  expect_refused([&] { read_bars(file.path()); }, ExitCode::input_data, {file.path().string() + ":1:"});
  expect_refused([&] { read_fills(file.path()); }, ExitCode::input_data, {file.path().string() + ":1:"});
  const std::string wide = std::string("d\0a\0t\0e\0,\0", 10);  // UTF-16
  expect_refused([&] { parse_bars(wide, "wide.csv"); }, ExitCode::input_data, {"wide.csv:1:", "NUL byte", "UTF-8"});
}

/// Expects `path` to be refused at `line`, within two seconds and 32 MiB.
void expect_refused_cheaply(const std::filesystem::path& path, int line) {
  rusage before{}, after{};
  getrusage(RUSAGE_SELF, &before);
  const auto start = std::chrono::steady_clock::now();
  const std::string place = path.string() + ":" + std::to_string(line) + ":";
  expect_refused([&] { read_bars(path); }, ExitCode::input_data, {place, "65536 bytes"});
  expect_refused([&] { read_fills(path); }, ExitCode::input_data, {path.string() + ":"});
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
  getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 32 * 1024) << "KiB";
}

TEST(FileBytes, RefusesALineOfAGigabyteInGzip) {
  const std::string member = gzip(std::string(16 << 20, '7'));
  std::string bytes = gzip(table(3));
  for (int i = 0; i < 64; ++i) bytes += member;
  const TestFile file(".csv.gz", bytes);
  expect_refused_cheaply(file.path(), 5);
}

TEST(FileBytes, RefusesALineOfAGigabyteInAPlainFile) {
  const TestFile file(".csv", table(3));
  std::filesystem::resize_file(file.path(), 1 << 30);  // sparse: zeros to the end
  expect_refused_cheaply(file.path(), 5);
}

TEST(FileBytes, RefusesAJsonRowOfAGigabyte) {
  const std::string member = gzip(std::string(16 << 20, '7'));
  std::string bytes = gzip("[[1,2,3,4,5,");
  for (int i = 0; i < 64; ++i) bytes += member;
  const TestFile file(".json.gz", bytes);
  expect_refused_cheaply(file.path(), 1);
}

}  // namespace
}  // namespace marketmimic
