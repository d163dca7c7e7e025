#include "host/simulator/factor_model.hpp"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "host/error.hpp"

namespace marketmimic {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kGoodEnough = 1.0e-4;
constexpr double kTooFar = 0.02;

template <class... Parts>
[[noreturn]] void refuse_model(fmt::format_string<Parts...> line, Parts&&... parts) {
  throw Error(ExitCode::usage, fmt::format(line, std::forward<Parts>(parts)...));
}

/// The pair of assets whose correlation is missed most, and by how much.
struct Miss {
  Index row = 0, column = 0;
  double size = 0;

  static Miss of(const MatrixXd& wanted, const MatrixXd& loadings) {
    const MatrixXd got = loadings * loadings.transpose();
    Miss worst;
    for (Index i = 0; i < wanted.rows(); ++i) {
      for (Index j = 0; j < i; ++j) {
        const double size = std::abs(got(i, j) - wanted(i, j));
        if (size > worst.size) worst = {i, j, size};
      }
    }
    return worst;
  }
};

/// The `count` leading eigenvectors times the roots of their eigenvalues.
MatrixXd leading(const MatrixXd& matrix, Index count) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(matrix);
  const VectorXd roots = solver.eigenvalues().tail(count).cwiseMax(0.0).cwiseSqrt();
  return solver.eigenvectors().rightCols(count) * roots.asDiagonal();
}

/// Loadings on `count` factors: the part of each variance that is common starts from its largest correlation and
/// follows from the factors found so far.
MatrixXd principal_axes(const MatrixXd& correlation, Index count, double most_common) {
  MatrixXd reduced = correlation;
  reduced.diagonal().setZero();
  reduced.diagonal() = reduced.cwiseAbs().rowwise().maxCoeff().cwiseMin(most_common);
  MatrixXd found;
  for (int round = 0; round < 200; ++round) {
    found = leading(reduced, count);
    const VectorXd common = found.rowwise().squaredNorm().cwiseMin(most_common);
    const double change = (common - reduced.diagonal()).cwiseAbs().maxCoeff();
    reduced.diagonal() = common;
    if (change < 1.0e-9) break;
  }
  for (Index i = 0; i < found.rows(); ++i) {
    const double common = found.row(i).squaredNorm();
    if (common > most_common) found.row(i) *= std::sqrt(most_common / common);
  }
  return found;
}

/// What a log volatility shares with another: the covariance of two Ornstein-Uhlenbeck factors with a common part.
double shared(double sd, double rate, double other_sd, double other_rate, double correlation) {
  return sd * other_sd * correlation * 2.0 * std::sqrt(rate * other_rate) / (rate + other_rate);
}

/// Correlation of two diffusions' returns per correlation of their noise, where that is `noise`.
double kept(const DiffusionParameters& a, const DiffusionParameters& b, double noise) {
  const auto rest = [](double leverage) { return std::sqrt(1.0 - leverage * leverage); };
  const auto driver = [&](double x, double y) { return x * y * noise + rest(x) * rest(y) * std::abs(noise); };
  const double slow = shared(a.slow_sd, a.slow_rate, b.slow_sd, b.slow_rate, driver(a.slow_leverage, b.slow_leverage));
  const double fast = shared(a.fast_sd, a.fast_rate, b.fast_sd, b.fast_rate, driver(a.leverage, b.leverage));
  double log_kept = slow + fast;
  double part = 1;
  for (const DiffusionParameters* p : {&a, &b}) {
    const double variance = double{p->slow_sd} * p->slow_sd + double{p->fast_sd} * p->fast_sd;
    const double jump = double{p->jump_sd} * p->jump_sd + double{p->jump_mean} * p->jump_mean;
    const double jumps = p->jump_rate * jump / (1.0 - p->jump_branching);
    const double noise_variance = double{p->volatility} * p->volatility * std::exp(2.0 * variance);
    log_kept -= 0.5 * variance;
    part *= noise_variance / (noise_variance + jumps);
  }
  return std::exp(log_kept) * std::sqrt(part);
}

}  // namespace

MatrixXd correlation_matrix(std::span<const double> values, std::size_t assets) {
  const auto n = static_cast<Index>(assets);
  if (values.empty()) return MatrixXd::Identity(n, n);
  if (values.size() != assets * assets)
    refuse_model("the correlation of {0} assets must have {0} x {0} elements (got {1})", assets, values.size());
  MatrixXd r(n, n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) r(i, j) = values[static_cast<std::size_t>(i * n + j)];
  for (Index i = 0; i < n; ++i) {
    if (r(i, i) != 1.0) refuse_model("the correlation of asset {} with itself must be 1 (got {:g})", i, r(i, i));
    for (Index j = 0; j < i; ++j) {
      if (!(std::abs(r(i, j)) <= 1.0) || r(i, j) != r(j, i))
        refuse_model("the correlation of assets {} and {} must be one number from -1 to 1 (got {:g} and {:g})", j, i,
                     r(j, i), r(i, j));
    }
  }
  const double least = Eigen::SelfAdjointEigenSolver<MatrixXd>(r, Eigen::EigenvaluesOnly).eigenvalues()(0);
  if (least < -1.0e-9)
    refuse_model("the correlation must be positive semidefinite: no assets have this one (least eigenvalue {:.3g})",
                 least);
  return r;
}

MatrixXd noise_correlation(const MatrixXd& returns, std::span<const DiffusionParameters> assets) {
  MatrixXd noise = returns;
  for (Index i = 0; i < returns.rows(); ++i) {
    for (Index j = 0; j < i; ++j) {
      const DiffusionParameters &a = assets[static_cast<std::size_t>(i)], &b = assets[static_cast<std::size_t>(j)];
      const double wanted = returns(i, j), sign = wanted < 0 ? -1.0 : 1.0, most = kept(a, b, sign);
      if (std::abs(wanted) > most)
        refuse_model(
            "the correlation of assets {} and {} can be at most {:.3f} in size, since each has jumps and volatility "
            "of its own (got {:g})",
            j, i, most, wanted);
      double low = std::abs(wanted), high = 1;  // kept() grows with the size
      for (int round = 0; round < 40; ++round) {
        const double middle = 0.5 * (low + high);
        (middle * kept(a, b, sign * middle) < std::abs(wanted) ? low : high) = middle;
      }
      noise(i, j) = noise(j, i) = wanted == 0 ? 0.0 : sign * high;
    }
  }
  return noise;
}

std::vector<Coupling> couplings(const MatrixXd& correlation, double most_common) {
  const Index assets = correlation.rows(), most = std::min<Index>(assets, kMaxFactors);
  MatrixXd loadings(assets, 0);
  Miss miss = Miss::of(correlation, loadings);
  const auto attempt = [&](MatrixXd&& found) {
    const Miss missed = Miss::of(correlation, found);
    if (missed.size >= miss.size) return;
    loadings = std::move(found);
    miss = missed;
  };
  for (Index count = 1; count <= most && miss.size > kGoodEnough; ++count)
    attempt(principal_axes(correlation, count, most_common));
  if (miss.size > kGoodEnough && most == assets && most_common == 1.0) attempt(leading(correlation, assets));
  if (miss.size > kTooFar) {
    const double wanted = correlation(miss.row, miss.column),
                 got = loadings.row(miss.row).dot(loadings.row(miss.column));
    refuse_model(
        "the correlation can't be reached with {} common factors and {:.0f} % of each variance an asset's own: "
        "assets {} and {} would have {:.3f} for {:.3f}",
        kMaxFactors, 100 * (1 - most_common), miss.column, miss.row, got, wanted);
  }
  std::vector<Coupling> all(static_cast<std::size_t>(assets));
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].asset = static_cast<std::uint32_t>(i);
    all[i].factors = static_cast<std::uint32_t>(loadings.cols());
    double common = 0;
    for (Index k = 0; k < loadings.cols(); ++k) {
      const double rounded = std::trunc(loadings(static_cast<Index>(i), k) * 0x1p16) * 0x1p-16;
      all[i].loading[k] = static_cast<float>(rounded);
      common += rounded * rounded;
    }
    all[i].own = static_cast<float>(std::sqrt(std::max(1.0 - common, 0.0)));
  }
  return all;
}

}  // namespace marketmimic
