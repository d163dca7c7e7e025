#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace marketmimic {

inline constexpr std::int64_t kNsPerSecond = 1'000'000'000;

/// What a message of a tape did; the numbers are those of LOBSTER's files.
enum class MessageType : std::uint8_t {
  submission = 1,  ///< a limit order arrives
  reduction = 2,   ///< part of a resting order is cancelled
  deletion = 3,    ///< all that is left of a resting order is cancelled
  execution = 4,   ///< a visible resting order trades
  hidden = 5,      ///< a hidden order trades; the visible book stays
  cross = 6,       ///< an auction's trade; the visible book stays
  halt = 7,        ///< trading stops or resumes; price -1, 0 or 1 says which, nothing else has a meaning
};

/// One event of the order flow.
struct Message {
  std::int64_t time_ns;  ///< LOBSTER: after midnight; order logs: since 1970-01-01 UTC
  MessageType type;
  std::int64_t order;  ///< number of the resting order; 0 for hidden ones
  std::int32_t size;   ///< lots added, taken away or traded; > 0 but for halts
  std::int64_t price;  ///< of the resting order [1e-4 currency units]
  int direction;       ///< of the resting order: 1 buy, -1 sell; a trade's aggressor is the opposite

  bool trade() const { return type == MessageType::execution || type == MessageType::hidden; }
  bool operator==(const Message&) const = default;
};

/// One level of a book: [1e-4 currency units] and lots.
struct Level {
  /// Prices of levels that are not there, as LOBSTER writes them; their size is 0.
  static constexpr std::int64_t no_ask = 9'999'999'999, no_bid = -9'999'999'999;

  std::int64_t ask_price = no_ask;
  std::int64_t ask_size = 0;
  std::int64_t bid_price = no_bid;
  std::int64_t bid_size = 0;

  bool has_ask() const { return ask_size > 0; }
  bool has_bid() const { return bid_size > 0; }
  bool operator==(const Level&) const = default;
};

/// Order-level market data: every message and the book it left behind.
struct Tape {
  std::vector<Message> messages;     ///< in the order of time
  std::uint32_t levels = 0;          ///< levels of the book a side, > 0
  std::vector<Level> book;           ///< [messages][levels], best first, the state after each message
  std::int64_t tick = 0;             ///< least step of prices [1e-4 currency units], > 0
  std::string symbol;                ///< empty where the source names none
  std::string source;                ///< the file's path
  std::vector<std::string> notices;  ///< what was put right or noticed on reading, a line each

  std::size_t size() const { return messages.size(); }
  /// The book after message `i`.
  std::span<const Level> book_after(std::size_t i) const { return {book.data() + i * levels, levels}; }
  /// Its best level.
  const Level& best(std::size_t i) const { return book[i * levels]; }
};

/// Part of a tape, or all of it; the tape must outlive it.
struct TapeView {
  std::span<const Message> messages;
  std::span<const Level> book;  ///< [messages][levels]
  std::uint32_t levels = 0;

  TapeView() = default;
  TapeView(const Tape& tape) : messages(tape.messages), book(tape.book), levels(tape.levels) {}

  std::size_t size() const { return messages.size(); }
  std::span<const Level> book_after(std::size_t i) const { return book.subspan(i * levels, levels); }
  const Level& best(std::size_t i) const { return book[i * levels]; }

  /// Messages with `from_ns` <= time < `to_ns`.
  TapeView between(std::int64_t from_ns, std::int64_t to_ns) const {
    const auto before = [](const Message& m, std::int64_t time) { return m.time_ns < time; };
    const auto first = std::lower_bound(messages.begin(), messages.end(), from_ns, before);
    const auto last = std::lower_bound(first, messages.end(), std::max(from_ns, to_ns), before);
    const auto start = static_cast<std::size_t>(first - messages.begin());
    const auto count = static_cast<std::size_t>(last - first);
    TapeView part = *this;
    part.messages = messages.subspan(start, count);
    part.book = book.subspan(start * levels, count * levels);
    return part;
  }
};

/// A tape of its own of the messages with `from_ns` <= time < `to_ns`.
inline Tape split(const Tape& tape, std::int64_t from_ns, std::int64_t to_ns) {
  const TapeView part = TapeView(tape).between(from_ns, to_ns);
  return {.messages = {part.messages.begin(), part.messages.end()},
          .levels = tape.levels,
          .book = {part.book.begin(), part.book.end()},
          .tick = tape.tick,
          .symbol = tape.symbol,
          .source = tape.source,
          .notices = {}};
}

}  // namespace marketmimic
