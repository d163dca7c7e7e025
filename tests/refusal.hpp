#pragma once

#include <string>

#include "host/error.hpp"

namespace marketmimic {

/// The one line with which `call` is refused, behind the number of its exit code; empty where it is accepted.
template <class Call>
std::string refusal(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return std::to_string(static_cast<int>(error.code())) + ' ' + error.what();
  }
  return {};
}

}  // namespace marketmimic
