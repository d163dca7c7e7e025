#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "host/error.hpp"
#include "host/run/replay.hpp"

namespace marketmimic {
namespace {

/// `/market/bid_price_ticks` -> `market.bid_price_ticks`.
std::string csv_name(const std::string& path) {
  std::string name = path.substr(1);
  for (char& c : name) c = c == '/' ? '.' : c;
  return name;
}

void add_header(std::string& text, const Column& column) {
  const std::string name = csv_name(column.quantity.path);
  const bool named = column.quantity.labels_name == "columns";
  if (column.width == 0) text += ',' + name;
  for (std::uint32_t j = 0; j < column.width; ++j)
    text += ',' + name + '.' + (named ? column.quantity.labels[j] : std::to_string(j));
}

template <class T>
void add_value(std::string& text, const std::byte* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  fmt::format_to(std::back_inserter(text), ",{}", value);
}

void add_value(std::string& text, Element element, const std::byte* bytes) {
  switch (element) {
    case Element::u8:
      return add_value<std::uint8_t>(text, bytes);
    case Element::u32:
      return add_value<std::uint32_t>(text, bytes);
    case Element::u64:
      return add_value<std::uint64_t>(text, bytes);
    case Element::i32:
      return add_value<std::int32_t>(text, bytes);
    case Element::i64:
      return add_value<std::int64_t>(text, bytes);
    case Element::f32:
      return add_value<float>(text, bytes);
  }
}

void add_row(std::string& text, const ReplayedColumn& replayed, std::uint32_t row) {
  const Column& column = replayed.column;
  const std::size_t size = element_bytes(column.quantity.element), width = column.width == 0 ? 1 : column.width;
  for (std::size_t j = 0; j < width; ++j) {
    if (row < column.rows) {
      add_value(text, column.quantity.element, replayed.bytes.data() + (row * width + j) * size);
    } else {
      text += ',';
    }
  }
}

}  // namespace

void write_csv(const ReplayedScenario& scenario, const std::filesystem::path& file) {
  std::ofstream out(file, std::ios::binary);
  std::string text = "step";
  std::uint32_t rows = 0;
  for (const ReplayedColumn& replayed : scenario.columns) {
    add_header(text, replayed.column);
    rows = std::max(rows, replayed.column.rows);
  }
  text += '\n';
  for (std::uint32_t row = 0; row < rows; ++row) {
    text += std::to_string(row);
    for (const ReplayedColumn& replayed : scenario.columns) add_row(text, replayed, row);
    text += '\n';
    out << text;
    text.clear();
  }
  if (!out.flush()) throw Error(ExitCode::io, fmt::format("can't write {}: {}", file.string(), std::strerror(errno)));
}

}  // namespace marketmimic
