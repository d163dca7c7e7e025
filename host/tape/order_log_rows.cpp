#include "host/tape/order_log_rows.hpp"

#include <cmath>

#include "host/input/csv.hpp"
#include "host/input/text.hpp"
#include "host/tape/tape.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kMostLogRows = 50'000'000;
constexpr std::int64_t kMostVolume = 1'000'000'000'000'000'000;

OrderLogRow::Action action_of(const Field& field) {
  const std::string word = lower(field.text);
  if (word == "created") return OrderLogRow::Action::created;
  if (word == "changed") return OrderLogRow::Action::changed;
  if (word == "deleted") return OrderLogRow::Action::deleted;
  throw field.error("created, changed or deleted");
}

int direction_of(const Field& field) {
  const std::string word = lower(field.text);
  if (word == "bid") return 1;
  if (word == "ask") return -1;
  throw field.error("bid or ask");
}

std::int64_t time_of(const Field& field) {
  constexpr std::int64_t last = 9'000'000'000'000;  // in 2255; nanoseconds end in 2262
  const std::int64_t time = field.time();
  if (time < 0 || time > last) throw field.error("a time from 1970 to 2255");
  return time;
}

std::int64_t price_of(const Field& field) {
  const double scaled = field.price() * 1e4, whole = std::round(scaled);
  if (whole < 1 || whole >= static_cast<double>(Level::no_ask) || std::abs(scaled - whole) > 1e-3)
    throw field.error("a price of up to four decimals, below 999999.9999");
  return static_cast<std::int64_t>(whole);
}

std::int64_t volume_of(const Field& field) {
  const std::int64_t volume = field.integer();
  if (volume < 0 || volume > kMostVolume) throw field.error("a volume that is left, 0 or more");
  return volume;
}

}  // namespace

std::vector<OrderLogRow> read_order_log_rows(LineReader& lines) {
  CsvReader csv(lines);
  const std::size_t id = csv.require({"id", "order_id"}), time = csv.require({"timestamp", "time"}),
                    price = csv.require({"price"}), volume = csv.require({"volume"}), action = csv.require({"action"}),
                    direction = csv.require({"direction"});
  std::vector<OrderLogRow> rows;
  while (csv.next()) {
    if (rows.size() == kMostLogRows) throw lines.error("more than 50,000,000 rows; split the file");
    rows.push_back({.order = csv.field(id).integer(),
                    .time_ms = time_of(csv.field(time)),
                    .price = price_of(csv.field(price)),
                    .volume = volume_of(csv.field(volume)),
                    .action = action_of(csv.field(action)),
                    .direction = direction_of(csv.field(direction))});
    if (rows.size() > 1 && rows.back().time_ms < rows[rows.size() - 2].time_ms)
      throw lines.error("time goes back; sort the rows by timestamp, or remove this one");
  }
  if (rows.empty()) throw lines.error("no rows; give a log with orders");
  return rows;
}

}  // namespace marketmimic
