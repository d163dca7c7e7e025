#include "demonstrations.hpp"

#include <cstdlib>

#include "host/input/bars.hpp"
#include "host/input/fills.hpp"

namespace marketmimic {

std::filesystem::path shared_data() {
  if (const char* const named = std::getenv("MARKETMIMIC_SHARED_DATA")) return named;
  return std::filesystem::path(MARKETMIMIC_SOURCE_DIR) / "../shared/data";
}

std::optional<Decomposition> real_demonstration(const std::string& fills, const std::string& bars) {
  const std::filesystem::path folder = shared_data();
  if (!std::filesystem::exists(folder / fills) || !std::filesystem::exists(folder / bars)) return std::nullopt;
  return decompose(read_fills(folder / fills), read_bars(folder / bars), {.detectors = {}, .rotations = 0});
}

Decomposition decomposed_example(const DecompositionOptions& options) {
  const std::filesystem::path folder = std::filesystem::path(MARKETMIMIC_SOURCE_DIR) / "tools/example";
  return decompose(read_fills(folder / "fills.csv"), read_bars(folder / "bars.csv.gz"), options);
}

const Decomposition& example_demonstration() {
  static const Decomposition example = decomposed_example({});
  return example;
}

}  // namespace marketmimic
