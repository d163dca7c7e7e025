#pragma once

#include <xmmintrin.h>

namespace marketmimic {

/// Rounds to nearest with denormals kept while it lives, whatever a loaded library has switched on; restores on exit.
class FloatEnvironment {
 public:
  FloatEnvironment() : saved_(_mm_getcsr()) { _mm_setcsr(0x1F80); }
  ~FloatEnvironment() { _mm_setcsr(saved_); }
  FloatEnvironment(const FloatEnvironment&) = delete;
  FloatEnvironment& operator=(const FloatEnvironment&) = delete;

 private:
  unsigned saved_;
};

}  // namespace marketmimic
