#include "host/tape/recognise.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/input/csv.hpp"
#include "host/input/lines.hpp"
#include "host/input/number.hpp"
#include "host/input/text.hpp"

namespace marketmimic {
namespace {

bool whole(std::string_view text) { return parse_number<std::int64_t>(text).has_value(); }

bool is_message(const std::vector<std::string_view>& fields) {
  if (fields.size() != 6) return false;
  const auto type = parse_number<int>(fields[1]);
  return parse_number(fields[0]) && type && *type >= 1 && *type <= 7;
}

bool is_order_log(const std::vector<std::string_view>& fields) {
  const auto named = [&](std::string_view name) {
    return std::any_of(fields.begin(), fields.end(), [&](std::string_view field) { return lower(field) == name; });
  };
  return named("action") && named("direction");
}

}  // namespace

DataKind recognise(const std::filesystem::path& file) {
  LineReader lines(file_bytes(file), file.string());
  std::string_view line;
  std::vector<std::string_view> fields;
  do {
    if (!lines.next(line)) return DataKind::other;
  } while (trim(line).empty());
  if (!split_fields(line, fields)) return DataKind::other;
  if (is_message(fields)) return DataKind::lobster_message;
  if (is_order_log(fields)) return DataKind::order_log;
  if (fields.size() % 4 == 0 && std::all_of(fields.begin(), fields.end(), whole)) return DataKind::lobster_orderbook;
  return DataKind::other;
}

}  // namespace marketmimic
