#pragma once

/// Marks a rule that runs on the host and on the device: `__host__ __device__` under nvcc, nothing elsewhere.
/// MARKETMIMIC_INLINE, between a lambda's parameters and its body, does the same for the lambda.
/// Rules are always inlined, so that a launcher's instruction set reaches everything it calls.
#ifdef __CUDACC__
#define MARKETMIMIC_HD __host__ __device__ __forceinline__
#define MARKETMIMIC_INLINE
#else
#define MARKETMIMIC_HD inline __attribute__((always_inline))
#define MARKETMIMIC_INLINE __attribute__((always_inline))
#endif

/// Before a loop of a few fixed rounds inside a rule: a loop over lanes vectorises only if none is left within it.
#if defined(__CUDACC__)
#define MARKETMIMIC_UNROLL  // nvcc unrolls such loops by itself
#elif defined(__clang__)
#define MARKETMIMIC_UNROLL _Pragma("clang loop unroll(full)")
#else
#define MARKETMIMIC_UNROLL _Pragma("GCC unroll 16")
#endif

namespace marketmimic {

/// `first ? a : b` with both worked out: a choice of values and never a branch, which could keep a loop over lanes from
/// vectorising.
template <class T>
MARKETMIMIC_HD T choose(bool first, T a, T b) {
  return first ? a : b;
}

/// Whether all, or any, of the conditions hold; each is worked out, for the same reason.
template <class... Conditions>
MARKETMIMIC_HD bool all(Conditions... conditions) {
  return (... & static_cast<int>(conditions)) != 0;
}
template <class... Conditions>
MARKETMIMIC_HD bool any(Conditions... conditions) {
  return (... | static_cast<int>(conditions)) != 0;
}

}  // namespace marketmimic
