#include "host/hdf5/sandbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace marketmimic {
namespace {

using namespace std::chrono_literals;

TEST(Sandbox, ReturnsWhatWasReadWholeAndWithZeros) {
  std::string bytes(3'000'000, 'x');
  bytes[5] = '\0';
  const SandboxResult result = run_in_sandbox([&] { return bytes; }, {});
  EXPECT_EQ(result.error, "");
  EXPECT_TRUE(result.bytes == bytes);
}

TEST(Sandbox, AnEmptyResultIsOne) {
  const SandboxResult result = run_in_sandbox([] { return std::string(); }, {});
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(result.bytes, "");
}

TEST(Sandbox, ReportsWhatWasThrown) {
  EXPECT_EQ(run_in_sandbox([]() -> std::string { throw std::runtime_error("no such table"); }, {}).error,
            "no such table");
}

TEST(Sandbox, SurvivesACrash) {
  for (const int how : {SIGSEGV, SIGABRT, SIGKILL, SIGTERM}) {
    const SandboxResult result = run_in_sandbox(
        [&]() -> std::string {
          signal(how, SIG_DFL);
          kill(getpid(), how);
          return "unreachable";
        },
        {});
    EXPECT_NE(result.error, "") << "signal " << how;
    EXPECT_EQ(result.bytes, "");
  }
}

TEST(Sandbox, AQuietExitIsNoResult) {
  EXPECT_NE(run_in_sandbox([]() -> std::string { _exit(0); }, {}).error, "");
}

TEST(Sandbox, StopsALoopAndASleep) {
  const auto begin = std::chrono::steady_clock::now();
  const SandboxLimits limits{.seconds = 1};
  EXPECT_NE(run_in_sandbox(
                []() -> std::string {
                  for (volatile unsigned i = 0;; i = i + 1) {
                  }
                },
                limits)
                .error,
            "");
  EXPECT_NE(run_in_sandbox(
                []() -> std::string {
                  signal(SIGALRM, SIG_IGN);  // even then the parent's own time-out holds
                  for (;;) pause();
                },
                limits)
                .error,
            "");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 8s);
}

TEST(Sandbox, RefusesMoreThanAskedFor) {
  const SandboxLimits limits{.result_bytes = 1000};
  EXPECT_EQ(run_in_sandbox([] { return std::string(1000, 'a'); }, limits).bytes.size(), 1000u);
  EXPECT_NE(run_in_sandbox([] { return std::string(1001, 'a'); }, limits).error, "");
}

TEST(Sandbox, LimitsMemory) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP() << "a sanitizer's shadow needs the address space";
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's shadow needs the address space";
#endif
  const SandboxLimits limits{.memory_bytes = 64u << 20};
  const auto take = [](std::size_t bytes) {
    return [bytes] {
      const std::string taken(bytes, 'a');
      asm volatile("" : : "r"(taken.data()) : "memory");  // or the compiler leaves the allocation out
      return std::to_string(bytes);
    };
  };
  EXPECT_EQ(run_in_sandbox(take(16u << 20), limits).bytes, "16777216");
  EXPECT_THAT(run_in_sandbox(take(256u << 20), limits).error, testing::HasSubstr("memory"));
}

TEST(Sandbox, CannotWriteFiles) {
  const std::string path = testing::TempDir() + "sandbox-" + std::to_string(getpid());
  run_in_sandbox(
      [&] {
        std::ofstream(path) << "written";
        return std::string();
      },
      {});
  std::ifstream file(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "");
  std::remove(path.c_str());
}

TEST(Sandbox, LeavesNoProcessAndNoDescriptorBehind) {
  const int before = dup(0);
  close(before);
  for (int i = 0; i < 20; ++i) run_in_sandbox([]() -> std::string { throw std::runtime_error("x"); }, {});
  const int after = dup(0);
  close(after);
  EXPECT_EQ(before, after);
}

}  // namespace
}  // namespace marketmimic
