#include "host/run/hdf5_objects.hpp"

#include <algorithm>

namespace marketmimic {

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

Hdf5Handle text_type() {
  Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "HDF5 text");
  check_hdf5(H5Tset_size(type.get(), H5T_VARIABLE), "HDF5 text");
  check_hdf5(H5Tset_cset(type.get(), H5T_CSET_UTF8), "HDF5 text");
  return type;
}

Hdf5Handle scalar() { return {H5Screate(H5S_SCALAR), H5Sclose, "HDF5 space"}; }

Hdf5Handle space_of(const std::vector<std::uint64_t>& shape) {
  std::vector<hsize_t> extent(shape.begin(), shape.end());
  return {H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), H5Sclose, "HDF5 space"};
}

void write_attribute(hid_t object, const std::string& name, hid_t type, hid_t space, const void* value) {
  const std::string what = "HDF5 attribute " + name;
  const Hdf5Handle attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, what);
  check_hdf5(H5Awrite(attribute.get(), type, value), what);
}

void write_text(hid_t object, const std::string& name, const std::string& text) {
  const char* pointer = text.c_str();
  write_attribute(object, name, text_type().get(), scalar().get(), &pointer);
}

void write_texts(hid_t object, const std::string& name, const std::vector<std::string>& texts) {
  std::vector<const char*> pointers(texts.size());
  std::transform(texts.begin(), texts.end(), pointers.begin(), [](const std::string& text) { return text.c_str(); });
  write_attribute(object, name, text_type().get(), space_of({pointers.size()}).get(), pointers.data());
}

}  // namespace marketmimic
