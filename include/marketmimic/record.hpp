#pragma once

#include <cstddef>
#include <cstdint>

#include "marketmimic/host_device.hpp"
#include "marketmimic/market_block.hpp"
#include "marketmimic/perturbation.hpp"

namespace marketmimic {

/// What an agent sees, in this order. Append only.
enum class Observation : std::uint32_t {
  log_return = 0,  ///< of the mid over the last step
  log_price = 1,   ///< of the mid since the scenario began
  spread = 2,      ///< relative to the mid
  imbalance = 3,   ///< (bid - ask) / (bid + ask) of the best sizes
  log_volume = 4,  ///< against its moving average
  volatility = 5,  ///< recent standard deviation of a bar's log return
  burst = 6,       ///< recent over usual standard deviation
  trend = 7,       ///< t-statistic of the mean return
  fall = 8,        ///< from the recent high [sigma]
  exposure = 9,    ///< held, in units of the largest position
  profit = 10,     ///< marked to market, net of costs, in units of the largest position's worth at the start
  time_left = 11,  ///< 1 to 0
};
inline constexpr std::uint32_t kObservations = 12;

enum class Action : std::uint32_t { target_exposure = 0, aggressiveness = 1 };
inline constexpr std::uint32_t kActions = 2;

/// `/strategy/primitive` where none runs.
inline constexpr std::uint8_t kNoPrimitive = 255;

/// Where the rows of a block of scenarios go: element (row, j) of lane l lies at (row * width + j) * stride + first + l
/// of a column with `width` values a row, so that neighbours write neighbouring memory. A null pointer is not recorded.
struct Record {
  std::size_t stride = 0;         ///< scenarios that the columns hold, padding included
  std::size_t first = 0;          ///< place of lane 0 among them
  float* observations = nullptr;  ///< [T + 1, kObservations]
  float* actions = nullptr;       ///< [T, kActions]
  float* rewards = nullptr;       ///< [T]
  std::int32_t* open = nullptr;   ///< [T] half ticks; high, low and close alike
  std::int32_t* high = nullptr;
  std::int32_t* low = nullptr;
  std::int32_t* close = nullptr;
  std::int32_t* bid_price = nullptr;  ///< [T, L] ticks
  std::int32_t* ask_price = nullptr;
  std::int32_t* bid_size = nullptr;  ///< [T, L] lots
  std::int32_t* ask_size = nullptr;
  std::int32_t* volume = nullptr;         ///< [T] lots
  std::int32_t* trades = nullptr;         ///< [T]
  std::uint8_t* primitive = nullptr;      ///< [T] PrimitiveKind
  std::int32_t* source = nullptr;         ///< [T] which primitive of the demonstration runs; -1: none
  float* phase = nullptr;                 ///< [T]
  float* target = nullptr;                ///< [T] exposure
  float* goal = nullptr;                  ///< [T] exposure
  std::int64_t* exposure_lots = nullptr;  ///< [T] held after the step
  std::int64_t* cash = nullptr;           ///< [T] after the step [tick lots]
  std::uint8_t* standing = nullptr;       ///< [T] bits of Standing after the step; 0 where none ran
  std::uint32_t* market_event = nullptr;  ///< [T] bits of MarketEvent that hold
  std::uint32_t* perturbation = nullptr;  ///< [T] bits of PerturbationKind that act
  std::uint8_t* regime = nullptr;         ///< [T]
  std::int32_t* order_lots = nullptr;     ///< [T, 2] sent for the step: market, passive
  std::int32_t* fill_lots = nullptr;      ///< [T, 2] signed
  std::int64_t* fill_notional = nullptr;  ///< [T, 2] tick lots
  std::int64_t* fill_fee = nullptr;       ///< [T, 2] tick lots

  template <class T>
  MARKETMIMIC_HD void put(T* column, std::uint32_t width, std::uint32_t row, std::uint32_t j, std::uint32_t lane,
                          T value) const {
    if (column != nullptr) column[(static_cast<std::size_t>(row) * width + j) * stride + first + lane] = value;
  }
};

/// Why a scenario is no success; the first that applies. Append only.
enum class Failure : std::uint32_t {
  none = 0,
  not_started = 1,   ///< the plan never began
  limit_breach = 2,  ///< the profit fell too far from its best
  unfilled = 3,      ///< a primitive was left with its exposure not reached
  incomplete = 4,    ///< the horizon ended before the plan
  not_flat = 5,      ///< a position is left where the demonstration had none
  shortfall = 6,     ///< worse than the paper portfolio by more than allowed
  aborted = 7,       ///< an event against the position ended the plan, as the job asked
  untraded = 8,      ///< the plan came to its end without a trade
  costly = 9,        ///< a primitive cost more than success.primitive allows its kind
};
inline constexpr std::uint32_t kFailures = 10;

/// One scenario's outcome; stored in `/scenario`.
struct Summary {
  std::uint32_t success = 0;
  Failure failure = Failure::none;
  std::int32_t failed_segment = -1;               ///< place of the primitive in the plan, from 0; -1: none
  std::int32_t failed_source = -1;                ///< which primitive of the demonstration it is
  std::uint32_t failed_event = 0;                 ///< bits of MarketEvent that held where it began
  std::uint32_t failed_primitive = kNoPrimitive;  ///< its kind
  std::uint32_t cycle =
      0;  ///< of the demonstration, that opened the last position; of a composed plan the last primitive's
  std::uint32_t segments = 0;        ///< primitives of the plan that ran last
  std::uint32_t segments_begun = 0;  ///< primitives begun, of all cycles
  std::uint32_t segments_met = 0;    ///< of them left with success, see Standing
  std::uint32_t positions = 0;       ///< opened, one after the other
  std::uint32_t rule_exits = 0;      ///< of them left by a stop, target or signal, or the plan's profit band
  std::uint32_t attempted = 0;       ///< bit per PrimitiveKind begun
  std::uint32_t unmet = 0;           ///< bit per PrimitiveKind of which one was left without success
  std::uint32_t untriggered = 0;     ///< primitives begun without their event
  std::uint32_t overrides = 0;
  std::uint32_t perturbations = 0;  ///< bit per PerturbationKind that acted
  float time_scale = 1;             ///< the cycle was sped up by this
  float profit = 0;                 ///< net, of the largest position's worth at the start
  float shortfall = 0;              ///< against the paper portfolio, same unit
  float drawdown = 0;               ///< largest fall of the profit from its best, same unit
  float largest_exposure = 0;       ///< |exposure| at most
  std::int64_t traded_lots = 0;
  std::int64_t fees = 0;       ///< [tick lots]
  std::int64_t cash = 0;       ///< at the end [tick lots]
  std::int64_t inventory = 0;  ///< at the end [lots]
};

}  // namespace marketmimic
