#include "host/tape/recognise.hpp"

#include <fstream>

#include "support.hpp"

namespace marketmimic {
namespace {

TEST(Recognise, TellsFilesByTheirFirstRow) {
  const Folder folder;
  const auto kind = [&](const std::string& text) {
    const std::filesystem::path file = folder.path() / "f";
    std::ofstream(file) << text;
    return recognise(file);
  };
  EXPECT_EQ(kind("34200.5,1,7,100,1000100,-1\n"), DataKind::lobster_message);
  EXPECT_EQ(kind("\n34200,4,7,100,1000100,1"), DataKind::lobster_message);
  EXPECT_EQ(kind("1000100,5,999900,5\n"), DataKind::lobster_orderbook);
  EXPECT_EQ(kind("1000100,5,-9999999999,0,1,2,3,4\n"), DataKind::lobster_orderbook);
  EXPECT_EQ(kind("id,timestamp,price,volume,action,direction\n"), DataKind::order_log);
  EXPECT_EQ(kind("date,open,high,low,close,volume\n"), DataKind::other);
  EXPECT_EQ(kind("1700000000,10,12,9,11,5\n"), DataKind::other);  // six numbers, but 10 is no message type
  EXPECT_EQ(kind("[[1,2,3,4,5,6]]"), DataKind::other);
  EXPECT_EQ(kind(""), DataKind::other);
  EXPECT_EQ(kind("\"a,b"), DataKind::other);
  expect_refusal([] { recognise("/nowhere/f"); }, ExitCode::io, "/nowhere/f", "can't be opened");
}

}  // namespace
}  // namespace marketmimic
