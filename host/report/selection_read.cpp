#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <string>

#include "host/error.hpp"
#include "host/hdf5/untrusted_file.hpp"
#include "host/report/selection.hpp"

namespace marketmimic {
namespace {

void require(bool holds, const char* what) {
  if (!holds) throw Error(ExitCode::input_data, what);
}

}  // namespace

std::vector<std::uint64_t> read_selection(const std::filesystem::path& file, const Simulation& simulation) {
  const std::string bytes = read_untrusted(file, "selection", [&](UntrustedFile& read) {
    std::string format, identity;
    read.variable_text("format", format);
    require(format == kSelectionFormat, "marketmimic accept did not write it");
    read.variable_text("identity", identity);
    require(identity == simulation.identity, "it is of another run");
    std::vector<std::uint64_t> id;
    read.column("accepted/id", id);
    require(std::adjacent_find(id.begin(), id.end(), std::greater_equal{}) == id.end(), "its scenarios do not ascend");
    return std::string(reinterpret_cast<const char*>(id.data()), id.size() * sizeof id[0]);
  });
  std::vector<std::uint64_t> id(bytes.size() / sizeof(std::uint64_t));
  std::memcpy(id.data(), bytes.data(), bytes.size());
  return id;
}

}  // namespace marketmimic
