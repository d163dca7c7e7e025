#include "host/realism/panels.hpp"

#include <algorithm>
#include <cmath>

#include "host/statistics/estimators.hpp"

namespace marketmimic {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Points = std::vector<std::pair<double, double>>;

constexpr std::size_t kPoints = 400;

/// Values of a score as people read them.
double readable(Score score, double value, double tick) {
  switch (score) {
    case Score::spread:
      return value / tick;
    case Score::inter_arrival:
      return std::max(1e-3 * std::exp(value), 1e-6);  // same time: the left edge
    default:
      return value;
  }
}

/// Share of the sample at or below each of its quantiles.
Points distribution(const TapeView& tape, Score score, double tick) {
  std::vector<double> values;
  for (const ScoreValue& v : values_of(tape, score)) values.push_back(readable(score, v.value, tick));
  std::sort(values.begin(), values.end());
  Points points;
  const std::size_t count = std::min(values.size(), kPoints);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = count < 2 ? 0 : i * (values.size() - 1) / (count - 1);
    points.emplace_back(values[at], static_cast<double>(at + 1) / static_cast<double>(values.size()));
  }
  return points;
}

Points curve(const MemoryCurve& memory) {
  Points points;
  for (std::size_t k = 0; k < kMemoryLags.size(); ++k) {
    if (!std::isnan(memory.acf[k])) points.emplace_back(static_cast<double>(kMemoryLags[k]), memory.acf[k]);
  }
  return points;
}

Panel memory_panel(Memory which, const MemoryComparison& memory) {
  Panel panel{
      "ACF of " + std::string(description(which)), "lag [" + std::string(lag_unit(which)) + "]", true, false, {}, {}};
  for (std::size_t k = 0; k < kMemoryLags.size(); ++k) {
    const Interval& i = memory.reference.interval[k];
    if (!std::isnan(i.lower)) panel.band.push_back({static_cast<double>(kMemoryLags[k]), i.lower, i.upper});
  }
  panel.lines = {{Shown::shuffled, curve(memory.shuffled)},
                 {Shown::reference, curve(memory.reference)},
                 {Shown::judged, curve(memory.tape)}};
  return panel;
}

Points curve(const TapeImpact& impact) {
  Points points;
  for (std::size_t k = 0; k < kResponseLags.size(); ++k) {
    if (!std::isnan(impact.response[k])) points.emplace_back(static_cast<double>(kResponseLags[k]), impact.response[k]);
  }
  return points;
}

Panel impact_panel(const ImpactComparison& impact) {
  Panel panel{"move towards market orders [bp]", "orders later", true, false, {}, {}};
  for (std::size_t k = 0; k < kResponseLags.size(); ++k) {
    const Interval& i = impact.reference.response_interval[k];
    if (!std::isnan(i.lower)) panel.band.push_back({static_cast<double>(kResponseLags[k]), i.lower, i.upper});
  }
  panel.lines = {{Shown::reference, curve(impact.reference)}, {Shown::judged, curve(impact.tape)}};
  return panel;
}

struct ScorePanel {
  Score score;
  const char *name, *x_label;
  bool log_x;
};
constexpr std::array<ScorePanel, 4> kScorePanels{{
    {Score::spread, "spread, share below", "ticks", true},
    {Score::inter_arrival, "time between messages, share below", "s", true},
    {Score::ask_touch, "ask size at the touch, share below", "lots", true},
    {Score::flow, "order-flow imbalance, share below", "lots a message", false},
}};

void add_tape_panels(std::vector<Panel>& panels, const TapeCheck& check, const TapeView& judged,
                     const TapeView& reference) {
  for (std::size_t i = 0; i < kMemories; ++i) panels.push_back(memory_panel(static_cast<Memory>(i), check.memory[i]));
  panels.push_back(impact_panel(check.impact));
  const auto tick = static_cast<double>(std::max<std::int64_t>(check.tick, 1));
  for (const ScorePanel& p : kScorePanels)
    panels.push_back({p.name,
                      p.x_label,
                      p.log_x,
                      false,
                      {{Shown::reference, distribution(reference, p.score, tick)},
                       {Shown::judged, distribution(judged, p.score, tick)}},
                      {}});
}

/// In units of their standard deviation.
ArrayXd scaled(const Returns& r) { return r.value / standard_deviation(r.value, r.valid); }

Points tail(const Returns& r) {
  const ArrayXd x = scaled(r).abs();
  std::vector<double> values;
  for (Index t = 0; t < x.size(); ++t) {
    if (r.valid[t] > 0 && x[t] > 0.05) values.push_back(x[t]);
  }
  std::sort(values.begin(), values.end(), std::greater<>());
  Points points;
  double last = -1;  // ranks evenly spaced in their logarithm
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double rank = static_cast<double>(i + 1);
    if (std::log(rank) - last < 0.02 && i + 1 != values.size()) continue;
    last = std::log(rank);
    points.emplace_back(values[i], rank / r.valid.sum());
  }
  return points;
}

Points acf(const PriceSeries& s, bool absolute, Index longest) {
  const Returns& r = s.returns;
  const ArrayXd x = centred(absolute ? ArrayXd(r.value.abs()) : r.value, r.valid), ones = ArrayXd::Ones(x.size());
  Points points;
  for (Index lag = 1; lag <= std::min(longest, s.unbroken / 4); lag = std::max(lag + 1, lag * 8 / 7))
    points.emplace_back(static_cast<double>(lag), autocorrelation(x, ones, lag));
  return points;
}

Points kurtosis(const PriceSeries& s) {
  Points points;
  for (const Index bars : {1, 2, 4, 8, 16, 24, 48}) {
    const Index count = s.returns.value.size() / bars;
    if (bars * 4 > s.unbroken || count < 20) break;
    points.emplace_back(static_cast<double>(bars),
                        kurtosis_of_sums(s.returns, bars, ArrayXd::Ones(s.returns.value.size())));
  }
  return points;
}

template <class Of>
Panel series_panel(const ComparedSeries& series, Panel panel, const Of& of) {
  if (series.reference) panel.lines.push_back({Shown::reference, of(*series.reference)});
  panel.lines.push_back({Shown::judged, of(series.series)});
  return panel;
}

}  // namespace

std::vector<Panel> panels_of(const Validated& validated, const DataSource& source, const DataSource* reference) {
  std::vector<Panel> panels;
  const ComparedSeries& series = validated.series;
  if (validated.validation.tape && source.tape) {
    const bool both = reference != nullptr && reference->tape;
    const auto half = halves(*source.tape);
    add_tape_panels(panels, *validated.validation.tape, both ? TapeView(*source.tape) : half[1].front(),
                    both ? TapeView(*reference->tape) : half[0].front());
  }
  panels.push_back(series_panel(series, {"|returns|, share above", "standard deviations", true, true, {}, {}},
                                [](const PriceSeries& s) { return tail(s.returns); }));
  if (panels.size() > 1) return panels;
  panels.push_back(series_panel(series, {"ACF of returns", "lag [bars]", false, false, {}, {}},
                                [](const PriceSeries& s) { return acf(s, false, 20); }));
  panels.push_back(series_panel(series, {"ACF of |returns|", "lag [bars]", true, false, {}, {}},
                                [](const PriceSeries& s) { return acf(s, true, 250); }));
  panels.push_back(series_panel(series, {"excess kurtosis of sums", "bars summed", true, false, {}, {}}, kurtosis));
  return panels;
}

}  // namespace marketmimic
