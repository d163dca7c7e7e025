#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "marketmimic/record.hpp"

namespace marketmimic {

/// One pointer of a Record; the alternative tells the type of its values.
using RecordPointer = std::variant<float * Record::*, std::int32_t * Record::*, std::int64_t * Record::*,
                                   std::uint8_t * Record::*, std::uint32_t * Record::*>;

/// A column that an engine fills: `rows` rows of `width` values for each scenario of a batch.
struct RecordColumn {
  RecordPointer pointer;
  std::uint32_t rows = 0;
  std::uint32_t width = 1;
};

/// Bytes of one value of the column.
inline std::size_t value_bytes(const RecordPointer& pointer) {
  const auto size = [](auto member) {
    return sizeof(std::remove_pointer_t<std::remove_reference_t<decltype(std::declval<Record&>().*member)>>);
  };
  return std::visit(size, pointer);
}

/// Bytes from one column to the next; a whole number of 256, which suits cache lines and device memory alike.
inline std::size_t column_bytes(const RecordColumn& column, std::size_t stride) {
  const std::size_t bytes = std::size_t{column.rows} * column.width * stride * value_bytes(column.pointer);
  return (bytes + 255) / 256 * 256;
}

/// Memory that a batch of `stride` scenarios takes.
inline std::size_t record_bytes(const std::vector<RecordColumn>& columns, std::size_t stride) {
  std::size_t bytes = 0;
  for (const RecordColumn& column : columns) bytes += column_bytes(column, stride);
  return bytes;
}

/// Lays the columns one after the other in `memory` (host or device, 256-byte aligned, record_bytes() long); all other
/// pointers stay null. The same offsets for every memory, so that a batch is copied between two of them whole.
inline Record record_in(std::byte* memory, const std::vector<RecordColumn>& columns, std::size_t stride) {
  Record record;
  record.stride = stride;
  for (const RecordColumn& column : columns) {
    const auto place = [&](auto member) {
      record.*member = reinterpret_cast<std::remove_reference_t<decltype(record.*member)>>(memory);
    };
    std::visit(place, column.pointer);
    memory += column_bytes(column, stride);
  }
  return record;
}

}  // namespace marketmimic
