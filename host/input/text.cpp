#include "host/input/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace marketmimic {

std::string_view trim(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const std::size_t first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(0);
  if (first < 0x80) return text.empty() ? 0 : 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  // Neither longer than needed, nor a surrogate, nor beyond U+10FFFF: all seen in the second byte.
  const unsigned low = first == 0xe0 ? 0xa0 : (first == 0xf0 ? 0x90 : 0x80);
  const unsigned high = first == 0xed ? 0x9f : (first == 0xf4 ? 0x8f : 0xbf);
  if (byte(1) < low || byte(1) > high) return 0;
  const std::size_t length = first < 0xe0 ? 2 : (first < 0xf0 ? 3 : 4);
  for (std::size_t i = 2; i < length; ++i)
    if (byte(i) < 0x80 || byte(i) > 0xbf) return 0;
  return length;
}

bool is_utf8(std::string_view text) {
  while (const std::size_t length = utf8_length(text)) text.remove_prefix(length);
  return text.empty();
}

std::string as_utf8(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    result += length > 0 ? text.substr(0, length) : "?";
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string result = "'";
  for (const char c : text.substr(0, longest)) {
    if (c >= ' ' && c <= '~')
      result += c;
    else
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return result + (text.size() > longest ? "...'" : "'");
}

std::string shown(const std::vector<std::string>& texts, std::size_t most) {
  std::string result;
  for (std::size_t i = 0; i < texts.size() && i < most; ++i) result += (i == 0 ? "" : ", ") + shown(texts[i]);
  return result + (texts.size() > most ? ", ..." : "");
}

}  // namespace marketmimic
