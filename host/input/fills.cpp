#include "host/input/fills.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "host/input/csv.hpp"
#include "host/input/rows.hpp"
#include "host/input/symbol_choice.hpp"
#include "host/input/text.hpp"
#include "host/input/time.hpp"

namespace marketmimic {
namespace {

using FillRows = Rows<Fill>;
using Column = std::optional<std::size_t>;

int side_of(const Field& field) {
  const std::string word = lower(field.text);
  if (word == "buy" || word == "b") return 1;
  if (word == "sell" || word == "s") return -1;
  throw field.error("buy or sell");
}

void read_log(CsvReader& csv, SymbolChoice& symbol, FillRows& rows) {
  const std::size_t time = csv.require({"time", "utc", "date", "datetime", "timestamp"}), side = csv.require({"side"}),
                    price = csv.require({"price", "px"}),
                    size = csv.require({"size", "sz", "qty", "quantity", "amount"});
  const Column sequence = csv.find({"seq", "sequence", "tid", "trade_id"}), order = csv.find({"order_id", "oid"}),
               start_position = csv.find({"start_position"}), fee = csv.find({"fee"}), taker = csv.find({"taker"});
  for (std::int64_t row = 1; csv.next(); ++row) {
    if (!symbol.keeps_row()) continue;
    Fill fill{.time_ms = csv.field(time).time(),
              .sequence = sequence ? csv.field(*sequence).integer() : row,
              .side = side_of(csv.field(side)),
              .price = csv.field(price).price(),
              .size = csv.field(size).size(),
              .start_position = std::nullopt,
              .fee = fee ? csv.field(*fee).number() : 0.0,
              .order_id = {},
              .taker = std::nullopt,
              .reason = {}};
    if (start_position) fill.start_position = csv.field(*start_position).number();
    if (taker) fill.taker = csv.field(*taker).flag();
    fill.order_id = order ? std::string(csv.field(*order).text) : fmt::format("fill-{}", fill.sequence);
    rows.add(std::move(fill), csv.lines());
  }
}

void read_trips(CsvReader& csv, SymbolChoice& symbol, FillRows& rows) {
  const std::size_t open_date = csv.require({"open_date"}), close_date = csv.require({"close_date"}),
                    open_rate = csv.require({"open_rate"}), close_rate = csv.require({"close_rate"}),
                    amount = csv.require({"amount"}), is_short = csv.require({"is_short"});
  const Column fee_open = csv.find({"fee_open"}), fee_close = csv.find({"fee_close"}),
               exit_reason = csv.find({"exit_reason"});
  for (std::int64_t trip = 1; csv.next(); ++trip) {
    if (!symbol.keeps_row()) continue;
    const auto fill = [&](std::string_view end, int side, std::size_t date, std::size_t rate, Column fee) {
      const double price = csv.field(rate).price(), size = csv.field(amount).size();
      return Fill{.time_ms = csv.field(date).time(),
                  .sequence = 2 * trip + (end == "close"),
                  .side = side,
                  .price = price,
                  .size = size,
                  .start_position = std::nullopt,
                  .fee = fee ? csv.field(*fee).number() * price * size : 0.0,
                  .order_id = fmt::format("trip-{}-{}", trip, end),
                  .taker = std::nullopt,
                  .reason = {}};
    };
    const int side = csv.field(is_short).flag() ? -1 : 1;
    Fill opening = fill("open", side, open_date, open_rate, fee_open);
    Fill closing = fill("close", -side, close_date, close_rate, fee_close);
    if (closing.time_ms < opening.time_ms)
      throw csv.lines().error("close_date is before open_date; correct or remove this row");
    if (exit_reason) closing.reason = csv.field(*exit_reason).text;
    rows.add(std::move(opening), csv.lines());
    rows.add(std::move(closing), csv.lines());
  }
}

double time_resolution(const std::vector<Fill>& fills) {
  for (const std::int64_t unit : {86'400'000, 3'600'000, 60'000, 1'000})
    if (std::all_of(fills.begin(), fills.end(), [&](const Fill& fill) { return fill.time_ms % unit == 0; }))
      return static_cast<double>(unit);
  return 1.0;
}

Fills read(LineReader& lines, std::optional<std::string> wanted) {
  CsvReader csv(lines);
  SymbolChoice symbol(csv, std::move(wanted));
  FillRows rows;
  const bool trips = csv.find({"open_date"}) && csv.find({"close_date"});
  trips ? read_trips(csv, symbol, rows) : read_log(csv, symbol, rows);

  Fills result;
  result.source = lines.name();
  result.symbol = symbol.result();
  if (rows.size() == 0) throw lines.error("the file holds 0 fills; at least one is needed");
  result.notices.reordered = rows.sort(
      [](const Fill& a, const Fill& b) { return std::pair(a.time_ms, a.sequence) < std::pair(b.time_ms, b.sequence); });
  if (const auto twice = rows.find_equal(
          [](const Fill& a, const Fill& b) { return a.time_ms == b.time_ms && a.sequence == b.sequence; }))
    throw lines.error(fmt::format("sequence {} of {} is also on line {}; keep one of the two rows",
                                  twice->value.sequence, format_time(twice->value.time_ms), twice->first_line),
                      twice->line);
  result.fills = rows.take();
  result.time_resolution_ms = time_resolution(result.fills);
  return result;
}

}  // namespace

Fills read_fills(const std::filesystem::path& path, std::optional<std::string> symbol) {
  LineReader lines(file_bytes(path), path.string());
  return read(lines, std::move(symbol));
}

Fills parse_fills(std::string_view text, std::string name, std::optional<std::string> symbol) {
  LineReader lines(memory_bytes(text), std::move(name));
  return read(lines, std::move(symbol));
}

void require_overlap(const Fills& fills, const Bars& bars) {
  const std::int64_t start = bars.bars.front().time_ms, end = bars.bars.back().time_ms + bars.interval_ms;
  const auto outside = std::count_if(fills.fills.begin(), fills.fills.end(),
                                     [&](const Fill& fill) { return fill.time_ms < start || fill.time_ms >= end; });
  if (outside == 0) return;
  throw Error(
      ExitCode::input_data,
      fmt::format("{}: {} of {} fills ({} to {}) lie outside of the bars of {} ({} to {}); remove those rows or "
                  "give bars that cover them",
                  fills.source, outside, fills.fills.size(), format_time(fills.fills.front().time_ms),
                  format_time(fills.fills.back().time_ms), bars.source, format_time(start), format_time(end)));
}

std::string summary(const Fills& fills) {
  std::set<std::string_view> orders;
  for (const Fill& fill : fills.fills) orders.insert(fill.order_id);
  std::string text = fmt::format("{}: {} fills in {} orders, {} to {}", fills.source, fills.fills.size(), orders.size(),
                                 format_time(fills.fills.front().time_ms), format_time(fills.fills.back().time_ms));
  if (fills.notices.reordered != 0) text += fmt::format("; {} rows were out of order", fills.notices.reordered);
  return text;
}

}  // namespace marketmimic
