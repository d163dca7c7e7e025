#include "host/simulator/coupled_assets.hpp"

#include "host/error.hpp"
#include "host/simulator/factor_model.hpp"
#include "host/simulator/tide.hpp"

namespace marketmimic {
namespace {

template <class Market, class StepOf>
std::vector<ScenarioContext<Market>> contexts(std::span<const MarketFile> files, const ScenarioSettings& settings,
                                              std::span<const Coupling> coupled, const StepOf& step_of) {
  std::vector<ScenarioContext<Market>> all(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    static_cast<ScenarioSettings&>(all[i]) = settings;
    all[i].market = step_of(files[i]);
    all[i].market.coupling = coupled[i];
  }
  return all;
}

}  // namespace

Eigen::MatrixXd asset_correlation(std::span<const double> values, std::size_t assets, bool contagion) {
  Eigen::MatrixXd correlation = correlation_matrix(values, assets);
  if (contagion && correlation.isIdentity(0.0)) {
    throw Error(ExitCode::usage, "contagion spreads along the correlation: give one, with an element other than 0");
  }
  return correlation;
}

void refuse_mixed_models() {
  throw Error(ExitCode::usage,
              "all assets must be of one model: choose order_book or diffusion, which each of them must have");
}

std::vector<ScenarioContext<Diffusion>> coupled_diffusions(std::span<const MarketFile> files,
                                                           const ScenarioSettings& settings,
                                                           const Eigen::MatrixXd& correlation) {
  std::vector<DiffusionParameters> parameters;
  for (const MarketFile& file : files) parameters.push_back(file.diffusion);
  return contexts<Diffusion>(
      files, settings, couplings(noise_correlation(correlation, parameters), 1.0),
      [&](const MarketFile& file) { return DiffusionStep::of(file.diffusion, settings.dt, settings.levels); });
}

std::vector<ScenarioContext<OrderBook>> coupled_order_books(std::span<const MarketFile> files,
                                                            const ScenarioSettings& settings,
                                                            const Eigen::MatrixXd& correlation) {
  return contexts<OrderBook>(files, settings, couplings(correlation, kMostCommonFlow), [&](const MarketFile& file) {
    return OrderBookStep::of(*file.order_book, settings.dt, settings.levels);
  });
}

}  // namespace marketmimic
