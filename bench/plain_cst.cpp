#include "bench/plain_cst.hpp"

#include <bit>
#include <cmath>

namespace marketmimic {

PlainCst::PlainCst(const Rates& rates, std::uint64_t seed)
    : rates_(rates), best_bid_(kGrid / 2), best_ask_(kGrid / 2 + 2) {
  for (const double rate : rates_.limit) limit_sum_ += rate;
  for (std::uint64_t& word : state_) {  // splitmix64, as its authors advise
    seed += 0x9e3779b97f4a7c15u;
    std::uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    word = z ^ (z >> 31);
  }
  for (auto& side : queue_) side.fill(0);
  for (int k = 0; k < 10; ++k) {
    add(0, best_bid_ - k);
    add(1, best_ask_ + k);
  }
}

double PlainCst::uniform() {
  const std::uint64_t out = state_[0] + state_[3], shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return static_cast<double>((out >> 11) + 1) * 0x1p-53;
}

void PlainCst::add(int side, int price) {
  ++queue_[side][static_cast<std::size_t>(price)];
  ++total_[side];
  if (side == 0 && price > best_bid_) best_bid_ = price;
  if (side == 1 && price < best_ask_) best_ask_ = price;
}

void PlainCst::take(int side, int price) {
  if (total_[side] == 1) return;  // the last order of a side stays
  --queue_[side][static_cast<std::size_t>(price)];
  --total_[side];
  if (side == 0)
    while (queue_[0][static_cast<std::size_t>(best_bid_)] == 0) --best_bid_;
  else
    while (queue_[1][static_cast<std::size_t>(best_ask_)] == 0) ++best_ask_;
}

void PlainCst::recentre() {
  const int by = kGrid / 2 - (best_bid_ + best_ask_) / 2;
  for (int side = 0; side < 2; ++side) {
    auto moved = queue_[side];
    moved.fill(0);
    total_[side] = 0;
    for (int price = 0; price < kGrid; ++price) {
      const std::int32_t orders = queue_[side][static_cast<std::size_t>(price)];
      if (orders == 0 || price + by < 0 || price + by >= kGrid) continue;
      moved[static_cast<std::size_t>(price + by)] = orders;
      total_[side] += orders;
    }
    queue_[side] = moved;
  }
  best_bid_ += by;
  best_ask_ += by;
}

std::uint64_t PlainCst::run(double seconds) {
  until_ += seconds;
  std::uint64_t events = 0;
  for (;;) {
    const double cancel_bid = rates_.cancel * static_cast<double>(total_[0]);
    const double cancel_ask = rates_.cancel * static_cast<double>(total_[1]);
    const double sum = 2 * (limit_sum_ + rates_.market) + cancel_bid + cancel_ask;
    const double wait = -std::log(uniform()) / sum;
    if (now_ + wait > until_) {
      now_ = until_;  // without memory: the next step draws anew
      return events;
    }
    now_ += wait;
    ++events;
    double place = uniform() * sum;
    if (place < 2 * limit_sum_) {
      const int side = place < limit_sum_ ? 0 : 1;
      place -= side * limit_sum_;
      int distance = 0;
      while (distance + 1 < kLevels && place >= rates_.limit[static_cast<std::size_t>(distance)])
        place -= rates_.limit[static_cast<std::size_t>(distance++)];
      add(side, side == 0 ? best_ask_ - 1 - distance : best_bid_ + 1 + distance);
    } else if ((place -= 2 * limit_sum_) < 2 * rates_.market) {
      const int side = place < rates_.market ? 0 : 1;
      take(side, side == 0 ? best_bid_ : best_ask_);
    } else {
      place -= 2 * rates_.market;
      const int side = place < cancel_bid ? 0 : 1;
      auto left = static_cast<std::int64_t>((side == 0 ? place : place - cancel_bid) / rates_.cancel);
      int price = side == 0 ? best_bid_ : best_ask_;
      const int step = side == 0 ? -1 : 1, edge = side == 0 ? 0 : kGrid - 1;
      while (price != edge && left >= queue_[side][static_cast<std::size_t>(price)]) {
        left -= queue_[side][static_cast<std::size_t>(price)];
        price += step;
      }
      if (queue_[side][static_cast<std::size_t>(price)] > 0) take(side, price);
    }
    if (best_bid_ < 2 * kLevels || best_ask_ > kGrid - 2 * kLevels) recentre();
  }
}

}  // namespace marketmimic
