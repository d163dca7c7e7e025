// The same promises for 16 books side by side.
#include <gtest/gtest.h>

#include "tests/order_book/hostile_books.hpp"

namespace marketmimic {
namespace {

TEST(Conservation, HoldsInHostileBooksSideBySide) {
  Mirror<16>::Seen seen;
  run_hostile_books<16>(1000, 1020, 20, seen);
  expect_all_seen(seen);
}

}  // namespace
}  // namespace marketmimic
