#pragma once

#include <string_view>

namespace marketmimic {

/// What people see on stderr: one line an error or notice, with colour only on a terminal and unless NO_COLOR is set.
class Console {
 public:
  /// Makes sure that the three standard streams are open, so that no file of ours takes the place of one, and that
  /// writing to a pipe nobody reads is an error instead of the end. Error(io) where stdout is closed.
  static void secure_streams();

  Console();

  void error(std::string_view line) const;
  void notice(std::string_view line) const;
  /// Writes the result to stdout and makes sure that it arrived: Error(io).
  void result(std::string_view text) const;

  bool terminal() const { return terminal_; }  ///< whether a person may be looking
  bool colour() const { return colour_; }
  bool unicode() const { return unicode_; }
  unsigned width() const;  ///< columns, 80 where unknown

 private:
  void line(std::string_view colour, std::string_view label, std::string_view text) const;

  bool terminal_, colour_, unicode_;
};

}  // namespace marketmimic
