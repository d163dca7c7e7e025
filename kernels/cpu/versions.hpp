#pragma once

#include "kernels/cpu/instruction_set.hpp"

namespace marketmimic {

/// A version: `leaf` and every rule that it calls, in one instruction set. `flatten` brings them there; no unit is
/// compiled with -march, or the linker might pick an inline function's AVX copy for the baseline.
template <class Leaf>
__attribute__((target("arch=x86-64"), flatten, noinline)) void run_x86_64(const Leaf& leaf) {
  leaf();
}
template <class Leaf>
__attribute__((target("arch=x86-64-v3"), flatten, noinline)) void run_x86_64_v3(const Leaf& leaf) {
  leaf();
}
template <class Leaf>
__attribute__((target("arch=x86-64-v4"), flatten, noinline)) void run_x86_64_v4(const Leaf& leaf) {
  leaf();
}

/// Calls `leaf`, a MARKETMIMIC_INLINE lambda, in the version for `set`. A build with MARKETMIMIC_ONE_VERSION has the
/// middle one alone, as each takes a compiler the same time again.
template <class Leaf>
void run_version(InstructionSet set, const Leaf& leaf) {
#ifdef MARKETMIMIC_ONE_VERSION
  static_cast<void>(set);
  run_x86_64_v3(leaf);
#else
  switch (set) {
    case InstructionSet::x86_64_v4:
      return run_x86_64_v4(leaf);
    case InstructionSet::x86_64_v3:
      return run_x86_64_v3(leaf);
    case InstructionSet::x86_64:
      return run_x86_64(leaf);
  }
#endif
}

}  // namespace marketmimic
