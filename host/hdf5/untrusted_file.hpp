#pragma once

#include <hdf5.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "host/hdf5/handle.hpp"
#include "host/hdf5/types.hpp"

namespace marketmimic {

/// Reads columns and attributes of an HDF5 file that may be damaged or made to do harm. Within read_untrusted() alone.
class UntrustedFile {
 public:
  static constexpr std::size_t kLongestText = 16'384;

  /// `bytes`: size of the file, which no table of it can exceed.
  UntrustedFile(hid_t file, std::uint64_t bytes) : file_(file), bytes_(bytes) {}

  template <class Row, class T>
  void rows(const char* path, std::vector<Row>& rows, T Row::*member) {
    std::vector<T> values;
    column(path, values);
    if (rows.empty()) rows.resize(values.size());
    if (rows.size() != values.size()) refuse(path, "has another length than the columns beside it");
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].*member = values[i];
  }

  template <class T>
  void column(const char* path, std::vector<T>& values) {
    require_hard_links(path);
    const Hdf5Handle set(H5Dopen2(file_, path, H5P_DEFAULT), H5Dclose, path);
    require_plain(path, set.get());
    const Hdf5Handle type(H5Dget_type(set.get()), H5Tclose, path);
    if (H5Tequal(type.get(), stored_type<T>()) <= 0) refuse(path, "has another type than it should");
    const Hdf5Handle space(H5Dget_space(set.get()), H5Sclose, path);
    if (H5Sget_simple_extent_ndims(space.get()) != 1) refuse(path, "must have one dimension");
    hsize_t extent = 0;
    check_hdf5(H5Sget_simple_extent_dims(space.get(), &extent, nullptr), path);
    if (extent > bytes_ / sizeof(T)) refuse(path, "claims more rows than the file has bytes for");
    values.resize(extent);
    if (!values.empty())
      check_hdf5(H5Dread(set.get(), native_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), path);
  }

  template <class T>
  void number(const char* name, T& value) {
    const Hdf5Handle attribute(H5Aopen(file_, name, H5P_DEFAULT), H5Aclose, name);
    require_scalar(name, attribute.get());
    const Hdf5Handle type(H5Aget_type(attribute.get()), H5Tclose, name);
    if (H5Tequal(type.get(), stored_type<T>()) <= 0) refuse(name, "has another type than it should");
    check_hdf5(H5Aread(attribute.get(), native_type<T>(), &value), name);
  }
  /// Of fixed length, at most kLongestText bytes.
  void text(const char* name, std::string& value) const;
  /// Of variable length, of which kLongestText bytes are taken.
  void variable_text(const char* name, std::string& value) const;
  /// Words, a space between each two.
  void names(const char* name, std::vector<std::string>& values) const;

 private:
  [[noreturn]] static void refuse(const char* what, const char* why);
  /// No soft or external link on the way: they lead out of the file.
  void require_hard_links(const std::string& path) const;
  /// Contiguous values within the file: no filter, no external file, no other dataset behind them.
  static void require_plain(const char* path, hid_t set);
  static void require_scalar(const char* name, hid_t attribute);

  hid_t file_;
  std::uint64_t bytes_;
};

/// What `read` makes of an HDF5 file that may be anything, in a sandbox. Error(io) where it can't be opened at all,
/// Error(input_data) "FILE: not a valid KIND: why" where the library or `read` refuses, crashes or takes too long.
std::string read_untrusted(const std::filesystem::path& file, const std::string& kind,
                           const std::function<std::string(UntrustedFile&)>& read);

}  // namespace marketmimic
