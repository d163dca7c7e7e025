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

/// Bytes of the UTF-8 character (Unicode 15, table 3-7) that `text` begins with; 0 where it begins with none.
std::size_t utf8_length(std::string_view text);
bool is_utf8(std::string_view text);
/// With a `?` for every byte that belongs to no character of UTF-8.
std::string as_utf8(std::string_view text);

/// Untrusted text made fit for a one-line message: in quotes, at most 40 bytes, anything unprintable escaped.
std::string shown(std::string_view text);

/// The first `most` of several, with commas; `...` stands for the rest.
std::string shown(const std::vector<std::string>& texts, std::size_t most);

}  // namespace marketmimic
