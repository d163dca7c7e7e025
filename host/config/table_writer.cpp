#include "host/config/table_writer.hpp"

#include <bit>

#include "host/input/number.hpp"

namespace marketmimic {
namespace {

std::string toml_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c >= ' ' && c <= '~' ? c : '?';
  }
  return result + '"';
}

/// `[a, b, c]`, from a function that appends element i, or skips it. Long arrays take several lines.
template <class Element>
std::string array(std::size_t size, const Element& element) {
  constexpr std::size_t most_in_a_line = 64, a_line = 16;
  std::string result = "[";
  for (std::size_t i = 0; i < size; ++i) {
    const std::string text = element(i);
    const bool breaks = size > most_in_a_line && i > 0 && i % a_line == 0;
    if (!text.empty()) result += (result.size() == 1 ? "" : breaks ? ",\n  " : ", ") + text;
  }
  return result + ']';
}

/// An array of rows, a line each.
template <class Element>
std::string array_of_rows(std::size_t size, std::size_t columns, const Element& element) {
  std::string result = "[";
  for (std::size_t row = 0; row < size; row += columns) {
    result += row > 0 ? ",\n  " : "\n  ";
    result += array(columns, [&](std::size_t i) { return element(row + i); });
  }
  return result + "]";
}

}  // namespace

std::string TableWriter::pointed(std::string digits) {
  const bool whole = digits.find_first_not_of("-0123456789") == std::string::npos;
  return whole ? digits + ".0" : digits;
}

std::string TableWriter::real(float value, const Unit& unit) {
  double written = unit.written(value);
  for (int precision = 1; precision < 17; ++precision) {
    const double candidate = parse_number(fmt::format("{:.{}g}", unit.written(value), precision)).value_or(0.0);
    if (std::bit_cast<std::uint32_t>(unit.stored(candidate)) != std::bit_cast<std::uint32_t>(value)) continue;
    written = candidate;
    break;
  }
  return pointed(fmt::format("{}", written));
}

void TableWriter::numbers(std::string_view key, std::span<const float> values, const RealLimits& limits,
                          std::string_view meaning) {
  line(key, array(values.size(), [&](std::size_t i) { return real(values[i], same_unit); }), meaning, limits.text());
}

void TableWriter::numbers(std::string_view key, std::span<const std::int32_t> values, const WholeLimits& limits,
                          std::string_view meaning) {
  line(key, array(values.size(), [&](std::size_t i) { return fmt::format("{}", values[i]); }), meaning, limits.text());
}

void TableWriter::rows(std::string_view key, std::span<const float> values, std::size_t columns,
                       const RealLimits& limits, std::string_view meaning) {
  const auto element = [&](std::size_t i) { return real(values[i], same_unit); };
  line(key, array_of_rows(values.size(), columns, element), meaning, limits.text());
}

void TableWriter::rows(std::string_view key, std::span<const std::int32_t> values, std::size_t columns,
                       const WholeLimits& limits, std::string_view meaning) {
  const auto element = [&](std::size_t i) { return fmt::format("{}", values[i]); };
  line(key, array_of_rows(values.size(), columns, element), meaning, limits.text());
}

void TableWriter::square(std::string_view key, const std::vector<double>& values, const WholeLimits&,
                         const RealLimits& limits, std::string_view meaning) {
  std::size_t side = 1;
  while (side * side < values.size()) ++side;
  const auto element = [&](std::size_t i) { return pointed(fmt::format("{}", values[i])); };
  line(key, array_of_rows(values.size(), side, element), meaning, limits.text());
}

void TableWriter::range(std::string_view key, const Range& value, const RealLimits& limits, std::string_view meaning,
                        const Unit& unit) {
  const std::string low = real(value.low, unit);
  const bool fixed = std::bit_cast<std::uint32_t>(value.low) == std::bit_cast<std::uint32_t>(value.high);
  line(key, fixed ? low : fmt::format("[{}, {}]", low, real(value.high, unit)), meaning, limits.text());
}

void TableWriter::flag(std::string_view key, const bool& value, std::string_view meaning) {
  line(key, value ? "true" : "false", meaning, "");
}

void TableWriter::text(std::string_view key, const std::string& value, std::size_t, std::string_view meaning) {
  line(key, toml_string(value), meaning, "");
}

void TableWriter::texts(std::string_view key, const std::vector<std::string>& values, const WholeLimits& count,
                        std::string_view meaning) {
  line(key, array(values.size(), [&](std::size_t i) { return toml_string(values[i]); }), meaning,
       fmt::format("{} names", count.text()));
}

void TableWriter::choice(std::string_view key, const std::uint32_t& value, Names names, std::string_view meaning) {
  line(key, toml_string(names[value]), meaning, fmt::format("{}", fmt::join(names, ", ")));
}

void TableWriter::set(std::string_view key, const std::uint32_t& bits, Names names, std::string_view meaning) {
  const auto element = [&](std::size_t i) { return (bits >> i & 1u) != 0 ? toml_string(names[i]) : std::string(); };
  line(key, array(names.size(), element), meaning, fmt::format("of {}", fmt::join(names, ", ")));
}

void TableWriter::header(std::string_view open, std::string_view close, std::string_view meaning) {
  if (!text_.empty()) text_ += '\n';
  if (comments_ == Comments::with && !meaning.empty()) text_ += fmt::format("# {}\n", meaning);
  text_ += fmt::format("{}{}{}\n", open, path_, close);
}

void TableWriter::line(std::string_view key, std::string_view value, std::string_view meaning,
                       std::string_view allowed) {
  constexpr std::size_t widest = 120;
  const std::string setting = fmt::format("{} = {}", key, value);
  const std::string comment =
      allowed.empty() ? fmt::format("# {}", meaning) : fmt::format("# {} ({})", meaning, allowed);
  if (comments_ == Comments::without)
    text_ += fmt::format("{}\n", setting);
  else if (setting.size() + comment.size() + 2 > widest)
    text_ += fmt::format("{}\n{}\n", comment, setting);
  else
    text_ += fmt::format("{}  {}\n", setting, comment);
}

}  // namespace marketmimic
