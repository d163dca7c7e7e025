#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "host/tape/tape.hpp"

namespace marketmimic {

/// The unconditional scores of LOB-Bench (Nagy et al. 2025, arXiv 2502.09172; public repository peernagy/lob_bench).
/// Each turns a tape into a sample of numbers; two tapes are compared by the distance of their samples. Prices and
/// depths are in units of 1e-4, sizes in lots. A row whose book lacks a side has no spread and no depth.
enum class Score {
  spread,          ///< best ask - best bid after each message; discrete
  imbalance,       ///< (bid size - ask size) / sum, at the best level
  inter_arrival,   ///< log of the time between messages [ms]; no time counts as 1e-9 ms
  time_to_cancel,  ///< log of the time [s] from an order's first to its second message of types 1 to 3, for orders
                   ///< whose submission is there; no time counts as 1e-9 s
  ask_touch,       ///< size of the best ask
  bid_touch,
  ask_volume,  ///< size of the first ten ask levels
  bid_volume,
  limit_ask_depth,   ///< price of a submission above the mid after it
  limit_bid_depth,   ///< below
  cancel_ask_depth,  ///< the same of reductions and deletions
  cancel_bid_depth,
  limit_ask_level,  ///< level a submission lies on after it, from 1; discrete
  limit_bid_level,
  cancel_ask_level,  ///< level a reduction or deletion lay on before it; discrete
  cancel_bid_level,
  volume_minute,  ///< traded in a second that has a visible trade, times 60; see trade_volume in scores.cpp
  flow,           ///< order-flow imbalance, mean of 100 messages
  flow_up,        ///< the same before a message that moves the mid up
  flow_stay,      ///< before one that leaves it
  flow_down,      ///< before one that moves it down
};
inline constexpr std::size_t kScores = 21;

/// What a score says on a tape of so many levels.
enum class ScoreKind {
  clean,      ///< the same as on a full book
  truncated,  ///< of the part of the orders that this depth shows
  repeated,   ///< no more than another score does
  constant,   ///< one value only
};
ScoreKind kind(Score score, std::uint32_t levels);

std::string_view name(Score score);
std::string_view description(Score score);
/// Whether each value is a bin of its own.
bool discrete(Score score);

/// One number of a sample and when it arose.
struct ScoreValue {
  double value;
  std::int64_t time_ns;
};

/// The sample of `score` on `tape`, finite values only.
std::vector<ScoreValue> values_of(const TapeView& tape, Score score);

}  // namespace marketmimic
