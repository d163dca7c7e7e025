#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace marketmimic {

/// Bytes behind one of the checksums that tell where a file is damaged.
inline constexpr std::uint64_t kChecksumBlock = 1 << 20;

/// Of one file.
struct Checksums {
  std::string whole;                  ///< XXH3-128, as `xxh128sum` prints it
  std::vector<std::uint64_t> blocks;  ///< XXH3-64 of every kChecksumBlock bytes, the last may be shorter
};

/// Of `size` bytes that `read` gives.
Checksums checksums_of(std::uint64_t size,
                       const std::function<void(std::uint64_t offset, std::span<std::byte> bytes)>& read);

/// Block checksums as one text of 16 hex digits each, and back; what is no number comes back as 0.
std::string blocks_text(const std::vector<std::uint64_t>& blocks);
std::vector<std::uint64_t> parse_blocks(const std::string& text);

}  // namespace marketmimic
