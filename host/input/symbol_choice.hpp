#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/input/csv.hpp"

namespace marketmimic {

/// Keeps one symbol of a file that may hold several. A file without a column for it holds the wanted one.
class SymbolChoice {
 public:
  /// `wanted` has to be named only where the file holds several.
  SymbolChoice(const CsvReader& csv, std::optional<std::string> wanted);

  /// Whether the current row is of the symbol to read.
  bool keeps_row();

  /// The symbol read, empty where neither the file nor the user names one.
  /// Throws Error (input_data), naming what the file holds, when that is several and none is wanted, or not the wanted.
  std::string result() const;

 private:
  const CsvReader& csv_;
  std::optional<std::size_t> column_;
  std::optional<std::string> wanted_;
  std::vector<std::string> seen_;  ///< different symbols, as many as a message can name
  std::size_t mixed_line_ = 0;     ///< where the second one came
  bool kept_ = false;              ///< a row was of the symbol to read
};

}  // namespace marketmimic
