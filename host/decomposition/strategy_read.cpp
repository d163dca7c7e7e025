#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "host/decomposition/hdf5_types.hpp"
#include "host/decomposition/strategy_bytes.hpp"
#include "host/decomposition/strategy_columns.hpp"
#include "host/decomposition/strategy_file.hpp"
#include "host/error.hpp"
#include "host/hdf5/handle.hpp"
#include "host/hdf5/sandbox.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kLongestText = kLongestDefinitions;

/// Reads columns and attributes of a file that may be damaged or made to do harm.
class Reader {
 public:
  /// `bytes`: size of the file, which no table of it can exceed.
  Reader(hid_t file, std::uint64_t bytes) : file_(file), bytes_(bytes) {}

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
  void text(const char* name, std::string& value) {
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
  /// Words, a space between each two.
  void names(const char* name, std::vector<std::string>& values) {
    std::string all;
    text(name, all);
    values.clear();
    for (std::size_t begin = 0; begin <= all.size();) {
      const std::size_t end = std::min(all.find(' ', begin), all.size());
      values.push_back(all.substr(begin, end - begin));
      begin = end + 1;
    }
  }

 private:
  [[noreturn]] static void refuse(const char* what, const char* why) {
    throw Error(ExitCode::input_data, fmt::format("{} {}", what, why));
  }

  /// No soft or external link on the way: they lead out of the file.
  void require_hard_links(const std::string& path) const {
    for (std::size_t end = path.find('/');; end = path.find('/', end + 1)) {
      const std::string part = path.substr(0, end);
      H5L_info_t link{};
      check_hdf5(H5Lget_info(file_, part.c_str(), &link, H5P_DEFAULT), part);
      if (link.type != H5L_TYPE_HARD) refuse(part.c_str(), "is a link");
      if (end == std::string::npos) return;
    }
  }
  /// Contiguous values within the file: no filter, no external file, no other dataset behind them.
  static void require_plain(const char* path, hid_t set) {
    const Hdf5Handle properties(H5Dget_create_plist(set), H5Pclose, path);
    if (H5Pget_layout(properties.get()) != H5D_CONTIGUOUS || H5Pget_external_count(properties.get()) != 0 ||
        H5Pget_nfilters(properties.get()) != 0)
      refuse(path, "must be stored contiguously in this file");
  }
  static void require_scalar(const char* name, hid_t attribute) {
    const Hdf5Handle space(H5Aget_space(attribute), H5Sclose, name);
    if (H5Sget_simple_extent_type(space.get()) != H5S_SCALAR) refuse(name, "must be a single value");
  }

  hid_t file_;
  std::uint64_t bytes_;
};

/// Runs in the sandbox.
std::string read_bytes(const std::filesystem::path& path, std::uint64_t size) {
  const QuietHdf5 quiet;
  const Hdf5Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "it can't be opened as HDF5");
  Reader reader(file.get(), size);
  std::string format;
  reader.text("format", format);
  if (format != kStrategyFormat)
    throw Error(ExitCode::input_data, fmt::format("its format is not '{}'", kStrategyFormat));
  std::uint32_t version = 0;
  reader.number("format_version", version);
  if (version != kStrategyFormatVersion)
    throw Error(ExitCode::input_data,
                fmt::format("format_version is {}, this program reads {}: decompose the log again", version,
                            kStrategyFormatVersion));
  Strategy strategy;
  visit_attributes(strategy, reader);
  visit_columns(strategy, reader);
  return strategy_bytes(strategy);
}

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

Strategy read_strategy_file(const std::filesystem::path& file) {
  const std::uint64_t size = size_of(file);
  const SandboxLimits limits{.result_bytes = 2 * size + 65'536, .memory_bytes = 8 * size + (std::size_t{256} << 20)};
  SandboxResult result = run_in_sandbox([&] { return read_bytes(file, size); }, limits);
  // One line for a person, whatever the file's names hold.
  std::replace_if(
      result.error.begin(), result.error.end(), [](unsigned char c) { return c < 32 || c == 127; }, ' ');
  if (!result.error.empty())
    throw Error(ExitCode::input_data,
                fmt::format("{}: not a valid strategy: {}", file.string(), result.error.substr(0, 400)));
  Strategy strategy = strategy_of_bytes(result.bytes, file.string());
  check_strategy(strategy, file.string());
  organise(strategy);
  return strategy;
}

}  // namespace marketmimic
