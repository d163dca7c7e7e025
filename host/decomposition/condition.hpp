#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "host/decomposition/naming.hpp"

namespace marketmimic {

/// What a user says about a movement and its market, such as `builds and long and fall >= 3`: the quantities below,
/// numbers, `+ - * /`, `< <= > >= == !=`, `and`, `or`, `not` and parentheses. A number other than 0 is true.
class Condition {
 public:
  static constexpr std::size_t kLongest = 240;  ///< characters

  /// Error(usage) of one line: what is wrong and at which character.
  explicit Condition(std::string text);

  /// Not for several threads at once.
  bool holds(const Movement& movement) const;
  const std::string& text() const { return text_; }

  /// Their names: what the movement does (0 or 1), market events (0 or 1), and numbers as in Movement.
  static std::vector<std::string> quantities();

 private:
  class Compiled;
  std::string text_;
  std::shared_ptr<Compiled> compiled_;
};

}  // namespace marketmimic
