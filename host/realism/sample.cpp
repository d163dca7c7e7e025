#include "host/realism/sample.hpp"

#include <algorithm>
#include <cmath>

#include "host/statistics/none.hpp"

namespace marketmimic {
namespace {

double count(std::span<const double> x) { return static_cast<double>(x.size()); }

/// The k-th smallest of two sorted samples, from 0 (binary search over how many come from `a`).
double kth(std::span<const double> a, std::span<const double> b, std::size_t k) {
  std::size_t low = k > b.size() ? k - b.size() : 0, high = std::min(k, a.size());
  while (low < high) {
    const std::size_t from_a = low + (high - low) / 2;
    if (a[from_a] < b[k - from_a - 1])
      low = from_a + 1;
    else
      high = from_a;
  }
  const std::size_t from_b = k - low;
  if (low == a.size()) return b[from_b];
  if (from_b == b.size()) return a[low];
  return std::min(a[low], b[from_b]);
}

}  // namespace

PooledSamples::PooledSamples(std::span<const double> a, std::span<const double> b) : a_(a), b_(b) {
  const double n = count(a) + count(b);
  if (n < 2) return;
  double sum = 0, squares = 0;
  for (const auto sample : {a, b}) {
    for (const double x : sample) sum += x;
  }
  const double mean = sum / n;
  for (const auto sample : {a, b}) {
    for (const double x : sample) squares += (x - mean) * (x - mean);
  }
  deviation_ = std::sqrt(squares / (n - 1));
}

double PooledSamples::pooled_quantile(double level) const {
  const double at = level * (count(a_) + count(b_) - 1), below = std::floor(at);
  const auto k = static_cast<std::size_t>(below);
  const double low = kth(a_, b_, k);
  return at == below ? low : low + (at - below) * (kth(a_, b_, k + 1) - low);
}

void PooledSamples::use_bin_a_value() { bin_a_value_ = true; }

void PooledSamples::use_freedman_diaconis() {
  bin_a_value_ = false;
  const double n = count(a_) + count(b_);
  if (n == 0) return;
  first_ = kth(a_, b_, 0);
  last_ = kth(a_, b_, a_.size() + b_.size() - 1);
  if (first_ == last_) {
    first_ -= 0.5;
    last_ += 0.5;
  }
  const double width = 2.0 * (pooled_quantile(0.75) - pooled_quantile(0.25)) / std::cbrt(n);
  bins_ = width > 0 ? std::ceil((last_ - first_) / width) : 1;
  if (!(bins_ >= 1 && bins_ < 1e15)) bins_ = 1;
  step_ = (last_ - first_) / bins_;
}

double PooledSamples::edge(double index) const { return index >= bins_ ? last_ : first_ + index * step_; }

double PooledSamples::bin(double value) const {
  if (bin_a_value_) return value;
  double index = std::clamp(std::floor((value - first_) / step_), 0.0, bins_);
  while (index > 0 && edge(index) > value) --index;  // the division may be off by a rounding
  while (index < bins_ && edge(index + 1) <= value) ++index;
  return index;
}

double PooledSamples::l1() const {
  if (a_.empty() && b_.empty()) return kNone;
  if (a_.empty() || b_.empty()) return 1.0;
  double sum = 0;
  for (std::size_t i = 0, j = 0; i < a_.size() || j < b_.size();) {
    const double here = bin(j == b_.size() || (i < a_.size() && a_[i] <= b_[j]) ? a_[i] : b_[j]);
    const std::size_t i0 = i, j0 = j;
    while (i < a_.size() && bin(a_[i]) == here) ++i;
    while (j < b_.size() && bin(b_[j]) == here) ++j;
    sum += std::abs(static_cast<double>(i - i0) / count(a_) - static_cast<double>(j - j0) / count(b_));
  }
  return 0.5 * sum;
}

double PooledSamples::wasserstein() const {
  if (a_.empty() || b_.empty()) return kNone;
  if (deviation_ == 0) return 0;
  double sum = 0, before = std::min(a_[0], b_[0]);
  for (std::size_t i = 0, j = 0; i < a_.size() || j < b_.size();) {
    const bool from_a = j == b_.size() || (i < a_.size() && a_[i] <= b_[j]);
    const double here = from_a ? a_[i] : b_[j];
    if (here != before)
      sum += std::abs(static_cast<double>(i) / count(a_) - static_cast<double>(j) / count(b_)) * (here - before);
    before = here;
    (from_a ? i : j) += 1;
  }
  return sum / deviation_;
}

}  // namespace marketmimic
