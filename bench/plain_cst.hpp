#pragma once

#include <array>
#include <cstdint>

namespace marketmimic {

/// A plain scalar simulator of the zero-intelligence book of Cont, Stoikov and Talreja (2010), the way such programs
/// are usually written, for comparison only: unit sizes, a window of `kLevels` levels from the opposite best price in
/// an array of queue lengths, one exponential clock for all events (Gillespie's direct method), xoshiro256+ for the
/// draws.
class PlainCst {
 public:
  static constexpr int kLevels = 30;

  struct Rates {
    std::array<double, kLevels> limit{};  ///< at each distance from the opposite best price [1/s]
    double market = 0;                    ///< each side [1/s]
    double cancel = 0;                    ///< of each order [1/s]
  };

  PlainCst(const Rates& rates, std::uint64_t seed);

  /// Goes on for `seconds`; how many events it had.
  std::uint64_t run(double seconds);

  int best_bid() const { return best_bid_; }
  int best_ask() const { return best_ask_; }
  std::int64_t orders(int side) const { return total_[side]; }

 private:
  /// A grid that is moved under the price before it leaves it.
  static constexpr int kGrid = 4096;

  double uniform();
  void add(int side, int price);
  void take(int side, int price);
  void recentre();

  Rates rates_;
  double limit_sum_ = 0, until_ = 0, now_ = 0;
  std::array<std::int32_t, kGrid> queue_[2];
  std::int64_t total_[2] = {0, 0};
  int best_bid_, best_ask_;
  std::array<std::uint64_t, 4> state_;
};

}  // namespace marketmimic
