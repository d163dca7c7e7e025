#include "host/run/shard_info.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/error.hpp"
#include "host/file/file.hpp"
#include "host/run/checksums.hpp"
#include "host/run/sealed_json.hpp"

namespace marketmimic {
namespace {

using Json = nlohmann::ordered_json;

/// `path`: [offset, bytes, offset, bytes, ...].
Json chunks_json(const std::map<std::string, std::vector<ChunkExtent>>& chunks) {
  Json json = Json::object();
  for (const auto& [path, extents] : chunks) {
    Json& numbers = json[path] = Json::array();
    for (const ChunkExtent& extent : extents) {
      numbers.push_back(extent.offset);
      numbers.push_back(extent.bytes);
    }
  }
  return json;
}

std::map<std::string, std::vector<ChunkExtent>> chunks_of(const Json& json) {
  std::map<std::string, std::vector<ChunkExtent>> chunks;
  for (const auto& [path, numbers] : json.items()) {
    for (std::size_t i = 0; i + 1 < numbers.size(); i += 2)
      chunks[path].push_back({whole_number(numbers.at(i)), whole_number(numbers.at(i + 1))});
  }
  return chunks;
}

}  // namespace

std::filesystem::path shard_info_file(const std::filesystem::path& shard) {
  return std::filesystem::path(shard).replace_extension(".json");
}

std::string shard_info_text(const ShardInfo& info) {
  Json json = {
      {"format", "marketmimic shard"},
      {"format_version", kRunFormat},
      {"identity", info.identity},
      {"file", info.file},
      {"first", info.scenarios.first},
      {"scenarios", info.scenarios.count},
      {"bytes", info.bytes},
      {"xxh128", info.checksum},
      {"perturbation_rows", info.perturbation_rows},
      {"order_rows", info.order_rows},
      {"offsets", info.offsets},
      {"block_bytes", kChecksumBlock},
      {"blocks_xxh3", blocks_text(info.blocks)},
  };
  if (!info.chunks.empty()) json["chunks"] = chunks_json(info.chunks);
  return sealed(json) + '\n';
}

ShardInfo read_shard_info(const std::filesystem::path& file) {
  const auto refuse = [&](const std::string& why) {
    throw Error(ExitCode::io, fmt::format("{} does not describe a shard: {}", file.string(), why));
  };
  try {
    const std::string text = read_text(file);
    const Json json = Json::parse(text);
    ShardInfo info;
    json.at("identity").get_to(info.identity);
    json.at("file").get_to(info.file);
    info.scenarios.first = whole_number(json.at("first"));
    info.scenarios.count = whole_number(json.at("scenarios"));
    info.bytes = whole_number(json.at("bytes"));
    json.at("xxh128").get_to(info.checksum);
    info.perturbation_rows = whole_number(json.at("perturbation_rows"));
    info.order_rows = whole_number(json.at("order_rows"));
    for (const auto& [path, offset] : json.at("offsets").items()) info.offsets[path] = whole_number(offset);
    info.blocks = parse_blocks(json.at("blocks_xxh3").get<std::string>());
    if (json.contains("chunks")) info.chunks = chunks_of(json.at("chunks"));
    if (!is_sealed(text)) refuse("it was changed or damaged");
    return info;
  } catch (const Json::exception& error) {
    refuse(error.what());
  }
  return {};
}

}  // namespace marketmimic
