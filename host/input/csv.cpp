#include "host/input/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "host/input/text.hpp"

namespace marketmimic {
namespace {

std::string column_name(std::string_view written) {
  if (written.empty()) return "index";
  std::string name = lower(written);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == ' ' || c == '.' || c == '-'; }, '_');
  return name;
}

/// Where the field that starts `text` ends: its comma, or the text's end; nothing when its quotes don't close.
std::optional<std::size_t> field_end(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const std::size_t first = text.find_first_not_of(space);
  if (first == std::string_view::npos || text[first] != '"') return std::min(text.find(','), text.size());
  std::size_t close = text.find('"', first + 1);
  while (close != std::string_view::npos && text.substr(close + 1).starts_with('"')) close = text.find('"', close + 2);
  if (close == std::string_view::npos) return std::nullopt;
  const std::size_t after = std::min(text.find_first_not_of(space, close + 1), text.size());
  if (after < text.size() && text[after] != ',') return std::nullopt;
  return after;
}

}  // namespace

bool split_fields(std::string_view line, std::vector<std::string_view>& fields) {
  fields.clear();
  while (true) {
    const auto end = field_end(line);
    if (!end) return false;
    std::string_view field = trim(line.substr(0, *end));
    if (field.starts_with('"')) field = trim(field.substr(1, field.size() - 2));
    fields.push_back(field);
    if (*end == line.size()) return true;
    line.remove_prefix(*end + 1);
  }
}

CsvReader::CsvReader(LineReader& lines) : lines_(lines) {
  if (!read_row()) throw lines_.error("the file is empty; give one with a header and rows");
  const std::string_view start = fields_.front();
  first_row_waits_ = !start.empty() && start.front() >= '0' && start.front() <= '9';
  if (first_row_waits_) return;
  for (const std::string_view written : fields_) columns_.push_back(column_name(written));
}

std::optional<std::size_t> CsvReader::find(std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names) {
    const auto found = std::find(columns_.begin(), columns_.end(), name);
    if (found == columns_.end()) continue;
    if (std::find(found + 1, columns_.end(), name) != columns_.end())
      throw lines_.error(fmt::format("column '{}' is there twice; remove or rename one", name));
    return static_cast<std::size_t>(found - columns_.begin());
  }
  return std::nullopt;
}

std::size_t CsvReader::require(std::initializer_list<std::string_view> names) const {
  if (const auto found = find(names)) return *found;
  require_header();
  throw lines_.error(
      fmt::format("no column '{}' (the header has {}); rename or add it", *names.begin(), shown(columns_, 20)));
}

void CsvReader::require_header() const {
  if (!has_header())
    throw lines_.error("there is no header (the file starts with a digit); add a line naming the columns");
}

void CsvReader::rename(std::string_view name, std::string_view header) {
  require_header();
  const auto column = std::find(columns_.begin(), columns_.end(), column_name(trim(header)));
  if (column == columns_.end())
    throw lines_.error(
        fmt::format("no column {} to read as {} (the header has {})", shown(header), name, shown(columns_, 20)));
  std::replace(columns_.begin(), columns_.end(), std::string(name), std::string());
  *column = name;
}

bool CsvReader::next() { return std::exchange(first_row_waits_, false) || read_row(); }

bool CsvReader::read_row() {
  const std::size_t width = fields_.size();
  std::string_view line;
  do {
    if (!lines_.next(line)) return false;
  } while (trim(line).empty());
  if (!split_fields(line, fields_)) throw lines_.error("a quoted field doesn't end; close its quotes or remove them");
  if (width != 0 && fields_.size() != width)
    throw lines_.error(
        fmt::format("{} fields where the first line has {}; complete or remove this row", fields_.size(), width));
  return true;
}

}  // namespace marketmimic
