#include "host/run/csv_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>

namespace marketmimic {
namespace {

constexpr std::size_t kWrittenTogether = 1 << 20;

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

void add_values(std::string& text, const Column& column, std::span<const std::byte> bytes, std::uint32_t row) {
  const std::size_t size = element_bytes(column.quantity.element), width = column.width == 0 ? 1 : column.width;
  for (std::size_t j = 0; j < width; ++j) {
    if (row < column.rows) {
      add_value(text, column.quantity.element, bytes.data() + (row * width + j) * size);
    } else {
      text += ',';
    }
  }
}

}  // namespace

CsvFile::CsvFile(const std::filesystem::path& file) : file_(file) {}

void CsvFile::header(const std::vector<Column>& columns, std::string_view before) {
  text_ += before;
  text_ += "step";
  for (const Column& column : columns) add_header(text_, column);
  end_line();
}

void CsvFile::scenario(const std::vector<Column>& columns, const std::vector<std::span<const std::byte>>& bytes,
                       std::string_view before) {
  std::uint32_t rows = 0, stride = 1;
  for (const Column& column : columns) {
    rows = std::max(rows, column.rows);
    stride = column.stride;
  }
  for (std::uint32_t row = 0; row < rows; ++row) {
    text_ += before;
    text_ += std::to_string(std::uint64_t{row} * stride);
    for (std::size_t i = 0; i < columns.size(); ++i) add_values(text_, columns[i], bytes[i], row);
    end_line();
  }
}

void CsvFile::end_line() {
  text_ += '\n';
  if (text_.size() >= kWrittenTogether) write();
}

void CsvFile::write() {
  file_.write_at(written_, std::as_bytes(std::span(text_)));
  written_ += text_.size();
  text_.clear();
}

std::uint64_t CsvFile::publish() {
  write();
  file_.sync();
  file_.publish();
  return written_;
}

}  // namespace marketmimic
