#include "host/flow/excitation_fit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace marketmimic {
namespace {

constexpr int kRounds = 4;         // rates anew, then
constexpr int kExpectations = 40;  // so many steps of the excitation
constexpr double kPrior = 4;       // events a bin borrows from its neighbours

/// One kernel's memory of the events so far, by the class of the parent.
struct Memory {
  std::array<double, kTouchEvents> now{};  // sum of decay exp(-decay age)
  std::array<double, kTouchEvents> age{};  // the same times the age
};

std::uint32_t mirrored(std::uint32_t bin) { return kImbalanceBins - 1 - bin; }

class Fit {
 public:
  Fit(const std::vector<TouchRow>& events, const std::vector<double>& activity) : events_(events), activity_(activity) {
    fit_.branching = {0.3, 0.2, 0.1, 0.1};
    fit_.decay = {1000.0, 50.0, 1.0, 0.02};
    fit_.weight.fill(1.0);
    fit_.base = 0.4;
  }

  ExcitationFit run() {
    std::vector<double> excited(events_.size(), 1.0);  // mean factor on the rate over each interval
    for (int round = 0; round < kRounds; ++round) {
      count_rates(excited);
      if (round == 0) poisson_ = poisson_likelihood();
      for (int k = 0; k < kExpectations; ++k) step(nullptr);
      step(&excited);
    }
    count_rates(excited);
    step(&excited);
    const double mean =
        std::accumulate(fit_.waits.begin(), fit_.waits.end(), 0.0) / static_cast<double>(fit_.waits.size());
    for (double& wait : fit_.waits) wait /= mean;
    return std::move(fit_);
  }

 private:
  double rate_of(const TouchRow& row) const {
    double sum = 0;
    for (const auto& event : fit_.rate)
      sum += event[row.bid_bin][row.spread_bin] + event[mirrored(row.bid_bin)][row.spread_bin];
    return sum;
  }

  /// Counts over exposures, where `factor` is the mean excited level over an interval.
  void count_rates(const std::vector<double>& factor) {
    std::array<std::array<double, kSpreadBins>, kImbalanceBins> exposure{};
    decltype(fit_.rate) count{};
    for (std::size_t i = 1; i < events_.size(); ++i) {
      const TouchRow& row = events_[i];
      const double time = row.wait * factor[i];
      exposure[row.bid_bin][row.spread_bin] += time;
      exposure[mirrored(row.bid_bin)][row.spread_bin] += time;
      const std::uint32_t bin = row.side == 0u ? row.bid_bin : mirrored(row.bid_bin);
      count[row.event][bin][row.spread_bin] += 1;
    }
    for (std::uint32_t e = 0; e < kTouchEvents; ++e) {
      for (std::uint32_t s = 0; s < kSpreadBins; ++s) {
        double events = 0, time = 0;
        for (std::uint32_t b = 0; b < kImbalanceBins; ++b) {
          events += count[e][b][s];
          time += exposure[b][s];
        }
        const double usual = time > 0 ? events / time : 0;
        for (std::uint32_t b = 0; b < kImbalanceBins; ++b) {
          const double borrowed = usual > 0 ? kPrior / usual : 0;  // time in which the usual rate gives kPrior events
          const double whole = exposure[b][s] + borrowed;
          fit_.rate[e][b][s] = whole > 0 ? (count[e][b][s] + (usual > 0 ? kPrior : 0)) / whole : 0;
        }
      }
    }
    fit_.mean_rate = 0;
    for (const TouchRow& row : events_) fit_.mean_rate += rate_of(row);
    fit_.mean_rate /= static_cast<double>(events_.size());
  }

  double poisson_likelihood() const {
    double sum = 0;
    for (std::size_t i = 1; i < events_.size(); ++i)
      sum += std::log(std::max(rate_of(events_[i]), 1e-12)) - rate_of(events_[i]) * events_[i].wait;
    return sum;
  }

  /// One expectation and maximisation. With `excited` the parameters stay, and waits, likelihood and the mean excited
  /// level of each interval come out.
  void step(std::vector<double>* excited) {
    std::array<Memory, kExcitations> memory{};
    double base_children = 0, base_exposure = 0, likelihood = 0;
    std::array<double, kExcitations> children{}, exposure{}, age{};
    std::array<double, kTouchEvents> class_children{}, class_exposure{};
    fit_.waits.clear();
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const TouchRow& row = events_[i];
      const double rate = rate_of(row), share = rate / fit_.mean_rate;
      double intensity = rate * fit_.base * activity_[i], compensator = intensity * row.wait;
      if (i > 0) base_exposure += rate * activity_[i] * row.wait;
      std::array<std::array<double, kTouchEvents>, kExcitations> part{};
      for (std::uint32_t k = 0; k < kExcitations; ++k) {
        const double fade = std::exp(-fit_.decay[k] * row.wait);
        for (std::uint32_t e = 0; e < kTouchEvents; ++e) {
          Memory& m = memory[k];
          const double passed = share * m.now[e] / fit_.decay[k] * (1 - fade);  // integral over the interval
          m.age[e] = (m.age[e] + row.wait * m.now[e]) * fade;
          m.now[e] *= fade;
          const double factor = fit_.branching[k] * fit_.weight[e];
          part[k][e] = share * factor * m.now[e];
          intensity += part[k][e];
          compensator += factor * passed;
          exposure[k] += fit_.weight[e] * passed;
          class_exposure[e] += fit_.branching[k] * passed;
        }
      }
      if (i > 0) {
        base_children += rate * fit_.base * activity_[i] / intensity;
        for (std::uint32_t k = 0; k < kExcitations; ++k) {
          for (std::uint32_t e = 0; e < kTouchEvents; ++e) {
            const double p = part[k][e] / intensity;
            children[k] += p;
            class_children[e] += p;
            if (memory[k].now[e] > 0) age[k] += p * memory[k].age[e] / memory[k].now[e];
          }
        }
        likelihood += std::log(std::max(intensity, 1e-12)) - compensator;
        if (excited != nullptr) {
          fit_.waits.push_back(std::max(compensator, 1e-9));
          (*excited)[i] = row.wait > 0 ? compensator / (rate * row.wait) : 1.0;
        }
      }
      for (std::uint32_t k = 0; k < kExcitations; ++k) memory[k].now[row.event] += fit_.decay[k];
    }
    if (excited != nullptr) {
      fit_.log_likelihood = (likelihood - poisson_) / static_cast<double>(events_.size());
      return;
    }
    fit_.base = std::max(base_children / base_exposure, 1e-3);
    double sum = 0;
    for (std::uint32_t k = 0; k < kExcitations; ++k) {
      if (exposure[k] > 0) fit_.branching[k] = children[k] / exposure[k];
      if (age[k] > 0) fit_.decay[k] = std::clamp(children[k] / age[k], 1e-3, 1e5);
      sum += fit_.branching[k];
    }
    const double keep = std::min(1.0, 0.94 / sum);
    for (double& n : fit_.branching) n *= keep;
    double mean = 0;
    std::array<double, kTouchEvents> count{};
    for (const TouchRow& row : events_) count[row.event] += 1;
    for (std::uint32_t e = 0; e < kTouchEvents; ++e) {
      if (class_exposure[e] > 0 && count[e] > 50) fit_.weight[e] = class_children[e] / class_exposure[e];
      mean += fit_.weight[e] * count[e] / static_cast<double>(events_.size());
    }
    for (double& weight : fit_.weight) weight = std::clamp(weight / mean, 0.0, 10.0);
  }

  const std::vector<TouchRow>& events_;
  const std::vector<double>& activity_;
  ExcitationFit fit_{};
  double poisson_ = 0;
};

}  // namespace

ExcitationFit fit_excitation(const std::vector<TouchRow>& events, const std::vector<double>& activity) {
  return Fit(events, activity).run();
}

}  // namespace marketmimic
