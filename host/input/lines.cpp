#include "host/input/lines.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

#include "host/input/text.hpp"

namespace marketmimic {
namespace {

std::string system_text(int code) { return std::generic_category().message(code != 0 ? code : EIO); }

}  // namespace

ByteSource file_bytes(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    throw Error(ExitCode::io, fmt::format("{}: is a folder; give a file", path.string()));
  errno = 0;
  const std::shared_ptr<gzFile_s> file(gzopen(path.c_str(), "rb"), [](gzFile f) {
    if (f != nullptr) gzclose_r(f);  // nothing was written, and every read was checked
  });
  if (file == nullptr)
    throw Error(ExitCode::io, fmt::format("{}: can't be opened ({}); check the path and its permissions", path.string(),
                                          system_text(errno)));

  return [file](char* out, std::size_t size) {
    errno = 0;
    const int got = gzread(file.get(), out, static_cast<unsigned>(size));
    if (got > 0) return static_cast<std::size_t>(got);
    const int system_code = errno;
    int state = Z_OK;
    gzerror(file.get(), &state);  // an end of input inside a gzip stream also reads as 0 bytes
    if (state == Z_BUF_ERROR)
      throw Error(ExitCode::input_data, "the gzip stream is cut short; fetch or compress the file again");
    if (state == Z_ERRNO)
      throw Error(ExitCode::io,
                  fmt::format("can't be read ({}); check the file and its disk", system_text(system_code)));
    if (got < 0 || (state != Z_OK && state != Z_STREAM_END))
      throw Error(ExitCode::input_data, "the gzip stream is damaged; fetch or compress the file again");
    return std::size_t{0};
  };
}

ByteSource memory_bytes(std::string_view bytes) {
  return [bytes](char* out, std::size_t size) mutable {
    const std::size_t taken = bytes.copy(out, size);
    bytes.remove_prefix(taken);
    return taken;
  };
}

LineReader::LineReader(ByteSource source, std::string name)
    : source_(std::move(source)), name_(std::move(name)), buffer_(4 * limit) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  while (end_ < byte_order_mark.size() && fill()) {
  }
  if (std::string_view(buffer_.data(), end_).starts_with(byte_order_mark)) begin_ = byte_order_mark.size();
}

Error LineReader::error(std::string_view what, std::size_t line) const {
  return Error(ExitCode::input_data, fmt::format("{}:{}: {}", name_, line, what));
}

bool LineReader::fill() {
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_), buffer_.begin() + static_cast<std::ptrdiff_t>(end_),
            buffer_.begin());
  end_ -= begin_;
  begin_ = 0;
  try {
    const std::size_t got = source_(buffer_.data() + end_, buffer_.size() - end_);
    end_ += got;
    return got > 0;
  } catch (const Error& failure) {  // the source doesn't know the line
    throw Error(failure.code(), fmt::format("{}:{}: {}", name_, line_, failure.what()));
  }
}

bool LineReader::take(char delimiter, std::string_view& piece) {
  if (begin_ == end_ && !fill()) {
    piece = {};
    return false;
  }
  if (std::exchange(newline_taken_, false)) ++line_;
  std::size_t searched = 0;
  bool found = false;
  std::size_t length = 0;
  do {
    const char* const start = buffer_.data() + begin_;
    const void* const hit = std::memchr(start + searched, delimiter, end_ - begin_ - searched);
    found = hit != nullptr;
    length = found ? static_cast<std::size_t>(static_cast<const char*>(hit) - start) : end_ - begin_;
    if (length > limit)
      throw error(
          fmt::format("longer than {} bytes without a line or row end; this is not a table of bars or fills", limit));
    searched = length;
  } while (!found && fill());

  piece = std::string_view(buffer_.data() + begin_, length);
  begin_ += length + (found ? 1 : 0);
  line_ += static_cast<std::size_t>(std::count(piece.begin(), piece.end(), '\n'));
  newline_taken_ = found && delimiter == '\n';
  return found;
}

bool LineReader::next(std::string_view& line) {
  const bool ended = take('\n', line);
  if (!ended && line.empty()) return false;
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.find('\0') != std::string_view::npos)
    throw error("holds binary data (a NUL byte); give plain or gzip text in UTF-8");
  return true;
}

char LineReader::first_visible() {
  while (end_ - begin_ <= limit && fill()) {
  }
  const std::string_view visible = trim({buffer_.data() + begin_, end_ - begin_});
  return visible.empty() ? '\0' : visible.front();
}

}  // namespace marketmimic
