#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "host/run/plan.hpp"

namespace marketmimic {

/// Where in a file a chunk stands.
struct ChunkExtent {
  std::uint64_t offset = 0, bytes = 0;
};

/// Format of what stands beside the data: run.json, the shards' .json, the journal.
inline constexpr std::uint32_t kRunFormat = 2;

/// What is known of a published shard; stands in the .json beside it.
struct ShardInfo {
  std::string identity;
  std::string file;  ///< relative to the run folder
  Scenarios scenarios;
  std::uint64_t bytes = 0;
  std::string checksum;               ///< XXH3-128
  std::vector<std::uint64_t> blocks;  ///< XXH3-64 of every kChecksumBlock bytes, the last may be shorter
  std::uint64_t perturbation_rows = 0, order_rows = 0;
  std::map<std::string, std::uint64_t> offsets;            ///< path to where its payload begins
  std::map<std::string, std::vector<ChunkExtent>> chunks;  ///< of what is compressed, in the order of chunk_place()
};

/// The .json of a shard file.
std::filesystem::path shard_info_file(const std::filesystem::path& shard);
std::string shard_info_text(const ShardInfo& info);
/// Error(io) where the file is missing, damaged, or holds something else.
ShardInfo read_shard_info(const std::filesystem::path& file);

}  // namespace marketmimic
