#include <kernels/cpu/instruction_set.hpp>
#include <marketmimic/philox.hpp>

// The first known answer of Philox4x32-10 (Random123's kat_vectors), and a launcher's library that links.
int main() {
  const marketmimic::Words words = marketmimic::philox(0, 0, 0, 0, 0, 0);
  const bool launchable = marketmimic::supported(marketmimic::InstructionSet::x86_64);
  return words.a == 0x6627e8d5u && launchable ? 0 : 1;
}
