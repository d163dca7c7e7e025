#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace marketmimic {

/// What stands in a chunk of a dataset with HDF5's filters shuffle, deflate and fletcher32: bytes of elements of
/// `element` bytes each, sorted by significance, as a zlib stream (RFC 1950), with a checksum behind it. The same bytes
/// on every processor and wherever in memory (ISA-L, level 1).
std::vector<std::byte> deflate_chunk(std::span<const std::byte> chunk, std::size_t element);

/// The reverse; `chunk` has the size it had. Returns false where `stored` is damaged.
bool inflate_chunk(std::span<const std::byte> stored, std::size_t element, std::span<std::byte> chunk);

/// What compressed bytes depend on: the library, its version, and how it is fed.
std::string deflate_version();

/// The level that HDF5's headers state; readers take none from it.
inline constexpr unsigned kDeflateLevel = 1;

}  // namespace marketmimic
