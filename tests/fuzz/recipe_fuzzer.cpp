#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "host/error.hpp"
#include "host/run/recipe.hpp"
#include "host/run/regenerator.hpp"
#include "host/run/sealed_json.hpp"

namespace {

marketmimic::Simulation small_market() {
  marketmimic::Job job;
  job.steps = 3;
  job.levels = 1;
  return prepare(job, marketmimic::MarketFile{}, std::nullopt);
}

}  // namespace

/// Any text, sealed as if it were whole, gives a simulation or an Error; any bytes of a record a chunk or an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace marketmimic;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto object = nlohmann::ordered_json::parse(text, nullptr, false);
    simulation_of_recipe(object.is_object() ? sealed(object) : std::string(text), "fuzz");
  } catch (const Error&) {
  }
  static const Simulation market = small_market();
  try {
    RecipeRecord record;
    std::memcpy(&record, data, std::min(size, sizeof record));
    record.scenarios %= 64;  // more only take longer
    Regenerator(market, 0).chunk(record);
  } catch (const Error&) {
  }
  return 0;
}
