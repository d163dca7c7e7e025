#include "host/run/deflate.hpp"

#include <fmt/format.h>
#include <isa-l.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "host/error.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kChecksumBytes = 4;

/// What ISA-L 2.30 compresses first, and apart: the loop for longer input, where a stream begins with it, takes the
/// stream's own address for the third byte on (igzip_icf_body_h1_gr_bt.asm, write_first_byte), so that one chunk in
/// thousands would depend on where the stack lies. The loop for the last 16 bytes of an input doesn't.
constexpr std::size_t kFirstBytes = 16;

/// Calls `use` with the size of an element as a constant, which the compiler makes vector code of.
template <class Use>
void with_constant(std::size_t element, const Use& use) {
  switch (element) {
    case 1:
      return use(std::integral_constant<std::size_t, 1>{});
    case 4:
      return use(std::integral_constant<std::size_t, 4>{});
    case 8:
      return use(std::integral_constant<std::size_t, 8>{});
    default:
      throw Error(ExitCode::internal, fmt::format("no dataset has elements of {} bytes", element));
  }
}

/// HDF5's shuffle: the first bytes of all elements, then the second ones, ...
void shuffle(std::span<const std::byte> from, std::size_t element, std::span<std::byte> to) {
  with_constant(element, [&](auto size) {
    const std::size_t count = from.size() / size;
    for (std::size_t byte = 0; byte < size; ++byte) {
      for (std::size_t i = 0; i < count; ++i) to[byte * count + i] = from[i * size + byte];
    }
  });
}

void unshuffle(std::span<const std::byte> from, std::size_t element, std::span<std::byte> to) {
  with_constant(element, [&](auto size) {
    const std::size_t count = from.size() / size;
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t byte = 0; byte < size; ++byte) to[i * size + byte] = from[byte * count + i];
    }
  });
}

/// Fletcher's checksum over big-endian 16-bit words as HDF5 works it out, sums folded to 16 bits.
std::uint32_t fletcher32(std::span<const std::byte> bytes) {
  constexpr std::size_t before_overflow = 360;
  std::uint32_t sum = 0, sum_of_sums = 0;
  const auto fold = [](std::uint32_t value) { return (value & 0xffffu) + (value >> 16); };
  std::size_t words = bytes.size() / 2, at = 0;
  while (words != 0) {
    const std::size_t some = std::min(words, before_overflow);
    words -= some;
    for (std::size_t i = 0; i < some; ++i, at += 2) {
      sum += std::to_integer<std::uint32_t>(bytes[at]) << 8 | std::to_integer<std::uint32_t>(bytes[at + 1]);
      sum_of_sums += sum;
    }
    sum = fold(sum);
    sum_of_sums = fold(sum_of_sums);
  }
  if (bytes.size() % 2 != 0) {
    sum += std::to_integer<std::uint32_t>(bytes[at]) << 8;
    sum_of_sums += sum;
    sum = fold(sum);
    sum_of_sums = fold(sum_of_sums);
  }
  return fold(sum_of_sums) << 16 | fold(sum);
}

}  // namespace

std::vector<std::byte> deflate_chunk(std::span<const std::byte> chunk, std::size_t element) {
  std::vector<std::byte> shuffled(chunk.size());
  shuffle(chunk, element, shuffled);
  std::vector<std::byte> level_memory(ISAL_DEF_LVL1_DEFAULT);
  // What can't be compressed takes a few bytes more for each block of the stream.
  std::vector<std::byte> stored(chunk.size() + chunk.size() / 64 + 1024);
  isal_zstream stream{};  // its own initialiser leaves hist_bits, the reach of matches, as it was
  isal_deflate_init(&stream);
  stream.level = kDeflateLevel;
  stream.level_buf = reinterpret_cast<std::uint8_t*>(level_memory.data());
  stream.level_buf_size = static_cast<std::uint32_t>(level_memory.size());
  stream.gzip_flag = IGZIP_ZLIB;
  stream.next_in = reinterpret_cast<std::uint8_t*>(shuffled.data());
  stream.next_out = reinterpret_cast<std::uint8_t*>(stored.data());
  stream.avail_out = static_cast<std::uint32_t>(stored.size() - kChecksumBytes);
  const auto compress = [&](std::size_t bytes, bool last) {
    stream.avail_in = static_cast<std::uint32_t>(bytes);
    stream.flush = last ? NO_FLUSH : SYNC_FLUSH;
    stream.end_of_stream = last;
    return isal_deflate(&stream) == COMP_OK && stream.avail_in == 0;
  };
  const std::size_t first = std::min(shuffled.size(), kFirstBytes);
  if (!compress(first, false) || !compress(shuffled.size() - first, true) || stream.internal_state.state != ZSTATE_END)
    throw Error(ExitCode::internal, fmt::format("a chunk of {} bytes could not be compressed", chunk.size()));
  stored.resize(stream.total_out + kChecksumBytes);
  const std::uint32_t check = fletcher32(std::span(stored).first(stream.total_out));
  std::memcpy(stored.data() + stream.total_out, &check, sizeof check);
  return stored;
}

bool inflate_chunk(std::span<const std::byte> stored, std::size_t element, std::span<std::byte> chunk) {
  if (stored.size() < kChecksumBytes) return false;
  const std::span<const std::byte> deflated = stored.first(stored.size() - kChecksumBytes);
  std::uint32_t check = 0;
  std::memcpy(&check, stored.data() + deflated.size(), sizeof check);
  if (check != fletcher32(deflated)) return false;
  std::vector<std::byte> shuffled(chunk.size()), input(deflated.begin(), deflated.end());
  inflate_state state;
  isal_inflate_init(&state);
  state.crc_flag = ISAL_ZLIB;
  state.next_in = reinterpret_cast<std::uint8_t*>(input.data());
  state.avail_in = static_cast<std::uint32_t>(input.size());
  state.next_out = reinterpret_cast<std::uint8_t*>(shuffled.data());
  state.avail_out = static_cast<std::uint32_t>(shuffled.size());
  if (isal_inflate_stateless(&state) != ISAL_DECOMP_OK || state.total_out != chunk.size()) return false;
  unshuffle(shuffled, element, chunk);
  return true;
}

}  // namespace marketmimic
