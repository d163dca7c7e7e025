#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>

#include "host/error.hpp"
#include "host/file/file.hpp"
#include "host/input/text.hpp"
#include "host/tape/lobster.hpp"

namespace marketmimic {
namespace {

constexpr std::int64_t kDay = 86'400 * kNsPerSecond;

/// Text for a new file, written in large pieces.
class TextFile {
 public:
  explicit TextFile(const std::filesystem::path& path) : file_(path) {}

  fmt::memory_buffer& text() { return text_; }
  void flush_at(std::size_t bytes) {
    if (text_.size() < bytes || text_.size() == 0) return;
    file_.write_at(offset_, std::as_bytes(std::span(text_.data(), text_.size())));
    offset_ += text_.size();
    text_.clear();
  }
  /// Everything on the disk, still without its name.
  void finish() {
    flush_at(0);
    file_.sync();
  }
  void publish() { file_.publish(); }

 private:
  NewFile file_;
  fmt::memory_buffer text_;
  std::uint64_t offset_ = 0;
};

bool is_date(const std::string& text) {
  if (text.size() != 10) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 4 || i == 7;
    if (dash ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
  }
  return true;
}

void check(const LobsterName& name) {
  const auto usual = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  const std::string& ticker = name.ticker;
  if (ticker.empty() || ticker.size() > 32 || ticker.front() == '.' ||
      !std::all_of(ticker.begin(), ticker.end(), usual))
    throw Error(
        ExitCode::usage,
        fmt::format("ticker {} can't be in a file's name; use up to 32 letters, digits, - and .", shown(ticker)));
  if (!is_date(name.date))
    throw Error(ExitCode::usage, fmt::format("date must be YYYY-MM-DD (got {})", shown(name.date)));
  if (name.start_ms < 0 || name.end_ms <= name.start_ms)
    throw Error(ExitCode::usage,
                fmt::format("a session from {} to {} ms after midnight; the end must come after the start",
                            name.start_ms, name.end_ms));
}

}  // namespace

LobsterFiles lobster_files(const std::filesystem::path& folder, const LobsterName& name, std::uint32_t levels) {
  check(name);
  const auto file = [&](const char* kind) {
    return folder /
           fmt::format("{}_{}_{}_{}_{}_{}.csv", name.ticker, name.date, name.start_ms, name.end_ms, kind, levels);
  };
  return {file("message"), file("orderbook")};
}

LobsterFiles write_lobster(const Tape& tape, const std::filesystem::path& folder, const LobsterName& name) {
  constexpr std::size_t piece = 1 << 20;
  const LobsterFiles files = lobster_files(folder, name, tape.levels);
  TextFile messages(files.message), books(files.orderbook);
  const std::int64_t midnight = tape.messages.empty() ? 0 : tape.messages.front().time_ns / kDay * kDay;
  for (std::size_t i = 0; i < tape.size(); ++i) {
    const Message& m = tape.messages[i];
    const std::int64_t time = m.time_ns - midnight;
    fmt::format_to(std::back_inserter(messages.text()), "{}.{:09},{},{},{},{},{}\n", time / kNsPerSecond,
                   time % kNsPerSecond, static_cast<int>(m.type), m.order, m.size, m.price, m.direction);
    const char* separator = "";
    for (const Level& level : tape.book_after(i)) {
      fmt::format_to(std::back_inserter(books.text()), "{}{},{},{},{}", separator, level.ask_price, level.ask_size,
                     level.bid_price, level.bid_size);
      separator = ",";
    }
    books.text().push_back('\n');
    messages.flush_at(piece);
    books.flush_at(piece);
  }
  messages.finish();
  books.finish();
  messages.publish();
  books.publish();
  return files;
}

}  // namespace marketmimic
