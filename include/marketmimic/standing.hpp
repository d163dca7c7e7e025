#pragma once

#include <cstdint>

#include "marketmimic/host_device.hpp"

namespace marketmimic {

/// What the running primitive's success asks for, as of the step's end; what held in its last step is its outcome.
/// That it began in a market as its kind asks is told by its name. Append only.
enum class Standing : std::uint32_t {
  filled = 0,       ///< no more exposure is missing to the target than may be
  within_cost = 1,  ///< its execution has not cost more than it may
};
inline constexpr std::uint32_t kStandings = 2;
MARKETMIMIC_HD constexpr std::uint32_t standing_bit(Standing standing) {
  return 1u << static_cast<std::uint32_t>(standing);
}
inline constexpr std::uint32_t kAllStanding = (1u << kStandings) - 1u;

}  // namespace marketmimic
