#pragma once

#include <string>
#include <vector>

namespace marketmimic {

struct Fills;
struct Bars;

/// Widening of a bar's range within which a fill of another venue still belongs to it [share of the price].
inline constexpr double kOtherVenue = 0.002;

/// What is doubtful about a log beside its bars, one line each: fewer than half of the fills within kOtherVenue of
/// their bar's range (another symbol, currency or time zone), and fills in gaps of the bars.
std::vector<std::string> alignment_notices(const Fills& fills, const Bars& bars);

}  // namespace marketmimic
