#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <string>

#include "host/tape/lobster.hpp"
#include "host/tape/tape.hpp"

namespace marketmimic {

inline std::filesystem::path shared_data() {
  if (const char* const named = std::getenv("MARKETMIMIC_SHARED_DATA")) return named;
  return std::filesystem::path(MARKETMIMIC_SOURCE_DIR) / "../shared/data";
}

#define NEEDS(folder) \
  if (!std::filesystem::exists(shared_data() / (folder))) GTEST_SKIP() << "no recordings in " << shared_data()

inline Tape amzn() {
  const std::filesystem::path folder = shared_data() / "lobster_amzn_l1";
  return read_lobster(folder / "AMZN_2012-06-21_34200000_57600000_message_1.csv.gz",
                      folder / "AMZN_2012-06-21_34200000_57600000_orderbook_1.csv.gz");
}

/// A consistent tape of a book whose orders come, go and trade at random around a price that drifts. `persistence`: how
/// often a trade has the side of the one before; `tempo`: messages a second.
class TapeMaker {
 public:
  TapeMaker(std::uint32_t levels, unsigned seed, double persistence = 0.8, double tempo = 4)
      : engine_(seed), persistence_(persistence), tempo_(tempo) {
    tape_.levels = levels;
    tape_.tick = 100;
    tape_.source = "made tape";
    for (int i = 1; i <= 60; ++i) {
      for (const int direction : {1, -1}) submit(direction, centre_ - direction * 100 * i, 20, false);
    }
  }

  Tape make(std::size_t messages) {
    while (tape_.size() < messages) step();
    return std::move(tape_);
  }

 private:
  struct Order {
    std::int64_t price;
    int direction;
    std::int32_t left;
  };

  double unit() { return std::uniform_real_distribution<double>()(engine_); }
  std::int32_t size() { return 1 + static_cast<std::int32_t>(std::exponential_distribution<double>(0.02)(engine_)); }

  void step() {
    time_ns_ +=
        unit() < 0.2 ? 0 : static_cast<std::int64_t>(1e9 / tempo_ * std::exponential_distribution<double>()(engine_));
    const double u = unit();
    if (u < 0.45) {
      const int direction = unit() < 0.5 ? 1 : -1;
      const auto distance = std::geometric_distribution<int>(0.1)(engine_);
      const std::int64_t best = direction > 0 ? asks_.begin()->first : bids_.rbegin()->first;
      submit(direction, best - direction * 100 * (1 + distance), size(), true);
    } else if (u < 0.75) {
      cancel();
    } else if (u < 0.95) {
      trade();
    } else {
      emit({time_ns_, MessageType::hidden, 0, size(), bids_.rbegin()->first + 50, last_});
    }
  }

  void submit(int direction, std::int64_t price, std::int32_t lots, bool told) {
    orders_[++number_] = {price, direction, lots};
    side(direction)[price] += lots;
    if (told) emit({time_ns_, MessageType::submission, number_, lots, price, direction});
  }

  void cancel() {
    auto at = orders_.lower_bound(static_cast<std::int64_t>(unit() * static_cast<double>(number_)));
    if (at == orders_.end() || side(at->second.direction).size() < 3) return;
    const bool part = at->second.left > 1 && unit() < 0.2;
    take(at, part ? 1 + at->second.left / 3 : at->second.left, part ? MessageType::reduction : MessageType::deletion);
  }

  void trade() {
    if (unit() > persistence_) last_ = unit() < 0.5 ? 1 : -1;
    const std::int64_t best = last_ < 0 ? asks_.begin()->first : bids_.rbegin()->first;
    if (side(last_).size() < 3) return;
    for (auto at = orders_.begin(); at != orders_.end(); ++at) {
      if (at->second.direction != last_ || at->second.price != best) continue;
      return take(at, std::min(at->second.left, 8 * size()), MessageType::execution);
    }
  }

  void take(std::map<std::int64_t, Order>::iterator at, std::int32_t lots, MessageType type) {
    Order& order = at->second;
    auto& book = side(order.direction);
    if ((book[order.price] -= lots) == 0) book.erase(order.price);
    order.left -= lots;
    emit({time_ns_, type, at->first, lots, order.price, order.direction});
    if (order.left == 0) orders_.erase(at);
  }

  void emit(const Message& message) {
    tape_.messages.push_back(message);
    auto ask = asks_.begin();
    auto bid = bids_.rbegin();
    for (std::uint32_t l = 0; l < tape_.levels; ++l) {
      Level level;
      if (ask != asks_.end()) {
        level.ask_price = ask->first;
        level.ask_size = (ask++)->second;
      }
      if (bid != bids_.rend()) {
        level.bid_price = bid->first;
        level.bid_size = (bid++)->second;
      }
      tape_.book.push_back(level);
    }
  }

  std::map<std::int64_t, std::int64_t>& side(int direction) { return direction > 0 ? bids_ : asks_; }

  static constexpr std::int64_t centre_ = 1'000'000;
  std::mt19937_64 engine_;
  double persistence_, tempo_;
  Tape tape_;
  std::map<std::int64_t, std::int64_t> bids_, asks_;
  std::map<std::int64_t, Order> orders_;
  std::int64_t number_ = 0, time_ns_ = 34'200'000'000'000;
  int last_ = 1;
};

}  // namespace marketmimic
