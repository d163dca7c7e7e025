#include <fmt/format.h>

#include <string>

#include "host/decomposition/kind_names.hpp"
#include "host/decomposition/strategy_bytes.hpp"
#include "host/decomposition/strategy_columns.hpp"
#include "host/decomposition/strategy_file.hpp"
#include "host/error.hpp"
#include "host/hdf5/untrusted_file.hpp"

namespace marketmimic {
namespace {

static_assert(kLongestDefinitions <= UntrustedFile::kLongestText);

/// Runs in the sandbox.
std::string read_bytes(UntrustedFile& file) {
  std::string format;
  file.text("format", format);
  if (format != kStrategyFormat)
    throw Error(ExitCode::input_data, fmt::format("its format is not '{}'", kStrategyFormat));
  std::uint32_t version = 0;
  file.number("format_version", version);
  if (version != kStrategyFormatVersion)
    throw Error(ExitCode::input_data,
                fmt::format("format_version is {}, this program reads {}: decompose the log again", version,
                            kStrategyFormatVersion));
  Strategy strategy;
  visit_attributes(strategy, file);
  visit_columns(strategy, file);
  return strategy_bytes(strategy);
}

}  // namespace

Strategy read_strategy_file(const std::filesystem::path& file) {
  const std::string bytes = read_untrusted(file, "strategy", read_bytes);
  Strategy strategy = strategy_of_bytes(bytes, file.string());
  check_strategy(strategy, file.string());
  organise(strategy);
  return strategy;
}

}  // namespace marketmimic
