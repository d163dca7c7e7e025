#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/file/file.hpp"
#include "host/run/columns.hpp"

namespace marketmimic {

/// A table of scenarios, one line a step and one column a value, names as in the dataset; the last line of a scenario
/// is what is seen after its last step. Appears whole or not at all; Error(io).
class CsvFile {
 public:
  explicit CsvFile(const std::filesystem::path& file);

  /// `before` begins the line, as `scenario,`.
  void header(const std::vector<Column>& columns, std::string_view before = "");
  /// The lines of one scenario; `bytes[i]` are the values of columns[i], as stored. `before` begins each.
  void scenario(const std::vector<Column>& columns, const std::vector<std::span<const std::byte>>& bytes,
                std::string_view before = "");
  /// Returns the file's size.
  std::uint64_t publish();

 private:
  void end_line();
  void write();

  NewFile file_;
  std::string text_;  ///< not yet written
  std::uint64_t written_ = 0;
};

}  // namespace marketmimic
