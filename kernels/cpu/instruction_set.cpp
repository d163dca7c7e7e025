#include "kernels/cpu/instruction_set.hpp"

#include <array>
#include <cstdlib>

namespace marketmimic {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"x86-64", "x86-64-v3", "x86-64-v4"};

}  // namespace

std::string_view name(InstructionSet set) { return kNames[static_cast<std::size_t>(set)]; }

bool supported(InstructionSet set) {
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
                  __builtin_cpu_supports("bmi2");
  const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl");
  switch (set) {
    case InstructionSet::x86_64_v4:
      return v4;
    case InstructionSet::x86_64_v3:
      return v3;
    case InstructionSet::x86_64:
      return true;
  }
  return false;
}

InstructionSet best_instruction_set() {
  const char* asked = std::getenv("MARKETMIMIC_ISA");
  for (const InstructionSet set : {InstructionSet::x86_64_v4, InstructionSet::x86_64_v3}) {
    const bool wanted = asked == nullptr || *asked == '\0' || name(set) == asked;
    if (wanted && supported(set)) return set;
  }
  return InstructionSet::x86_64;
}

}  // namespace marketmimic
