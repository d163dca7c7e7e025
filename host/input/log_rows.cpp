#include "host/input/log_rows.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "host/input/text.hpp"

namespace marketmimic {
namespace {

using Column = std::optional<std::size_t>;

int side_of(const Field& field) {
  const std::string word = lower(field.text);
  if (word == "buy" || word == "b") return 1;
  if (word == "sell" || word == "s") return -1;
  throw field.error("buy or sell");
}

Column filled_column(const CsvReader& csv) {
  return csv.find({"filled", "filled_size", "filled_qty", "filled_quantity", "filled_amount", "executed",
                   "executed_size", "executed_qty", "executedqty", "executed_quantity", "executed_amount"});
}

LogRows read_fill_rows(CsvReader& csv, SymbolChoice& symbol, std::int64_t local_ms) {
  const std::size_t time = csv.require({"time", "utc", "date", "datetime", "timestamp"}), side = csv.require({"side"}),
                    price = csv.require({"price", "px"}),
                    size = csv.require({"size", "sz", "qty", "quantity", "amount"});
  const Column sequence = csv.find({"sequence", "seq", "tid", "trade_id"}), order = csv.find({"order_id", "oid"}),
               start_position = csv.find({"start_position"}), fee = csv.find({"fee"}), taker = csv.find({"taker"});
  LogRows log;
  log.rows_numbered = sequence.has_value();
  log.orders_known = order.has_value();
  for (std::int64_t row = 1; csv.next(); ++row) {
    if (!symbol.keeps_row()) continue;
    Fill fill{.time_ms = csv.field(time).time(local_ms),
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
    log.rows.add(std::move(fill), csv.lines());
  }
  return log;
}

LogRows read_order_rows(CsvReader& csv, SymbolChoice& symbol, std::size_t filled, std::int64_t local_ms) {
  const std::size_t time = csv.require({"time", "submitted", "submitted_at", "submitted_time", "created", "created_at",
                                        "created_time", "order_time", "utc", "date", "datetime", "timestamp"}),
                    side = csv.require({"side"}),
                    price = csv.require({"average_price", "avg_price", "average", "filled_avg_price", "avg_fill_price",
                                         "average_fill_price", "filled_price", "executed_price", "avgprice"});
  const Column filled_at = csv.find({"filled_at", "filled_time", "fill_time", "closed_at", "close_time", "updated_at",
                                     "update_time", "updatetime"}),
               status = csv.find({"status", "state", "order_status"}),
               order = csv.find({"order_id", "orderid", "oid", "id"}), fee = csv.find({"fee"}),
               taker = csv.find({"taker"});
  LogRows log;
  log.rows_numbered = log.orders_known = true;
  std::unordered_map<std::string, std::size_t> lines;  // of the orders so far
  for (std::int64_t row = 1; csv.next(); ++row) {
    if (!symbol.keeps_row()) continue;
    const Field traded = csv.field(filled);
    if (traded.text.empty() || traded.volume() == 0.0) {
      if (status && lower(csv.field(*status).text) == "filled")
        throw traded.error("above 0 in an order that is filled");
      ++log.unfilled;
      continue;
    }
    Fill fill{.time_ms = csv.field(filled_at && !csv.field(*filled_at).text.empty() ? *filled_at : time).time(local_ms),
              .sequence = row,
              .side = side_of(csv.field(side)),
              .price = csv.field(price).price(),
              .size = traded.size(),
              .start_position = std::nullopt,
              .fee = fee ? csv.field(*fee).number() : 0.0,
              .order_id = order ? std::string(csv.field(*order).text) : fmt::format("order-{}", row),
              .taker = std::nullopt,
              .reason = {}};
    if (taker) fill.taker = csv.field(*taker).flag();
    const auto [first, is_new] = lines.emplace(fill.order_id, csv.lines().line());
    if (!is_new)
      throw csv.lines().error(fmt::format("order {} is also on line {}; keep its last row, which tells all it traded",
                                          shown(fill.order_id), first->second));
    log.rows.add(std::move(fill), csv.lines());
  }
  return log;
}

LogRows read_trip_rows(CsvReader& csv, SymbolChoice& symbol, std::int64_t local_ms) {
  const std::size_t open_date = csv.require({"open_date"}), close_date = csv.require({"close_date"}),
                    open_rate = csv.require({"open_rate"}), close_rate = csv.require({"close_rate"}),
                    amount = csv.require({"amount"}), is_short = csv.require({"is_short"});
  const Column fee_open = csv.find({"fee_open"}), fee_close = csv.find({"fee_close"}),
               exit_reason = csv.find({"exit_reason"});
  LogRows log;
  log.rows_numbered = log.orders_known = true;
  for (std::int64_t trip = 1; csv.next(); ++trip) {
    if (!symbol.keeps_row()) continue;
    const auto fill = [&](std::string_view end, int side, std::size_t date, std::size_t rate, Column fee) {
      const double price = csv.field(rate).price(), size = csv.field(amount).size();
      return Fill{.time_ms = csv.field(date).time(local_ms),
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
    log.rows.add(std::move(opening), csv.lines());
    log.rows.add(std::move(closing), csv.lines());
  }
  return log;
}

}  // namespace

LogRows read_log_rows(CsvReader& csv, SymbolChoice& symbol, std::int64_t local_ms) {
  if (csv.find({"open_date"}) && csv.find({"close_date"})) return read_trip_rows(csv, symbol, local_ms);
  if (const Column filled = filled_column(csv)) return read_order_rows(csv, symbol, *filled, local_ms);
  return read_fill_rows(csv, symbol, local_ms);
}

}  // namespace marketmimic
