#include "host/run/plan.hpp"

#include <fmt/format.h>

namespace marketmimic {

std::string shard_name(const std::string& identity, std::uint64_t index) {
  return fmt::format("shards/{}-{:06}.h5", identity.substr(0, 8), index);
}

std::string dataset_name(std::uint64_t index) {
  return index == 0 ? "dataset.h5" : fmt::format("dataset-{:03}.h5", index);
}

}  // namespace marketmimic
