#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/error.hpp"

namespace marketmimic {

/// Hands out the next bytes of an input: writes up to `size` into `out`, returns how many, 0 at the end.
using ByteSource = std::function<std::size_t(char* out, std::size_t size)>;

/// Bytes of a file, plain or gzip (told by content; several members allowed), inflated as they are read.
/// Throws Error: io when the file is missing, a directory or can't be read; input_data when the gzip is cut short or
/// damaged.
ByteSource file_bytes(const std::filesystem::path& path);

/// Bytes already in memory, which must outlive the source.
ByteSource memory_bytes(std::string_view bytes);

/// Reads a text input piece by piece in bounded memory, and knows which line it is at. A byte order mark is skipped.
class LineReader {
 public:
  /// Longest piece accepted [bytes]; the widest real row is a few hundred.
  static constexpr std::size_t limit = 65'536;

  /// `name` is what messages call the input, usually its path.
  LineReader(ByteSource source, std::string name);
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  /// Sets `line` to the next line without its LF or CRLF; false at the end. The view lasts until the next call.
  /// Throws Error (input_data) for a line over the limit or with a NUL byte.
  bool next(std::string_view& line);

  /// Sets `piece` to what comes before the next `delimiter` and skips that; false when there is none left, and
  /// `piece` is then the rest. Throws Error (input_data) for a piece over the limit.
  bool take(char delimiter, std::string_view& piece);

  /// First byte that is not white space within the next piece's limit, not taken; NUL when there is none.
  char first_visible();

  /// Line on which the latest piece ended, from 1.
  std::size_t line() const { return line_; }
  const std::string& name() const { return name_; }

  /// An input_data error at the current line, or at `line`: `name:line: what`.
  Error error(std::string_view what) const { return error(what, line_); }
  Error error(std::string_view what, std::size_t line) const;

 private:
  bool fill();

  ByteSource source_;
  std::string name_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  ///< first byte not taken yet
  std::size_t end_ = 0;    ///< one past the last byte read
  std::size_t line_ = 1;
  bool newline_taken_ = false;  ///< the latest delimiter ended a line
};

}  // namespace marketmimic
