#include "host/run/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "host/config/names.hpp"

namespace marketmimic {
namespace {

using Json = nlohmann::ordered_json;

void add(Tally& tally, const Tally& other) {
  tally.scenarios += other.scenarios;
  tally.successes += other.successes;
}

/// Whether the scenarios executed a strategy: each then began a primitive, or failed for not beginning one.
bool executed(const RunSummary& s) {
  const auto began = [](const Tally& tally) { return tally.scenarios != 0; };
  return s.failure[static_cast<std::uint32_t>(Failure::not_started)] != 0 ||
         std::any_of(s.primitive.begin(), s.primitive.end(), began);
}

std::string line(std::string_view name, const Tally& tally, bool rated) {
  const std::string count = fmt::format("  {:<28}{:>12}", name, tally.scenarios);
  return rated ? count + fmt::format("{:>11.1f} %", 100 * tally.rate()) : count;
}

std::string perturbation_text(const RunSummary& s, bool rated) {
  std::string text = fmt::format("  {:<28}{:>12}{}\n", "", "scenarios", rated ? fmt::format("{:>13}", "success") : "");
  text += line("all", s.all, rated) + '\n' + line("undisturbed", s.undisturbed, rated) + '\n';
  for (std::uint32_t k = 0; k < kPerturbationKinds; ++k) {
    if (s.perturbation[k].scenarios != 0) text += line(kPerturbationNames[k], s.perturbation[k], rated) + '\n';
  }
  return text;
}

std::string primitive_text(const RunSummary& s, const std::vector<std::string>& kind_names) {
  std::string text = fmt::format("\n  {:<28}{:>12}{:>13}{:>14}{:>11}\n", "primitive", "scenarios", "success",
                                 "failed in it", "its own");
  for (std::size_t k = 0; k < kind_names.size(); ++k) {
    if (s.primitive[k].scenarios != 0)
      text += line(kind_names[k], s.primitive[k], true) +
              fmt::format("{:>14}{:>9.1f} %\n", s.failed_in[k], 100 * s.own_success(k));
  }
  return text;
}

std::string failure_text(const RunSummary& s) {
  if (s.all.successes == s.all.scenarios) return {};
  std::string text = fmt::format("\n  {:<28}{:>12}\n", "reason of failure", "scenarios");
  for (std::uint32_t k = 1; k < kFailures; ++k) {
    if (s.failure[k] != 0) text += fmt::format("  {:<28}{:>12}\n", kFailureNames[k], s.failure[k]);
  }
  return text;
}

Json json_of(const Tally& tally) {
  return {{"scenarios", tally.scenarios}, {"successes", tally.successes}, {"rate", tally.rate()}};
}

}  // namespace

double RunSummary::own_success(std::size_t kind) const {
  if (primitive[kind].scenarios == 0) return 1;
  return 1 - static_cast<double>(unmet[kind]) / static_cast<double>(primitive[kind].scenarios);
}

void RunSummary::add(const Summary& s) {
  const bool success = s.success != 0;
  all.count(success);
  if (s.perturbations == 0) undisturbed.count(success);
  for (std::uint32_t k = 0; k < kPerturbationKinds; ++k) {
    if ((s.perturbations >> k & 1u) != 0) perturbation[k].count(success);
  }
  for (std::uint32_t k = 0; k < kMostKinds; ++k) {
    if ((s.attempted >> k & 1u) != 0) primitive[k].count(success);
    unmet[k] += s.unmet >> k & 1u;
  }
  if (s.failed_primitive < kMostKinds) ++failed_in[s.failed_primitive];
  ++failure[static_cast<std::uint32_t>(s.failure)];
  overrides += s.overrides;
  untriggered += s.untriggered;
}

void RunSummary::add(const RunSummary& other) {
  marketmimic::add(all, other.all);
  marketmimic::add(undisturbed, other.undisturbed);
  for (std::uint32_t k = 0; k < kPerturbationKinds; ++k) marketmimic::add(perturbation[k], other.perturbation[k]);
  for (std::uint32_t k = 0; k < kMostKinds; ++k) marketmimic::add(primitive[k], other.primitive[k]);
  for (std::uint32_t k = 0; k < kMostKinds; ++k) failed_in[k] += other.failed_in[k];
  for (std::uint32_t k = 0; k < kMostKinds; ++k) unmet[k] += other.unmet[k];
  for (std::uint32_t k = 0; k < kFailures; ++k) failure[k] += other.failure[k];
  overrides += other.overrides;
  untriggered += other.untriggered;
}

std::string summary_text(const RunSummary& s, const std::vector<std::string>& kind_names) {
  if (!executed(s)) return perturbation_text(s, false);
  return perturbation_text(s, true) + primitive_text(s, kind_names) + failure_text(s);
}

std::string summary_json(const RunSummary& s, const std::vector<std::string>& kind_names) {
  Json json = {{"all", json_of(s.all)}, {"undisturbed", json_of(s.undisturbed)}};
  for (std::uint32_t k = 0; k < kPerturbationKinds; ++k)
    json["perturbations"][std::string(kPerturbationNames[k])] = json_of(s.perturbation[k]);
  for (std::size_t k = 0; k < kind_names.size(); ++k) {
    Json kind = json_of(s.primitive[k]);
    kind["failed_in"] = s.failed_in[k];
    kind["unmet"] = s.unmet[k];
    json["primitives"][kind_names[k]] = std::move(kind);
  }
  for (std::uint32_t k = 0; k < kFailures; ++k) json["failures"][std::string(kFailureNames[k])] = s.failure[k];
  json["overrides"] = s.overrides;
  json["untriggered"] = s.untriggered;
  return json.dump(1);
}

}  // namespace marketmimic
