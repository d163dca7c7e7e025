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
