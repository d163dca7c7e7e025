#include "host/run/hdf5_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace marketmimic {
namespace {

constexpr hsize_t kAlignment = 4096;

hid_t file_type(Element element) {
  switch (element) {
    case Element::u8:
      return H5T_STD_U8LE;
    case Element::u32:
      return H5T_STD_U32LE;
    case Element::u64:
      return H5T_STD_U64LE;
    case Element::i32:
      return H5T_STD_I32LE;
    case Element::i64:
      return H5T_STD_I64LE;
    case Element::f32:
      return H5T_IEEE_F32LE;
  }
  return H5I_INVALID_HID;
}

Hdf5Handle property_list(hid_t kind) { return {H5Pcreate(kind), H5Pclose, "HDF5 properties"}; }

Hdf5Handle access_list() {
  Hdf5Handle list = property_list(H5P_FILE_ACCESS);
  constexpr hsize_t metadata_block = 64 * 1024;  // all of a shard's metadata together, not a page a piece
  const std::string what = "HDF5 properties";
  check_hdf5(H5Pset_libver_bounds(list.get(), H5F_LIBVER_V18, H5F_LIBVER_V110), what);
  check_hdf5(H5Pset_alignment(list.get(), 1, kAlignment), what);
  check_hdf5(H5Pset_meta_block_size(list.get(), metadata_block), what);
  check_hdf5(H5Pset_small_data_block_size(list.get(), 0), what);
  check_hdf5(H5Pset_file_locking(list.get(), 0, 1), what);  // temporary names are ours alone
  // Else every dataset's list of sources, some 5 KB for each, stays in memory until the file is closed.
  check_hdf5(H5Pset_evict_on_close(list.get(), true), what);
  return list;
}

Hdf5Handle open_file(const std::filesystem::path& file) {
  return {H5Fopen(file.c_str(), H5F_ACC_RDWR, access_list().get()), H5Fclose, "can't write " + file.string()};
}

Hdf5Handle text_type() {
  Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "HDF5 text");
  check_hdf5(H5Tset_size(type.get(), H5T_VARIABLE), "HDF5 text");
  check_hdf5(H5Tset_cset(type.get(), H5T_CSET_UTF8), "HDF5 text");
  return type;
}

void write_attribute(hid_t object, const std::string& name, hid_t type, hid_t space, const void* value) {
  const std::string what = "HDF5 attribute " + name;
  const Hdf5Handle attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, what);
  check_hdf5(H5Awrite(attribute.get(), type, value), what);
}

Hdf5Handle scalar() { return {H5Screate(H5S_SCALAR), H5Sclose, "HDF5 space"}; }

Hdf5Handle space_of(const std::vector<std::uint64_t>& shape) {
  std::vector<hsize_t> extent(shape.begin(), shape.end());
  return {H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), H5Sclose, "HDF5 space"};
}

void write_text(hid_t object, const std::string& name, const std::string& text) {
  const char* pointer = text.c_str();
  write_attribute(object, name, text_type().get(), scalar().get(), &pointer);
}

void describe(hid_t dataset, const Quantity& quantity) {
  if (!quantity.unit.empty()) write_text(dataset, "unit", quantity.unit);
  if (quantity.labels.empty()) return;
  std::vector<const char*> pointers(quantity.labels.size());
  std::transform(quantity.labels.begin(), quantity.labels.end(), pointers.begin(),
                 [](const std::string& label) { return label.c_str(); });
  write_attribute(dataset, quantity.labels_name, text_type().get(), space_of({pointers.size()}).get(), pointers.data());
}

/// Makes the group of a path like `/market/trades` where it is missing.
void ensure_group(hid_t file, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == 0) return;
  const std::string group = path.substr(0, slash);
  if (check_hdf5(H5Lexists(file, group.c_str(), H5P_DEFAULT), group) > 0) return;
  const Hdf5Handle creation = property_list(H5P_GROUP_CREATE);
  constexpr unsigned most_compact = 64, least_dense = 32;  // links stay in the group's header
  check_hdf5(H5Pset_obj_track_times(creation.get(), false), group);
  check_hdf5(H5Pset_link_phase_change(creation.get(), most_compact, least_dense), group);
  const Hdf5Handle made(H5Gcreate2(file, group.c_str(), H5P_DEFAULT, creation.get(), H5P_DEFAULT), H5Gclose, group);
}

Hdf5Handle dataset_list(const std::string& path) {
  Hdf5Handle list = property_list(H5P_DATASET_CREATE);
  check_hdf5(H5Pset_obj_track_times(list.get(), false), path);
  return list;
}

std::string read_identity(hid_t file) {
  const Hdf5Handle attribute(H5Aopen(file, "identity", H5P_DEFAULT), H5Aclose, "attribute identity");
  char* text = nullptr;
  const Hdf5Handle type = text_type();
  check_hdf5(H5Aread(attribute.get(), type.get(), &text), "attribute identity");
  std::string identity = text == nullptr ? "" : text;
  check_hdf5(H5free_memory(text), "attribute identity");
  return identity;
}

void check_dataset(hid_t file, const std::string& name, const ExpectedDataset& expected) {
  const std::string what = fmt::format("{}: {} was not written as it should be", name, expected.path);
  const Hdf5Handle dataset(H5Dopen2(file, expected.path.c_str(), H5P_DEFAULT), H5Dclose, what);
  const Hdf5Handle type(H5Dget_type(dataset.get()), H5Tclose, what);
  const Hdf5Handle space(H5Dget_space(dataset.get()), H5Sclose, what);
  const int rank = check_hdf5(H5Sget_simple_extent_ndims(space.get()), what);
  std::vector<hsize_t> extent(static_cast<std::size_t>(rank));
  check_hdf5(H5Sget_simple_extent_dims(space.get(), extent.data(), nullptr), what);
  const bool same_shape = std::equal(extent.begin(), extent.end(), expected.shape.begin(), expected.shape.end());
  const bool same_type = check_hdf5(H5Tequal(type.get(), file_type(expected.element)), what) > 0;
  const bool same_place = expected.offset == 0 || H5Dget_offset(dataset.get()) == expected.offset;
  if (!same_shape || !same_type || !same_place) throw Error(ExitCode::io, what);
}

}  // namespace

std::vector<std::byte> empty_hdf5_file() {
  constexpr std::size_t grain = 4096;
  const std::string what = "HDF5 file in memory";
  const QuietHdf5 quiet;
  // Of the oldest format: the superblocks since carry a checksum that H5Fget_file_image leaves wrong.
  const Hdf5Handle access = property_list(H5P_FILE_ACCESS), creation = property_list(H5P_FILE_CREATE);
  check_hdf5(H5Pset_fapl_core(access.get(), grain, false), what);
  check_hdf5(H5Pset_obj_track_times(creation.get(), false), what);
  const Hdf5Handle file(H5Fcreate("empty", H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose, what);
  check_hdf5(H5Fflush(file.get(), H5F_SCOPE_GLOBAL), what);
  std::vector<std::byte> image(static_cast<std::size_t>(check_hdf5(H5Fget_file_image(file.get(), nullptr, 0), what)));
  check_hdf5(H5Fget_file_image(file.get(), image.data(), image.size()), what);
  return image;
}

Hdf5Output::Hdf5Output(const std::filesystem::path& file) : name_(file.string()), file_(open_file(file)) {}

void Hdf5Output::attribute(const std::string& name, const std::string& text) { write_text(file_.get(), name, text); }

void Hdf5Output::attribute(const std::string& name, std::uint64_t value) {
  write_attribute(file_.get(), name, H5T_STD_U64LE, scalar().get(), &value);
}

void Hdf5Output::attribute(const std::string& name, double value) {
  write_attribute(file_.get(), name, H5T_IEEE_F64LE, scalar().get(), &value);
}

Hdf5Handle Hdf5Output::create(const Quantity& quantity, const std::vector<std::uint64_t>& shape, hid_t creation) {
  ensure_group(file_.get(), quantity.path);
  Hdf5Handle dataset(H5Dcreate2(file_.get(), quantity.path.c_str(), file_type(quantity.element), space_of(shape).get(),
                                H5P_DEFAULT, creation, H5P_DEFAULT),
                     H5Dclose, name_ + ": " + quantity.path);
  describe(dataset.get(), quantity);
  return dataset;
}

std::uint64_t Hdf5Output::dataset(const Quantity& quantity, const std::vector<std::uint64_t>& shape) {
  const Hdf5Handle list = dataset_list(quantity.path);
  check_hdf5(H5Pset_alloc_time(list.get(), H5D_ALLOC_TIME_EARLY), quantity.path);
  check_hdf5(H5Pset_fill_time(list.get(), H5D_FILL_TIME_NEVER), quantity.path);
  Hdf5Handle made = create(quantity, shape, list.get());
  const bool empty = std::find(shape.begin(), shape.end(), 0u) != shape.end();
  const haddr_t offset = empty ? 0 : H5Dget_offset(made.get());
  if (offset == HADDR_UNDEF) throw Error(ExitCode::io, name_ + ": no space was allocated for " + quantity.path);
  made.close(name_ + ": " + quantity.path);
  return offset;
}

void Hdf5Output::virtual_dataset(const Quantity& quantity, const std::vector<std::uint64_t>& shape,
                                 const std::vector<Source>& sources) {
  const Hdf5Handle list = dataset_list(quantity.path);
  check_hdf5(H5Pset_fill_value(list.get(), file_type(quantity.element), quantity.fill().data()), quantity.path);
  const Hdf5Handle target = space_of(shape);
  std::vector<hsize_t> start(shape.size()), count(shape.begin(), shape.end());
  for (const Source& source : sources) {
    if (source.count == 0) continue;
    start[0] = source.target;
    count[0] = source.count;
    check_hdf5(H5Sselect_hyperslab(target.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr),
               quantity.path);
    std::vector<std::uint64_t> source_shape = shape;
    source_shape[0] = source.count;
    check_hdf5(H5Pset_virtual(list.get(), target.get(), source.file.c_str(), quantity.path.c_str(),
                              space_of(source_shape).get()),
               quantity.path);
  }
  create(quantity, shape, list.get()).close(name_ + ": " + quantity.path);
}

void Hdf5Output::close() { file_.close("can't write " + name_); }

void check_hdf5_file(const std::filesystem::path& file, const std::string& identity,
                     std::span<const ExpectedDataset> datasets) {
  const QuietHdf5 quiet;
  const std::string name = file.string(), what = name + " was not written as it should be";
  const Hdf5Handle access = access_list();
  const Hdf5Handle opened(H5Fopen(file.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose, what);
  if (read_identity(opened.get()) != identity) throw Error(ExitCode::io, what);
  for (const ExpectedDataset& expected : datasets) check_dataset(opened.get(), name, expected);
}

}  // namespace marketmimic
