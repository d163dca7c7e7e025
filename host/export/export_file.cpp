#include "host/export/export_file.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <string_view>

#include "host/error.hpp"
#include "host/run/hdf5_objects.hpp"
#include "host/run/hdf5_output.hpp"

namespace marketmimic {
namespace {

constexpr std::uint64_t kMetadataRoom = 256 << 10;  ///< more than one object's metadata takes, indices included
constexpr std::uint64_t kReservedTogether = 64 << 20;

Hdf5Handle access_list() {
  Hdf5Handle list = property_list(H5P_FILE_ACCESS);
  constexpr hsize_t metadata_block = 64 * 1024;
  check_hdf5(H5Pset_libver_bounds(list.get(), H5F_LIBVER_V18, H5F_LIBVER_V110), "HDF5 properties");
  check_hdf5(H5Pset_meta_block_size(list.get(), metadata_block), "HDF5 properties");
  check_hdf5(H5Pset_small_data_block_size(list.get(), 0), "HDF5 properties");
  check_hdf5(H5Pset_file_locking(list.get(), 0, 1), "HDF5 properties");  // temporary names are ours alone
  return list;
}

Hdf5Handle open(const NewFile& file, unsigned mode) {
  return {H5Fopen(file.temporary().c_str(), mode, access_list().get()), H5Fclose,
          "can't write " + file.path().string()};
}

/// Space for `bytes`, and in it the beginning of a file.
Hdf5Handle begin(NewFile& file, std::uint64_t bytes) {
  file.reserve(bytes);
  file.write_at(0, empty_hdf5_file());
  return open(file, H5F_ACC_RDWR);
}

Hdf5Handle boolean_type() {
  Hdf5Handle type(H5Tenum_create(H5T_STD_I8LE), H5Tclose, "HDF5 type");
  for (const std::int8_t value : {0, 1})
    check_hdf5(H5Tenum_insert(type.get(), value == 0 ? "FALSE" : "TRUE", &value), "HDF5 type");
  return type;
}

/// One number for an object of a file: where it is, and what it holds.
std::uint64_t print_of(std::string_view path, std::span<const std::uint64_t> content) {
  return XXH3_64bits_withSeed(path.data(), path.size(), XXH3_64bits(content.data(), content.size_bytes()));
}

/// The same for a dataset, of its shape, its type's size and its place.
std::uint64_t print_of(std::string_view path, hid_t dataset) {
  const std::string what(path);
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose, what), type(H5Dget_type(dataset), H5Tclose, what);
  std::vector<hsize_t> extent(static_cast<std::size_t>(check_hdf5(H5Sget_simple_extent_ndims(space.get()), what)));
  check_hdf5(H5Sget_simple_extent_dims(space.get(), extent.data(), nullptr), what);
  std::vector<std::uint64_t> content(extent.begin(), extent.end());
  content.push_back(H5Tget_size(type.get()));
  content.push_back(H5Dget_offset(dataset));
  return print_of(path, content);
}

/// What a file is found to hold. Errors wait until the library's loop is over.
struct Found {
  std::uint64_t layout = 0;
  std::string error;

  void see(hid_t root, const std::string& name, H5O_type_t kind) try {
    if (kind == H5O_TYPE_GROUP) {
      layout += name == "." ? 0 : print_of("/" + name, std::span<const std::uint64_t>{});
      return;
    }
    const Hdf5Handle dataset(H5Dopen2(root, name.c_str(), H5P_DEFAULT), H5Dclose, name);
    layout += print_of("/" + name, dataset.get());
  } catch (const Error& problem) {
    error = problem.what();
  }
};

}  // namespace

ExportFile::ExportFile(const std::filesystem::path& file, std::uint64_t bytes)
    : file_(file), reserved_(bytes + kMetadataRoom), opened_(begin(file_, reserved_)), boolean_(boolean_type()) {}

Hdf5Handle ExportFile::bytes_type(std::size_t length) {
  Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "HDF5 text");
  check_hdf5(H5Tset_size(type.get(), length), "HDF5 text");
  check_hdf5(H5Tset_strpad(type.get(), H5T_STR_NULLPAD), "HDF5 text");
  return type;
}

void ExportFile::make_room(std::uint64_t bytes) {
  haddr_t end = 0;
  check_hdf5(H5Fget_eoa(opened_.get(), &end), file_.path().string());
  const std::uint64_t needed = end + bytes + kMetadataRoom;
  if (needed <= reserved_) return;
  file_.reserve(needed + kReservedTogether);
  reserved_ = needed + kReservedTogether;
}

void ExportFile::group(const std::string& path) {
  make_room(0);
  const Hdf5Handle creation = property_list(H5P_GROUP_CREATE);
  constexpr unsigned most_compact = 64, least_dense = 32;  // links stay in the group's header
  check_hdf5(H5Pset_obj_track_times(creation.get(), false), path);
  check_hdf5(H5Pset_link_phase_change(creation.get(), most_compact, least_dense), path);
  Hdf5Handle made(H5Gcreate2(opened_.get(), path.c_str(), H5P_DEFAULT, creation.get(), H5P_DEFAULT), H5Gclose, path);
  made.close(path);
  layout_ += print_of(path, std::span<const std::uint64_t>{});
}

void ExportFile::attribute(const std::string& path, const std::string& name, const std::string& text) {
  make_room(text.size());
  const Hdf5Handle object(H5Oopen(opened_.get(), path.c_str(), H5P_DEFAULT), H5Oclose, path);
  write_text(object.get(), name, text);
}

void ExportFile::attribute(const std::string& path, const std::string& name, std::int64_t value) {
  make_room(0);
  const Hdf5Handle object(H5Oopen(opened_.get(), path.c_str(), H5P_DEFAULT), H5Oclose, path);
  write_attribute(object.get(), name, H5T_STD_I64LE, scalar().get(), &value);
}

void ExportFile::attribute(const std::string& path, const std::string& name, const std::vector<std::string>& texts) {
  make_room(0);
  const Hdf5Handle object(H5Oopen(opened_.get(), path.c_str(), H5P_DEFAULT), H5Oclose, path);
  write_texts(object.get(), name, texts);
}

std::uint64_t ExportFile::dataset(const std::string& path, hid_t type, const std::vector<std::uint64_t>& shape) {
  std::uint64_t bytes = H5Tget_size(type);
  for (const std::uint64_t extent : shape) bytes *= extent;
  make_room(bytes);
  const Hdf5Handle list = property_list(H5P_DATASET_CREATE);
  check_hdf5(H5Pset_obj_track_times(list.get(), false), path);
  check_hdf5(H5Pset_alloc_time(list.get(), H5D_ALLOC_TIME_EARLY), path);
  check_hdf5(H5Pset_fill_time(list.get(), H5D_FILL_TIME_NEVER), path);
  Hdf5Handle made(
      H5Dcreate2(opened_.get(), path.c_str(), type, space_of(shape).get(), H5P_DEFAULT, list.get(), H5P_DEFAULT),
      H5Dclose, path);
  const haddr_t place = bytes == 0 ? 0 : H5Dget_offset(made.get());
  if (place == HADDR_UNDEF) throw Error(ExitCode::io, file_.path().string() + ": no space was allocated for " + path);
  layout_ += print_of(path, made.get());
  made.close(path);
  return place;
}

void ExportFile::write(std::uint64_t place, std::span<const std::byte> bytes) const { file_.write_at(place, bytes); }

void ExportFile::check() const {
  const Hdf5Handle written = open(file_, H5F_ACC_RDONLY);
  Found found;
  const herr_t visited = H5Ovisit2(
      written.get(), H5_INDEX_NAME, H5_ITER_NATIVE,
      [](hid_t root, const char* name, const auto* info, void* seen) -> herr_t {
        static_cast<Found*>(seen)->see(root, name, info->type);
        return static_cast<Found*>(seen)->error.empty() ? 0 : -1;
      },
      &found, H5O_INFO_BASIC);
  const std::string what = file_.path().string() + " was not written as it should be";
  if (!found.error.empty()) throw Error(ExitCode::io, what + ": " + found.error);
  check_hdf5(visited, what);
  if (found.layout != layout_) throw Error(ExitCode::io, what);
}

std::uint64_t ExportFile::publish() {
  opened_.close("can't write " + file_.path().string());
  const std::uint64_t bytes = file_.size();
  file_.sync();
  check();
  file_.publish();
  return bytes;
}

}  // namespace marketmimic
