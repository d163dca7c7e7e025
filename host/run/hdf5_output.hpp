#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "host/hdf5/handle.hpp"
#include "host/run/columns.hpp"

namespace marketmimic {

/// The bytes of an HDF5 file that holds nothing. A new file begins with them, written by us into space reserved
/// beforehand: libhdf5 would give the reservation back on creating the file, and fails badly on a full disk.
std::vector<std::byte> empty_hdf5_file();

/// libhdf5 lays out our files; payload is written beside it. One thread at a time.
///
/// Files made of the same calls are the same bytes: no times, no addresses, formats that HDF5 1.8 and later read, every
/// dataset at a multiple of 4,096 bytes. All errors are Error(io).
class Hdf5Output {
 public:
  /// `file` is an HDF5 file with disk space reserved for all that is added.
  explicit Hdf5Output(const std::filesystem::path& file);

  /// Attributes of the root group.
  void attribute(const std::string& name, const std::string& text);
  void attribute(const std::string& name, std::uint64_t value);
  void attribute(const std::string& name, double value);

  /// A contiguous dataset whose payload the caller writes; returns the byte at which it belongs (0 for none).
  std::uint64_t dataset(const Quantity& quantity, const std::vector<std::uint64_t>& shape);

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
