#include "host/hdf5/untrusted_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "host/error.hpp"
#include "host/hdf5/sandbox.hpp"

namespace marketmimic {
namespace {

std::uint64_t size_of(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status {};
  const bool known = descriptor >= 0 && fstat(descriptor, &status) == 0;
  const int error = errno;
  if (descriptor >= 0) close(descriptor);
  if (!known) throw Error(ExitCode::io, fmt::format("{}: can't be read: {}", file.string(), std::strerror(error)));
  if (!S_ISREG(status.st_mode)) throw Error(ExitCode::io, fmt::format("{}: is no regular file", file.string()));
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

void UntrustedFile::refuse(const char* what, const char* why) {
  throw Error(ExitCode::input_data, fmt::format("{} {}", what, why));
}

void UntrustedFile::text(const char* name, std::string& value) const {
  const Hdf5Handle attribute(H5Aopen(file_, name, H5P_DEFAULT), H5Aclose, name);
  require_scalar(name, attribute.get());
  const Hdf5Handle type(H5Aget_type(attribute.get()), H5Tclose, name);
  const std::size_t size = H5Tget_size(type.get());
  if (H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) != 0 || size == 0 ||
      size > kLongestText + 1)
    refuse(name, "must be a text of fixed length");
  std::vector<char> characters(size + 1, '\0');
  check_hdf5(H5Aread(attribute.get(), type.get(), characters.data()), name);
  value = characters.data();
}

void UntrustedFile::variable_text(const char* name, std::string& value) const {
  const Hdf5Handle attribute(H5Aopen(file_, name, H5P_DEFAULT), H5Aclose, name);
  require_scalar(name, attribute.get());
  const Hdf5Handle type(H5Aget_type(attribute.get()), H5Tclose, name);
  if (H5Tis_variable_str(type.get()) <= 0) refuse(name, "must be a text of variable length");
  char* characters = nullptr;
  check_hdf5(H5Aread(attribute.get(), type.get(), &characters), name);
  value.assign(characters == nullptr ? "" : characters, characters == nullptr ? 0 : strnlen(characters, kLongestText));
  check_hdf5(H5free_memory(characters), name);
}

void UntrustedFile::names(const char* name, std::vector<std::string>& values) const {
  std::string all;
  text(name, all);
  values.clear();
  for (std::size_t begin = 0; begin <= all.size();) {
    const std::size_t end = std::min(all.find(' ', begin), all.size());
    values.push_back(all.substr(begin, end - begin));
    begin = end + 1;
  }
}

void UntrustedFile::require_hard_links(const std::string& path) const {
  for (std::size_t end = path.find('/');; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    H5L_info_t link{};
    check_hdf5(H5Lget_info(file_, part.c_str(), &link, H5P_DEFAULT), part);
    if (link.type != H5L_TYPE_HARD) refuse(part.c_str(), "is a link");
    if (end == std::string::npos) return;
  }
}

void UntrustedFile::require_plain(const char* path, hid_t set) {
  const Hdf5Handle properties(H5Dget_create_plist(set), H5Pclose, path);
  if (H5Pget_layout(properties.get()) != H5D_CONTIGUOUS || H5Pget_external_count(properties.get()) != 0 ||
      H5Pget_nfilters(properties.get()) != 0)
    refuse(path, "must be stored contiguously in this file");
}

void UntrustedFile::require_scalar(const char* name, hid_t attribute) {
  const Hdf5Handle space(H5Aget_space(attribute), H5Sclose, name);
  if (H5Sget_simple_extent_type(space.get()) != H5S_SCALAR) refuse(name, "must be a single value");
}

std::string read_untrusted(const std::filesystem::path& file, const std::string& kind,
                           const std::function<std::string(UntrustedFile&)>& read) {
  const std::uint64_t size = size_of(file);
  const SandboxLimits limits{.result_bytes = 2 * size + 65'536, .memory_bytes = 8 * size + (std::size_t{256} << 20)};
  const auto read_opened = [&] {
    const QuietHdf5 quiet;
    const Hdf5Handle opened(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "it can't be opened as HDF5");
    UntrustedFile untrusted(opened.get(), size);
    return read(untrusted);
  };
  SandboxResult result;
  try {
    result = run_in_sandbox(read_opened, limits);
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("can't read {}: {}", file.string(), error.what()));
  }
  // One line for a person, whatever the file's names hold.
  std::replace_if(
      result.error.begin(), result.error.end(), [](unsigned char c) { return c < 32 || c == 127; }, ' ');
  if (!result.error.empty())
    throw Error(ExitCode::input_data,
                fmt::format("{}: not a valid {}: {}", file.string(), kind, result.error.substr(0, 400)));
  return std::move(result.bytes);
}

}  // namespace marketmimic
