#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "host/config/market_file.hpp"
#include "marketmimic/diffusion_market.hpp"
#include "marketmimic/order_book_market.hpp"
#include "marketmimic/scenario.hpp"

namespace marketmimic {

/// The correlation matrix of `assets` assets, along which shocks spread where there is `contagion`. Error(usage) as
/// correlation_matrix(), and for contagion where nothing correlates.
Eigen::MatrixXd asset_correlation(std::span<const double> values, std::size_t assets, bool contagion);

/// Error(usage): assets of both models in one scenario.
[[noreturn]] void refuse_mixed_models();

/// The assets of a scenario, one for each of `files`, with `settings` and coupled so that their returns come to have
/// the correlation. Error(usage) where it can't be reached.
std::vector<ScenarioContext<Diffusion>> coupled_diffusions(std::span<const MarketFile> files,
                                                           const ScenarioSettings& settings,
                                                           const Eigen::MatrixXd& correlation);
/// The same of order books, which every file must have. They still need their tides (tide.hpp).
std::vector<ScenarioContext<OrderBook>> coupled_order_books(std::span<const MarketFile> files,
                                                            const ScenarioSettings& settings,
                                                            const Eigen::MatrixXd& correlation);

}  // namespace marketmimic
