#include "host/hdf5/sandbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/error.hpp"

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
#ifdef MARKETMIMIC_SHADOW_MEMORY
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

/// In a process of its own, since a limit can't be taken back.
TEST(Sandbox, TellsALimitOfTheProcessFromDamage) {
#ifdef MARKETMIMIC_SHADOW_MEMORY
  GTEST_SKIP() << "a sanitizer's shadow needs the address space";
#endif
  const auto fails = [] {
    const rlimit both{std::uint64_t{1} << 31, std::uint64_t{1} << 31};
    if (setrlimit(RLIMIT_AS, &both) != 0) _exit(2);
    try {
      run_in_sandbox([] { return std::string(); },
                     {.memory_bytes = std::uint64_t{1} << 40});  // that there is room is no claim
      run_in_sandbox([]() -> std::string { throw std::bad_alloc(); }, {.memory_bytes = std::uint64_t{1} << 40});
    } catch (const Error& error) {
      std::fprintf(stderr, "%d: %s", static_cast<int>(error.code()), error.what());
      _exit(9);
    }
    _exit(0);
  };
  EXPECT_EXIT(fails(), testing::ExitedWithCode(9),
              "^9: a reader process may need 1048576 MiB and has [0-9]+ MiB .*memory");
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
