#include "host/realism/source.hpp"

#include <fmt/format.h>

#include <system_error>

#include "host/error.hpp"
#include "host/tape/lobster.hpp"
#include "host/tape/order_log.hpp"
#include "host/tape/recognise.hpp"

namespace marketmimic {
namespace {

bool is_folder(const std::string& name) {
  std::error_code ignored;
  return std::filesystem::is_directory(name, ignored);
}

DataSource read_one(const std::string& file) {
  DataSource source;
  if (is_folder(file)) {
    source.run = file;
    return source;
  }
  switch (recognise(file)) {
    case DataKind::lobster_message:
      throw Error(ExitCode::usage, fmt::format("{} holds LOBSTER messages; give their order book file too", file));
    case DataKind::lobster_orderbook:
      throw Error(ExitCode::usage, fmt::format("{} is a LOBSTER order book; give its message file too", file));
    case DataKind::order_log:
      source.tape = read_order_log(file);
      break;
    case DataKind::other:
      source.bars = read_bars(file);
      break;
  }
  return source;
}

DataSource read_pair(std::string message, std::string book) {
  if (is_folder(message) || is_folder(book))
    throw Error(ExitCode::usage, fmt::format("{} and {}: a run folder stands alone", message, book));
  if (recognise(message) == DataKind::lobster_orderbook) std::swap(message, book);
  DataSource source;
  source.tape = read_lobster(message, book);
  return source;
}

}  // namespace

std::vector<std::string> DataSource::notices() const {
  if (tape) return tape->notices;
  if (bars) return {summary(*bars)};
  return {};
}

DataSource read_source(const std::vector<std::string>& files, const std::string& what) {
  if (files.size() == 1) return read_one(files[0]);
  if (files.size() == 2) return read_pair(files[0], files[1]);
  throw Error(ExitCode::usage,
              fmt::format("{} must be one file, a run folder, or a LOBSTER pair (got {} files)", what, files.size()));
}

}  // namespace marketmimic
