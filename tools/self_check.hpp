#pragma once

#include <string>
#include <vector>

namespace marketmimic {

/// Something that can run scenarios, and a hash of the same few scenarios run on it.
struct CheckedBackend {
  std::string name;     ///< `x86-64-v3`, `cuda:0 NVIDIA ...`
  std::string hash;     ///< 32 hex digits; empty where it failed
  std::string problem;  ///< why it failed
};

/// Runs some disturbed scenarios of the example market and of an order book on every backend of this machine: all must
/// give the same hash.
std::vector<CheckedBackend> check_backends();

}  // namespace marketmimic
