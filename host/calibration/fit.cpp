#include "host/calibration/fit.hpp"

#include "host/calibration/least_squares.hpp"

namespace marketmimic {

using Eigen::Index;
using Eigen::VectorXd;

DiffusionParameters fit(std::span<const Moment> moments, std::span<const Coordinate> coordinates, const Facts& measured,
                        const std::function<DiffusionParameters(std::span<const double>)>& model_at,
                        const SeriesPlan& plan, const FitOptions& options) {
  const auto count = static_cast<Index>(coordinates.size());
  VectorXd lower(count), upper(count);
  for (Index k = 0; k < count; ++k) {
    const Coordinate& c = coordinates[static_cast<std::size_t>(k)];
    lower[k] = c.coordinate(c.lower);
    upper[k] = c.coordinate(c.upper);
  }
  const auto model = [&](const VectorXd& x) {
    std::vector<double> values;
    for (Index k = 0; k < count; ++k) values.push_back(coordinates[static_cast<std::size_t>(k)].value(x[k]));
    return model_at(values);
  };
  const auto residuals = [&](const std::vector<VectorXd>& points) {
    std::vector<DiffusionParameters> models;
    for (const VectorXd& x : points) models.push_back(model(x));
    const auto found = simulate(models, plan, options.series, options.seed, options.threads);
    std::vector<VectorXd> all;
    for (std::size_t i = 0; i < points.size(); ++i) all.push_back(misfits(moments, measured, found[i], points[i]));
    return all;
  };
  LeastSquaresOptions search;
  search.iterations = options.iterations;
  search.progress = options.progress;
  return model(least_squares(residuals, VectorXd::Zero(count), lower, upper, search));
}

}  // namespace marketmimic
