#include "host/picture/work_picture.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>

#include "host/input/time.hpp"
#include "host/picture/chart.hpp"
#include "host/picture/colours.hpp"
#include "host/picture/time_axis.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kMostLines = 24, kBins = 80;

/// Of a time in the journal [s]; none where it is no time.
std::optional<double> seconds_of(const std::string& time) {
  const std::optional<std::int64_t> ms = parse_time(time);
  if (!ms) return std::nullopt;
  return 1e-3 * static_cast<double>(*ms);
}

/// What was published of a session, between the times of a clock that ticks in seconds.
struct Stretch {
  double begin, end, scenarios;
};

/// A session on the axis of time [s].
struct Line {
  const Session* session;
  double begin, end;  ///< until it is last heard of
  std::vector<Stretch> work;
};

std::vector<Line> lines_of(const std::vector<Session>& sessions) {
  std::vector<Line> lines;
  for (const Session& s : sessions) {
    const std::optional<double> begin = seconds_of(s.started);
    if (!begin) continue;
    Line line{&s, *begin, *begin, {}};
    for (const PublishedShard& shard : s.published) {
      const double end = std::max(seconds_of(shard.time).value_or(line.end), line.end);
      line.work.push_back({line.end, end, static_cast<double>(shard.scenarios)});
      line.end = end;
    }
    line.end = std::max(line.end, seconds_of(s.ended).value_or(line.end));
    lines.push_back(std::move(line));
  }
  return lines;
}

class WorkDrawing {
 public:
  explicit WorkDrawing(std::vector<Line> lines)
      : lines_(std::move(lines)), chart_(1160, 250 + 22 * static_cast<int>(std::min(lines_.size(), kMostLines))) {
    for (const Line& line : lines_) {
      first_ = std::min(first_, line.begin);
      last_ = std::max(last_, line.end);
    }
  }

  std::optional<std::string> svg() {
    if (!(last_ - first_ >= 10)) return std::nullopt;
    axis_ = TimeAxis::of(last_ - first_, 1);
    throughput();
    sessions();
    return chart_.svg();
  }

 private:
  double at(double second) const { return axis_.step * (second - first_); }
  double pixels(double from_below) const { return from_below / chart_.height(); }
  double shown() const { return static_cast<double>(std::min(lines_.size(), kMostLines)); }
  static constexpr double from = 0.17, to = 0.985;

  /// Scenarios a second in each of equal times; what a shard holds is spread evenly since the one before.
  std::array<double, kBins> rates() const {
    std::array<double, kBins> rate{};
    const double width = (last_ - first_) / kBins;
    for (const Line& line : lines_) {
      for (const Stretch& s : line.work) {
        const double begin = std::min(s.begin, s.end - 1);  // a tick of the clock at least
        for (std::size_t bin = 0; bin < kBins; ++bin) {
          const double left = first_ + width * static_cast<double>(bin);
          const double shared = std::min(s.end, left + width) - std::max(begin, left);
          if (shared > 0) rate[bin] += s.scenarios * shared / (s.end - begin) / width;
        }
      }
    }
    return rate;
  }

  void throughput() {
    chart_.table("rate", [&] {
      const auto rate = rates();
      for (std::size_t bin = 0; bin < kBins; ++bin)
        chart_.add("{:.8g} {:.6g}", at(first_ + (static_cast<double>(bin) + 0.5) / kBins * (last_ - first_)),
                   rate[bin]);
    });
    chart_.panel(pixels(76 + 22 * shown()), 1 - pixels(34), 0, at(last_), from, to);
    chart_.add("set label 1 'scenarios published a second' at screen {},{} font 'DejaVu Sans:Bold,11' tc rgb '{}'",
               0.01, 1 - pixels(16), colours::ink);
    chart_.add("set yrange [0:*]\nset format y '%.0s%c'\nset boxwidth {} absolute", at(last_) / kBins);
    chart_.add("plot $rate using 1:2 with boxes fc rgb '{}' fs solid 0.8 noborder notitle\nunset label", colours::held);
    chart_.add("set format y '%g'");
  }

  void sessions() {
    chart_.panel(pixels(42), pixels(42 + 22 * shown()), 0, at(last_), from, to);
    chart_.add("set yrange [{}:0]\nunset ytics\nset border 1\nset xtics autofreq format '%g'", shown());
    chart_.add("set xlabel {} offset 0,0.4 font ',10' tc rgb '{}'",
               literal(fmt::format("{} since {}", axis_.label, format_time(static_cast<std::int64_t>(1000 * first_)))),
               colours::quiet);
    for (std::size_t i = 0; i < std::min(lines_.size(), kMostLines); ++i) {
      const Line& line = lines_[i];
      const auto y = static_cast<double>(i);
      const bool whole = line.session->outcome == "complete";
      const double least = 0.002 * at(last_);  // to be seen at all
      chart_.add("set object rectangle from {:.6g},{} to {:.6g},{} fc rgb '{}' fs solid noborder", at(line.begin),
                 y + 0.2, std::max(at(line.end), at(line.begin) + least), y + 0.8,
                 whole ? colours::up : colours::target);
      chart_.add("set label {} at screen {},first {} right font ',10' tc rgb '{}'",
                 literal(fmt::format("{} {}", line.session->host.substr(0, 20), line.session->pid)), from - 0.01,
                 y + 0.5, colours::quiet);
    }
    chart_.add("plot NaN notitle");
  }

  std::vector<Line> lines_;
  Chart chart_;
  TimeAxis axis_{};
  double first_ = std::numeric_limits<double>::infinity(), last_ = -std::numeric_limits<double>::infinity();
};

}  // namespace

std::optional<std::string> work_svg(const std::vector<Session>& sessions) {
  return WorkDrawing(lines_of(sessions)).svg();
}

}  // namespace marketmimic
