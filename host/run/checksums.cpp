#include "host/run/checksums.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>

#include "host/run/hash.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kDigits = 16;

}  // namespace

Checksums checksums_of(std::uint64_t size,
                       const std::function<void(std::uint64_t offset, std::span<std::byte> bytes)>& read) {
  Checksums sums;
  Hash whole;
  std::vector<std::byte> buffer(kChecksumBlock);
  for (std::uint64_t at = 0; at < size; at += buffer.size()) {
    const auto block = std::span(buffer).first(std::min<std::uint64_t>(buffer.size(), size - at));
    read(at, block);
    whole.add(block);
    sums.blocks.push_back(XXH3_64bits(block.data(), block.size()));
  }
  sums.whole = whole.hex();
  return sums;
}

std::string blocks_text(const std::vector<std::uint64_t>& blocks) {
  std::string text;
  for (const std::uint64_t block : blocks) text += fmt::format("{:016x}", block);
  return text;
}

std::vector<std::uint64_t> parse_blocks(const std::string& text) {
  std::vector<std::uint64_t> blocks(text.size() / kDigits);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const char* const from = text.data() + i * kDigits;
    std::from_chars(from, from + kDigits, blocks[i], 16);
  }
  return blocks;
}

}  // namespace marketmimic
