#include "host/run/run_files.hpp"

#include "host/run/checksums.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/sealed_json.hpp"

namespace marketmimic {
namespace {

using Json = nlohmann::ordered_json;

Json input_of(const std::filesystem::path& folder, const std::string& name) {
  return {{"file", name}, {"xxh128", checksum_of_file(folder / name)}};
}

}  // namespace

std::string peer_input(std::size_t i) { return fmt::format("inputs/peer-{}.toml", i); }

std::string checksum_of_file(const std::filesystem::path& file) {
  const InputFile in(file);
  return checksums_of(in.size(), [&](std::uint64_t at, std::span<std::byte> bytes) { in.read_at(at, bytes); }).whole;
}

Json describe_run(const std::filesystem::path& folder, const Simulation& simulation) {
  Json inputs = {{"job", input_of(folder, kJobInput)}, {"market", input_of(folder, kMarketInput)}};
  for (std::size_t i = 0; i < simulation.peers.size(); ++i) inputs["peers"].push_back(input_of(folder, peer_input(i)));
  if (simulation.strategy) inputs["strategy"] = input_of(folder, kStrategyInput);
  Json run = {
      {"format", "marketmimic run"},           {"format_version", kRunFormat},
      {"version", MARKETMIMIC_VERSION},        {"rules_version", kRulesVersion},
      {"identity", simulation.identity},       {"seed", simulation.job.seed},
      {"scenarios", simulation.job.scenarios}, {"shard_scenarios", plan_of(simulation).shard_scenarios},
      {"job", job_text(simulation.job)},       {"inputs", std::move(inputs)},
  };
  if (const auto tide = tide_of(simulation)) run["tide"] = {{"decay", tide->decay}, {"noise", tide->noise}};
  return run;
}

void check_program(const std::filesystem::path& folder, const Json& run) {
  const auto version = run.at("version").get<std::string>();
  const auto format = run.contains("format_version") ? whole_number(run.at("format_version")) : 1;
  const auto rules = whole_number(run.at("rules_version"));
  if (format != kRunFormat) {
    throw Error(
        ExitCode::verification_failed,
        fmt::format(
            "{} is a run folder of format {}, this program has format {}; use the build of marketmimic {} that made it",
            folder.string(), format, kRunFormat, version));
  }
  if (rules != kRulesVersion) {
    throw Error(
        ExitCode::verification_failed,
        fmt::format(
            "{} was made with version {} of the rules, this program has version {} (marketmimic --version); use a "
            "build of marketmimic {} with those",
            folder.string(), rules, kRulesVersion, version));
  }
}

}  // namespace marketmimic
