#pragma once

/// A leaf launcher is one function in three versions, chosen at run time. `flatten` brings every rule into the
/// version's own instruction set; no unit is compiled with -march, or the linker might pick an inline function's AVX
/// copy for the baseline.
#define MARKETMIMIC_VERSION(isa) __attribute__((target("arch=" isa), flatten, noinline))
