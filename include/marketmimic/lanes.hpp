#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "marketmimic/host_device.hpp"

namespace marketmimic {

/// `Width` values of T stored word by word, so that a loop over lanes reads and writes whole vectors while the rules
/// keep working on one plain struct.
template <class T, int Width>
class Lanes {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % 4 == 0);
  static constexpr int kWords = sizeof(T) / 4;

 public:
  MARKETMIMIC_HD T load(int lane) const {
    std::uint32_t words[kWords];
    for (int k = 0; k < kWords; ++k) words[k] = words_[k][lane];
    T value;
    std::memcpy(&value, words, sizeof(T));
    return value;
  }
  MARKETMIMIC_HD void store(int lane, const T& value) {
    std::uint32_t words[kWords];
    std::memcpy(words, &value, sizeof(T));
    for (int k = 0; k < kWords; ++k) words_[k][lane] = words[k];
  }

 private:
  alignas(64) std::uint32_t words_[kWords][Width];
};

/// One value: a plain variable, which a GPU thread keeps in registers.
template <class T>
class Lanes<T, 1> {
 public:
  MARKETMIMIC_HD T load(int) const { return value_; }
  MARKETMIMIC_HD void store(int, const T& value) { value_ = value; }

 private:
  T value_;
};

}  // namespace marketmimic
