#include "host/input/json_rows.hpp"

#include <utility>

#include "host/input/csv.hpp"
#include "host/input/text.hpp"

namespace marketmimic {
namespace {

/// Removes `c` from the front of `text`, with the space before it; false when something else stands there.
bool skip(std::string_view& text, char c) {
  const std::string_view rest = trim(text);
  if (!rest.starts_with(c)) return false;
  text = rest.substr(1);
  return true;
}

}  // namespace

JsonRows::JsonRows(LineReader& lines) : lines_(lines) {
  std::string_view before;
  if (!lines_.take('[', before) || !trim(before).empty())
    throw lines_.error("no JSON array starts here; give [[...], ...]");
}

bool JsonRows::next(std::vector<std::string_view>& fields) {
  std::string_view text;
  if (!lines_.take(']', text)) throw lines_.error("the JSON array doesn't end (file cut short?); fetch the file again");
  const bool first = std::exchange(first_, false);
  if (trim(text).empty()) {
    std::string_view after;
    while (lines_.next(after))
      if (!trim(after).empty()) throw lines_.error("text after the end of the JSON array; remove it");
    return false;
  }
  const bool starts_row = (first || skip(text, ',')) && skip(text, '[');
  if (!starts_row || !split_fields(text, fields))
    throw lines_.error("a row must be a flat array of numbers, [ms since 1970, open, high, low, close, volume]");
  return true;
}

}  // namespace marketmimic
