#include "host/config/table_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "host/config/suggest.hpp"
#include "host/input/text.hpp"
#include "host/input/time.hpp"

namespace marketmimic {
namespace {

/// A value as a message shows it.
std::string got(const toml::node& node) {
  if (const auto* value = node.as_integer()) return fmt::format("{}", value->get());
  if (const auto* value = node.as_floating_point()) return fmt::format("{}", value->get());
  if (const auto* value = node.as_boolean()) return value->get() ? "true" : "false";
  if (const auto* value = node.as_string()) return shown(value->get());
  if (node.is_table()) return "a table";
  if (const auto* value = node.as_array()) return fmt::format("an array of {}", value->size());
  return "a date or time";
}

/// Text of others made fit for one line of plain characters.
std::string plain(std::string_view text) {
  std::string result(text.substr(0, 200));
  for (char& c : result)
    if (c < ' ' || c > '~') c = '?';
  return result;
}

/// Each character beyond ASCII as one question mark, which keeps columns right. Only comments need such characters, and
/// toml++ 3.3 classifies them by code whose behaviour is undefined for many.
std::string ascii(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool continues = (byte & 0xC0u) == 0x80u;  // UTF-8: a later byte of the same character
    if (!continues) result += byte < 0x80u ? c : '?';
  }
  return result;
}

}  // namespace

toml::table parse_toml(std::string_view text, const std::string& name, ExitCode code) {
  // toml++ frees nested tables recursively and does not bound those of dotted keys: `a.a.a.a...` in a megabyte would
  // overflow the stack. Real files hold some hundred dots, most of them decimal points, and the
  // correlations of 64 assets 4096.
  constexpr std::ptrdiff_t most_dots = 6144;
  if (std::count(text.begin(), text.end(), '.') > most_dots)
    throw Error(code, fmt::format("{}: over {} dots; this is no configuration file", name, most_dots));
  const std::string plain_text = ascii(text);
  try {
    return toml::parse(plain_text);
  } catch (const toml::parse_error&) {
    // Its numbers are read by streams, which take an allocation that failed for a wrong number. What is wrong is so
    // twice.
  }
  try {
    return toml::parse(plain_text);
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    throw Error(code, fmt::format("{}:{}:{}: {}", name, at.line, at.column, plain(error.description())));
  }
}

TableReader::TableReader(std::string_view text, std::string name, ExitCode code, Missing missing)
    : name_(std::move(name)),
      code_(code),
      missing_(missing),
      root_(parse_toml(text, name_, code)),
      level_{&root_, {}, {}} {}

void TableReader::finish() {
  note_unknown();
  if (unknown_) fail_unknown(*unknown_);
  if (!missing_keys_.empty()) throw Error(code_, missing_keys_.front());
  if (!broken_rules_.empty()) throw Error(code_, broken_rules_.front());
}

void TableReader::know(std::string_view key) {
  if (std::find(level_.known.begin(), level_.known.end(), key) != level_.known.end()) return;
  level_.known.emplace_back(key);
  known_paths_.push_back(path(key));
}

const toml::node* TableReader::find(std::string_view key, std::string_view meaning) {
  know(key);
  const toml::node* const node = level_.table->get(key);
  if (node == nullptr && missing_ == Missing::is_an_error)
    missing_keys_.push_back(
        error_line(level_.table->source().begin, fmt::format("{} is missing: {}", path(key), meaning)));
  return node;
}

double TableReader::real(const toml::node& node, std::string_view key, const RealLimits& limits) const {
  const std::optional<double> value = node.is_number() ? node.value<double>() : std::nullopt;
  if (!value) wrong(node, key, fmt::format("a number, {}", limits.text()));
  if (!limits.hold(*value)) wrong(node, key, limits.text());
  return *value;
}

std::int64_t TableReader::whole(const toml::node& node, std::string_view key, const WholeLimits& limits) const {
  const auto* value = node.as_integer();
  if (value == nullptr) wrong(node, key, fmt::format("a whole number, {}", limits.text()));
  if (!limits.hold(value->get())) wrong(node, key, limits.text());
  return value->get();
}

std::uint32_t TableReader::one_of(const toml::node& node, std::string_view key, Names names) const {
  const auto* value = node.as_string();
  const std::string_view word = value == nullptr ? std::string_view() : std::string_view(value->get());
  const auto found = std::find(names.begin(), names.end(), word);
  if (found != names.end()) return static_cast<std::uint32_t>(found - names.begin());
  const auto near = nearest(word, {names.begin(), names.end()});
  wrong(node, key, fmt::format("one of {}", fmt::join(names, ", ")),
        near ? fmt::format("; did you mean '{}'?", *near) : "");
}

void TableReader::numbers(std::string_view key, std::span<float> values, const RealLimits& limits,
                          std::string_view meaning) {
  if (const toml::node* const node = find(key, meaning)) fill(*node, key, values, limits);
}

void TableReader::numbers(std::string_view key, std::span<std::int32_t> values, const WholeLimits& limits,
                          std::string_view meaning) {
  if (const toml::node* const node = find(key, meaning)) fill(*node, key, values, limits);
}

void TableReader::rows(std::string_view key, std::span<float> values, std::size_t columns, const RealLimits& limits,
                       std::string_view meaning) {
  if (const toml::node* const node = find(key, meaning)) fill_rows(*node, key, values, columns, limits);
}

void TableReader::rows(std::string_view key, std::span<std::int32_t> values, std::size_t columns,
                       const WholeLimits& limits, std::string_view meaning) {
  if (const toml::node* const node = find(key, meaning)) fill_rows(*node, key, values, columns, limits);
}

template <class Number>
void TableReader::fill(const toml::node& node, std::string_view key, std::span<Number> values,
                       const LimitsOf<Number>& limits) {
  const toml::array* const array = node.as_array();
  if (array == nullptr || array->size() != values.size())
    wrong(node, key, fmt::format("an array of {} numbers", values.size()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if constexpr (std::is_floating_point_v<Number>)
      values[i] = static_cast<Number>(real((*array)[i], key, limits));
    else
      values[i] = static_cast<Number>(whole((*array)[i], key, limits));
  }
}

template <class Number>
void TableReader::fill_rows(const toml::node& node, std::string_view key, std::span<Number> values, std::size_t columns,
                            const LimitsOf<Number>& limits) {
  const toml::array* const array = node.as_array();
  const std::size_t rows = values.size() / columns;
  if (array == nullptr || array->size() != rows)
    wrong(node, key, fmt::format("an array of {} rows of {} numbers", rows, columns));
  for (std::size_t i = 0; i < rows; ++i) fill((*array)[i], key, values.subspan(i * columns, columns), limits);
}

void TableReader::square(std::string_view key, std::vector<double>& values, const WholeLimits& sides,
                         const RealLimits& limits, std::string_view meaning) {
  const toml::node* const node = find(key, meaning);
  if (node == nullptr) return;
  const toml::array* const array = node->as_array();
  if (array == nullptr || !sides.hold(array->size()))
    wrong(*node, key, fmt::format("an array of {} rows", sides.text()));
  values.resize(array->size() * array->size());
  fill_rows(*node, key, std::span(values), array->size(), limits);
}

bool TableReader::any_of(Names keys, bool) {
  for (const std::string_view key : keys) know(key);
  return std::any_of(keys.begin(), keys.end(), [&](std::string_view key) { return level_.table->get(key) != nullptr; });
}

void TableReader::range(std::string_view key, Range& value, const RealLimits& limits, std::string_view meaning,
                        const Unit& unit) {
  const toml::node* const node = find(key, meaning);
  if (node == nullptr) return;
  const toml::array* const array = node->as_array();
  if (array == nullptr) {
    value.low = value.high = unit.stored(real(*node, key, limits));
    return;
  }
  if (array->size() != 2) wrong(*node, key, "a number or [low, high]");
  const double low = real((*array)[0], key, limits), high = real((*array)[1], key, limits);
  if (low > high) wrong((*array)[1], key, fmt::format("[low, high] with high at least {}", low));
  value = {unit.stored(low), unit.stored(high)};
}

void TableReader::flag(std::string_view key, bool& value, std::string_view meaning) {
  const toml::node* const node = find(key, meaning);
  if (node == nullptr) return;
  if (!node->is_boolean()) wrong(*node, key, "true or false");
  value = node->as_boolean()->get();
}

void TableReader::text(std::string_view key, std::string& value, std::size_t longest, std::string_view meaning) {
  const toml::node* const node = find(key, meaning);
  if (node == nullptr) return;
  const auto* found = node->as_string();
  const auto fits = [&](const std::string& s) {
    return s.size() <= longest && std::all_of(s.begin(), s.end(), [](char c) { return c >= ' ' && c <= '~'; });
  };
  if (found == nullptr || !fits(found->get()))
    wrong(*node, key, fmt::format("text of at most {} printable ASCII characters", longest));
  value = found->get();
}

void TableReader::texts(std::string_view key, std::vector<std::string>& values, const WholeLimits& count,
                        std::string_view meaning) {
  const toml::node* const node = find(key, meaning);
  if (node == nullptr) return;
  const toml::array* const array = node->as_array();
  const std::string wanted =
      fmt::format("an array of {} texts of 1 to {} printable ASCII characters", count.text(), kLongestName);
  if (array == nullptr || !count.hold(array->size())) wrong(*node, key, wanted);
  values.clear();
  for (const toml::node& element : *array) {
    const auto* const found = element.as_string();
    if (found == nullptr || !is_name(found->get())) wrong(element, key, wanted);
    values.push_back(found->get());
  }
}

void TableReader::choice(std::string_view key, std::uint32_t& value, Names names, std::string_view meaning) {
  if (const toml::node* const node = find(key, meaning))
    value = one_of(*node, key, names);
  else if (value >= names.size())
    throw Error(code_, error_line(level_.table->source().begin,
                                  fmt::format("{} is missing: one of {}", path(key), fmt::join(names, ", "))));
}

void TableReader::set(std::string_view key, std::uint32_t& bits, Names names, std::string_view meaning) {
  const toml::node* const node = find(key, meaning);
  if (node == nullptr) return;
  const toml::array* const array = node->as_array();
  if (array == nullptr) wrong(*node, key, fmt::format("an array of names, of {}", fmt::join(names, ", ")));
  bits = 0;
  for (const toml::node& element : *array) bits |= 1u << one_of(element, key, names);
}

bool TableReader::alternative(std::string_view key, std::string_view other, bool is_other) {
  know(key);
  know(other);
  const toml::node* const first = level_.table->get(key);
  const toml::node* const second = level_.table->get(other);
  if (first != nullptr && second != nullptr)
    throw Error(code_, error_line(second->source().begin,
                                  fmt::format("{} and {} exclude each other; keep one", path(key), path(other))));
  if (first == nullptr && second == nullptr) return is_other;
  return second != nullptr;
}

void TableReader::require(bool holds, std::string_view key, std::string_view rule) {
  if (!holds) broken_rules_.push_back(fmt::format("{}: {} {}", place(key), path(key), rule));
}

bool TableReader::time(std::string_view key, std::int64_t& value_ms, std::string_view meaning) {
  const toml::node* const node = find(key, meaning);
  if (node == nullptr) return false;
  std::ostringstream text;
  if (const auto* const found = node->as_string()) text << found->get();
  if (const auto* const found = node->as_date_time()) text << found->get();
  if (const auto* const found = node->as_date()) text << found->get();
  const std::optional<std::int64_t> time_ms = parse_time(text.str());
  if (!time_ms) wrong(*node, key, "a time, such as 2025-03-16T23:18:00Z");
  value_ms = *time_ms;
  return true;
}

std::string TableReader::place(std::string_view key) const {
  const toml::node* const node = level_.table->get(key);
  const toml::source_position at = (node != nullptr ? node->source() : level_.table->source()).begin;
  return at ? fmt::format("{}:{}:{}", name_, at.line, at.column) : name_;
}

const toml::array& TableReader::array_of_tables(const toml::node& node, std::string_view key,
                                                const WholeLimits& limits) const {
  const toml::array* const array = node.as_array();
  const bool holds_tables = array != nullptr && std::all_of(array->begin(), array->end(),
                                                            [](const toml::node& each) { return each.is_table(); });
  if (!holds_tables) wrong(node, key, fmt::format("tables [[{}]]", path(key)));
  if (!limits.hold(array->size())) wrong(node, key, fmt::format("{} tables", limits.text()));
  return *array;
}

void TableReader::note_unknown() {
  for (const auto& [key, value] : *level_.table) {
    if (std::find(level_.known.begin(), level_.known.end(), key.str()) != level_.known.end()) continue;
    const toml::source_position at = key.source().begin;
    if (!unknown_ || std::pair(at.line, at.column) < std::pair(unknown_->at.line, unknown_->at.column))
      unknown_ = Unknown{at, level_.prefix, std::string(key.str()), level_.known};
  }
}

std::string TableReader::error_line(const toml::source_position& at, std::string_view what) const {
  if (!at) return fmt::format("{}: {}", name_, what);
  return fmt::format("{}:{}:{}: {}", name_, at.line, at.column, what);
}

void TableReader::wrong(const toml::node& node, std::string_view key, std::string_view wanted,
                        std::string_view hint) const {
  throw Error(code_, error_line(node.source().begin,
                                fmt::format("{} must be {} (got {}){}", path(key), wanted, got(node), hint)));
}

void TableReader::fail_unknown(const Unknown& unknown) const {
  std::string hint;
  const auto elsewhere = std::find_if(known_paths_.begin(), known_paths_.end(), [&](const std::string& known) {
    return known.substr(known.rfind('.') + 1) == unknown.key && known != unknown.table + unknown.key;
  });
  if (const auto near = nearest(unknown.key, unknown.known_here))
    hint = fmt::format("did you mean {}{}?", unknown.table, *near);
  else if (elsewhere != known_paths_.end())
    hint = fmt::format("did you mean {}?", *elsewhere);
  else
    hint = fmt::format("known here: {}", fmt::join(unknown.known_here, ", "));
  throw Error(code_,
              error_line(unknown.at, fmt::format("unknown key {}; {}", shown(unknown.table + unknown.key), hint)));
}

}  // namespace marketmimic
