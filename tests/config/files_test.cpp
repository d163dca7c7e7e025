#include <filesystem>
#include <string>

#include "host/config/job.hpp"
#include "host/config/market_file.hpp"
#include "support.hpp"
#include "tests/input/support.hpp"

namespace marketmimic {
namespace {

TEST(ConfigFiles, AreReadByPath) {
  const TestFile job(".toml", "steps = 7\r\n[market]\r\nlevels = 3\r\n");
  EXPECT_EQ(read_job_file(job.path()).steps, 7u);
  EXPECT_EQ(read_job_file(job.path()).levels, 3u);
  MarketFile market;
  market.lot = 0.125;
  const TestFile file(".market", market_text(market));
  EXPECT_EQ(read_market_file(file.path()).lot, 0.125);
}

TEST(ConfigFiles, ErrorsNameTheFile) {
  const TestFile job(".toml", "steps = 0");
  EXPECT_EQ(refusal([&] { read_job_file(job.path()); }),
            "2 " + job.path().string() + ":1:9: steps must be 1 to 1000000 (got 0)");
}

TEST(ConfigFiles, ThatCanNotBeReadAreRefused) {
  const std::filesystem::path folder = testing::TempDir();
  expect_refused([&] { read_job_file(folder / "no-such-job.toml"); }, ExitCode::io,
                 {"no-such-job.toml: can't be opened"});
  expect_refused([&] { read_market_file(folder / "no-such.toml"); }, ExitCode::io, {"no-such.toml: can't be opened"});
  expect_refused([&] { read_job_file(folder); }, ExitCode::io, {"is a folder"});
}

TEST(ConfigFiles, OfUnlikelySizeAreRefusedBeforeTheyAreParsed) {
  const TestFile large(".toml", std::string((1 << 20) + 1, '\n'));
  expect_refused([&] { read_job_file(large.path()); }, ExitCode::usage, {"over 1 MiB; this is no configuration file"});
  expect_refused([&] { read_market_file(large.path()); }, ExitCode::input_data, {"over 1 MiB"});
  expect_refused([&] { read_job_file("/dev/zero"); }, ExitCode::usage, {"/dev/zero: over 1 MiB"});
}

TEST(ConfigFiles, CutShortInGzipAreRefusedByName) {
  const std::string whole = gzip(market_text(MarketFile{}));
  const TestFile file(".gz", whole);
  EXPECT_EQ(Bits(read_market_file(file.path())), Bits(MarketFile{}));
  const TestFile cut(".cut.gz", whole.substr(0, whole.size() / 2));
  expect_refused([&] { read_market_file(cut.path()); }, ExitCode::input_data, {cut.path().string(), "cut short"});
}

}  // namespace
}  // namespace marketmimic
