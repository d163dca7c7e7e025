#include "host/calibration/volume_fit.hpp"

#include <array>
#include <cmath>

namespace marketmimic {
namespace {

constexpr Moment kVolumeMoments[] = {
    {Fact::volume_month, plain, 0.01},         {Fact::volume_log, plain, 0.015},   {Fact::volume_lead, plain, 0.015},
    {Fact::volume_deviation, logarithm, 0.03}, {Fact::volume_acf_1, plain, 0.015}, {Fact::volume_acf_10, plain, 0.015},
    {Fact::volume_whole, plain, 0.015},
};

}  // namespace

DiffusionParameters fit_volume(const DiffusionParameters& model, const Facts& measured, const SeriesPlan& plan,
                               const FitOptions& options) {
  const double bar_seconds = static_cast<double>(plan.interval_ms) / 1000.0;
  const std::array<Coordinate, 6> coordinates{{
      {1.0, 0.3, 0.0, 3.0},                                   // beta
      {0.4, 0.2, 0.0, 1.0},                                   // gamma
      {std::log(2.0), 0.5, std::log(0.5), std::log(8.0)},     // log rate of the move [per bar]
      {std::log(6.0), 1.0, std::log(0.5), std::log(2000.0)},  // log half-life of the factor [bars]
      {0.4, 0.2, 0.0, 2.0},                                   // its standard deviation
      {0.2, 0.2, 0.0, 2.0},                                   // the noise's
  }};
  SeriesPlan with_volumes = plan;
  with_volumes.volumes = true;
  return fit(
      kVolumeMoments, coordinates, measured,
      [&](std::span<const double> v) {
        DiffusionParameters p = model;
        p.volume_beta = static_cast<float>(v[0]);
        p.volume_gamma = static_cast<float>(v[1]);
        p.volume_move_rate = static_cast<float>(std::min(std::exp(v[2]) / bar_seconds, 10.0));
        p.volume_factor_rate = static_cast<float>(std::log(2.0) / std::exp(v[3]) / bar_seconds);
        p.volume_factor_sd = static_cast<float>(v[4]);
        p.volume_noise_sd = static_cast<float>(v[5]);
        return p;
      },
      with_volumes, options);
}

}  // namespace marketmimic
