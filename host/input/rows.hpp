#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
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
    if (values_.size() == most) throw at.error("more than 20,000,000 rows; split the file");
    values_.push_back(std::move(value));
    lines_.push_back(at.line());
  }

  std::size_t size() const { return values_.size(); }

  /// Sorts by `before`, equals in the order read; returns how many rows came after one they belong before.
  template <class Before>
  std::size_t sort(Before before) {
    std::size_t moved = 0, latest = 0;
    for (std::size_t i = 1; i < size(); ++i) {
      if (before(values_[i], values_[latest]))
        ++moved;
      else
        latest = i;
    }
    if (moved != 0) arrange(before);
    return moved;
  }

  /// The first two neighbours that are `equal`, for sorted rows.
  template <class Equal>
  std::optional<Twice> find_equal(Equal equal) const {
    const auto found = std::adjacent_find(values_.begin(), values_.end(), equal);
    if (found == values_.end()) return std::nullopt;
    const auto row = static_cast<std::size_t>(found - values_.begin());
    return Twice{*found, lines_[row], lines_[row + 1]};
  }

  /// The values without their lines; leaves none behind.
  std::vector<Value> take() {
    lines_.clear();
    return std::exchange(values_, {});
  }

 private:
  template <class Before>
  void arrange(Before before) {
    std::vector<std::size_t> order(size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return before(values_[a], values_[b]); });
    std::vector<Value> values;
    std::vector<std::size_t> lines;
    values.reserve(size());
    lines.reserve(size());
    for (const std::size_t row : order) {
      values.push_back(std::move(values_[row]));
      lines.push_back(lines_[row]);
    }
    values_ = std::move(values);
    lines_ = std::move(lines);
  }

  // Apart, so that millions of values in order are handed over as they lie.
  std::vector<Value> values_;
  std::vector<std::size_t> lines_;
};

}  // namespace marketmimic
