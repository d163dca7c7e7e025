#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "marketmimic/coupling.hpp"
#include "marketmimic/diffusion.hpp"

namespace marketmimic {

/// `values` as the correlation matrix of `assets` assets, row by row; none: no correlation. Error(usage): another size,
/// an element that is no number or beyond 1, a diagonal other than 1, not symmetric, or not positive semidefinite.
Eigen::MatrixXd correlation_matrix(std::span<const double> values, std::size_t assets);

/// The correlation that the price noise of diffusions must have so that their returns have the one wanted: jumps are
/// each asset's own, and volatilities that don't move together take from it, by E[s s'] / sqrt(E[s^2] E[s'^2]).
/// Error(usage) where not even the same noise would do.
Eigen::MatrixXd noise_correlation(const Eigen::MatrixXd& returns, std::span<const DiffusionParameters> assets);

/// Couplings whose common factors give the correlation: principal-axis factor analysis (Harman, Modern Factor Analysis,
/// 1976) with as few factors as do, up to kMaxFactors; what is left of each asset's noise is its own, at least
/// 1 - `most_common` of the variance. Loadings are multiples of 2^-16, so that they don't depend on how a machine
/// rounds. Error(usage) where a correlation would be missed by more than 0.02.
std::vector<Coupling> couplings(const Eigen::MatrixXd& correlation, double most_common);

}  // namespace marketmimic
