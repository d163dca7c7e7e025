#include "host/decomposition/strategy_bytes.hpp"

#include <fmt/format.h>

#include <cstring>
#include <vector>

#include "host/decomposition/strategy_columns.hpp"
#include "host/error.hpp"

namespace marketmimic {
namespace {

class Packer {
 public:
  template <class Row, class T>
  void rows(const char*, const std::vector<Row>& rows, T Row::*member) {
    number("", static_cast<std::uint64_t>(rows.size()));
    for (const Row& row : rows) number("", row.*member);
  }
  template <class T>
  void column(const char*, const std::vector<T>& values) {
    number("", static_cast<std::uint64_t>(values.size()));
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }
  template <class T>
  void number(const char*, T value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void text(const char*, const std::string& value) {
    number("", static_cast<std::uint64_t>(value.size()));
    bytes_ += value;
  }
  void names(const char*, const std::vector<std::string>& values) {
    number("", static_cast<std::uint64_t>(values.size()));
    for (const std::string& value : values) text("", value);
  }

  std::string bytes_;
};

class Unpacker {
 public:
  Unpacker(std::string_view bytes, const std::string& name) : left_(bytes), name_(name) {}

  template <class Row, class T>
  void rows(const char*, std::vector<Row>& rows, T Row::*member) {
    const std::size_t count = length(sizeof(T));
    if (rows.empty()) rows.resize(count);
    if (rows.size() != count) fail();
    for (Row& row : rows) number("", row.*member);
  }
  template <class T>
  void column(const char*, std::vector<T>& values) {
    values.resize(length(sizeof(T)));
    if (!values.empty()) take(values.data(), values.size() * sizeof(T));
  }
  template <class T>
  void number(const char*, T& value) {
    take(&value, sizeof value);
  }
  void text(const char*, std::string& value) {
    value.resize(length(1));
    take(value.data(), value.size());
  }
  void names(const char*, std::vector<std::string>& values) {
    values.resize(length(sizeof(std::uint64_t)));
    for (std::string& value : values) text("", value);
  }
  void finish() const {
    if (!left_.empty()) fail();
  }

 private:
  [[noreturn]] void fail() const {
    throw Error(ExitCode::input_data, fmt::format("{}: not a valid strategy: its tables don't fit together", name_));
  }
  void take(void* to, std::size_t size) {
    if (left_.size() < size) fail();
    std::memcpy(to, left_.data(), size);
    left_.remove_prefix(size);
  }
  /// A number of values, never more than there are bytes for.
  std::size_t length(std::size_t value_size) {
    std::uint64_t count = 0;
    number("", count);
    if (count > left_.size() / value_size) fail();
    return static_cast<std::size_t>(count);
  }

  std::string_view left_;
  const std::string& name_;
};

}  // namespace

std::string strategy_bytes(const Strategy& strategy) {
  Packer packer;
  visit_attributes(strategy, packer);
  visit_columns(strategy, packer);
  return std::move(packer.bytes_);
}

Strategy strategy_of_bytes(std::string_view bytes, const std::string& name) {
  Strategy strategy;
  Unpacker unpacker(bytes, name);
  visit_attributes(strategy, unpacker);
  visit_columns(strategy, unpacker);
  unpacker.finish();
  return strategy;
}

}  // namespace marketmimic
