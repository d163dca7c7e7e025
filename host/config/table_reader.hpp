#pragma once

#include <toml++/toml.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "host/config/limits.hpp"
#include "host/error.hpp"
#include "marketmimic/schedule.hpp"

namespace marketmimic {

/// TOML text as a table. Throws an Error of one line, `name:line:column: ...`, for text that is none.
toml::table parse_toml(std::string_view text, const std::string& name, ExitCode code);

/// What a key that the file lacks means.
enum class Missing { keeps_default, is_an_error };

/// Visits a described configuration and sets it from TOML text. Every problem is an Error of one line,
/// `name:line:column: key must be ... (got ...)`. Values are judged as they are read; unknown and missing keys and
/// rules between keys when finish() is called, after all known keys have been seen.
class TableReader {
 public:
  /// Throws for text that is no TOML. `code` is what errors carry.
  TableReader(std::string_view text, std::string name, ExitCode code, Missing missing);
  TableReader(const TableReader&) = delete;
  TableReader& operator=(const TableReader&) = delete;

  /// Throws for the first unknown key, else the first missing one, else the first rule broken.
  void finish();

  template <class Number>
  void number(std::string_view key, Number& value, const LimitsOf<Number>& limits, std::string_view meaning) {
    const toml::node* const node = find(key, meaning);
    if (node == nullptr) return;
    if constexpr (std::is_floating_point_v<Number>)
      value = static_cast<Number>(real(*node, key, limits));
    else
      value = static_cast<Number>(whole(*node, key, limits));
  }
  void numbers(std::string_view key, std::span<float> values, const RealLimits& limits, std::string_view meaning);
  void numbers(std::string_view key, std::span<std::int32_t> values, const WholeLimits& limits,
               std::string_view meaning);
  /// A table of numbers as an array of rows, `columns` numbers each.
  void rows(std::string_view key, std::span<float> values, std::size_t columns, const RealLimits& limits,
            std::string_view meaning);
  void rows(std::string_view key, std::span<std::int32_t> values, std::size_t columns, const WholeLimits& limits,
            std::string_view meaning);
  /// A square table with as many rows as the file has.
  void square(std::string_view key, std::vector<double>& values, const WholeLimits& sides, const RealLimits& limits,
              std::string_view meaning);
  void range(std::string_view key, Range& value, const RealLimits& limits, std::string_view meaning,
             const Unit& unit = same_unit);
  void flag(std::string_view key, bool& value, std::string_view meaning);
  void text(std::string_view key, std::string& value, std::size_t longest, std::string_view meaning);
  /// Texts of 1 to 64 characters, as an array.
  void texts(std::string_view key, std::vector<std::string>& values, const WholeLimits& count,
             std::string_view meaning);
  /// A value that is the index of no name has no default: the file must hold the key.
  void choice(std::string_view key, std::uint32_t& value, Names names, std::string_view meaning);
  void set(std::string_view key, std::uint32_t& bits, Names names, std::string_view meaning);
  /// Which of two keys that exclude each other the file uses: whether it is `other`; `is_other` where it has none.
  bool alternative(std::string_view key, std::string_view other, bool is_other);
  /// Whether the file has one of the keys of the current table, all of which it may have.
  bool any_of(Names keys, bool held);
  void require(bool holds, std::string_view key, std::string_view rule);
  /// A time [ms since 1970], as TOML has it or as text that parse_time() takes; whether the file holds it.
  bool time(std::string_view key, std::int64_t& value_ms, std::string_view meaning);
  /// `name:line:column` of a key of the current table, or of the table where it lacks the key.
  std::string place(std::string_view key) const;

  template <class Body>
  void table(std::string_view key, std::string_view meaning, const Body& body) {
    const toml::node* const node = find(key, meaning);
    if (node == nullptr && missing_ == Missing::is_an_error) return;  // told already; its keys need not be
    if (node != nullptr && !node->is_table()) wrong(*node, key, "a table");
    static const toml::table none;
    enter(node != nullptr ? *node->as_table() : none, key, body);
  }
  template <class Body>
  std::size_t tables(std::string_view key, std::size_t size, const WholeLimits& limits, std::string_view meaning,
                     const Body& body) {
    const toml::node* const node = find(key, meaning);
    if (node == nullptr) return size;
    const toml::array& array = array_of_tables(*node, key, limits);
    for (std::size_t i = 0; i < array.size(); ++i) enter(*array[i].as_table(), key, [&] { body(i); });
    return array.size();
  }

 private:
  struct Unknown {
    toml::source_position at;
    std::string table, key;
    std::vector<std::string> known_here;
  };

  void know(std::string_view key);
  /// The value of a key of the current table, which is thereby known.
  const toml::node* find(std::string_view key, std::string_view meaning);
  template <class Number>
  void fill(const toml::node& node, std::string_view key, std::span<Number> values, const LimitsOf<Number>& limits);
  template <class Number>
  void fill_rows(const toml::node& node, std::string_view key, std::span<Number> values, std::size_t columns,
                 const LimitsOf<Number>& limits);
  double real(const toml::node& node, std::string_view key, const RealLimits& limits) const;
  std::int64_t whole(const toml::node& node, std::string_view key, const WholeLimits& limits) const;
  std::uint32_t one_of(const toml::node& node, std::string_view key, Names names) const;
  const toml::array& array_of_tables(const toml::node& node, std::string_view key, const WholeLimits& limits) const;

  template <class Body>
  void enter(const toml::table& table, std::string_view key, const Body& body) {
    const Level outer = level_;
    level_ = {&table, outer.prefix + std::string(key) + '.', {}};
    body();
    note_unknown();
    level_ = outer;
  }
  void note_unknown();

  std::string path(std::string_view key) const { return level_.prefix + std::string(key); }
  std::string error_line(const toml::source_position& at, std::string_view what) const;
  [[noreturn]] void wrong(const toml::node& node, std::string_view key, std::string_view wanted,
                          std::string_view hint = {}) const;
  [[noreturn]] void fail_unknown(const Unknown& unknown) const;

  struct Level {
    const toml::table* table = nullptr;
    std::string prefix;              ///< `market.`
    std::vector<std::string> known;  ///< keys asked for so far
  };

  std::string name_;
  ExitCode code_;
  Missing missing_;
  toml::table root_;
  Level level_;
  std::vector<std::string> known_paths_;
  std::optional<Unknown> unknown_;  ///< the first in the file
  std::vector<std::string> missing_keys_, broken_rules_;
};

}  // namespace marketmimic
