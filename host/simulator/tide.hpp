#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <span>

#include "marketmimic/order_book_market.hpp"
#include "marketmimic/scenario.hpp"

namespace marketmimic {

/// Of the variance of an order book's returns, at most so much can come from flow in common with other assets.
inline constexpr double kMostCommonFlow = 0.8;

/// How the size of a tide is searched for; what is found does not depend on it.
struct TideSearch {
  unsigned threads = 0;                       ///< 0: one a core
  const std::atomic<bool>* stop = nullptr;    ///< set it to end early: Error(interrupted)
  std::function<void(double done)> progress;  ///< share of the search, of each distinct market; from any one thread
};

/// Sets the flow that coupled order books have in common (Hasbrouck and Seppi, J. Financial Economics 59, 2001): a tide
/// of buyers and sellers, an Ornstein-Uhlenbeck process forgotten within 10 s, which leans on each book by its
/// loadings. Its size is found by simulation of each distinct market (seconds to minutes): two twins with the same tide
/// and flow of their own otherwise get the correlation h = sum of squared loadings of returns over two minutes, to
/// about 0.04. The variance of a book's own flow is not taken away: a book with flow in common is more volatile than it
/// was alone, by 1 / sqrt(1 - h).
///
/// Error(usage): a book that does not follow the flow so far.
void set_tides(std::span<ScenarioContext<OrderBook>> books, const TideSearch& search);
/// That of one of the books alone, to the bit as with all of them.
void set_tide(std::span<ScenarioContext<OrderBook>> books, std::size_t which, const TideSearch& search);

}  // namespace marketmimic
