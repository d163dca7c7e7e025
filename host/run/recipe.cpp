#include "host/run/recipe.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "host/decomposition/strategy_bytes.hpp"
#include "host/error.hpp"

namespace marketmimic {
namespace {

using Json = nlohmann::json;

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

}  // namespace

std::string RecipeRecord::identity_text() const {
  std::string text;
  for (const std::uint8_t byte : identity) text += fmt::format("{:02x}", byte);
  return text;
}

RecipeRecord seal_record(RecipeRecord record, const std::string& identity) {
  for (std::size_t i = 0; i < record.identity.size(); ++i)
    std::from_chars(identity.data() + 2 * i, identity.data() + 2 * i + 2, record.identity[i], 16);
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

std::string recipe_bytes(const Simulation& simulation) {
  Job job = simulation.job;
  job.scenarios = 1;
  job.stop = {};
  Json recipe = {{"format", kRecipeFormat},
                 {"rules", kRulesVersion},
                 {"identity", simulation.identity},
                 {"job", job_text(job)},
                 {"markets", markets_in_order(simulation)}};
  if (simulation.strategy) {
    const std::string bytes = strategy_bytes(*simulation.strategy);
    recipe["strategy"] = Json::binary({bytes.begin(), bytes.end()});
  }
  if (const auto tide = tide_of(simulation)) recipe["tide"] = {tide->decay, tide->noise};
  const std::vector<std::uint8_t> bytes = Json::to_cbor(recipe);
  return {bytes.begin(), bytes.end()};
}

Simulation simulation_of_recipe(std::string_view bytes, const std::string& name) {
  const auto refuse = [&](const std::string& why) {
    throw Error(ExitCode::input_data, fmt::format("{} is no recipe of a run: {}", name, why));
  };
  try {
    const Json recipe = Json::from_cbor(bytes);
    if (recipe.at("format").get<std::string>() != kRecipeFormat) refuse("it has another format");
    const auto rules = recipe.at("rules").get<std::uint32_t>();
    if (rules != kRulesVersion)
      refuse(fmt::format("it was made by version {} of the rules, this is version {}", rules, kRulesVersion));
    std::vector<MarketFile> markets;
    for (const Json& market : recipe.at("markets")) markets.push_back(parse_market(market.get<std::string>(), name));
    std::optional<Strategy> strategy;
    if (recipe.contains("strategy")) {
      const auto& binary = recipe.at("strategy").get_binary();
      strategy = strategy_of_bytes({reinterpret_cast<const char*>(binary.data()), binary.size()}, name);
    }
    Tide tide;  // given, whatever it is: to search for it would take minutes
    if (recipe.contains("tide"))
      tide = Tide::stored(recipe.at("tide").at(0).get<double>(), recipe.at("tide").at(1).get<double>());
    Simulation simulation = prepare(parse_job(recipe.at("job").get<std::string>(), name), std::move(markets),
                                    std::move(strategy), name, tide);
    if (simulation.identity != recipe.at("identity").get<std::string>()) refuse("it was changed or damaged");
    return simulation;
  } catch (const Json::exception& error) {
    refuse(error.what());
  }
  return {};
}

std::string recipe_name(const std::string& identity) { return "shards/" + identity + ".recipe"; }

}  // namespace marketmimic
