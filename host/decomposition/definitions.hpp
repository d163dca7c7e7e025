#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "host/decomposition/boundary_edit.hpp"
#include "host/decomposition/vocabulary.hpp"

namespace marketmimic {

/// What a user says about a decomposition: kinds of primitives, and boundaries (tools/definitions.example.toml).
struct Definitions {
  Vocabulary vocabulary;
  std::vector<BoundaryEdit> boundaries;
};
inline constexpr std::size_t kMostBoundaryEdits = 1000;

/// `name` stands in messages. Error(usage) with line and column of the first thing that is wrong.
Definitions parse_definitions(std::string_view text, const std::string& name);
/// The same of a file, plain or gzip; Error(io) where it can't be read.
Definitions read_definitions_file(const std::filesystem::path& file);

}  // namespace marketmimic
