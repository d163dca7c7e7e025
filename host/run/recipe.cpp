#include "host/run/recipe.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <iterator>
#include <utility>

#include "host/decomposition/strategy_bytes.hpp"
#include "host/error.hpp"
#include "host/run/sealed_json.hpp"

namespace marketmimic {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kRecipeFormat = "marketmimic recipe 1";

std::uint64_t check_of(const RecipeRecord& record) { return XXH3_64bits(&record, offsetof(RecipeRecord, check)); }

/// A market for each asset, in the job's order: the run's own between its peers.
std::vector<std::string> markets_in_order(const Simulation& simulation) {
  std::vector<std::string> markets;
  for (const MarketFile& peer : simulation.peers) markets.push_back(market_text(peer));
  const auto own = static_cast<std::ptrdiff_t>(simulation.job.assets.number);
  markets.insert(markets.begin() + own, market_text(simulation.market));
  return markets;
}

std::string hex_of(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<std::uint8_t>(byte));
  return text;
}

/// What is no digit reads as 0.
std::string bytes_of_hex(std::string_view hex) {
  std::string bytes(hex.size() / 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::uint8_t byte = 0;
    std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, byte, 16);
    bytes[i] = static_cast<char>(byte);
  }
  return bytes;
}

}  // namespace

std::string RecipeRecord::identity_text() const {
  return hex_of({reinterpret_cast<const char*>(identity.data()), identity.size()});
}

RecipeRecord seal_record(RecipeRecord record, const std::string& identity) {
  const std::string bytes = bytes_of_hex(identity);
  std::copy_n(bytes.begin(), std::min(bytes.size(), record.identity.size()), record.identity.begin());
  record.check = check_of(record);
  return record;
}

std::optional<RecipeRecord> read_record(std::span<const std::byte> chunk) {
  RecipeRecord record;
  if (chunk.size() != sizeof record) return std::nullopt;
  std::memcpy(&record, chunk.data(), sizeof record);
  if (record.magic != RecipeRecord{}.magic || record.check != check_of(record)) return std::nullopt;
  return record;
}

std::vector<std::string> recipe_datasets(const Schema& schema) {
  std::vector<std::string> paths;
  for (const Column& column : schema.columns) paths.push_back(column.quantity.path);
  for (const auto& field : schema.perturbations) paths.push_back(field.quantity.path);
  for (const auto& field : schema.orders) paths.push_back(field.quantity.path);
  return paths;
}

std::uint64_t row_bytes(const Schema& schema, std::size_t dataset) {
  if (dataset < schema.columns.size()) return schema.columns[dataset].scenario_bytes() / schema.columns[dataset].rows;
  dataset -= schema.columns.size();
  if (dataset < schema.perturbations.size()) return element_bytes(schema.perturbations[dataset].quantity.element);
  return element_bytes(schema.orders.at(dataset - schema.perturbations.size()).quantity.element);
}

std::string recipe_text(const Simulation& simulation) {
  Job job = simulation.job;
  job.scenarios = 1;
  job.stop = {};
  Json recipe = {{"format", kRecipeFormat},
                 {"rules", kRulesVersion},
                 {"identity", simulation.identity},
                 {"job", job_text(job)},
                 {"markets", markets_in_order(simulation)}};
  if (simulation.strategy) recipe["strategy"] = hex_of(strategy_bytes(*simulation.strategy));
  if (const auto tide = tide_of(simulation)) recipe["tide"] = {tide->decay, tide->noise};
  return sealed(recipe) + '\n';
}

Simulation simulation_of_recipe(const std::string& text, const std::string& name) {
  const auto refuse = [&](const std::string& why) {
    throw Error(ExitCode::input_data, fmt::format("{} is no recipe of a run: {}", name, why));
  };
  if (!is_sealed(text)) refuse("it is damaged, or something else; marketmimic verify --repair makes it again");
  try {
    const Json recipe = Json::parse(text);
    if (recipe.at("format").get<std::string>() != kRecipeFormat) refuse("it has another format");
    const auto rules = whole_number(recipe.at("rules"));
    if (rules != kRulesVersion)
      refuse(fmt::format("it was made by version {} of the rules, this is version {}", rules, kRulesVersion));
    std::vector<MarketFile> markets;
    for (const Json& market : recipe.at("markets")) markets.push_back(parse_market(market.get<std::string>(), name));
    std::optional<Strategy> strategy;
    if (recipe.contains("strategy"))
      strategy = strategy_of_bytes(bytes_of_hex(recipe.at("strategy").get<std::string>()), name);
    Tide tide;  // given, whatever it is: to search for it would take minutes
    if (recipe.contains("tide"))
      tide = Tide::stored(recipe.at("tide").at(0).get<double>(), recipe.at("tide").at(1).get<double>());
    Simulation simulation = prepare(parse_job(recipe.at("job").get<std::string>(), name), std::move(markets),
                                    std::move(strategy), name, tide);
    if (simulation.identity != recipe.at("identity").get<std::string>()) refuse("its parts don't fit together");
    return simulation;
  } catch (const Json::exception& error) {
    refuse(error.what());
  }
  return {};
}

std::string recipe_name(const std::string& identity) { return "shards/" + identity + ".recipe"; }

}  // namespace marketmimic
