#pragma once

#include <Eigen/Core>

#include "marketmimic/detectors.hpp"

namespace marketmimic {

struct Bars;

/// What market-event detectors of several time scales say at the end of every bar, without dimension.
class DetectorBank {
 public:
  /// Runs the detectors with all half-lives but the usual variance's multiplied by 1/4, 1, 4 and 16 (at most a third of
  /// the usual variance's).
  DetectorBank(const Bars& bars, const DetectorParameters& parameters);

  /// [bars, columns] as a buyer (`side` = 1) or a seller (-1) sees the end of each bar. Nothing looks ahead but the
  /// usual variance of the first `usual_half_life` bars, which begins as that of all of them. At every
  /// scale the drift's t-statistic, the distance from the recent extreme on the side and from the other one, the log
  /// ratio of recent to usual variance and the logarithm of bars without drift; then the last three returns over the
  /// usual volatility. What has a direction counts with the side.
  Eigen::MatrixXd seen_by(int side) const;

 private:
  Eigen::MatrixXd drift_, fall_, rise_, burst_, quiet_;  ///< [bars, scales]
  Eigen::MatrixXd returns_;                              ///< [bars, lags]
};

}  // namespace marketmimic
