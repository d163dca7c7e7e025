#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "host/file/file.hpp"
#include "host/hdf5/handle.hpp"
#include "host/run/columns.hpp"

namespace marketmimic {

/// What a dataset and a group take in such a file beside their values, about.
inline constexpr std::uint64_t kHeaderBytes = 400, kGroupBytes = 800;

/// An HDF5 file in somebody else's format; appears whole or not at all. One thread at a time; all errors are Error(io).
///
/// libhdf5 lays it out in space that is reserved beforehand, values go to their place beside it, and before the file
/// gets its name it is opened anew and compared with what was asked for: the library's own results can't be trusted on
/// a full disk. Files made of the same calls are the same bytes.
class ExportFile {
 public:
  /// `bytes`: what the file will take, about; a disk that has no room for it is found before the work.
  ExportFile(const std::filesystem::path& file, std::uint64_t bytes);

  /// Groups are made one by one, outer ones first; those that hold more than 64 things are indexed.
  void group(const std::string& path);
  /// An attribute of the object at `path`; "/" is the root.
  void attribute(const std::string& path, const std::string& name, const std::string& text);
  void attribute(const std::string& path, const std::string& name, std::int64_t value);
  void attribute(const std::string& path, const std::string& name, const std::vector<std::string>& texts);

  /// A dataset of the HDF5 type `type`, without values yet; returns the byte at which they belong (0 for none).
  std::uint64_t dataset(const std::string& path, hid_t type, const std::vector<std::uint64_t>& shape);
  void write(std::uint64_t place, std::span<const std::byte> bytes) const;
  /// A dataset with its values.
  template <class T>
  void dataset(const std::string& path, hid_t type, const std::vector<std::uint64_t>& shape,
               std::span<const T> values) {
    const std::uint64_t place = dataset(path, type, shape);
    if (place != 0) write(place, std::as_bytes(values));
  }

  /// true and false as h5py stores them: a byte with two names.
  hid_t boolean() const { return boolean_.get(); }
  /// NumPy's `S`: a text of so many bytes, padded with zeros.
  static Hdf5Handle bytes_type(std::size_t length);

  /// Checks the file and gives it its name; returns its size.
  std::uint64_t publish();

 private:
  void make_room(std::uint64_t bytes);
  void check() const;

  NewFile file_;
  QuietHdf5 quiet_;
  std::uint64_t reserved_ = 0;
  Hdf5Handle opened_, boolean_;
  std::uint64_t layout_ = 0;  ///< sum of what identifies every object, in any order
};

}  // namespace marketmimic
