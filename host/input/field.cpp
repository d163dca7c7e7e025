#include "host/input/field.hpp"

#include <fmt/format.h>

#include <cmath>

#include "host/input/number.hpp"
#include "host/input/text.hpp"
#include "host/input/time.hpp"

namespace marketmimic {

Error Field::error(std::string_view expected) const {
  return at.error(fmt::format("{} must be {} (got {}); correct or remove this row", name, expected, shown(text)));
}

std::int64_t Field::time(std::int64_t local_ms) const {
  const auto value = parse_time(text, local_ms);
  if (!value)
    throw error("a time such as 2025-01-31T23:05:00Z, 2025-01-31 23:05, 1/31/2025 (month first) or epoch seconds");
  return *value;
}

double Field::number() const {
  const auto value = parse_number(text);
  if (!value || std::abs(*value) > most_volume) throw error("a number");
  return *value;
}

double Field::price() const {
  const auto value = parse_number(text);
  if (!value || *value < least_price || *value > most_price) throw error("a positive price, 1e-12 to 1e12");
  return *value;
}

double Field::volume() const {
  const auto value = parse_number(text);
  if (!value || *value < 0.0 || *value > most_volume) throw error("a volume, 0 or more");
  return *value;
}

double Field::size() const {
  const auto value = parse_number(text);
  if (!value || *value <= 0.0 || *value > most_volume) throw error("a size above 0");
  return *value;
}

std::int64_t Field::integer() const {
  const auto value = parse_number<std::int64_t>(text);
  if (!value) throw error("a whole number");
  return *value;
}

bool Field::flag() const {
  const std::string word = lower(text);
  if (word == "true" || word == "1") return true;
  if (word == "false" || word == "0") return false;
  throw error("true or false");
}

}  // namespace marketmimic
