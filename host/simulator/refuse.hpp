#pragma once

#include <string>

#include "host/error.hpp"

namespace marketmimic {

/// A caller asked for what can't be.
[[noreturn]] inline void refuse(const std::string& line) { throw Error(ExitCode::usage, line); }

}  // namespace marketmimic
