#pragma once

#include <cstdint>

#include "marketmimic/host_device.hpp"

/// Elementary functions with the same bits everywhere: x86-64 baseline to AVX-512, g++ and clang at any level of
/// optimisation, and CUDA. They use only what IEEE 754 defines exactly (+ - * / sqrt fma(float), comparisons, integer
/// arithmetic, conversions in range), so a result depends on its argument alone, as long as contraction is off
/// (-ffp-contract=off, nvcc -fmad=false) and denormals are on.
///
/// They have no branches and no calls, so that a loop over scenarios vectorises, and are defined for every float: what
/// is outside the stated domain, NaN included, is clamped into it first, so that no NaN is ever made (but by `sqrt`).
///
/// Bounds in ULP are in distances between the two floats around the true value; tests/rules/exact_math_test.cpp proves
/// them on every float of the domain. The polynomials are our own minimax fits, their coefficients rounded to float one
/// after the other.
namespace marketmimic::exact {

inline constexpr float largest = 0x1.fffffep127f;  ///< largest finite float
inline constexpr float smallest_normal = 0x1p-126f;

// --- Bits, selection, rounding ---------------------------------------------------------------------------------------

MARKETMIMIC_HD std::uint32_t bits_of(float x) { return __builtin_bit_cast(std::uint32_t, x); }
MARKETMIMIC_HD float from_bits(std::uint32_t bits) { return __builtin_bit_cast(float, bits); }

/// a * b + c with one rounding.
MARKETMIMIC_HD float fma(float a, float b, float c) {
#ifdef __CUDA_ARCH__
  return __fmaf_rn(a, b, c);
#else
  return __builtin_fmaf(a, b, c);
#endif
}

/// Correctly rounded square root; x >= 0. sqrt(0) is slow on a GPU: keep arguments positive where speed matters.
MARKETMIMIC_HD float sqrt(float x) {
#ifdef __CUDA_ARCH__
  return __fsqrt_rn(x);
#else
  return __builtin_sqrtf(x);
#endif
}

MARKETMIMIC_HD float abs(float x) { return from_bits(bits_of(x) & 0x7fffffffu); }
/// The magnitude of `x` with the sign of `sign`.
MARKETMIMIC_HD float copy_sign(float x, float sign) {
  return from_bits((bits_of(x) & 0x7fffffffu) | (bits_of(sign) & 0x80000000u));
}
/// The larger; `b` where either is NaN or both are zero. `b` is not the literal -0.0f, see `min`.
MARKETMIMIC_HD float max(float a, float b) { return a > b ? a : b; }
/// The smaller; `b` where either is NaN or both are zero. `b` is not the literal 0.0f: nvcc makes `a < 0.0f ? a : 0.0f`
/// a min.f32, to which -0 is less than 0 and which so gives another zero than the host.
MARKETMIMIC_HD float min(float a, float b) { return a < b ? a : b; }
/// x within [low, high]; NaN gives `low`. `high` is not the literal 0.0f, see `min`.
MARKETMIMIC_HD float clamp(float x, float low, float high) { return min(max(x, low), high); }

namespace detail {

/// x within the range of an int32: 2^31 - 128 is the largest float below 2^31. NaN gives -2^31.
MARKETMIMIC_HD float clamp_to_int(float x) { return clamp(x, -0x1p31f, 0x1.fffffep30f); }

/// The nearest integer value, ties to even; every float (from 2^23 on, all of them are integers).
MARKETMIMIC_HD float round_any(float x) {
  const float magic = copy_sign(0x1p23f, x);
  return abs(x) < 0x1p23f ? (x + magic) - magic : x;
}

}  // namespace detail

/// The nearest integer, ties to even, saturating at -2^31 and 2^31 - 128; NaN gives -2^31. Use this or `floor_to_int`
/// rather than a cast: g++ 12 makes float(int(x)) one instruction that gives -0 for -0.5 where the processor has it,
/// and +0 elsewhere. Neither of these two hands the cast a value that this could change.
MARKETMIMIC_HD std::int32_t round_to_int(float x) {
  return static_cast<std::int32_t>(detail::round_any(detail::clamp_to_int(x)));
}

/// The largest integer not above x, saturating like `round_to_int`.
MARKETMIMIC_HD std::int32_t floor_to_int(float x) {
  const float bounded = detail::clamp_to_int(x);
  const float nearest = detail::round_any(bounded);
  return static_cast<std::int32_t>(nearest > bounded ? nearest - 1.0f : nearest);
}

// --- Exponentials ----------------------------------------------------------------------------------------------------

namespace detail {

inline constexpr float log2_e = 0x1.715476p0f;
inline constexpr float ln2_high = 0x1.62e430p-1f;
inline constexpr float ln2_low = -0x1.05c610p-29f;

/// Adding it rounds |x| <= 2^22 to an integer, ties to even, and leaves that integer in the low bits of the sum.
inline constexpr float rounder = 0x1.8p23f;

/// x = n ln 2 + r with integer n = shifted - rounder.
struct Reduced {
  float shifted, r;
};

/// |r| <= ln 2 / 2 (1 + 2^-20) for |x| <= 104.
MARKETMIMIC_HD Reduced reduce(float x) {
  const float shifted = fma(x, log2_e, rounder);
  const float n = shifted - rounder;
  return {shifted, fma(n, -ln2_low, fma(n, -ln2_high, x))};
}

/// 2^n * x, where the result is normal: n goes straight into the exponent.
MARKETMIMIC_HD float scale(float x, float shifted) { return from_bits(bits_of(x) + (bits_of(shifted) << 23)); }

}  // namespace detail

/// e^x, within 1 ULP; every float: 0 below ln 2^-126 (where the result would be denormal), e^88.72283 (finite) above
/// it, exactly 1 at 0.
MARKETMIMIC_HD float exp(float x) {
  const float bounded = clamp(x, -0x1.5d589ep6f, 0x1.62e42ep6f);
  const auto [shifted, r] = detail::reduce(bounded);
  float p = 0.00138214696f;
  p = fma(p, r, 0.00836866256f);
  p = fma(p, r, 0.0416682549f);
  p = fma(p, r, 0.166665211f);
  p = fma(p, r, 0.49999994f);
  p = fma(p, r, 1.0f);
  p = fma(p, r, 1.0f);
  const float scaled = detail::scale(p, shifted);  // named, so that the choice is one of values and no branch
  return x < -0x1.5d589ep6f ? 0.0f : scaled;
}

/// e^x - 1, within 2 ULP, near 0 too; every float: saturates at -1 and at e^88.72283; never decreasing.
MARKETMIMIC_HD float expm1(float x) {
  const auto [shifted, r] = detail::reduce(clamp(x, -18.0f, 0x1.62e42ep6f));
  float q = 0.000197606671f;
  q = fma(q, r, 0.00139323238f);
  q = fma(q, r, 0.00833354704f);
  q = fma(q, r, 0.0416664928f);
  q = fma(q, r, 0.166666657f);
  q = fma(q, r, 0.5f);
  const float p = fma(r * r, q, r);
  const float half_scale = detail::scale(0.5f, shifted);  // 2^n itself overflows at n = 128
  return 2.0f * fma(half_scale, p, half_scale - 0.5f);
}

/// 2^x, within 1 ULP; every float: 0 below -126, 2^127.99999 (finite) from there on, exact for integers.
MARKETMIMIC_HD float exp2(float x) {
  const float bounded = clamp(x, -126.0f, 0x1.fffffep6f);
  const float shifted = bounded + detail::rounder;
  const float f = bounded - (shifted - detail::rounder);
  float p = 0.000153264715f;
  p = fma(p, f, 0.00133908063f);
  p = fma(p, f, 0.00961850584f);
  p = fma(p, f, 0.0555035993f);
  p = fma(p, f, 0.240226477f);
  p = fma(p, f, 0.693147182f);
  p = fma(p, f, 1.0f);
  const float scaled = detail::scale(p, shifted);
  return x < -126.0f ? 0.0f : scaled;
}

/// What is left of 1 after `t`, halving every `half_life` > 0 (same unit): 2^(-t / half_life), relative error within
/// (1 + |t / half_life|) 2^-23.
MARKETMIMIC_HD float half_life_decay(float t, float half_life) { return exp2(-t / half_life); }

/// 1 / (1 + e^-x), within 3 ULP; every float: 0 below ln 2^-126.
MARKETMIMIC_HD float sigmoid(float x) {
  const float e = exp(-abs(x));
  return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

/// Hyperbolic tangent, within 3 ULP, near 0 too; every float.
MARKETMIMIC_HD float tanh(float x) {
  const float e = expm1(2.0f * clamp(x, -10.0f, 10.0f));
  return e / (e + 2.0f);
}

// --- Logarithms and powers -------------------------------------------------------------------------------------------

namespace detail {

/// ln x + shift * 2^-23 * ln 2 for a normal x > 0.
MARKETMIMIC_HD float log_normal(float x, float shift) {
  const std::uint32_t two_thirds = 0x3f2aaaabu;
  const std::uint32_t exponent = (bits_of(x) - two_thirds) & 0xff800000u;
  const float f = from_bits(bits_of(x) - exponent) - 1.0f;  // [-1/3, 1/3)
  float q = -0.128800422f;
  q = fma(q, f, 0.139845937f);
  q = fma(q, f, -0.121874794f);
  q = fma(q, f, 0.14005734f);
  q = fma(q, f, -0.166801959f);
  q = fma(q, f, 0.200104266f);
  q = fma(q, f, -0.249998063f);
  q = fma(q, f, 0.333332151f);
  q = fma(q, f, -0.5f);
  const float log_f = fma(f * f, q, f);
  return fma(static_cast<float>(static_cast<std::int32_t>(exponent)) + shift, ln2_high * 0x1p-23f, log_f);
}

}  // namespace detail

/// ln x, within 1 ULP; x > 0, denormals included; else saturates at the logarithms of the smallest
/// and largest floats; never decreasing.
MARKETMIMIC_HD float log(float x) {
  const float bounded = clamp(x, 0x1p-149f, largest);
  const bool denormal = bounded < smallest_normal;
  return detail::log_normal(denormal ? bounded * 0x1p24f : bounded, denormal ? -24.0f * 0x1p23f : 0.0f);
}

/// x^y for x > 0 as e^(y ln x): relative error within (1 + 2 |y ln x|) 2^-23; saturates like `exp`.
MARKETMIMIC_HD float power(float x, float y) { return exp(y * log(x)); }

// --- Angles ----------------------------------------------------------------------------------------------------------

struct SinCos {
  float sin, cos;
};

namespace detail {

/// Sine and cosine of `turns` of a full circle, |turns| <= 1/8.
MARKETMIMIC_HD SinCos sincos_eighth(float turns) {
  const float s = turns * turns;
  float p = -76.7749557f;
  p = fma(p, s, 81.6256256f);
  p = fma(p, s, -41.3418655f);
  p = fma(p, s, 6.28318548f);
  float c = 58.6210594f;
  c = fma(c, s, -85.4245224f);
  c = fma(c, s, 64.9391479f);
  c = fma(c, s, -19.7392082f);
  return {turns * p, fma(c, s, 1.0f)};
}

}  // namespace detail

/// sin and cos of 2 pi u, each within 2 ULP; u in [0, 1], clamped. Exact at the quarters.
MARKETMIMIC_HD SinCos sincos_turn(float u) {
  const float bounded = clamp(u, 0.0f, 1.0f);
  const float shifted = fma(4.0f, bounded, detail::rounder);
  const std::uint32_t q = bits_of(shifted);  // the low bits count quarters
  const auto [s, c] = detail::sincos_eighth(fma(shifted - detail::rounder, -0.25f, bounded));
  const bool swap = (q & 1u) != 0;
  const float sin = swap ? c : s;
  const float cos = swap ? s : c;
  return {from_bits(bits_of(sin) ^ ((q & 2u) << 30)), from_bits(bits_of(cos) ^ (((q + 1u) & 2u) << 30))};
}

// --- The normal distribution -----------------------------------------------------------------------------------------

/// P(Z <= x) for a standard normal Z; every float: within 7 ULP for x >= -13, from there within 2^-126 (denormal
/// results lose bits, and are 0 below -13.22).
MARKETMIMIC_HD float normal_cdf(float x) {
  const float a = min(abs(x), 14.0f);
  // P(Z > a) = e^(-a^2/2) numerator / denominator.
  float numerator = 0.0040621087f;
  numerator = fma(numerator, a, 0.0402857885f);
  numerator = fma(numerator, a, 0.182230726f);
  numerator = fma(numerator, a, 0.436980069f);
  numerator = fma(numerator, a, 0.5f);
  float denominator = 0.0101820687f;
  denominator = fma(denominator, a, 0.100988276f);
  denominator = fma(denominator, a, 0.466811091f);
  denominator = fma(denominator, a, 1.19839704f);
  denominator = fma(denominator, a, 1.67184496f);
  denominator = fma(denominator, a, 1.0f);
  const float half_square = 0.5f * a * a;
  const float rounding = fma(0.5f * a, a, -half_square);  // would grow to 2^-18 in the exponential
  const float gaussian = exp(-half_square);
  const float upper = fma(gaussian, -rounding, gaussian) * numerator / denominator;
  return x < 0.0f ? upper : 1.0f - upper;
}

/// The z with P(Z <= z) = p for a standard normal Z, within 5 ULP; p in (0, 1), clamped to [2^-126, 1 - 2^-24], so
/// -12.95 <= z <= 5.30; exactly 0 at 0.5.
MARKETMIMIC_HD float normal_quantile(float p) {
  const float bounded = clamp(p, smallest_normal, 0x1.fffffep-1f);
  // The same form twice: slope * base + multiplier * numerator(t) / denominator(t).
  // Centre: base = p - 1/2, t = base^2. Tail: |base| = t = sqrt(-ln P(Z further out)).
  const float centred = bounded - 0.5f;
  const bool tail = abs(centred) > 0.425f;
  const float outside = min(bounded, 1.0f - bounded);
  const float radius = sqrt(-detail::log_normal(outside, 0.0f));
  const float square = centred * centred;
  const float t = tail ? radius : square;
  float numerator = tail ? -0.00228158059f : -2.82179999f;
  numerator = fma(numerator, t, tail ? -0.568510592f : 23.0715656f);
  numerator = fma(numerator, t, tail ? -3.92550492f : -15.6632195f);
  numerator = fma(numerator, t, tail ? -2.74341202f : 2.62493801f);
  float denominator = tail ? 0.160401478f : -15.9025621f;
  denominator = fma(denominator, t, tail ? 2.01822877f : 20.7758369f);
  denominator = fma(denominator, t, tail ? 3.54595399f : -8.16610146f);
  denominator = fma(denominator, t, 1.0f);
  const float slope = tail ? 1.41421354f : 2.50662827f;  // sqrt(2), sqrt(2 pi)
  const float base = tail ? copy_sign(radius, centred) : centred;
  const float multiplier = tail ? copy_sign(1.0f, centred) : centred * square;
  return fma(base, slope, multiplier * numerator / denominator);
}

}  // namespace marketmimic::exact
