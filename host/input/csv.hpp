#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/input/field.hpp"
#include "host/input/lines.hpp"

namespace marketmimic {

/// Splits at commas. Spaces around a field and its quotes are removed; commas may stand inside quotes, and doubled
/// quotes there stay doubled (nothing we read has any). False when quotes don't close before the comma or the end.
bool split_fields(std::string_view line, std::vector<std::string_view>& fields);

/// A comma-separated table with or without a header, row by row. Blank lines are skipped, and every row must be as
/// wide as the first. Throws Error (input_data) otherwise.
class CsvReader {
 public:
  /// A table whose first field starts with a digit has no header. `lines` must outlive the reader.
  explicit CsvReader(LineReader& lines);

  bool has_header() const { return !columns_.empty(); }
  std::size_t width() const { return fields_.size(); }

  /// Index of the first of `names` that is a column. Header names are compared in lower case with `_` for spaces, dots
  /// and hyphens; an unnamed column is called `index`.
  std::optional<std::size_t> find(std::initializer_list<std::string_view> names) const;
  /// As `find`; throws Error (input_data) naming the columns there are when none is.
  std::size_t require(std::initializer_list<std::string_view> names) const;

  /// Calls the column of this header `name`; what had that name has none any more.
  /// Throws Error (input_data) naming the columns there are when there is no such header, or no header at all.
  void rename(std::string_view name, std::string_view header);

  /// Moves to the next row; false at the end.
  bool next();
  /// A field of the current row, by index or named by the caller where there is no header.
  Field field(std::size_t column) const { return field(column, columns_[column]); }
  Field field(std::size_t column, std::string_view name) const { return {lines_, name, fields_[column]}; }

  const LineReader& lines() const { return lines_; }

 private:
  bool read_row();
  void require_header() const;

  LineReader& lines_;
  std::vector<std::string> columns_;
  std::vector<std::string_view> fields_;
  bool first_row_waits_ = false;  ///< a table without header: the row that showed it is still to be handed out
};

}  // namespace marketmimic
