#pragma once

#include <xxhash.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace marketmimic {

/// XXH3-128 of what is added, as `xxh128sum` prints it.
class Hash {
 public:
  Hash();
  void add(std::span<const std::byte> bytes);
  /// Adds the length too, so that texts in a row can't be mistaken for others.
  void add_text(std::string_view text);
  /// 32 hex digits.
  std::string hex() const;

 private:
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> state_;
};

}  // namespace marketmimic
