#pragma once

#include <filesystem>

namespace marketmimic {

/// What a data file seems to be, judged by its first row.
enum class DataKind {
  lobster_message,    ///< six numbers, the second one a message type
  lobster_orderbook,  ///< four whole numbers a level
  order_log,          ///< a header with `action` and `direction`
  other,              ///< anything else: bars, or nothing we read
};

/// Error(io) where the file can't be read; Error(input_data) where it is damaged.
DataKind recognise(const std::filesystem::path& file);

}  // namespace marketmimic
