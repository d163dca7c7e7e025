#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/hdf5/handle.hpp"
#include "host/run/columns.hpp"

namespace marketmimic {

/// What HDF5 files are made of: a line of the library's calls each, checked. Error(io).

/// The type in which an element stands in a file; little-endian, the library's own.
hid_t file_type(Element element);
Hdf5Handle property_list(hid_t kind);
/// Of a text of any length, UTF-8.
Hdf5Handle text_type();
Hdf5Handle scalar();
Hdf5Handle space_of(const std::vector<std::uint64_t>& shape);

void write_attribute(hid_t object, const std::string& name, hid_t type, hid_t space, const void* value);
void write_text(hid_t object, const std::string& name, const std::string& text);
/// A list of texts.
void write_texts(hid_t object, const std::string& name, const std::vector<std::string>& texts);

}  // namespace marketmimic
