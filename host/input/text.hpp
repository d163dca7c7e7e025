#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace marketmimic {

/// Without the spaces, tabs and line ends around it.
std::string_view trim(std::string_view text);

/// With A to Z in lower case, whatever the locale.
std::string lower(std::string_view text);

/// Untrusted text made fit for a one-line message: in quotes, at most 40 bytes, anything unprintable escaped.
std::string shown(std::string_view text);

/// The first `most` of several, with commas; `...` stands for the rest.
std::string shown(const std::vector<std::string>& texts, std::size_t most);

}  // namespace marketmimic
