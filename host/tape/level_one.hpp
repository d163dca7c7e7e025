#pragma once

#include "host/tape/tape.hpp"

namespace marketmimic {

/// What level 1 shows of a deeper tape, as LOBSTER's level-1 files do: the best level, and the messages that change it;
/// hidden trades, crosses and halts stay, since they are listed at every depth. The first message stays where it
/// touches the best level it leaves.
Tape filter_to_level_1(const Tape& tape);

}  // namespace marketmimic
