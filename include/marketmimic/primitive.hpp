#pragma once

#include <cstdint>

#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"

namespace marketmimic {

/// What a strategy primitive does; the names are in host/config/names.hpp, the definitions in the README. Append only.
enum class PrimitiveKind : std::uint32_t {
  unclassified = 0,
  bull_market_entry = 1,
  bear_market_entry = 2,
  flash_crash_exit = 3,
  dip_accumulation = 4,
  range_bound_accumulation = 5,
  range_bound_distribution = 6,
  breakout_entry = 7,
  take_profit_scale_out = 8,
  stop_loss_trail = 9,
  position_flip = 10,
  hold = 11,
  oscillation = 12,
};
inline constexpr std::uint32_t kPrimitiveKinds = 13;
/// Room for kinds, those that users define among them: masks of kinds have a bit each.
inline constexpr std::uint32_t kMostKinds = 32;

/// A cost that no execution reaches.
inline constexpr float kAnyCost = 1.0e9f;

/// One segment of the demonstration, encoded as a DMP on exposure in the frame of its market event. Exposure is in
/// units of the peak of its position cycle, signed: 1 is the largest long position.
struct Primitive {
  std::uint32_t kind = 0;
  std::uint32_t trigger = 0;    ///< market events that held when the trader began it; 0: the trader's own timing
  float duration = 1;           ///< until the next primitive began [s], > 0
  float tau = 1;                ///< duration of the movement itself [s], > 0
  float start = 0;              ///< exposure when it began
  float goal = 0;               ///< exposure it leads to
  float burst = 1;              ///< event frame: recent over usual variance when it began, > 0
  float aggressiveness = 1;     ///< share of its volume that took liquidity, 0 to 1
  std::uint32_t forcing = 0;    ///< offset of its kForcingEntries in the forcing table; the table at 0 is zero
  std::uint32_t form = 0;       ///< of its DMP: a DmpForm
  std::uint32_t cycle = 0;      ///< that it belongs to
  float period = 0;             ///< of a rhythm about its goal [s]; 0: a movement to it
  std::uint32_t condition = 0;  ///< events of which one has to hold where it begins, or it is not of its kind; 0: none
  std::uint32_t end = 0;        ///< market events of which any ends it; 0: its time does, or what begins the next
  float fill_tolerance = -1;    ///< exposure that may be missing when it is left; < 0: as the job has it for all kinds
  float cost_limit = kAnyCost;  ///< its execution may cost so much [share of the largest position's worth]

  MARKETMIMIC_HD bool rhythmic() const { return period > 0.0f; }
  /// Whether it leads to a smaller position; a rhythm ends where it began.
  MARKETMIMIC_HD bool reduces() const { return !rhythmic() && exact::abs(goal) < exact::abs(start); }
  /// Whether a market in which `events` hold is as its kind asks.
  MARKETMIMIC_HD bool suits(std::uint32_t events) const { return condition == 0u || (events & condition) != 0u; }
  /// Where its forcing stands after `elapsed` seconds of its own clock, 0 to 1, `stretch` times as slow as
  /// demonstrated. That of a rhythm is a point on a circle (Ijspeert et al., Neural Computation 25, 2013).
  MARKETMIMIC_HD float phase(float elapsed, float stretch = 1.0f) const {
    const float turns = elapsed / ((rhythmic() ? period : duration) * stretch);
    const float most = exact::min(turns, 1.0e9f);
    return rhythmic() ? most - static_cast<float>(exact::floor_to_int(most)) : exact::clamp(turns, 0.0f, 1.0f);
  }
};

/// Exposure that counts as none where primitives are compared: less than a hold may change (naming.hpp).
inline constexpr float kNoExposure = 0.005f;
/// Whether a primitive leads to no position.
MARKETMIMIC_HD bool leaves_none(const Primitive& p) { return p.goal < kNoExposure && p.goal > -kNoExposure; }

}  // namespace marketmimic
