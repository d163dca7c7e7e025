#pragma once

#include <string_view>

namespace marketmimic {

/// Versions of the CPU launchers. All give the same bits; `x86_64` is the fallback without FMA hardware and slow.
enum class InstructionSet { x86_64, x86_64_v3, x86_64_v4 };

/// The best this processor supports, or what the environment variable MARKETMIMIC_ISA asks for
/// (`x86-64`, `x86-64-v3`, `x86-64-v4`) where the processor has it.
InstructionSet best_instruction_set();
/// Whether this processor can run it.
bool supported(InstructionSet set);
std::string_view name(InstructionSet set);

}  // namespace marketmimic
