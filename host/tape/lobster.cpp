#include "host/tape/lobster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "host/input/field.hpp"
#include "host/input/lines.hpp"
#include "host/input/number.hpp"
#include "host/input/text.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kMostRows = 100'000'000;
constexpr std::size_t kMostLevels = 500;
constexpr std::size_t kMessageColumns = 6;
constexpr std::int64_t kMostSize = 1'000'000'000'000'000;  // so that sums stay exact
constexpr std::int64_t kLeastUsualPrice = 1'000;  ///< 0.1 currency units: below, prices were probably never scaled
constexpr std::int64_t kOtherScale = 50;          ///< no message is so many times nearer or farther than its book

/// One row of numbers, taken field by field; much faster than a general table, which these files don't need.
class NumberRow {
 public:
  NumberRow(const LineReader& at, std::string_view line) : at_(at), rest_(line) {}

  std::string_view text() {
    const std::size_t end = std::min(rest_.find(','), rest_.size());
    const std::string_view field = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return field;
  }

  std::int64_t integer(const char* name, const char* expected) {
    std::int64_t value = 0;
    const char* const end = rest_.data() + rest_.size();
    const auto [stopped, failure] = std::from_chars(rest_.data(), end, value);
    if (failure != std::errc() || (stopped != end && *stopped != ',')) throw Field{at_, name, text()}.error(expected);
    rest_.remove_prefix(std::min(static_cast<std::size_t>(stopped - rest_.data()) + 1, rest_.size()));
    return value;
  }

  std::int64_t price(const char* name) {
    return integer(name, "a whole number of 1e-4 currency units (223.82 is written 2238200)");
  }

  /// Seconds with decimals, as nanoseconds; what lies beyond is dropped.
  std::int64_t time() {
    const std::string_view field = text();
    const std::size_t dot = std::min(field.find('.'), field.size());
    std::string_view decimals = field.substr(std::min(dot + 1, field.size()));
    const auto seconds = parse_number<std::int64_t>(field.substr(0, dot));
    const bool digits = std::all_of(decimals.begin(), decimals.end(), [](char c) { return c >= '0' && c <= '9'; });
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / kNsPerSecond - 1;
    if (!seconds || *seconds < 0 || *seconds > most || !digits)
      throw Field{at_, "time", field}.error("seconds after midnight, such as 34200.017459617");
    std::int64_t nanoseconds = 0;
    for (std::size_t i = 0; i < 9; ++i) nanoseconds = 10 * nanoseconds + (i < decimals.size() ? decimals[i] - '0' : 0);
    return *seconds * kNsPerSecond + nanoseconds;
  }

 private:
  const LineReader& at_;
  std::string_view rest_;
};

/// The next line that is not blank.
bool next_row(LineReader& lines, std::string_view& row) {
  do {
    if (!lines.next(row)) return false;
  } while (trim(row).empty());
  return true;
}

std::size_t columns_of(std::string_view row) {
  return static_cast<std::size_t>(std::count(row.begin(), row.end(), ',')) + 1;
}

Message read_message(const LineReader& at, std::string_view line) {
  if (const std::size_t columns = columns_of(line); columns != kMessageColumns)
    throw at.error(fmt::format(
        "{} columns where a LOBSTER message has 6: time, type, order, size, price, direction{}", columns,
        columns % 4 == 0 ? "; this may be the order book, which comes second" : "; correct or remove this row"));
  NumberRow row(at, line);
  Message message{};
  message.time_ns = row.time();
  const std::int64_t type = row.integer("type", "1 to 7");
  if (type < 1 || type > 7)
    throw at.error(fmt::format("type must be 1 to 7 (got {}); correct or remove this row", type));
  message.type = static_cast<MessageType>(type);
  message.order = row.integer("order", "a whole number");
  const std::int64_t size = row.integer("size", "a whole number above 0");
  const bool halt = message.type == MessageType::halt;
  if ((size <= 0 && !halt) || size < 0 || size > std::numeric_limits<std::int32_t>::max())
    throw at.error(fmt::format("size must be above 0, to 2,147,483,647 (got {}); correct or remove this row", size));
  message.size = static_cast<std::int32_t>(size);
  message.price = row.price("price");
  if (!halt && (message.price <= 0 || message.price >= Level::no_ask))
    throw at.error(
        fmt::format("price must be above 0 and below 9999999999 (got {}); correct or remove this row", message.price));
  const std::int64_t direction = row.integer("direction", "1 (buy) or -1 (sell)");
  if (direction != 1 && direction != -1)
    throw at.error(fmt::format("direction must be 1 (buy) or -1 (sell), of the resting order (got {})", direction));
  message.direction = static_cast<int>(direction);
  return message;
}

void check_side(const LineReader& at, const char* side, std::int64_t price, std::int64_t size, std::int64_t none) {
  if (size < 0 || size > kMostSize)
    throw at.error(fmt::format("{} size must be 0 to 1e15 (got {}); correct this row", side, size));
  if ((size == 0) != (price == none))
    throw at.error(
        fmt::format("{} price {} with size {}; an empty level is price {} and size 0", side, price, size, none));
  if (size > 0 && (price <= 0 || price >= Level::no_ask))
    throw at.error(
        fmt::format("{} price must be above 0 and below 9999999999 (got {}); correct this row", side, price));
}

/// Best first, without gaps, never crossed.
void check_levels(const LineReader& at, std::span<const Level> levels) {
  const Level& best = levels.front();
  if (best.has_ask() && best.has_bid() && best.ask_price <= best.bid_price)
    throw at.error(fmt::format("crossed book: the best ask {} is not above the best bid {}; correct or remove this row",
                               best.ask_price, best.bid_price));
  for (std::size_t i = 1; i < levels.size(); ++i) {
    const Level &near = levels[i - 1], &far = levels[i];
    if ((far.has_ask() && !near.has_ask()) || (far.has_bid() && !near.has_bid()))
      throw at.error(fmt::format("level {} is missing while level {} is there; complete this row", i, i + 1));
    if ((far.has_ask() && far.ask_price <= near.ask_price) || (far.has_bid() && far.bid_price >= near.bid_price))
      throw at.error(fmt::format("level {} is not farther from the mid than level {}; order this row", i + 1, i));
  }
}

/// The levels a name such as `..._orderbook_10.csv.gz` announces; 0 where it announces none.
std::size_t announced_levels(std::string_view name) {
  constexpr std::string_view word = "_orderbook_";
  const std::size_t at = name.rfind(word);
  if (at == std::string_view::npos) return 0;
  name.remove_prefix(at + word.size());
  return parse_number<std::size_t>(name.substr(0, name.find('.'))).value_or(0);
}

std::uint32_t count_levels(const LineReader& at, std::string_view row) {
  const std::size_t columns = columns_of(row), levels = columns / 4, announced = announced_levels(at.name());
  if (columns % 4 != 0 || levels > kMostLevels)
    throw at.error(fmt::format(
        "{} columns; an order book has four a level (ask price, ask size, bid price, bid size), at most {} levels{}",
        columns, kMostLevels, columns == kMessageColumns ? "; this may be the message file, which comes first" : ""));
  if (announced != 0 && announced != levels)
    throw at.error(
        fmt::format("{} levels where the file's name says {}; fetch the whole file or rename it", levels, announced));
  return static_cast<std::uint32_t>(levels);
}

/// Reads the two files side by side.
class Reader {
 public:
  Reader(LineReader& messages, LineReader& books) : messages_(messages), books_(books) {}

  Tape read() {
    std::string_view message, book;
    while (true) {
      const bool a = next_row(messages_, message), b = next_row(books_, book);
      if (a != b) throw a ? unpaired(messages_, books_) : unpaired(books_, messages_);
      if (!a) break;
      if (tape_.levels == 0) begin(message, book);
      if (tape_.messages.size() == kMostRows) throw messages_.error("more than 100,000,000 rows; split the files");
      add(read_message(messages_, message));
      add_book(book);
    }
    if (tape_.messages.empty()) throw messages_.error("the file is empty; give one with messages");
    if (2 * far_ > tape_.messages.size())
      throw messages_.error(
          fmt::format("most prices are more than {} times off the order book's; both files must have prices x 10,000",
                      kOtherScale));
    if (highest_ != 0 && highest_ < kLeastUsualPrice)
      throw books_.error(fmt::format("no price is above {}, which is {} currency units; multiply the prices by 10,000",
                                     highest_, 1e-4 * double(highest_)));
    tape_.tick = tick_;
    return std::move(tape_);
  }

 private:
  static Error unpaired(const LineReader& longer, const LineReader& shorter) {
    return longer.error(
        fmt::format("a row without partner: {} ends before it, at line {}; both files need the same rows",
                    shorter.name(), shorter.line()));
  }

  void begin(std::string_view message, std::string_view book) {
    const auto starts_with_number = [](std::string_view row) {
      return row[0] == '-' || (row[0] >= '0' && row[0] <= '9');
    };
    if (!starts_with_number(message))
      throw messages_.error("not a number at the start; LOBSTER files have no header, remove it");
    if (!starts_with_number(book))
      throw books_.error("not a number at the start; LOBSTER files have no header, remove it");
    read_message(messages_, message);  // the two files given the wrong way round are told by this one
    tape_.levels = count_levels(books_, book);
    levels_.resize(tape_.levels);
  }

  void add(const Message& message) {
    if (!tape_.messages.empty() && message.time_ns < tape_.messages.back().time_ns)
      throw messages_.error("time goes back; sort both files by time, or remove this row");
    if (message.type <= MessageType::execution) note_price(message.price);
    tape_.messages.push_back(message);
  }

  void add_book(std::string_view line) {
    if (const std::size_t columns = columns_of(line); columns != 4 * levels_.size())
      throw books_.error(fmt::format("{} columns where the first row has {}; complete or remove this row", columns,
                                     4 * levels_.size()));
    NumberRow row(books_, line);
    for (Level& level : levels_) {
      const Level before = level;
      level.ask_price = row.price("ask price");
      level.ask_size = row.integer("ask size", "a whole number");
      level.bid_price = row.price("bid price");
      level.bid_size = row.integer("bid size", "a whole number");
      check_side(books_, "ask", level.ask_price, level.ask_size, Level::no_ask);
      check_side(books_, "bid", level.bid_price, level.bid_size, Level::no_bid);
      if (level.has_ask() && level.ask_price != before.ask_price) note_price(level.ask_price);
      if (level.has_bid() && level.bid_price != before.bid_price) note_price(level.bid_price);
    }
    check_levels(books_, levels_);
    tape_.book.insert(tape_.book.end(), levels_.begin(), levels_.end());
    note_distance(tape_.messages.back(), levels_.front());
  }

  void note_price(std::int64_t price) {
    highest_ = std::max(highest_, price);
    if (tick_ == 0 || price % tick_ != 0) tick_ = std::gcd(tick_, price);
  }

  /// Quotes far from the market exist, so one price tells nothing; most of them do.
  void note_distance(const Message& message, const Level& best) {
    if (message.type == MessageType::halt || !(best.has_ask() || best.has_bid())) return;
    const std::int64_t near = best.has_ask() ? best.ask_price : best.bid_price;
    if (message.price / kOtherScale > near || near / kOtherScale > message.price) ++far_;
  }

  LineReader &messages_, &books_;
  Tape tape_;
  std::vector<Level> levels_;
  std::int64_t tick_ = 0, highest_ = 0;
  std::size_t far_ = 0;
};

std::string symbol_of(const std::filesystem::path& message) {
  const std::string name = message.filename().string();
  return name.find("_message_") == std::string::npos ? "" : name.substr(0, name.find('_'));
}

Tape read(LineReader& messages, LineReader& books) {
  Tape tape = Reader(messages, books).read();
  tape.source = messages.name();
  tape.symbol = symbol_of(messages.name());
  return tape;
}

}  // namespace

Tape read_lobster(const std::filesystem::path& message, const std::filesystem::path& orderbook) {
  LineReader messages(file_bytes(message), message.string());
  LineReader books(file_bytes(orderbook), orderbook.string());
  return read(messages, books);
}

Tape parse_lobster(std::string_view message, std::string_view orderbook, const std::string& message_name,
                   const std::string& orderbook_name) {
  LineReader messages(memory_bytes(message), message_name);
  LineReader books(memory_bytes(orderbook), orderbook_name);
  return read(messages, books);
}

}  // namespace marketmimic
