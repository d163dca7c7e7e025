#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace marketmimic::testing {

/// cuRAND's Philox4x32-10 on the host; nothing where the build found no CUDA toolkit.
std::optional<std::array<std::uint32_t, 4>> curand_words(const std::array<std::uint32_t, 4>& counter,
                                                         const std::array<std::uint32_t, 2>& key);

}  // namespace marketmimic::testing
