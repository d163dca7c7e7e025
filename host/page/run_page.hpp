#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "host/realism/source.hpp"
#include "host/report/run_report.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// What a page about a run is made from.
struct RunPageSource {
  const Simulation& simulation;
  const std::filesystem::path& folder;
  const RunReport& report;
  const DataSource* reference = nullptr;  ///< what its market should be like; null: nothing is compared
  /// Told the share done, and what is done next.
  std::function<void(double, const char*)> progress = [](double, const char*) {};
};

/// One HTML page that needs nothing else: job and provenance, who worked when, outcomes, fans of price, exposure and
/// profit, coverage, diversity, facts of the market, and some scenarios step by step, chosen by a rule. What was not
/// recorded is left out with a note. The same run gives the same page.
///
/// Error(io) as visit_attempts() and run_gnuplot(); Error as validate() about `reference`.
std::string run_page(const RunPageSource& source);

}  // namespace marketmimic
