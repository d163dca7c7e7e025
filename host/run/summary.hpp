#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "marketmimic/perturbation.hpp"
#include "marketmimic/record.hpp"
#include "marketmimic/strategy.hpp"

namespace marketmimic {

/// How often something happened, and how often the scenario was then a success.
struct Tally {
  std::uint64_t scenarios = 0;
  std::uint64_t successes = 0;

  bool operator==(const Tally&) const = default;
  void count(bool success) {
    ++scenarios;
    successes += success ? 1 : 0;
  }
  double rate() const { return scenarios == 0 ? 0.0 : static_cast<double>(successes) / static_cast<double>(scenarios); }
};

/// What came of many scenarios. Whole numbers only, so that the order in which they are added makes no difference.
struct RunSummary {
  Tally all;
  Tally undisturbed;                                   ///< scenarios in which no perturbation acted
  std::array<Tally, kPerturbationKinds> perturbation;  ///< scenarios in which one of the kind acted
  std::array<Tally, kMostKinds> primitive;             ///< scenarios that began one of the kind
  std::array<std::uint64_t, kMostKinds> failed_in{};   ///< scenarios that failed while one of the kind ran
  std::array<std::uint64_t, kMostKinds> unmet{};       ///< scenarios that left one of the kind without its own success
  std::array<std::uint64_t, kFailures> failure{};      ///< by reason; the first is none
  std::uint64_t overrides = 0;                         ///< primitives left for the exit
  std::uint64_t untriggered = 0;                       ///< primitives begun without their event

  /// Share of the scenarios that began primitives of a kind in which each of them was a success by its own rules; 1
  /// where none did.
  double own_success(std::size_t kind) const;
  void add(const Summary& scenario);
  void add(const RunSummary& other);
  bool operator==(const RunSummary&) const = default;
};

/// As a table for people; lines of kinds that never occurred are left out, and all of success for markets alone.
/// `kind_names` of the primitives, see kind_names().
std::string summary_text(const RunSummary& summary, const std::vector<std::string>& kind_names);
/// As one JSON object.
std::string summary_json(const RunSummary& summary, const std::vector<std::string>& kind_names);

}  // namespace marketmimic
