#pragma once

#include <filesystem>
#include <string>

#include "host/error.hpp"

namespace marketmimic {

/// The whole of a configuration file, plain or gzip. Error(io) where it can't be read, Error(`code`) where it is
/// larger than any real one (1 MiB).
std::string read_config_text(const std::filesystem::path& file, ExitCode code);

}  // namespace marketmimic
