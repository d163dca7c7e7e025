#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "host/input/lines.hpp"

namespace marketmimic {

/// Reads a JSON array of flat arrays, `[[1567962000000, 10000.0, "0.5"], ...]`, row by row, without holding the whole.
class JsonRows {
 public:
  /// `lines` must outlive the reader and be at its start. Throws Error (input_data) where no array starts.
  explicit JsonRows(LineReader& lines);

  /// Sets `fields` to the next row's values, strings without their quotes; false at the end.
  /// Throws Error (input_data) where the text is not of this form, is cut short or goes on after the array.
  bool next(std::vector<std::string_view>& fields);

 private:
  LineReader& lines_;
  bool first_ = true;
};

}  // namespace marketmimic
