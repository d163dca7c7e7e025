#include "host/decomposition/exit_level.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace marketmimic {
namespace {

constexpr double kOneIn10000 = 18.4;  ///< quantile of chi-squared with two degrees of freedom
constexpr int kUpdates = 4;           ///< of the chance of leaving for other reasons

/// Levels to try.
struct Grid {
  std::size_t medians;      ///< quantiles of the distances at which positions were left ...
  std::size_t refinements;  ///< ... then the best's neighbours, ever nearer, so many times
  std::span<const double> spreads;
};
constexpr double kNoLevel = 0.22;  ///< spread of exits that grow likelier with distance, but know no level
constexpr double kFineSpreads[] = {0.003, 0.01, 0.03, 0.06, 0.1, 0.15, kNoLevel};
constexpr double kCoarseSpreads[] = {0.006, 0.03, 0.12, kNoLevel};
constexpr std::size_t kLookedAt = 1000;  ///< positions of either kind, for a coarse search
constexpr Grid kFine = {48, 4, kFineSpreads}, kCoarse = {12, 2, kCoarseSpreads};

constexpr double kLeast = 1e-12;  ///< chance, for its logarithm

/// Chance that the level is not beyond log distance `u`.
double passed(double u, double log_median, double spread) {
  constexpr double certain = 6;  // beyond it the chance is 0 or 1 within 1e-16, and most distances are
  const double z = (log_median - u) / (spread * std::sqrt(2.0));
  if (z > certain) return 0;
  return z < -certain ? 1 : 0.5 * std::erfc(z);
}

/// Logarithm of the chance that the level is beyond log distance `u`.
double log_beyond(double u, double log_median, double spread) {
  const double chance = passed(u, log_median, spread);
  return chance == 0 ? 0 : std::log(std::max(1 - chance, kLeast));
}

/// A position's last two records, as logarithms, and how many it stands for.
struct Last {
  double before, reached;
  double weight = 1;
};
Last last_of(const Excursion& e) {
  constexpr double none = -std::numeric_limits<double>::infinity();
  const std::size_t n = e.records.size();
  return {n > 1 ? std::log(e.records[n - 2]) : none, n > 0 ? std::log(e.records[n - 1]) : none};
}

/// Chance that the level is passed between the two, given that it was not before.
double hazard(const Last& last, double log_median, double spread) {
  const double before = passed(last.before, log_median, spread), after = passed(last.reached, log_median, spread);
  return before < 1 ? (after - before) / (1 - before) : 0;
}

/// Keeps the half of `most` that went farthest, where a level that few reach lies, and of the others some that stand
/// for the rest. An odd stride: sides often alternate.
void thin(std::vector<Last>& all, std::size_t most) {
  if (all.size() <= most) return;
  const std::size_t kept = most / 2, stride = ((all.size() - kept) / kept) | 1u;
  const auto rest = all.begin() + static_cast<std::ptrdiff_t>(kept);
  std::nth_element(all.begin(), rest, all.end(), [](const Last& a, const Last& b) { return a.reached > b.reached; });
  std::vector<Last> some(all.begin(), rest);
  for (std::size_t i = kept; i < all.size(); i += stride)
    some.push_back({all[i].before, all[i].reached, static_cast<double>(std::min(stride, all.size() - i))});
  all = std::move(some);
}

/// What the likelihood needs of the positions.
class Positions {
 public:
  /// `most` of those left at a record, and of the others, are looked at.
  explicit Positions(std::span<const Excursion> excursions,
                     std::size_t most = std::numeric_limits<std::size_t>::max()) {
    for (const Excursion& e : excursions) {
      trials_ += static_cast<double>(e.bars);
      exits_ += e.ended ? 1 : 0;
      left_count_ += e.left_at_record ? 1 : 0;
      (e.left_at_record ? left_ : others_).push_back(last_of(e));
    }
    thin(left_, most);
    thin(others_, most);
  }

  /// The best of a grid; its likelihood ratio is minus infinity where there is none.
  ExitLevel best(const Grid& grid) const {
    const std::vector<double> distances = left_at();
    std::vector<double> medians;
    const std::size_t count = std::min(grid.medians, distances.size());
    for (std::size_t i = 0; i < count; ++i) {
      const double left = (static_cast<double>(count - i) - 0.5) / static_cast<double>(count);
      const double quantile = 1 - left * left;  // denser among the far ones, where a level that few reach lies
      medians.push_back(distances[static_cast<std::size_t>(quantile * static_cast<double>(distances.size()))]);
    }
    ExitLevel best;
    best.likelihood_ratio = -std::numeric_limits<double>::infinity();
    for (std::size_t round = 0; round <= grid.refinements && !distances.empty(); ++round) {
      for (const double median : medians)
        for (const double spread : grid.spreads) {
          const ExitLevel level = judged(median, spread);
          if (level.likelihood_ratio > best.likelihood_ratio) best = level;
        }
      const double at = std::log(best.distance), step = 0.02 * std::pow(0.5, static_cast<double>(round));
      medians = {at - step, at + step};
    }
    return best;
  }

 private:
  /// Log distances at which positions were left, ascending.
  std::vector<double> left_at() const {
    std::vector<double> distances;
    for (const Last& last : left_) distances.push_back(last.reached);
    std::sort(distances.begin(), distances.end());
    return distances;
  }

  double log_likelihood_without() const {
    if (exits_ <= 0 || exits_ >= trials_) return 0;
    return exits_ * std::log(exits_ / trials_) + (trials_ - exits_) * std::log1p(-exits_ / trials_);
  }

  /// The best `elsewhere` for a level, and its likelihood ratio.
  ExitLevel judged(double log_median, double spread) const {
    ExitLevel level{std::exp(log_median), spread, std::clamp(exits_ / trials_, kLeast, 1 - kLeast), 0};
    std::vector<double> chances;
    double survived = 0;  // by the level, in positions and bars that did not end at it
    for (const Last& last : left_) {
      chances.push_back(hazard(last, log_median, spread));
      survived += last.weight * log_beyond(last.before, log_median, spread);
    }
    for (const Last& last : others_) survived += last.weight * log_beyond(last.reached, log_median, spread);
    double at_level = 0;
    for (int update = 0; update < kUpdates; ++update) {  // expectation and maximisation
      at_level = 0;
      for (std::size_t i = 0; i < chances.size(); ++i) {
        const double h = chances[i];
        at_level += left_[i].weight * h / (h + level.elsewhere - h * level.elsewhere);
      }
      level.elsewhere = std::clamp((exits_ - at_level) / std::max(trials_ - at_level, 1.0), kLeast, 1 - kLeast);
    }
    const double p = level.elsewhere, others = exits_ - left_count_;
    double value = survived + others * std::log(p) + (trials_ - exits_) * std::log1p(-p);
    for (std::size_t i = 0; i < chances.size(); ++i)
      value += left_[i].weight * std::log(std::max(chances[i] + p - chances[i] * p, kLeast));
    level.likelihood_ratio = 2 * (value - log_likelihood_without());
    return level;
  }

  std::vector<Last> left_, others_;
  double trials_ = 0, exits_ = 0, left_count_ = 0;
};

bool is_none(const ExitLevel& level) { return level.spread == kNoLevel; }

}  // namespace

double ExitLevel::chance(const Excursion& e) const { return hazard(last_of(e), std::log(distance), spread); }

double least_evidence(std::size_t tried) {
  return kOneIn10000 + 2 * std::log(static_cast<double>(std::max<std::size_t>(1, tried)));
}

std::optional<ExitLevel> find_exit_level(std::span<const Excursion> excursions, std::size_t tried) {
  const ExitLevel best = Positions(excursions).best(kFine);
  return best.likelihood_ratio < least_evidence(tried) || is_none(best) ? std::nullopt : std::optional(best);
}

double exit_level_evidence(std::span<const Excursion> excursions) {
  const ExitLevel best = Positions(excursions, kLookedAt).best(kCoarse);
  return is_none(best) ? -std::numeric_limits<double>::infinity() : best.likelihood_ratio;
}

}  // namespace marketmimic
