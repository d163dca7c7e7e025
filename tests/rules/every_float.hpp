#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <ostream>
#include <thread>

/// Running a rule over ranges of floats, as the launchers run it: compiled for an instruction set, in a loop.
namespace marketmimic::testing {

enum class Isa { baseline, v3, v4 };

inline bool supported(Isa isa) {
  switch (isa) {
    case Isa::baseline:
      return true;
    case Isa::v3:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
    case Isa::v4:
      return supported(Isa::v3) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  }
  return false;
}

inline Isa best_isa() { return supported(Isa::v4) ? Isa::v4 : supported(Isa::v3) ? Isa::v3 : Isa::baseline; }

template <class Rule, class In, class Out>
inline __attribute__((always_inline)) void apply_here(Rule rule, const In* __restrict in, Out* __restrict out, int n) {
  for (int i = 0; i < n; ++i) out[i] = rule(in[i]);
}
template <class Rule, class In, class Out>
__attribute__((flatten, noinline)) void apply_baseline(Rule rule, const In* in, Out* out, int n) {
  apply_here(rule, in, out, n);
}
template <class Rule, class In, class Out>
__attribute__((target("arch=x86-64-v3"), flatten, noinline)) void apply_v3(Rule rule, const In* in, Out* out, int n) {
  apply_here(rule, in, out, n);
}
template <class Rule, class In, class Out>
__attribute__((target("arch=x86-64-v4"), flatten, noinline)) void apply_v4(Rule rule, const In* in, Out* out, int n) {
  apply_here(rule, in, out, n);
}

/// out[i] = rule(in[i]), by the code for `isa`.
template <class Rule, class In, class Out>
void apply(Isa isa, Rule rule, const In* in, Out* out, int n) {
  switch (isa) {
    case Isa::baseline:
      return apply_baseline(rule, in, out, n);
    case Isa::v3:
      return apply_v3(rule, in, out, n);
    case Isa::v4:
      return apply_v4(rule, in, out, n);
  }
}

/// Every how many floats one is looked at: 1 in a release build (CMake: MARKETMIMIC_FLOAT_STRIDE). Without FMA
/// instructions, where a rule is some hundred times slower, fewer.
inline std::uint64_t float_stride() {
  return MARKETMIMIC_FLOAT_STRIDE * (supported(Isa::v3) ? std::uint64_t{1} : std::uint64_t{1009});
}

/// Hands visitor(x, rule(x), n) blocks that together hold each float from `first` to `last` (of one sign, `first`
/// nearer to zero), both ends included, on two threads with a `Visitor` each. `rule` gives 32-bit values.
template <class Visitor, class Rule>
std::array<Visitor, 2> visit(float first, float last, const Visitor& visitor, Rule rule) {
  using Result = decltype(rule(first));
  const std::uint64_t begin = std::bit_cast<std::uint32_t>(first), end = std::bit_cast<std::uint32_t>(last);
  const std::uint64_t stride = float_stride();
  const std::uint64_t steps = (end - begin + stride - 1) / stride;  // the last one may be shorter
  std::array<Visitor, 2> visitors{visitor, visitor};
  const auto run = [&](Visitor& visitor_of_thread, std::uint64_t from, std::uint64_t to) {
    constexpr std::uint64_t block = 4096;
    std::array<float, block> x{};
    std::array<Result, block> y{};
    for (; from < to; from += block) {
      const auto n = static_cast<std::uint32_t>(std::min(block, to - from));
      const auto start = static_cast<std::uint32_t>(begin + from * stride);
      for (std::uint32_t i = 0; i < n; ++i) x[i] = std::bit_cast<float>(start + i * static_cast<std::uint32_t>(stride));
      if (from + n == steps + 1) x[n - 1] = last;
      apply(best_isa(), rule, x.data(), y.data(), static_cast<int>(n));
      visitor_of_thread(x.data(), y.data(), n);
    }
  };
  {
    const std::jthread lower([&] { run(visitors[0], 0, steps / 2); });
    run(visitors[1], steps / 2, steps + 1);
  }
  return visitors;
}

/// How many floats from `first` to `last` the condition does not hold for.
template <class Condition>
std::uint64_t failures(float first, float last, Condition condition) {
  struct Visitor {
    std::uint64_t failed = 0;
    void operator()(const float*, const std::uint32_t* wrong, std::uint32_t n) {
      std::uint32_t sum = 0;
      for (std::uint32_t i = 0; i < n; ++i) sum += wrong[i];
      failed += sum;
    }
  };
  const auto both = visit(first, last, Visitor{}, [=](float x) { return condition(x) ? 0u : 1u; });
  return both[0].failed + both[1].failed;
}

/// The distance between the two floats around `value` (that of the denormals below 2^-126).
inline double ulp_of(double value) {
  const std::uint64_t exponent = std::bit_cast<std::uint64_t>(std::max(std::fabs(value), 0x1p-126)) >> 52;
  return std::bit_cast<double>((exponent - 23) << 52);
}

/// The largest error seen, and where.
struct Error {
  double size = 0.0;
  float at = 0.0f;
  void see(double error, float x) {
    if (!(error <= size)) {  // a NaN is an error too, and stays
      size = std::isnan(error) ? HUGE_VAL : error;
      at = x;
    }
  }
  friend bool operator<=(const Error& error, double bound) { return error.size <= bound; }
  friend std::ostream& operator<<(std::ostream& out, const Error& error) {
    return out << error.size << " at " << std::hexfloat << error.at << std::defaultfloat << " (" << error.at << ")";
  }
};

/// The largest error of rule(x) in ULP of reference(x), a double, for x from `first` to `last`.
template <class Rule, class Reference>
Error worst_ulps(float first, float last, Rule rule, Reference reference) {
  struct Visitor {
    Reference reference;
    Error worst;
    void operator()(const float* x, const float* y, std::uint32_t n) {
      for (std::uint32_t i = 0; i < n; ++i) {
        const double truth = reference(x[i]);
        worst.see(std::fabs(static_cast<double>(y[i]) - truth) / ulp_of(truth), x[i]);
      }
    }
  };
  const auto both = visit(first, last, Visitor{reference, {}}, rule);
  return both[0].worst.size >= both[1].worst.size ? both[0].worst : both[1].worst;
}

/// A slow function as a fast reference: between points 2^11 floats apart a cubic with the function's own values and
/// slopes. Its error, (2^-12 x)^4 |f''''| / 384, is far below that of a float for the functions it is used for.
template <class Function, class Slope>
class Interpolated {
 public:
  Interpolated(Function function, Slope slope) : function_(function), slope_(slope) {}
  double operator()(float x) {
    const std::uint32_t piece = std::bit_cast<std::uint32_t>(x) >> 11;
    if (piece != piece_) {
      piece_ = piece;
      left_ = std::bit_cast<float>(piece << 11);
      const double right = std::bit_cast<float>((piece + 1) << 11);
      width_ = right - left_;
      value_ = {function_(left_), function_(right)};
      slope_at_ = {slope_(left_), slope_(right)};
    }
    const double t = (x - left_) / width_, s = 1.0 - t;
    return s * s * (1.0 + 2.0 * t) * value_[0] + t * t * (1.0 + 2.0 * s) * value_[1] +
           width_ * t * s * (s * slope_at_[0] - t * slope_at_[1]);
  }

 private:
  Function function_;
  Slope slope_;
  std::uint32_t piece_ = 0xffffffffu;
  double left_ = 0.0, width_ = 1.0;
  std::array<double, 2> value_{}, slope_at_{};
};

}  // namespace marketmimic::testing
