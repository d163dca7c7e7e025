#include <fmt/format.h>

#include <span>
#include <string>
#include <vector>

#include "host/config/names.hpp"
#include "host/decomposition/strategy_columns.hpp"
#include "host/decomposition/strategy_file.hpp"
#include "host/error.hpp"
#include "host/file/file.hpp"
#include "host/hdf5/handle.hpp"
#include "host/hdf5/types.hpp"

namespace marketmimic {
namespace {

Hdf5Handle timeless(hid_t list_class) {
  Hdf5Handle list(H5Pcreate(list_class), H5Pclose, "strategy file");
  check_hdf5(H5Pset_obj_track_times(list.get(), false), "strategy file");  // the same strategy, the same bytes
  return list;
}

/// Writes columns and attributes into an open file.
class Writer {
 public:
  explicit Writer(hid_t file) : file_(file), properties_(timeless(H5P_DATASET_CREATE)) {
    const Hdf5Handle group_properties = timeless(H5P_GROUP_CREATE);
    for (const char* const group : {"primitives", "cycles", "trades", "unobserved", "demonstrations"})
      Hdf5Handle(H5Gcreate2(file, group, H5P_DEFAULT, group_properties.get(), H5P_DEFAULT), H5Gclose, group);
  }

  template <class Row, class T>
  void rows(const char* path, const std::vector<Row>& rows, T Row::*member) {
    std::vector<T> values;
    values.reserve(rows.size());
    for (const Row& row : rows) values.push_back(row.*member);
    column(path, values);
  }
  template <class T>
  void column(const char* path, const std::vector<T>& values) {
    const hsize_t extent = values.size();
    const Hdf5Handle space(H5Screate_simple(1, &extent, nullptr), H5Sclose, path);
    Hdf5Handle set(H5Dcreate2(file_, path, stored_type<T>(), space.get(), H5P_DEFAULT, properties_.get(), H5P_DEFAULT),
                   H5Dclose, path);
    if (!values.empty())
      check_hdf5(H5Dwrite(set.get(), native_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), path);
    set.close(path);
  }

  template <class T>
  void number(const char* name, T value) {
    const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose, name);
    const Hdf5Handle attribute(H5Acreate2(file_, name, stored_type<T>(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
                               H5Aclose, name);
    check_hdf5(H5Awrite(attribute.get(), native_type<T>(), &value), name);
  }
  void text(const char* name, const std::string& value) {
    const Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, name);
    check_hdf5(H5Tset_size(type.get(), value.size() + 1), name);
    const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose, name);
    const Hdf5Handle attribute(H5Acreate2(file_, name, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                               name);
    check_hdf5(H5Awrite(attribute.get(), type.get(), value.c_str()), name);
  }
  void names(const char* name, const std::vector<std::string>& values) {
    text(name, fmt::format("{}", fmt::join(values, " ")));
  }

 private:
  hid_t file_;
  Hdf5Handle properties_;
};

/// The file's bytes. Made in memory: HDF5 does not report a full disk reliably, write() does.
std::vector<unsigned char> image_of(const Strategy& strategy) {
  const QuietHdf5 quiet;
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "strategy file");
  check_hdf5(H5Pset_fapl_core(access.get(), std::size_t{1} << 20, false), "strategy file");
  const Hdf5Handle creation = timeless(H5P_FILE_CREATE);
  const Hdf5Handle file(H5Fcreate("strategy", H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose, "strategy file");

  Writer writer(file.get());
  writer.text("format", kStrategyFormat);
  writer.number("format_version", kStrategyFormatVersion);
  writer.text("evidence_names", fmt::format("{}", fmt::join(kEvidenceNames, " ")));
  writer.text("event_names", fmt::format("{}", fmt::join(kMarketEventNames, " ")));
  visit_attributes(strategy, writer);
  visit_columns(strategy, writer);

  check_hdf5(H5Fflush(file.get(), H5F_SCOPE_GLOBAL), "strategy file");
  const ssize_t size = check_hdf5(H5Fget_file_image(file.get(), nullptr, 0), "strategy file");
  std::vector<unsigned char> image(static_cast<std::size_t>(size));
  check_hdf5(H5Fget_file_image(file.get(), image.data(), image.size()), "strategy file");
  return image;
}

}  // namespace

void write_strategy_file(const Strategy& strategy, const std::filesystem::path& file) {
  const std::vector<unsigned char> image = image_of(strategy);
  NewFile output(file);
  output.write_at(0, std::as_bytes(std::span(image)));
  output.sync();
  output.publish();
}

}  // namespace marketmimic
