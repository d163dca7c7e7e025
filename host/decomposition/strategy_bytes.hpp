#pragma once

#include <string>
#include <string_view>

#include "host/decomposition/strategy_file.hpp"

namespace marketmimic {

/// A strategy as bytes, for the pipe between the process that reads a file and the one that asked for it.
std::string strategy_bytes(const Strategy& strategy);

/// The reverse. The bytes are not trusted; Error(input_data), with `name`, where they are cut short or too long. Values
/// are left to check_strategy().
Strategy strategy_of_bytes(std::string_view bytes, const std::string& name);

}  // namespace marketmimic
