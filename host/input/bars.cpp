#include "host/input/bars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "host/input/csv.hpp"
#include "host/input/json_rows.hpp"
#include "host/input/rows.hpp"
#include "host/input/symbol_choice.hpp"
#include "host/input/time.hpp"

namespace marketmimic {
namespace {

using BarRows = Rows<Bar>;

/// A bar whose open and close lie within low and high, widened for rounding; an error when they are further out.
Bar consistent(Bar bar, const LineReader& at, Bars::Notices& notices) {
  if (bar.high < bar.low)
    throw at.error(fmt::format("high {} is below low {}; correct or remove this row", bar.high, bar.low));
  constexpr double rounding = 1e-6;
  const double top = std::max(bar.open, bar.close), bottom = std::min(bar.open, bar.close);
  if (top > bar.high * (1.0 + rounding) || bottom < bar.low * (1.0 - rounding))
    throw at.error(fmt::format("open {} or close {} is outside of low {} to high {}; correct or remove this row",
                               bar.open, bar.close, bar.low, bar.high));
  if (top > bar.high || bottom < bar.low) ++notices.widened;
  bar.high = std::max(bar.high, top);
  bar.low = std::min(bar.low, bottom);
  return bar;
}

void read_table(CsvReader& csv, SymbolChoice& symbol, BarRows& rows, Bars::Notices& notices) {
  const std::size_t time = csv.require({"date", "time", "datetime", "timestamp", "open_time", "utc", "index"});
  const std::size_t open = csv.require({"open"}), high = csv.require({"high"}), low = csv.require({"low"}),
                    close = csv.require({"close"}), volume = csv.require({"volume"});
  while (csv.next()) {
    if (!symbol.keeps_row()) continue;
    const Bar bar{.time_ms = csv.field(time).time(),
                  .open = csv.field(open).price(),
                  .high = csv.field(high).price(),
                  .low = csv.field(low).price(),
                  .close = csv.field(close).price(),
                  .volume = csv.field(volume).volume()};
    rows.add(consistent(bar, csv.lines(), notices), csv.lines());
  }
}

/// Bid and ask quotes of one interval a row, without a header.
void read_quotes(CsvReader& csv, BarRows& rows, Bars::Notices& notices) {
  constexpr std::array columns{"time",     "bid open", "bid high", "bid low",   "bid close", "bid size",
                               "ask open", "ask high", "ask low",  "ask close", "ask size"};
  if (csv.width() != columns.size())
    throw csv.lines().error(
        "no header; add a line date,open,high,low,close,volume (only quotes of eleven columns, time then bid and ask "
        "open, high, low, close, size, are read without)");
  const auto field = [&](std::size_t column) { return csv.field(column, columns[column]); };
  const auto mid = [&](std::size_t bid) { return 0.5 * (field(bid).price() + field(bid + 5).price()); };
  while (csv.next()) {
    const Bar bar{.time_ms = field(0).time(),
                  .open = mid(1),
                  .high = mid(2),
                  .low = mid(3),
                  .close = mid(4),
                  .volume = field(5).volume() + field(10).volume()};
    rows.add(consistent(bar, csv.lines(), notices), csv.lines());
  }
}

void read_json(LineReader& lines, BarRows& rows, Bars::Notices& notices) {
  constexpr std::size_t width = 6;
  JsonRows json(lines);
  std::vector<std::string_view> fields;
  while (json.next(fields)) {
    if (fields.size() < width)
      throw lines.error(
          fmt::format("a row of {} values; it needs [ms since 1970, open, high, low, close, volume]", fields.size()));
    const auto field = [&](std::size_t column, std::string_view name) { return Field{lines, name, fields[column]}; };
    const Bar bar{.time_ms = field(0, "time").time(),
                  .open = field(1, "open").price(),
                  .high = field(2, "high").price(),
                  .low = field(3, "low").price(),
                  .close = field(4, "close").price(),
                  .volume = field(5, "volume").volume()};
    rows.add(consistent(bar, lines, notices), lines);
  }
}

/// The most frequent spacing of the times, the shortest one of a tie.
std::int64_t modal_interval(const std::vector<Bar>& bars) {
  std::vector<std::int64_t> spacings;
  for (std::size_t i = 1; i < bars.size(); ++i) spacings.push_back(bars[i].time_ms - bars[i - 1].time_ms);
  std::sort(spacings.begin(), spacings.end());
  std::int64_t mode = 0;
  std::ptrdiff_t most = 0;
  for (auto run = spacings.begin(); run != spacings.end();) {
    const auto end = std::upper_bound(run, spacings.end(), *run);
    if (end - run > most) {
      most = end - run;
      mode = *run;
    }
    run = end;
  }
  return mode;
}

void count_gaps(Bars& result) {
  for (std::size_t i = 1; i < result.bars.size(); ++i) {
    const std::int64_t spacing = result.bars[i].time_ms - result.bars[i - 1].time_ms;
    if (spacing < result.interval_ms) ++result.notices.short_steps;
    if (spacing <= result.interval_ms) continue;
    ++result.notices.gaps;
    result.notices.missing_bars += static_cast<std::size_t>((spacing - 1) / result.interval_ms);
  }
}

Bars read(LineReader& lines, std::optional<std::string> wanted) {
  Bars result;
  result.source = lines.name();
  BarRows rows;
  if (lines.first_visible() == '[') {
    read_json(lines, rows, result.notices);
    result.symbol = wanted.value_or("");
  } else {
    CsvReader csv(lines);
    SymbolChoice symbol(csv, std::move(wanted));
    csv.has_header() ? read_table(csv, symbol, rows, result.notices) : read_quotes(csv, rows, result.notices);
    result.symbol = symbol.result();
  }
  if (rows.size() < 2) throw lines.error(fmt::format("the file holds {} bars; at least two are needed", rows.size()));

  result.notices.reordered = rows.sort([](const Bar& a, const Bar& b) { return a.time_ms < b.time_ms; });
  if (const auto twice = rows.find_equal([](const Bar& a, const Bar& b) { return a.time_ms == b.time_ms; }))
    throw lines.error(fmt::format("time {} is also on line {}; keep one of the two rows",
                                  format_time(twice->value.time_ms), twice->first_line),
                      twice->line);
  result.bars = rows.take();
  result.interval_ms = modal_interval(result.bars);
  count_gaps(result);
  return result;
}

}  // namespace

std::size_t Bars::ended_by(std::int64_t time_ms) const {
  const auto open = std::partition_point(bars.begin(), bars.end(),
                                         [&](const Bar& bar) { return bar.time_ms + interval_ms <= time_ms; });
  return static_cast<std::size_t>(open - bars.begin());
}

Bars read_bars(const std::filesystem::path& path, std::optional<std::string> symbol) {
  LineReader lines(file_bytes(path), path.string());
  return read(lines, std::move(symbol));
}

Bars parse_bars(std::string_view text, std::string name, std::optional<std::string> symbol) {
  LineReader lines(memory_bytes(text), std::move(name));
  return read(lines, std::move(symbol));
}

std::string summary(const Bars& bars) {
  std::string text =
      fmt::format("{}: {} bars of {}, {} to {}", bars.source, bars.bars.size(), format_duration(bars.interval_ms),
                  format_time(bars.bars.front().time_ms), format_time(bars.bars.back().time_ms));
  const Bars::Notices& n = bars.notices;
  if (n.gaps != 0) text += fmt::format("; {} gaps ({} bars missing)", n.gaps, n.missing_bars);
  if (n.short_steps != 0) text += fmt::format("; {} spacings shorter than the interval", n.short_steps);
  if (n.reordered != 0) text += fmt::format("; {} rows were out of order", n.reordered);
  if (n.widened != 0) text += fmt::format("; {} bars widened to hold their open and close", n.widened);
  return text;
}

}  // namespace marketmimic
