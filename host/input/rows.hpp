#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "host/input/lines.hpp"

namespace marketmimic {

/// Values read from rows, each with its line, so that what shows only after sorting can still be placed.
template <class Value>
class Rows {
 public:
  /// More than the bars of every minute for thirty years; keeps hostile input from filling the memory.
  static constexpr std::size_t most = 20'000'000;

  struct Twice {
    Value value;
    std::size_t first_line, line;
  };

  void add(Value value, const LineReader& at) {
    if (rows_.size() == most) throw at.error("more than 20,000,000 rows; split the file");
    rows_.push_back({std::move(value), at.line()});
  }

  std::size_t size() const { return rows_.size(); }

  /// Sorts by `before`, equals in the order read; returns how many rows came after one they belong before.
  template <class Before>
  std::size_t sort(Before before) {
    std::size_t moved = 0, latest = 0;
    for (std::size_t i = 1; i < rows_.size(); ++i) {
      if (before(rows_[i].value, rows_[latest].value))
        ++moved;
      else
        latest = i;
    }
    if (moved != 0)
      std::stable_sort(rows_.begin(), rows_.end(),
                       [&](const Row& a, const Row& b) { return before(a.value, b.value); });
    return moved;
  }

  /// The first two neighbours that are `equal`, for sorted rows.
  template <class Equal>
  std::optional<Twice> find_equal(Equal equal) const {
    const auto found = std::adjacent_find(rows_.begin(), rows_.end(),
                                          [&](const Row& a, const Row& b) { return equal(a.value, b.value); });
    if (found == rows_.end()) return std::nullopt;
    return Twice{found->value, found->line, (found + 1)->line};
  }

  /// The values without their lines; leaves none behind.
  std::vector<Value> take() {
    std::vector<Value> values;
    values.reserve(rows_.size());
    for (Row& row : rows_) values.push_back(std::move(row.value));
    rows_.clear();
    return values;
  }

 private:
  struct Row {
    Value value;
    std::size_t line;
  };
  std::vector<Row> rows_;
};

}  // namespace marketmimic
