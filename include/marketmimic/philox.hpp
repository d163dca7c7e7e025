#pragma once

#include <cstdint>

#ifdef __CUDACC__
#define QUALIFIERS static __forceinline__ __host__ __device__
#include <curand_philox4x32_x.h>
#undef QUALIFIERS
#else
#define R123_USE_SSE 0  // or every unit compiles all of the intrinsics
#include <Random123/philox.h>
#endif

#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"

/// Random numbers as a pure function of (key, counter): Philox4x32-10 (Salmon et al., SC 2011), nothing stored. The
/// rounds are cuRAND's under nvcc and Random123's elsewhere; both give the same words.
namespace marketmimic {

/// The four words of one Philox block.
struct Words {
  std::uint32_t a, b, c, d;
};

/// Philox4x32-10 of counter (c0..c3) under key (k0, k1).
MARKETMIMIC_HD Words philox(std::uint32_t c0, std::uint32_t c1, std::uint32_t c2, std::uint32_t c3, std::uint32_t k0,
                            std::uint32_t k1) {
#ifdef __CUDACC__
  const uint4 w = curand_Philox4x32_10(uint4{c0, c1, c2, c3}, uint2{k0, k1});
  return {w.x, w.y, w.z, w.w};
#else
  const philox4x32_ctr_t w = philox4x32_R(10, philox4x32_ctr_t{{c0, c1, c2, c3}}, philox4x32_key_t{{k0, k1}});
  return {w.v[0], w.v[1], w.v[2], w.v[3]};
#endif
}

/// Uniform in [0, 1), on the grid of 2^-24.
MARKETMIMIC_HD float unit_uniform(std::uint32_t w) {
  return static_cast<float>(static_cast<std::int32_t>(w >> 8)) * 0x1p-24f;
}

/// Uniform in (0, 1), never 0 or 1: the midpoints of a grid of 2^-23.
MARKETMIMIC_HD float open_uniform(std::uint32_t w) {
  return exact::fma(static_cast<float>(static_cast<std::int32_t>(w >> 9)), 0x1p-23f, 0x1p-24f);
}

/// Two independent standard normals.
struct Normals {
  float a, b;
};

/// Box-Muller: 31 bits of `w1` give the radius r, so |z| <= 6.67, and all of `w2` the angle. r^2 / 2 is within
/// 2^-22 (1 + r^2 / 2) of -ln of the uniform, and never 0.
MARKETMIMIC_HD Normals normal_pair(std::uint32_t w1, std::uint32_t w2) {
  const float grid = static_cast<float>(static_cast<std::int32_t>(w1 >> 1));
  const float u = exact::min(exact::fma(grid, 0x1p-31f, 0x1p-32f), 0x1.fffffep-1f);
  const float radius = exact::sqrt(-2.0f * exact::detail::log_normal(u, 0.0f));
  // 30 bits place the angle within an eighth of a turn of an axis, one picks the axis and one the direction.
  const auto [s, c] = exact::detail::sincos_eighth(static_cast<float>(static_cast<std::int32_t>(w2 << 2)) * 0x1p-34f);
  const bool swap = (w2 & 0x40000000u) != 0;
  const float directed = exact::from_bits(exact::bits_of(radius) ^ (w2 & 0x80000000u));
  return {directed * (swap ? s : c), directed * (swap ? c : s)};
}

}  // namespace marketmimic
