#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string_view>
#include <vector>

#include "host/report/coverage.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// Which of a run's successes are accepted.
enum class Balance : std::uint32_t {
  none = 0,      ///< the first of them, wherever they lie
  even = 1,      ///< as many from every bin of scenario space, as far as it has them
  attempts = 2,  ///< from every bin in proportion to the attempts that lie in it
};
inline constexpr std::array<std::string_view, 3> kBalanceNames = {"none", "even", "attempts"};

/// What a file of accepted scenarios says that it is.
inline constexpr std::string_view kSelectionFormat = "marketmimic selection";

/// A bin that attempts reached.
struct SelectedBin {
  CoverageBin bin{};
  Tally attempts;
  std::uint64_t accepted = 0;
  /// What each of the accepted has to count for the balance to be met exactly: the bin's share of what is asked for,
  /// among bins with a success, over its share of the accepted. 0 where none is accepted.
  float weight = 0;
};

struct Selection {
  Balance balance = Balance::even;
  std::vector<SelectedBin> bins;      ///< in the order of their numbers
  std::vector<std::uint64_t> id;      ///< of accepted scenarios, ascending
  std::vector<std::uint32_t> bin_of;  ///< [id] index in `bins`
  double never = 0;                   ///< share of the attempts in bins without a success
  double apart = 0;                   ///< total variation distance of the accepted from the balance, without weights
  double apart_unbalanced = 0;        ///< the same of all successes
};

/// How many of each cell are accepted, `most` in all. Even: cells are filled up alike, what is left over goes to the
/// first; in proportion: no cell makes up for what another lacks.
std::map<CoverageBin, std::uint64_t> quotas(const std::map<CoverageBin, Tally>& cells, Balance balance,
                                            std::uint64_t most);

/// Accepts the first successes of each bin, by number. Error(io) as visit_attempts(); Error(usage) for markets alone
/// and for runs that did not record their market.
Selection select_successes(const Simulation& simulation, const std::filesystem::path& folder, Balance balance,
                           std::uint64_t most);

/// Writes /accepted/{id, bin, weight} and /bins/{volatility, move, fall, attempts, successes, accepted, weight} as
/// HDF5: appears whole or not at all. Error(io).
void write_selection(const Selection& selection, const Simulation& simulation, const std::filesystem::path& file);

/// The accepted scenarios of such a file, ascending. Error(io) where it can't be read, Error(input_data) where it is
/// none of this run.
std::vector<std::uint64_t> read_selection(const std::filesystem::path& file, const Simulation& simulation);

}  // namespace marketmimic
