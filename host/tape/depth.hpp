#pragma once

#include <cstdint>

#include "host/tape/tape.hpp"

namespace marketmimic {

/// What a feed of `levels` levels shows of a deeper tape, as LOBSTER's files of that depth do: these levels, and the
/// messages that change them; hidden trades, crosses and halts stay, since they are listed at every depth. The first
/// message stays where it lies within the levels it leaves. 1 <= levels <= tape.levels.
Tape filter_to_levels(const Tape& tape, std::uint32_t levels);

inline Tape filter_to_level_1(const Tape& tape) { return filter_to_levels(tape, 1); }

}  // namespace marketmimic
