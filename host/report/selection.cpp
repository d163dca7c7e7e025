#include "host/report/selection.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>

#include "host/error.hpp"
#include "host/file/file.hpp"
#include "host/report/attempts.hpp"
#include "host/run/hdf5_output.hpp"

namespace marketmimic {
namespace {

/// Every success of a cell is accepted up to the height at which `most` are; the rest goes to the first that have more.
void fill_evenly(const std::map<CoverageBin, Tally>& cells, std::uint64_t most,
                 std::map<CoverageBin, std::uint64_t>& accepted) {
  const auto held = [&](std::uint64_t height) {
    std::uint64_t sum = 0;
    for (const auto& [bin, cell] : cells) sum += std::min(cell.successes, height);
    return sum;
  };
  std::uint64_t low = 0, high = most;  // the greatest height that holds no more than `most`
  while (low < high) {
    const std::uint64_t middle = low + (high - low + 1) / 2;
    if (held(middle) <= most)
      low = middle;
    else
      high = middle - 1;
  }
  std::uint64_t left = most - held(low);
  for (const auto& [bin, cell] : cells) {
    accepted[bin] = std::min(cell.successes, low);
    if (left == 0 || cell.successes <= low) continue;
    ++accepted[bin];
    --left;
  }
}

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

/// What the balance asks of a cell that has a success; none of it asks anything of the others.
double asked(const Tally& cell, Balance balance) {
  if (cell.successes == 0) return 0;
  if (balance == Balance::even) return 1;
  return static_cast<double>(cell.scenarios);
}

/// Shares of bins, weights, and how far from the balance they are.
void weigh(Selection& s) {
  double all_asked = 0, all_accepted = 0, successes = 0, attempts = 0, never = 0;
  for (const SelectedBin& b : s.bins) {
    all_asked += asked(b.attempts, s.balance);
    all_accepted += static_cast<double>(b.accepted);
    successes += static_cast<double>(b.attempts.successes);
    attempts += static_cast<double>(b.attempts.scenarios);
    if (b.attempts.successes == 0) never += static_cast<double>(b.attempts.scenarios);
  }
  s.never = share(never, attempts);
  for (SelectedBin& b : s.bins) {
    const double wanted = share(asked(b.attempts, s.balance), all_asked);
    const double has = share(static_cast<double>(b.accepted), all_accepted);
    s.apart += 0.5 * std::abs(has - wanted);
    s.apart_unbalanced += 0.5 * std::abs(share(static_cast<double>(b.attempts.successes), successes) - wanted);
    if (b.accepted > 0) b.weight = static_cast<float>(s.balance == Balance::none ? 1 : wanted / has);
  }
}

/// A table of columns in an HDF5 file of its own.
class ColumnFile {
 public:
  explicit ColumnFile(const std::filesystem::path& path) : file_(path) {}

  template <class T>
  void add(const Quantity& quantity, const std::vector<T>& values) {
    std::vector<std::byte> bytes(values.size() * sizeof(T));
    std::copy_n(reinterpret_cast<const std::byte*>(values.data()), bytes.size(), bytes.begin());
    columns_.push_back({quantity, values.size(), std::move(bytes)});
  }

  template <class Describe>
  void publish(const std::string& identity, const Describe& describe) {
    constexpr std::uint64_t header_room = 1 << 20;
    std::uint64_t bytes = header_room;
    for (const Stored& c : columns_) bytes += c.bytes.size();
    file_.reserve(bytes);
    file_.write_at(0, empty_hdf5_file());
    std::vector<std::uint64_t> places;
    std::vector<ExpectedDataset> expected;
    {
      Hdf5Output out(file_.temporary());
      describe(out);
      for (const Stored& c : columns_) {
        places.push_back(out.dataset(c.quantity, {c.rows}));
        expected.push_back({c.quantity.path, c.quantity.element, {c.rows}, places.back()});
      }
      out.close();
    }
    file_.reserve(file_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (places[i] != 0) file_.write_at(places[i], columns_[i].bytes);
    file_.sync();
    check_hdf5_file(file_.temporary(), identity, expected);
    file_.publish();
  }

 private:
  struct Stored {
    Quantity quantity;
    std::uint64_t rows;
    std::vector<std::byte> bytes;
  };
  NewFile file_;
  std::vector<Stored> columns_;
};

template <class T, class Value>
std::vector<T> column(const Selection& s, const Value& value) {
  std::vector<T> values;
  for (const SelectedBin& b : s.bins) values.push_back(value(b));
  return values;
}

}  // namespace

std::map<CoverageBin, std::uint64_t> quotas(const std::map<CoverageBin, Tally>& cells, Balance balance,
                                            std::uint64_t most) {
  std::map<CoverageBin, std::uint64_t> accepted;
  if (balance == Balance::even) {
    fill_evenly(cells, most, accepted);
    return accepted;
  }
  double all = 0;
  for (const auto& [bin, cell] : cells) all += asked(cell, balance);
  for (const auto& [bin, cell] : cells) {
    const double part = share(asked(cell, balance), all) * static_cast<double>(most);
    accepted[bin] = std::min(cell.successes, static_cast<std::uint64_t>(std::llround(part)));
  }
  return accepted;
}

Selection select_successes(const Simulation& simulation, const std::filesystem::path& folder, Balance balance,
                           std::uint64_t most) {
  if (!simulation.strategy) throw Error(ExitCode::usage, "markets alone have no successes to accept");
  if (!simulation.job.record.market)
    throw Error(ExitCode::usage, "the run did not record \"market\": where its scenarios lie is not known");
  if (stored_part(simulation, folder).shards == 0)
    throw Error(ExitCode::io, folder.string() + " holds no complete shard yet; let generate run for longer");
  const double usual = usual_volatility(simulation);
  const auto bin_of = [&](const Attempt& attempt) {
    return coverage_bin(place_of(attempt.open, attempt.close, simulation.job.row_seconds(), usual));
  };
  std::map<CoverageBin, Tally> cells;
  visit_attempts(simulation, folder, [&](const Attempt& a) { cells[bin_of(a)].count(a.outcome.success != 0); });

  Selection selection;
  selection.balance = balance;
  std::map<CoverageBin, std::uint64_t> left;
  if (balance != Balance::none) left = quotas(cells, balance, most);
  std::map<CoverageBin, std::uint32_t> index;
  for (const auto& [bin, cell] : cells) {
    index[bin] = static_cast<std::uint32_t>(selection.bins.size());
    selection.bins.push_back({bin, cell});
  }
  visit_attempts(simulation, folder, [&](const Attempt& a) {
    if (a.outcome.success == 0 || selection.id.size() == most) return;
    const CoverageBin bin = bin_of(a);
    if (balance != Balance::none && left[bin]-- == 0) {
      left[bin] = 0;
      return;
    }
    selection.id.push_back(a.outcome.id);
    selection.bin_of.push_back(index[bin]);
    ++selection.bins[index[bin]].accepted;
  });
  weigh(selection);
  return selection;
}

void write_selection(const Selection& s, const Simulation& simulation, const std::filesystem::path& file) {
  ColumnFile out(file);
  std::vector<float> weights;
  for (const std::uint32_t bin : s.bin_of) weights.push_back(s.bins[bin].weight);
  out.add({"/accepted/id", Element::u64, "", {}, {}}, s.id);
  out.add({"/accepted/bin", Element::u32, "", {}, {}}, s.bin_of);
  out.add({"/accepted/weight", Element::f32, "", {}, {}}, weights);
  for (std::size_t axis = 0; axis < kCoverageAxes; ++axis) {
    const CoverageAxis& measure = coverage_axes()[axis];
    Quantity quantity{"/bins/" + std::string(measure.name), Element::u32, std::string(measure.unit), "values", {}};
    for (std::size_t bin = 0; bin < measure.bins(); ++bin) quantity.labels.push_back(measure.label(bin));
    out.add(quantity,
            column<std::uint32_t>(s, [&](const SelectedBin& b) { return static_cast<std::uint32_t>(b.bin[axis]); }));
  }
  out.add({"/bins/attempts", Element::u64, "", {}, {}},
          column<std::uint64_t>(s, [](const SelectedBin& b) { return b.attempts.scenarios; }));
  out.add({"/bins/successes", Element::u64, "", {}, {}},
          column<std::uint64_t>(s, [](const SelectedBin& b) { return b.attempts.successes; }));
  out.add({"/bins/accepted", Element::u64, "", {}, {}},
          column<std::uint64_t>(s, [](const SelectedBin& b) { return b.accepted; }));
  out.add({"/bins/weight", Element::f32, "", {}, {}}, column<float>(s, [](const SelectedBin& b) { return b.weight; }));
  out.publish(simulation.identity, [&](Hdf5Output& head) {
    head.attribute("format", std::string(kSelectionFormat));
    head.attribute("format_version", std::uint64_t{1});
    head.attribute("identity", simulation.identity);
    head.attribute("balance", std::string(kBalanceNames[static_cast<std::size_t>(s.balance)]));
  });
}

}  // namespace marketmimic
