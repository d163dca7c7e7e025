#include "curand_philox.hpp"

// Apart from philox.hpp, since cuRAND and Random123 define the same names.
#ifdef MARKETMIMIC_HAVE_CURAND_HEADERS
#include <vector_types.h>
#define QUALIFIERS static inline
#include <curand_philox4x32_x.h>
#endif

namespace marketmimic::testing {

std::optional<std::array<std::uint32_t, 4>> curand_words([[maybe_unused]] const std::array<std::uint32_t, 4>& counter,
                                                         [[maybe_unused]] const std::array<std::uint32_t, 2>& key) {
#ifdef MARKETMIMIC_HAVE_CURAND_HEADERS
  const uint4 w = curand_Philox4x32_10(uint4{counter[0], counter[1], counter[2], counter[3]}, uint2{key[0], key[1]});
  return {{w.x, w.y, w.z, w.w}};
#else
  return std::nullopt;
#endif
}

}  // namespace marketmimic::testing
