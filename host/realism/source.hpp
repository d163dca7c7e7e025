#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/input/bars.hpp"
#include "host/tape/tape.hpp"

namespace marketmimic {

/// What a user named on the command line; exactly one is there.
struct DataSource {
  std::optional<Tape> tape;
  std::optional<Bars> bars;
  std::optional<std::filesystem::path> run;  ///< folder of a generated run

  /// What was noticed on reading.
  std::vector<std::string> notices() const;
};

/// Reads a LOBSTER pair (two files, in any order), an order log or bars (one file), or finds a run folder; told apart
/// by content. `what` names them in messages. Error(usage) where the number of files fits nothing; else as the readers.
DataSource read_source(const std::vector<std::string>& files, const std::string& what);

}  // namespace marketmimic
