#pragma once

#include <cstddef>
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
    MARKETMIMIC_UNROLL
    for (int k = 0; k < kWords; ++k) words[k] = words_[k][lane];
    T value;
    std::memcpy(&value, words, sizeof(T));
    return value;
  }
  MARKETMIMIC_HD void store(int lane, const T& value) {
    std::uint32_t words[kWords];
    std::memcpy(words, &value, sizeof(T));
    MARKETMIMIC_UNROLL
    for (int k = 0; k < kWords; ++k) words_[k][lane] = words[k];
  }
  /// The integer `offset` bytes into T, of every lane.
  template <class Pack>
  MARKETMIMIC_HD void read(std::size_t offset, Pack& pack) const {
    std::memcpy(&pack, words_[offset / 4], sizeof(pack));
  }
  template <class Pack>
  MARKETMIMIC_HD void write(std::size_t offset, const Pack& pack) {
    std::memcpy(words_[offset / 4], &pack, sizeof(pack));
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
  MARKETMIMIC_HD void read(std::size_t offset, std::int32_t& integer) const {
    std::memcpy(&integer, reinterpret_cast<const char*>(&value_) + offset, sizeof(integer));
  }
  MARKETMIMIC_HD void write(std::size_t offset, const std::int32_t& integer) {
    std::memcpy(reinterpret_cast<char*>(&value_) + offset, &integer, sizeof(integer));
  }

 private:
  T value_;
};

/// `Width` integers that the compiler keeps in vector registers, where a loop carries them from one round to the next;
/// a plain integer for one lane. Comparisons give masks that `?:` and `&` take.
template <int Width>
struct PackOf {
  typedef std::int32_t Type __attribute__((vector_size(sizeof(std::int32_t) * Width)));
};
template <>
struct PackOf<1> {
  using Type = std::int32_t;
};

/// By reference: a vector wider than the baseline's registers has no one calling convention.
template <class Pack>
MARKETMIMIC_HD void read_pack(Pack& pack, const std::int32_t* values) {
  std::memcpy(&pack, values, sizeof(pack));
}
template <class Pack>
MARKETMIMIC_HD void write_pack(std::int32_t* values, const Pack& pack) {
  std::memcpy(values, &pack, sizeof(pack));
}

/// The lanes that a rule is applied to: all of a block, or one whose time has come.
template <int Width>
struct AllLanes {};
struct OneLane {
  int lane;
};

/// Calls `body(lane)` for every lane; lanes never depend on each other, which is what lets the loop vectorise.
template <int Width, class Body>
MARKETMIMIC_HD void for_lanes(const Body& body) {
  if constexpr (Width == 1) {
    body(0);
  } else {
#if defined(__clang__)
#pragma clang loop vectorize(assume_safety)
#elif defined(__GNUC__)
#pragma GCC ivdep
#endif
    for (int lane = 0; lane < Width; ++lane) body(lane);
  }
}
template <int Width, class Body>
MARKETMIMIC_HD void for_lanes(AllLanes<Width>, const Body& body) {
  for_lanes<Width>(body);
}
template <class Body>
MARKETMIMIC_HD void for_lanes(OneLane one, const Body& body) {
  body(one.lane);
}

/// The same lane after lane, for what few of them do.
template <int Width, class Body>
MARKETMIMIC_HD void for_each_lane(AllLanes<Width>, const Body& body) {
  for (int lane = 0; lane < Width; ++lane) body(lane);
}
template <class Body>
MARKETMIMIC_HD void for_each_lane(OneLane one, const Body& body) {
  body(one.lane);
}

}  // namespace marketmimic
