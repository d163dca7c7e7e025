#include "host/report/fan.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "host/run/run_folder.hpp"
#include "host/run/stored_shard.hpp"
#include "host/statistics/estimators.hpp"

namespace marketmimic {
namespace {

constexpr std::uint64_t kMostScenarios = 4096, kMostSteps = 64'000'000, kMostShown = 200;

/// Of the sampled scenarios, one a row, at the moments shown.
using Sample = Eigen::ArrayXXd;

Fan fan_of(Sample& sample) {
  Fan fan(static_cast<std::size_t>(sample.cols()));
  const Eigen::ArrayXd once = Eigen::ArrayXd::Ones(sample.rows());
  for (Eigen::Index k = 0; k < sample.cols(); ++k) {
    std::sort(sample.col(k).begin(), sample.col(k).end());  // once, since quantile() sorts what is sorted in no time
    for (std::size_t q = 0; q < kFanLevels.size(); ++q)
      fan[static_cast<std::size_t>(k)][q] = quantile(sample.col(k), once, kFanLevels[q]);
  }
  return fan;
}

class Sampler {
 public:
  Sampler(const Simulation& simulation, std::uint64_t stored) : simulation_(simulation), T_(simulation.job.rows()) {
    const std::uint64_t most = std::min(kMostScenarios, std::max<std::uint64_t>(1, kMostSteps / T_));
    apart_ = (stored + most - 1) / most;
    fans_.scenarios = (stored + apart_ - 1) / apart_;
    const std::uint64_t shown = std::min<std::uint64_t>(T_, kMostShown);
    for (std::uint64_t k = 1; k <= shown; ++k)
      fans_.steps.push_back(static_cast<std::uint32_t>(k * T_ / shown) * simulation.job.stride);
    const auto rows = static_cast<Eigen::Index>(fans_.scenarios), columns = static_cast<Eigen::Index>(shown);
    const RecordedGroups& record = simulation.job.record;
    const bool executed = simulation.strategy != nullptr && record.strategy;
    if (record.market) price_.resize(rows, columns);
    if (executed) exposure_.resize(rows, columns);
    if (record.market && executed) profit_.resize(rows, columns);
  }

  /// Those of a shard's scenarios whose turn it is; `before` were stored in the shards before it.
  void read(const StoredShard& shard, std::uint64_t before) {
    for (std::uint64_t i = (apart_ - before % apart_) % apart_; i < shard.scenarios().count; i += apart_) add(shard, i);
  }

  double done() const { return static_cast<double>(row_) / static_cast<double>(fans_.scenarios); }

  Fans result() {
    fans_.price = fan_of(price_);
    fans_.exposure = fan_of(exposure_);
    fans_.profit = fan_of(profit_);
    return std::move(fans_);
  }

 private:
  void add(const StoredShard& shard, std::uint64_t i) {
    const std::uint64_t at = i * T_;
    const double tick = simulation_.market.tick, peak = simulation_.settings().adaptation.peak_lots;
    std::vector<std::int32_t> close;
    if (price_.size() != 0) {
      close = shard.read<std::int32_t>("/market/close_half_ticks", at, T_);
      put(price_, [&](std::size_t t) { return 0.5 * tick * close[t]; });
    }
    if (exposure_.size() != 0) {
      const auto held = shard.read<std::int64_t>("/strategy/exposure_lots", at, T_);
      put(exposure_, [&](std::size_t t) { return static_cast<double>(held[t]) / peak; });
      if (profit_.size() != 0) {
        const auto cash = shard.read<std::int64_t>("/strategy/cash", at, T_);
        const double worth = peak * shard.read<std::int32_t>("/market/open_half_ticks", at, 1).front();
        put(profit_, [&](std::size_t t) {
          return (2 * static_cast<double>(cash[t]) + static_cast<double>(held[t]) * close[t]) / worth;
        });
      }
    }
    ++row_;
  }

  template <class Value>
  void put(Sample& sample, const Value& value) const {
    for (std::size_t k = 0; k < fans_.steps.size(); ++k)
      sample(row_, static_cast<Eigen::Index>(k)) = value(fans_.steps[k] / simulation_.job.stride - 1);
  }

  const Simulation& simulation_;
  std::uint64_t T_, apart_ = 1;  ///< rows of a scenario; every so many scenarios is one of the sample
  Fans fans_;
  Sample price_, exposure_, profit_;
  Eigen::Index row_ = 0;
};

}  // namespace

Fans fans_of(const Simulation& simulation, const std::filesystem::path& folder, const StoredPart& part,
             const std::function<void(double)>& progress) {
  Sampler sampler(simulation, part.scenarios);
  const std::uint64_t shards = plan_of(simulation).shards();
  std::uint64_t before = 0;
  for (std::uint64_t index = 0; index < shards; ++index) {
    if (!StoredShard::published(simulation, folder, index)) continue;
    const StoredShard shard(simulation, folder, index);
    sampler.read(shard, before);
    before += shard.scenarios().count;
    if (progress) progress(sampler.done());
  }
  return sampler.result();
}

}  // namespace marketmimic
