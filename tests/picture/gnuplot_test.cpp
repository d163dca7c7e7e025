#include "host/picture/gnuplot.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "host/error.hpp"

namespace marketmimic {
namespace {

/// The PATH, put back at the end.
class Path : public testing::Test {
 protected:
  void TearDown() override { setenv("PATH", before_.c_str(), 1); }

 private:
  std::string before_ = std::getenv("PATH");
};

std::string problem_of(const std::string& script) {
  try {
    run_gnuplot(script);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::io);
    return error.what();
  }
  return {};
}

TEST_F(Path, SaysWhatToInstall) {
  setenv("PATH", "/nonexistent::/dev/null", 1);
  EXPECT_FALSE(find_gnuplot());
  EXPECT_NE(problem_of("").find("apt-get install gnuplot-nox"), std::string::npos);
}

TEST_F(Path, FailsWithGnuplotsOwnWords) {
  if (!find_gnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  EXPECT_NE(problem_of("set terminal dumb\nplot nothing_of_that_name\n").find("nothing_of_that_name"),
            std::string::npos);
  EXPECT_FALSE(problem_of("").empty()) << "nothing drawn";
}

TEST_F(Path, ReturnsWhatWasWrittenThoughTheScriptIsLong) {
  if (!find_gnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  const std::string script(1 << 20, '\n');  // more than a pipe holds
  EXPECT_EQ(run_gnuplot(script + "set print '-'\nprint 'drawn'\n"), "drawn\n");
}

}  // namespace
}  // namespace marketmimic
