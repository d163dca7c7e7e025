#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace marketmimic {

/// A JSON object as text that tells whether it was damaged: its last key, `seal`, is the XXH3-128 of the text without
/// it. `indent` as in nlohmann's dump(): -1 for one line. Bytes that are no UTF-8 are replaced.
std::string sealed(nlohmann::ordered_json object, int indent = 1);

/// Whether `text` is sealed() of what it holds, but for white space at its end.
bool is_sealed(const std::string& text, int indent = 1);

/// A value that is a whole number of 0 or more; nlohmann's exception where it is anything else, which its own get() may
/// take for one.
std::uint64_t whole_number(const nlohmann::ordered_json& value);

}  // namespace marketmimic
