#include "host/statistics/parallel.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace marketmimic {
namespace {

TEST(ParallelFor, CallsEachOnceForAnyNumberOfThreads) {
  for (const unsigned threads : {0u, 1u, 2u, 7u}) {
    std::vector<int> calls(1000, 0);
    parallel_for(calls.size(), threads, [&](std::size_t i) { ++calls[i]; });
    EXPECT_EQ(calls, std::vector<int>(1000, 1)) << threads;
  }
}

TEST(ParallelFor, ThrowsOnWhatABodyThrew) {
  const auto fails = [](std::size_t i) {
    if (i == 500) throw std::runtime_error("body 500");
  };
  EXPECT_THROW(parallel_for(1000, 3, fails), std::runtime_error);
}

}  // namespace
}  // namespace marketmimic
