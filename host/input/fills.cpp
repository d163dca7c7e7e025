#include "host/input/fills.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "host/input/csv.hpp"
#include "host/input/log_rows.hpp"
#include "host/input/symbol_choice.hpp"
#include "host/input/time.hpp"

namespace marketmimic {
namespace {

double time_resolution(const std::vector<Fill>& fills) {
  for (const std::int64_t unit : {86'400'000, 3'600'000, 60'000, 1'000})
    if (std::all_of(fills.begin(), fills.end(), [&](const Fill& fill) { return fill.time_ms % unit == 0; }))
      return static_cast<double>(unit);
  return 1.0;
}

/// Rows that tell just what another of the same time tells.
std::size_t repeated(const std::vector<Fill>& fills, bool orders_known) {
  const auto key = [&](const Fill& fill) {
    return std::tuple(fill.side, fill.price, fill.size, orders_known ? std::string_view(fill.order_id) : "");
  };
  std::size_t count = 0;
  std::set<decltype(key(fills.front()))> seen;
  for (std::size_t i = 0; i < fills.size(); ++i) {
    if (i > 0 && fills[i].time_ms != fills[i - 1].time_ms) seen.clear();
    count += seen.insert(key(fills[i])).second ? 0 : 1;
  }
  return count;
}

Fills read(LineReader& lines, const LogFormat& format) {
  CsvReader csv(lines);
  for (const ColumnName& column : format.columns) csv.rename(column.name, column.header);
  SymbolChoice symbol(csv, format.symbol);
  LogRows log = read_log_rows(csv, symbol, format.utc_offset_ms);

  Fills result;
  result.source = lines.name();
  result.symbol = symbol.result();
  if (log.rows.size() == 0)
    throw lines.error(log.unfilled == 0
                          ? "the file holds 0 fills; at least one is needed"
                          : fmt::format("none of its {} orders was filled; at least one is needed", log.unfilled));
  result.notices.unfilled = log.unfilled;
  result.notices.reordered = log.rows.sort(
      [](const Fill& a, const Fill& b) { return std::pair(a.time_ms, a.sequence) < std::pair(b.time_ms, b.sequence); });
  if (const auto twice = log.rows.find_equal(
          [](const Fill& a, const Fill& b) { return a.time_ms == b.time_ms && a.sequence == b.sequence; }))
    throw lines.error(fmt::format("sequence {} of {} is also on line {}; keep one of the two rows",
                                  twice->value.sequence, format_time(twice->value.time_ms), twice->first_line),
                      twice->line);
  result.fills = log.rows.take();
  if (!log.rows_numbered) result.notices.repeated = repeated(result.fills, log.orders_known);
  result.time_resolution_ms = time_resolution(result.fills);
  return result;
}

}  // namespace

Fills read_fills(const std::filesystem::path& path, const LogFormat& format) {
  LineReader lines(file_bytes(path), path.string());
  return read(lines, format);
}

Fills parse_fills(std::string_view text, std::string name, const LogFormat& format) {
  LineReader lines(memory_bytes(text), std::move(name));
  return read(lines, format);
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
  if (fills.notices.unfilled != 0) text += fmt::format("; {} orders were not filled", fills.notices.unfilled);
  if (fills.notices.repeated != 0)
    text += fmt::format(
        "; {} rows repeat another of the same time, side, price and size, and are kept: if the log was "
        "joined from parts that overlap, remove them",
        fills.notices.repeated);
  return text;
}

}  // namespace marketmimic
