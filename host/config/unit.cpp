#include "host/config/unit.hpp"

#include <cmath>

namespace marketmimic {

float size_of_fall(double fall) {
  // -log(1 - f) = 2 atanh(f / (2 - f)), by its series; at 0.9, where it is slowest, a term is 0.67 times the last.
  const double z = fall / (2.0 - fall);
  double power = 2.0 * z, sum = 0.0;
  for (int k = 1; k < 200; k += 2) {
    sum += power / k;
    power *= z * z;
  }
  return static_cast<float>(sum);
}

double fall_of_size(float size) { return -std::expm1(-static_cast<double>(size)); }

}  // namespace marketmimic
