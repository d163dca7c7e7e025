#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/run/journal.hpp"

namespace marketmimic {

/// Who worked on a run when, one session a line, and how many scenarios a second they published together, as an element
/// of an HTML page. None where the journal, whose clock ticks in seconds, can't tell: all took less than ten.
/// Error(io) as run_gnuplot().
std::optional<std::string> work_svg(const std::vector<Session>& sessions);

}  // namespace marketmimic
