#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "host/hdf5/handle.hpp"
#include "host/run/columns.hpp"
#include "host/run/shard_info.hpp"

namespace marketmimic {

/// The bytes of an HDF5 file that holds nothing. A new file begins with them, written by us into space reserved
/// beforehand: libhdf5 would give the reservation back on creating the file, and fails badly on a full disk.
std::vector<std::byte> empty_hdf5_file();

/// How a file holds datasets: as one piece each, or those made by chunked_dataset() in chunks.
enum class Layout { contiguous, deflated, recipes };

/// libhdf5 lays out our files; payload is written beside it. One thread at a time.
///
/// Files made of the same calls are the same bytes: no times, no addresses, formats that HDF5 1.8 and later read (1.10
/// where there are chunks), every contiguous dataset and all else of 4,096 bytes or more at a multiple of these. All
/// errors are Error(io).
class Hdf5Output {
 public:
  /// `file` is an HDF5 file with disk space reserved for all that is added.
  explicit Hdf5Output(const std::filesystem::path& file, Layout layout = Layout::contiguous);

  /// Attributes of the root group.
  void attribute(const std::string& name, const std::string& text);
  void attribute(const std::string& name, std::uint64_t value);
  void attribute(const std::string& name, double value);

  /// A contiguous dataset whose payload the caller writes; returns the byte at which it belongs (0 for none).
  std::uint64_t dataset(const Quantity& quantity, const std::vector<std::uint64_t>& shape);

  /// A dataset in chunks, which are missing until write_chunks(). The layout is not contiguous.
  void chunked_dataset(const Quantity& quantity, const std::vector<std::uint64_t>& shape,
                       const std::vector<std::uint64_t>& chunk);

  /// As the dataset's filters leave it.
  struct Chunk {
    std::vector<std::uint64_t> place;  ///< along the axes
    std::span<const std::byte> bytes;
  };
  /// Writes all chunks of a dataset in the order given; tells where they stand.
  std::vector<ChunkExtent> write_chunks(const std::string& path, std::size_t count,
                                        const std::function<Chunk(std::size_t)>& chunk);

  /// Part of a virtual dataset: entries [target, target + count) along the first axis are those from 0 on of the
  /// dataset of the same path in `file`.
  struct Source {
    std::string file;
    std::uint64_t target = 0, count = 0;
  };
  void virtual_dataset(const Quantity& quantity, const std::vector<std::uint64_t>& shape,
                       const std::vector<Source>& sources);

  /// Closes the file; the destructor could not tell of a failure.
  void close();

 private:
  Hdf5Handle create(const Quantity& quantity, const std::vector<std::uint64_t>& shape, hid_t creation);

  std::string name_;
  Layout layout_;
  QuietHdf5 quiet_;
  Hdf5Handle file_;
};

/// A dataset as a file should hold it.
struct ExpectedDataset {
  std::string path;
  Element element = Element::f32;
  std::vector<std::uint64_t> shape;
  std::uint64_t offset = 0;  ///< of its payload; 0: not checked
};

/// Opens the file anew, read-only, and compares: libhdf5's own results can't be trusted on a full disk. Error(io).
void check_hdf5_file(const std::filesystem::path& file, const std::string& identity,
                     std::span<const ExpectedDataset> datasets);

}  // namespace marketmimic
