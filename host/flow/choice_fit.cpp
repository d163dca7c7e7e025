#include "host/flow/choice_fit.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <cmath>

namespace marketmimic {
namespace {

constexpr int kParametersAnEvent = static_cast<int>(kPreceding + kFlowMemories + kSpreadMemories);
constexpr int kParameters = static_cast<int>(kTouchEvents) * kParametersAnEvent;
constexpr int kAlternatives = 2 * static_cast<int>(kTouchEvents);

/// The event before as seen from a side: 0 none, then its own five, then the other's.
std::uint32_t seen_from(std::uint32_t preceding, std::uint32_t side) {
  if (preceding == 0 || side == 0) return preceding;
  return preceding <= kTouchEvents ? preceding + kTouchEvents : preceding - kTouchEvents;
}

/// The non-zero features of one alternative: parameter and value.
struct Features {
  std::array<int, 1 + kFlowMemories + kSpreadMemories> index;
  std::array<double, 1 + kFlowMemories + kSpreadMemories> value;
};

Features features_of(const TouchRow& row, std::uint32_t event, std::uint32_t side, const ChoiceIngredients& what) {
  Features f;
  const int first = static_cast<int>(event) * kParametersAnEvent;
  f.index[0] = first + static_cast<int>(seen_from(row.preceding, side));
  f.value[0] = what.follow && row.preceding != 0 ? 1.0 : 0.0;
  for (std::uint32_t j = 0; j < kFlowMemories; ++j) {
    f.index[1 + j] = first + static_cast<int>(kPreceding + j);
    const bool fitted = j < kFirstMove ? what.memory : what.moves;
    f.value[1 + j] = fitted ? (side == 1 ? 1.0 : -1.0) * static_cast<double>(row.memory[j]) : 0.0;
  }
  for (std::uint32_t j = 0; j < kSpreadMemories; ++j) {
    f.index[1 + kFlowMemories + j] = first + static_cast<int>(kPreceding + kFlowMemories + j);
    f.value[1 + kFlowMemories + j] = what.spread ? static_cast<double>(row.wide[j]) : 0.0;
  }
  return f;
}

}  // namespace

ChoiceFit fit_choice(const std::vector<TouchRow>& events, const ExcitationFit& rates, const ChoiceIngredients& what) {
  Eigen::VectorXd beta = Eigen::VectorXd::Zero(kParameters);
  double first_likelihood = 0, likelihood = 0;
  for (int round = 0; round < 8; ++round) {
    Eigen::VectorXd gradient = -beta;
    Eigen::MatrixXd hessian = Eigen::MatrixXd::Identity(kParameters, kParameters);
    likelihood = 0;
    for (std::size_t i = 1; i < events.size(); ++i) {
      const TouchRow& row = events[i];
      std::array<Features, kAlternatives> features;
      std::array<double, kAlternatives> p{};
      double sum = 0;
      for (int a = 0; a < kAlternatives; ++a) {
        const auto event = static_cast<std::uint32_t>(a) % kTouchEvents,
                   side = static_cast<std::uint32_t>(a) / kTouchEvents;
        const std::uint32_t bin = side == 0 ? row.bid_bin : kImbalanceBins - 1 - row.bid_bin;
        auto& f = features[static_cast<std::size_t>(a)] = features_of(row, event, side, what);
        double tilt = 0;
        for (std::size_t k = 0; k < f.index.size(); ++k) tilt += beta[f.index[k]] * f.value[k];
        sum += p[static_cast<std::size_t>(a)] = rates.rate[event][bin][row.spread_bin] * std::exp(tilt);
      }
      const std::size_t chosen = row.side * kTouchEvents + row.event;
      if (!(p[chosen] > 0)) continue;
      likelihood += std::log(p[chosen] / sum);
      Eigen::VectorXd mean = Eigen::VectorXd::Zero(kParameters);
      for (std::size_t a = 0; a < p.size(); ++a) {
        const Features& f = features[a];
        const double share = p[a] / sum;
        for (std::size_t k = 0; k < f.index.size(); ++k) {
          if (f.value[k] == 0) continue;
          const double part = share * f.value[k];
          mean[f.index[k]] += part;
          gradient[f.index[k]] += (a == chosen ? f.value[k] : 0.0) - part;
          for (std::size_t l = 0; l < f.index.size(); ++l) hessian(f.index[k], f.index[l]) += part * f.value[l];
        }
      }
      hessian.selfadjointView<Eigen::Lower>().rankUpdate(mean, -1.0);
      // rankUpdate writes the lower half only, which is all that the decomposition reads.
    }
    if (round == 0) first_likelihood = likelihood;
    const Eigen::VectorXd change = hessian.selfadjointView<Eigen::Lower>().llt().solve(gradient);
    beta += change.cwiseMax(-1.0).cwiseMin(1.0);
    if (change.cwiseAbs().maxCoeff() < 1e-4) break;
  }
  ChoiceFit fit;
  for (std::uint32_t e = 0; e < kTouchEvents; ++e) {
    const int first = static_cast<int>(e) * kParametersAnEvent;
    for (std::uint32_t k = 0; k < kPreceding; ++k) fit.follow[e][k] = beta[first + static_cast<int>(k)];
    for (std::uint32_t j = 0; j < kFlowMemories; ++j)
      fit.memory_weight[e][j] = beta[first + static_cast<int>(kPreceding + j)];
    for (std::uint32_t j = 0; j < kSpreadMemories; ++j)
      fit.spread_weight[e][j] = beta[first + static_cast<int>(kPreceding + kFlowMemories + j)];
  }
  if (events.size() > 1) fit.log_likelihood = (likelihood - first_likelihood) / static_cast<double>(events.size() - 1);
  return fit;
}

}  // namespace marketmimic
