#include "host/tape/lobster.hpp"

#include <zlib.h>

#include <fstream>
#include <sstream>
#include <vector>

#include "support.hpp"

namespace marketmimic {
namespace {

constexpr const char* kMessages =
    "34200.5,1,7,100,1000100,-1\n"
    "34200.5,1,8,50,999900,1\n"
    "34200.500000001,4,7,40,1000100,-1\n"
    "34201,5,0,10,1000050,-1\n"
    "34202.25,7,0,0,-1,-1\n";
constexpr const char* kBooks =
    "1000100,100,-9999999999,0,1000300,7,-9999999999,0\n"
    "1000100,100,999900,50,1000300,7,-9999999999,0\n"
    "1000100,60,999900,50,1000300,7,-9999999999,0\n"
    "1000100,60,999900,50,1000300,7,-9999999999,0\n"
    "1000100,60,999900,50,1000300,7,-9999999999,0\n";

Tape parse(const std::string& messages, const std::string& books) { return parse_lobster(messages, books, "m", "b"); }

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Lobster, ReadsMessagesAndBooks) {
  const Tape tape = parse(kMessages, kBooks);
  ASSERT_EQ(tape.size(), 5u);
  EXPECT_EQ(tape.levels, 2u);
  EXPECT_EQ(tape.messages[0], (Message{34'200'500'000'000, MessageType::submission, 7, 100, 1'000'100, -1}));
  EXPECT_EQ(tape.messages[2].time_ns, 34'200'500'000'001);
  EXPECT_EQ(tape.messages[3].time_ns, 34'201'000'000'000);
  EXPECT_EQ(tape.messages[4].type, MessageType::halt);
  EXPECT_EQ(tape.best(2), (Level{1'000'100, 60, 999'900, 50}));
  EXPECT_EQ(tape.book_after(0)[1], (Level{1'000'300, 7, Level::no_bid, 0}));
  EXPECT_FALSE(tape.best(0).has_bid());
}

TEST(Lobster, FindsTheTickWithoutHiddenTrades) {
  EXPECT_EQ(parse(kMessages, kBooks).tick, 100);  // the hidden one at 1000050 lies between ticks
}

TEST(Lobster, ReadsCrlfBlankLinesAndNoLastNewline) {
  std::string messages, books;
  for (const char c : std::string(kMessages)) messages += c == '\n' ? "\r\n" : std::string(1, c);
  books = std::string("\n") + kBooks;
  books.pop_back();
  const Tape tape = parse(messages, books), plain = parse(kMessages, kBooks);
  EXPECT_EQ(tape.messages, plain.messages);
  EXPECT_EQ(tape.book, plain.book);
}

TEST(Lobster, SplitsByTime) {
  const Tape tape = parse(kMessages, kBooks);
  const Tape part = split(tape, 34'200'500'000'001, 34'202'250'000'000);
  ASSERT_EQ(part.size(), 2u);
  EXPECT_EQ(part.messages[0], tape.messages[2]);
  EXPECT_EQ(part.book_after(0)[0], tape.best(2));
  EXPECT_EQ(part.tick, tape.tick);
  EXPECT_EQ(split(tape, 0, 1).size(), 0u);
  EXPECT_EQ(split(tape, 10, 5).size(), 0u);
}

TEST(Lobster, WritesWhatItReads) {
  const Folder folder;
  const Tape tape = parse(kMessages, kBooks);
  const LobsterFiles files = write_lobster(tape, folder.path(), {"ABC", "2012-06-21", 34'200'000, 57'600'000});
  EXPECT_EQ(files.message.filename(), "ABC_2012-06-21_34200000_57600000_message_2.csv");
  EXPECT_EQ(files.orderbook.filename(), "ABC_2012-06-21_34200000_57600000_orderbook_2.csv");
  const Tape again = read_lobster(files.message, files.orderbook);
  EXPECT_EQ(again.messages, tape.messages);
  EXPECT_EQ(again.book, tape.book);
  EXPECT_EQ(again.symbol, "ABC");
  EXPECT_EQ(text_of(files.orderbook), kBooks);
  EXPECT_THAT(text_of(files.message), testing::StartsWith("34200.500000000,1,7,100,1000100,-1\n"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 2);
}

TEST(Lobster, WritesTimesAfterMidnight) {
  const Folder folder;
  Tape tape = parse("34200.5,1,7,100,1000100,-1\n", "1000100,100,-9999999999,0\n");
  tape.messages[0].time_ns += std::int64_t{16'000} * 86'400 * 1'000'000'000;
  const LobsterFiles files = write_lobster(tape, folder.path(), {"ABC", "2013-10-22"});
  EXPECT_EQ(text_of(files.message), "34200.500000000,1,7,100,1000100,-1\n");
}

TEST(Lobster, RefusesNamesThatAreNone) {
  const Tape tape = parse(kMessages, kBooks);
  for (const LobsterName& name : std::vector<LobsterName>{
           {"", "2012-06-21"}, {"../x", "2012-06-21"}, {"A", "21.6.2012"}, {"A", "2012-06-21", 5, 5}})
    expect_refusal([&] { write_lobster(tape, "/", name); }, ExitCode::usage, "", "");
}

TEST(Lobster, ReportsAFolderThatIsNotThere) {
  expect_refusal(
      [] {
        write_lobster(parse(kMessages, kBooks), "/nowhere", {"A", "2012-06-21"});
      },
      ExitCode::io, "can't create", "/nowhere");
  expect_refusal([] { read_lobster("/nowhere/m", "/nowhere/b"); }, ExitCode::io, "/nowhere/m", "can't be opened");
}

TEST(Lobster, ReadsGzipAndReportsOneCutShort) {
  const Folder folder;
  const auto write = [&](const char* name, const std::string& text, std::size_t bytes) {
    const std::filesystem::path file = folder.path() / name;
    gzFile out = gzopen(file.c_str(), "wb");
    gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
    gzclose(out);
    if (bytes != 0) std::filesystem::resize_file(file, bytes);
    return file;
  };
  std::string messages, books;
  for (int i = 0; i < 3000; ++i) {
    messages += std::to_string(34200 + i) + ".5,1," + std::to_string(i * 7919 % 9973) + ",100,1000100,-1\n";
    books += "1000100," + std::to_string(100 + i * 7919 % 9973) + ",-9999999999,0\n";
  }
  const auto m = write("m.gz", messages, 0), b = write("b.gz", books, 0), cut = write("cut.gz", books, 5000);
  EXPECT_EQ(read_lobster(m, b).size(), 3000u);
  expect_refusal([&] { read_lobster(m, cut); }, ExitCode::input_data, cut.string(), "cut short");
}

TEST(Lobster, ReportsFileWithoutPartnerRows) {
  const std::string one = "1,1,1,5,1000100,-1\n", row = "1000100,5,-9999999999,0\n";
  const auto refused = [](const std::string& m, const std::string& b, const char* start, const char* words) {
    expect_refusal([&] { parse(m, b); }, ExitCode::input_data, start, words);
  };
  refused(one + one, row, "m:2:", "without partner");
  refused(one, row + row, "b:2:", "without partner");
  refused("", "", "m:1:", "empty");
  refused(row, one, "m:1:", "comes second");
  refused(one, one, "b:1:", "comes first");
  refused("time,type,id,size,price,dir\n" + one, row + row, "m:1:", "no header");
  refused(one, "ask,size,bid,size\n", "b:1:", "no header");
}

struct Bad {
  const char *message, *book, *start, *words;
};
class LobsterRefuses : public testing::TestWithParam<Bad> {};

TEST_P(LobsterRefuses, ARow) {
  const std::string message = "9,1,1,5,1000100,-1\n", book = "1000100,5,999900,5,1000200,5,-9999999999,0\n";
  const Bad& bad = GetParam();
  expect_refusal(
      [&] {
        parse(message + (*bad.message == '\0' ? message : bad.message), book + (*bad.book == '\0' ? book : bad.book));
      },
      ExitCode::input_data, bad.start, bad.words);
}

INSTANTIATE_TEST_SUITE_P(
    Bad, LobsterRefuses,
    testing::Values(
        Bad{"9,1,1,5,1000100\n", "", "m:2:", "5 columns"}, Bad{"9,1,1,5,1000100,-1,3\n", "", "m:2:", "7 columns"},
        Bad{"8.9,1,1,5,1000100,-1\n", "", "m:2:", "time goes back"},
        Bad{"nine,1,1,5,1000100,-1\n", "", "m:2:", "seconds after midnight"},
        Bad{"9.1.2,1,1,5,1000100,-1\n", "", "m:2:", "seconds after midnight"},
        Bad{"-9,1,1,5,1000100,-1\n", "", "m:2:", "seconds after midnight"},
        Bad{"99999999999999999999,1,1,5,1000100,-1\n", "", "m:2:", "seconds after midnight"},
        Bad{"9,8,1,5,1000100,-1\n", "", "m:2:", "type must be 1 to 7"},
        Bad{"9,0,1,5,1000100,-1\n", "", "m:2:", "type must be 1 to 7"},
        Bad{"9,x,1,5,1000100,-1\n", "", "m:2:", "type must be 1 to 7"},
        Bad{"9,1,a,5,1000100,-1\n", "", "m:2:", "order must be"},
        Bad{"9,1,1,0,1000100,-1\n", "", "m:2:", "size must be above 0"},
        Bad{"9,1,1,-5,1000100,-1\n", "", "m:2:", "size must be above 0"},
        Bad{"9,1,1,3000000000,1000100,-1\n", "", "m:2:", "size must be above 0"},
        Bad{"9,1,1,5,100.01,-1\n", "", "m:2:", "1e-4 currency units"},
        Bad{"9,1,1,5,0,-1\n", "", "m:2:", "price must be above 0"},
        Bad{"9,1,1,5,9999999999,-1\n", "", "m:2:", "price must be above 0"},
        Bad{"9,1,1,5,1000100,0\n", "", "m:2:", "direction must be 1"},
        Bad{"9,1,1,5,1000100,buy\n", "", "m:2:", "direction must be 1"},
        Bad{"", "1000100,5,999900,5\n", "b:2:", "4 columns where the first row has 8"},
        Bad{"", "1000100,5,1000100,5,1000200,5,-9999999999,0\n", "b:2:", "crossed"},
        Bad{"", "1000100,5,1000200,5,1000200,5,-9999999999,0\n", "b:2:", "crossed"},
        Bad{"", "1000100,5,999900,5,1000100,5,-9999999999,0\n", "b:2:", "level 2 is not farther"},
        Bad{"", "1000100,5,999900,5,1000200,5,999900,5\n", "b:2:", "level 2 is not farther"},
        Bad{"", "9999999999,0,999900,5,1000200,5,-9999999999,0\n", "b:2:", "level 1 is missing"},
        Bad{"", "1000100,-5,999900,5,1000200,5,-9999999999,0\n", "b:2:", "ask size must be 0 to 1e15"},
        Bad{"", "1000100,5,999900,9000000000000000000,1000200,5,-9999999999,0\n", "b:2:", "bid size must be 0 to 1e15"},
        Bad{"", "1000100,0,999900,5,9999999999,0,-9999999999,0\n", "b:2:", "ask price 1000100 with size 0"},
        Bad{"", "1000100,5,-9999999999,5,1000200,5,-9999999999,0\n", "b:2:", "bid price -9999999999 with size 5"},
        Bad{"", "1000100,5,-3,5,1000200,5,-9999999999,0\n", "b:2:", "bid price must be above 0"},
        Bad{"", "100.01,5,99.99,5,100.02,5,-9999999999,0\n", "b:2:", "1e-4 currency units"},
        Bad{"", "1000100,5,,5,1000200,5,-9999999999,0\n", "b:2:", "bid price must be"}));

TEST(Lobster, RefusesPricesOfAnotherScale) {
  expect_refusal([] { parse("9,1,1,5,224,-1\n", "224,5,223,5\n"); }, ExitCode::input_data, "b:1:", "by 10,000");
  expect_refusal([] { parse("9,1,1,5,224,-1\n9,1,1,5,224,-1\n", "2240000,5,2230000,5\n2240000,5,2230000,5\n"); },
                 ExitCode::input_data, "m:2:", "x 10,000");
}

TEST(Lobster, ChecksTheLevelsThatTheNameAnnounces) {
  const auto read = [](const char* name) {
    return parse_lobster("9,1,1,5,1000100,-1\n", "1000100,5,-9999999999,0\n", "m", name);
  };
  EXPECT_EQ(read("A_2012-06-21_34200000_57600000_orderbook_1.csv.gz").levels, 1u);
  expect_refusal([&] { read("A_2012-06-21_34200000_57600000_orderbook_10.csv"); }, ExitCode::input_data, "A_2012",
                 "1 levels where the file's name says 10");
}

}  // namespace
}  // namespace marketmimic
