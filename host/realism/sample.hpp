#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace marketmimic {

/// Two samples together, ready to be compared. Both are sorted; neither holds NaN.
class PooledSamples {
 public:
  PooledSamples(std::span<const double> a, std::span<const double> b);

  /// Bins of NumPy's `histogram_bin_edges(pooled, "fd")` (Freedman and Diaconis 1981: width 2 IQR n^(-1/3), spread
  /// evenly from the least to the largest value), or a bin a value. As LOB-Bench counts, the largest value has its own
  /// bin.
  void use_freedman_diaconis();
  void use_bin_a_value();

  /// Half the summed absolute difference of the shares in each bin, 0 to 1. 1 where one sample is empty, NaN where both
  /// are.
  double l1() const;
  /// Wasserstein-1 distance of the samples after both were scaled by the pooled mean and standard deviation (n - 1); 0
  /// where nothing varies, NaN where a sample is empty.
  double wasserstein() const;

  /// Bin of a value: larger for larger values.
  double bin(double value) const;
  /// Pooled standard deviation (n - 1).
  double deviation() const { return deviation_; }

 private:
  double pooled_quantile(double level) const;
  double edge(double index) const;

  std::span<const double> a_, b_;
  double deviation_ = 0;
  bool bin_a_value_ = true;
  double first_ = 0, last_ = 0, bins_ = 1, step_ = 0;
};

}  // namespace marketmimic
