#include "host/realism/book_bars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "host/error.hpp"
#include "host/input/time.hpp"
#include "host/realism/series.hpp"
#include "host/realism/source.hpp"

namespace marketmimic {
namespace {

/// `YYYY-MM-DD` between underscores, as in LOBSTER's names.
std::optional<std::string> date_in(const std::string& file) {
  constexpr std::size_t length = 10;
  const std::string name = std::filesystem::path(file).filename().string();
  for (std::size_t at = name.find('_'); at != std::string::npos; at = name.find('_', at + 1)) {
    const std::string part = name.substr(at + 1, length);
    const bool ends = at + 1 + length < name.size() && name[at + 1 + length] == '_';
    if (ends && part[4] == '-' && part[7] == '-' && parse_time(part)) return part;
  }
  return std::nullopt;
}

/// Midnight [ms since 1970].
std::int64_t midnight_of(const std::vector<std::string>& files, const std::optional<std::string>& given) {
  std::optional<std::string> date = given;
  for (const std::string& file : files)
    if (!date) date = date_in(file);
  if (!date)
    throw Error(ExitCode::usage, fmt::format("{}: LOBSTER times count from midnight, and its name tells no date: give "
                                             "--date YYYY-MM-DD",
                                             files.front()));
  const std::optional<std::int64_t> time_ms = date->size() == 10 ? parse_time(*date) : std::nullopt;
  if (!time_ms) throw Error(ExitCode::usage, fmt::format("--date must be YYYY-MM-DD (got {})", *date));
  return *time_ms;
}

}  // namespace

Bars read_book_bars(const std::vector<std::string>& files, std::int64_t interval_ms,
                    const std::optional<std::string>& date, std::vector<std::string>& notices) {
  const DataSource source = read_source(files, "--book");
  if (!source.tape)
    throw Error(ExitCode::usage,
                fmt::format("--book {} is no recorded order flow: give a LOBSTER pair or an order log, or --bars",
                            files.front()));
  Bars bars = bars_of(*source.tape, interval_ms, source.tape->source);
  bars.symbol = source.tape->symbol;
  notices = source.notices();
  if (files.size() == 2) {
    const std::int64_t midnight = midnight_of(files, date);
    for (Bar& bar : bars.bars) bar.time_ms += midnight;
  }
  return bars;
}

}  // namespace marketmimic
