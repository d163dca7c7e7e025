#include "tests/decomposition/planted_expert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include "host/config/default_market.hpp"
#include "host/simulator/market_simulator.hpp"
#include "tests/decomposition/market_eye.hpp"

namespace marketmimic {
namespace {

constexpr std::int64_t kMinute = 60'000, kBar = 5 * kMinute, kStart = 1'735'689'600'000;
constexpr std::size_t kMinutes = 5;  ///< in a bar
constexpr std::size_t kWarm = 288;   ///< bars before the expert begins
constexpr double kFull = 10;         ///< units of the asset in a full position
constexpr double kLot = 0.001;
constexpr std::int64_t kApart = 12;  ///< minutes between two primitives, at least

/// Mids at the start of every minute, and bars.
struct Tape {
  std::vector<double> minutes;
  Bars bars;
};

std::vector<Tape> perturbed_markets(std::uint64_t seed, std::size_t count, std::size_t bars) {
  MarketFile market = default_market();
  SimulatorOptions options;
  options.scenarios = count;
  options.seed = seed;
  options.step_seconds = 60;
  options.levels = 1;
  options.model = MarketModel::diffusion;
  options.threads = 1;
  MarketSimulator simulator(market, options);
  std::mt19937_64 engine(seed);
  const auto draw = [&](double low, double high) { return std::uniform_real_distribution<double>(low, high)(engine); };
  const double span = 60.0 * static_cast<double>(bars * kMinutes);
  for (std::uint64_t scenario = 0; scenario < count; ++scenario)
    for (std::uint32_t i = 0; i < kMaxInjections; ++i) {
      Injection shock;
      shock.start = static_cast<float>(span * (0.05 + 0.95 * (i + draw(0, 0.6)) / kMaxInjections));
      if (i % 3 == 0) {
        shock.kind = static_cast<std::uint32_t>(PerturbationKind::flash_crash);
        shock.rise = static_cast<float>(draw(300, 1800));
        shock.half_life = static_cast<float>(draw(1200, 7200));
        shock.displacement = static_cast<float>(-draw(0.015, 0.04));
        shock.recovery = static_cast<float>(draw(0.3, 0.9));
      } else if (i % 3 == 1) {
        shock.kind = static_cast<std::uint32_t>(PerturbationKind::volatility_spike);
        shock.rise = 300;
        shock.plateau = static_cast<float>(draw(1800, 5400));
        shock.half_life = 1200;
        shock.log_volatility = static_cast<float>(draw(0.7, 1.3));
      } else {
        shock.kind = static_cast<std::uint32_t>(PerturbationKind::climate);
        shock.rise = 300;
        shock.plateau = static_cast<float>(draw(7200, 18'000));
        shock.drift = static_cast<float>((i % 2 == 0 ? 1 : -1) * draw(1.2e-6, 2.5e-6));
      }
      simulator.inject(shock, std::array{scenario});
    }
  std::vector<Tape> tapes(count);
  for (Tape& tape : tapes) {
    tape.bars.interval_ms = kBar;
    tape.bars.symbol = market.asset;
    tape.bars.source = "simulated bars";
  }
  const double half_tick = 0.5 * market.tick;
  for (std::size_t minute = 0; minute < bars * kMinutes; ++minute) {
    simulator.advance();
    for (std::size_t s = 0; s < count; ++s) {
      const double open = half_tick * simulator.open()[s], close = half_tick * simulator.mid()[s];
      const double high = half_tick * simulator.high()[s], low = half_tick * simulator.low()[s];
      std::vector<Bar>& all = tapes[s].bars.bars;
      tapes[s].minutes.push_back(open);
      if (minute % kMinutes == 0)
        all.push_back({kStart + static_cast<std::int64_t>(minute) * kMinute, open, high, low, close, 1});
      all.back().high = std::max(all.back().high, high);
      all.back().low = std::min(all.back().low, low);
      all.back().close = close;
    }
  }
  return tapes;
}

class Expert {
 public:
  Expert(Tape tape, std::uint64_t seed) : tape_(std::move(tape)), engine_(seed) {
    log_.fills.source = "planted expert";
    log_.fills.symbol = tape_.bars.symbol;
    log_.fills.time_resolution_ms = 60'000;
  }

  PlantedLog run() && {
    std::vector<double> closes;
    for (const Bar& bar : tape_.bars.bars) closes.push_back(bar.close);
    MarketEye eye({closes.begin(), closes.begin() + kWarm}, tape_.bars.bars.front().open);
    for (std::size_t i = 0; i < closes.size(); ++i) {
      eye.close(closes[i]);
      watch(closes[i], tape_.bars.bars[i].time_ms + kBar, eye);
      const auto minute = static_cast<std::int64_t>((i + 1) * kMinutes);
      const bool time_left = i + 40 < closes.size();
      if (i >= kWarm && time_left && minute >= free_from_) consider(minute, closes[i], eye);
    }
    log_.bars = std::move(tape_.bars);
    return std::move(log_);
  }

 private:
  struct Plan {
    PrimitiveKind kind;
    double to;  ///< position [share of a full one]; of an oscillation, its other end
  };

  double draw(double low, double high) { return std::uniform_real_distribution<double>(low, high)(engine_); }
  int whole(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine_); }

  /// Best log price of the position since the first bar that ended with it.
  void watch(double close, std::int64_t end_ms, const MarketEye& eye) {
    for (; seen_ < log_.fills.fills.size() && log_.fills.fills[seen_].time_ms < end_ms; ++seen_)
      lots_ += log_.fills.fills[seen_].side * std::llround(log_.fills.fills[seen_].size / kLot);
    const int side = lots_ > 0 ? 1 : (lots_ < 0 ? -1 : 0);
    const double now = std::log(close);
    best_ = side == 0 || side != side_ ? now : (side > 0 ? std::max(best_, now) : std::min(best_, now));
    side_ = side;
    // Against the usual volatility before this bar.
    stopped_ = side * (best_ - now) > 3 * unit_before_ && side != 0;
    unit_before_ = eye.unit;
  }

  PrimitiveKind building(double side, const MarketEye& eye) const {
    const double retreat = side > 0 ? eye.fall : eye.rise;
    if (eye.broken && retreat <= 0.5 && eye.t * side > 0) return PrimitiveKind::breakout_entry;
    if (side > 0 && eye.up) return PrimitiveKind::bull_market_entry;
    if (side < 0 && eye.down) return PrimitiveKind::bear_market_entry;
    if (retreat >= 2 || (side > 0 && (eye.crash || eye.recovery))) return PrimitiveKind::dip_accumulation;
    return eye.range ? PrimitiveKind::range_bound_accumulation : PrimitiveKind::unclassified;
  }
  PrimitiveKind reducing(double close, const MarketEye& eye) const {
    const double side = held_ > 0 ? 1 : -1, profit = side * std::log(close / entry_) / eye.unit;
    if (side > 0 && eye.crash) return PrimitiveKind::flash_crash_exit;
    if (stopped_ || profit <= -1) return PrimitiveKind::stop_loss_trail;
    if (profit >= 1) return PrimitiveKind::take_profit_scale_out;
    return eye.range ? PrimitiveKind::range_bound_distribution : PrimitiveKind::unclassified;
  }

  void consider(std::int64_t minute, double close, const MarketEye& eye) {
    std::vector<Plan> plans;
    if (held_ == 0) {
      for (const double side : {1.0, -1.0}) plans.push_back({building(side, eye), side * draw(0.4, 1)});
    } else {
      const double side = held_ > 0 ? 1 : -1, size = std::abs(held_);
      if (size < 0.7) plans.push_back({building(side, eye), side * draw(size + 0.2, 1)});
      plans.push_back({reducing(close, eye), whole(0, 1) == 0 ? 0 : held_ * draw(0.3, 0.6)});
      plans.push_back({PrimitiveKind::position_flip, -side * draw(0.4, 1)});
      plans.push_back({PrimitiveKind::oscillation, held_ * draw(0.3, 0.7)});
    }
    double mean = 0;
    for (const double count : counts_) mean += count / static_cast<double>(counts_.size() - 1);  // no hold
    const Plan* rarest = nullptr;
    for (const Plan& plan : plans)
      if (rarest == nullptr || count(plan.kind) < count(rarest->kind)) rarest = &plan;
    if (draw(0, 1) < std::min(0.5, 0.05 * (mean + 1) / (count(rarest->kind) + 1))) carry_out(*rarest, minute);
  }

  double& count(PrimitiveKind kind) { return counts_[static_cast<std::size_t>(kind)]; }

  /// One order of many fills along a minimum-jerk curve.
  void move_smoothly(std::int64_t begin, int minutes, double to) {
    const std::string order = next_order();
    const double from = held_;
    double done = 0;
    for (int k = 1; k <= minutes; ++k) {
      const double x = static_cast<double>(k) / minutes, share = x * x * x * (10 + x * (6 * x - 15));
      const int parts = whole(1, 4);
      for (int part = 1; part <= parts; ++part) {
        const double until = done + (share - done) * part / parts;
        trade(begin + k - 1, from + until * (to - from), order);
      }
      done = share;
    }
  }

  /// To the other end and back, over and over; returns the minute in which the last period ends.
  std::int64_t oscillate(std::int64_t begin, double to, bool smooth) {
    const double from = held_;
    const int half = whole(10, 20), swings = 2 * whole(3, 4);
    for (int swing = 0; swing < swings; ++swing) {
      const double aim = swing % 2 == 0 ? to : from;
      const std::int64_t at = begin + swing * half;
      smooth ? move_smoothly(at, half, aim) : trade(at, aim, next_order());
    }
    return begin + swings * half;
  }

  void carry_out(const Plan& plan, std::int64_t bar_end) {
    const double from = held_;
    const std::int64_t begin = bar_end + whole(0, 3);
    const bool smooth = whole(0, 1) == 0, flip = plan.kind == PrimitiveKind::position_flip;
    const std::size_t first = log_.fills.fills.size();
    std::int64_t over = 0;
    if (plan.kind == PrimitiveKind::oscillation) {
      over = oscillate(begin, plan.to, smooth);
    } else if (smooth) {
      move_smoothly(begin, whole(20, 45), plan.to);
    } else {
      const int orders = flip ? 1 : whole(1, 4);
      std::int64_t minute = begin;
      for (int k = 1; k <= orders; ++k, minute += whole(1, 8)) {
        const std::string order = next_order();
        const double start = from + (plan.to - from) * (k - 1) / orders, end = from + (plan.to - from) * k / orders;
        trade(minute, 0.5 * (start + end), order);
        trade(minute, end, order);
      }
    }
    note(plan.kind, first, smooth, flip);
    free_from_ = std::max(over, (log_.fills.fills.back().time_ms - kStart) / kMinute) + kApart;
    ++count(plan.kind);
  }

  void note(PrimitiveKind kind, std::size_t first, bool smooth, bool flip) {
    const std::vector<Fill>& fills = log_.fills.fills;
    std::size_t crossing = first;  // the fill that begins the next position
    if (flip) {
      double position = before_;
      while (position * (position + fills[crossing].side * fills[crossing].size) > 0) {
        position += fills[crossing].side * fills[crossing].size;
        ++crossing;
      }
      log_.primitives.push_back({kind, fills[first].time_ms, fills[crossing].time_ms + kMinute, smooth});
    }
    log_.primitives.push_back({kind, fills[crossing].time_ms, fills.back().time_ms + kMinute, smooth});
    before_ = std::round(kFull * held_ / kLot) * kLot;
  }

  std::string next_order() { return fmt::format("order-{}", ++orders_); }

  /// Trades up to a position, at the mid with which the minute begins.
  void trade(std::int64_t minute, double to, const std::string& order) {
    const double lots = std::round(kFull * to / kLot) - std::round(kFull * held_ / kLot);
    if (lots == 0) return;
    const double price = tape_.minutes[static_cast<std::size_t>(minute)], before = held_;
    held_ += lots * kLot / kFull;
    if (std::abs(held_) < 0.5 * kLot / kFull) held_ = 0;
    if (before * held_ <= 0)
      entry_ = price;
    else if (std::abs(held_) > std::abs(before))
      entry_ += (price - entry_) * (held_ - before) / held_;
    Fill fill{};
    fill.time_ms = kStart + minute * kMinute;
    fill.sequence = static_cast<std::int64_t>(log_.fills.fills.size());
    fill.side = lots > 0 ? 1 : -1;
    fill.price = price;
    fill.size = std::abs(lots) * kLot;
    fill.order_id = order;
    log_.fills.fills.push_back(std::move(fill));
  }

  Tape tape_;
  std::mt19937_64 engine_;
  PlantedLog log_;
  std::array<double, kPrimitiveKinds> counts_{};
  double held_ = 0, entry_ = 0;  ///< position [share of a full one], its mean entry price
  double before_ = 0;            ///< position before the primitive [units of the asset]
  double best_ = 0, unit_before_ = 1;
  std::size_t seen_ = 0;   ///< fills up to the last bar's end,
  std::int64_t lots_ = 0;  ///< and the position after them
  int side_ = 0, orders_ = 0;
  bool stopped_ = false;
  std::int64_t free_from_ = 0;  ///< minute
};

}  // namespace

std::vector<PlantedLog> planted_logs(std::uint64_t seed, std::size_t logs, std::size_t bars) {
  std::vector<PlantedLog> planted;
  std::uint64_t expert = seed * 1000;
  for (Tape& tape : perturbed_markets(seed, logs, bars)) planted.push_back(Expert(std::move(tape), ++expert).run());
  return planted;
}

}  // namespace marketmimic
