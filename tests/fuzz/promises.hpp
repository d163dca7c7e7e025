#pragma once

#include <cstdlib>
#include <string_view>

#include "host/error.hpp"

namespace marketmimic {

/// What a fuzzer holds a parser to; a broken promise ends the program, which the fuzzer reports.
inline void require(bool holds) {
  if (!holds) std::abort();
}

/// A refusal has the parser's exit code and is one printable line that begins with the source's name.
inline void require_refusal(const Error& error, ExitCode code) {
  const std::string_view line = error.what();
  require(error.code() == code && line.starts_with("fuzz:"));
  for (const char c : line) require(c >= ' ' && c <= '~');
}

}  // namespace marketmimic
