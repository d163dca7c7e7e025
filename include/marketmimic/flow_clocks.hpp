#pragma once

#include <cstdint>

#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"
#include "marketmimic/order_flow.hpp"
#include "marketmimic/philox.hpp"

namespace marketmimic {

/// The two clocks of an order book's flow (see OrderBookParameters): when the next event at the touch comes, and when
/// the next behind it.
struct FlowClocks {
  float touch = 0;                   ///< operational time until the touch clock strikes
  float depth = 0;                   ///< until the depth clock does
  float excited[kExcitations] = {};  ///< h, relative intensity

  /// Solves base x + excitable sum_k h_k / decay_k (1 - exp(-decay_k x)) = touch for x [s]: Newton's method from below,
  /// which never overshoots, since the left side is concave. It starts from the largest of the bounds that take the
  /// first kernels as faded out and the others as not faded at all, which leaves a relative error of 5e-4 on average
  /// after two rounds; what is then left of the operational time is waited for before the next event.
  MARKETMIMIC_HD float until_touch(const OrderBookStep& c, float base, float excitable) const {
    float area[kExcitations], height = base, left = touch;
    MARKETMIMIC_UNROLL
    for (std::uint32_t k = 0; k < kExcitations; ++k) {
      area[k] = excitable * excited[k] * c.inverse_decay[k];
      height += excitable * excited[k];
    }
    float x = left / height;
    MARKETMIMIC_UNROLL
    for (std::uint32_t k = 0; k < kExcitations; ++k) {
      left -= area[k];
      height -= excitable * excited[k];
      x = exact::max(x, left / exact::max(height, base));
    }
    MARKETMIMIC_UNROLL
    for (int round = 0; round < 2; ++round) {
      float value = base * x - touch, slope = base;
      MARKETMIMIC_UNROLL
      for (std::uint32_t k = 0; k < kExcitations; ++k) {
        const float faded = exact::expm1(-c.p.decay[k] * x);
        value -= area[k] * faded;
        slope += excitable * excited[k] * (1.0f + faded);
      }
      x = exact::max(x - value / slope, 0.0f);
    }
    return x;
  }

  /// `seconds` go by in which nothing happens.
  MARKETMIMIC_HD void pass(const OrderBookStep& c, float seconds, float base, float excitable, float depth_rate) {
    float spent = base * seconds;
    MARKETMIMIC_UNROLL
    for (std::uint32_t k = 0; k < kExcitations; ++k) {
      const float faded = exact::expm1(-c.p.decay[k] * seconds);
      spent -= excitable * excited[k] * c.inverse_decay[k] * faded;
      excited[k] += excited[k] * faded;
    }
    touch = exact::max(touch - spent, 0.0f);
    depth = exact::max(depth - depth_rate * seconds, 0.0f);
  }

  /// An event at the touch excites those to come; `factor`: a shock's on it.
  MARKETMIMIC_HD void excite(const OrderBookStep& c, std::uint32_t event, float factor, bool counts) {
    const float weight = c.p.weight[event] * factor;
    MARKETMIMIC_UNROLL
    for (std::uint32_t k = 0; k < kExcitations; ++k) {
      const float raised = exact::min(excited[k] + c.jump[k] * weight, 1.0e6f);
      excited[k] = choose(counts, raised, excited[k]);
    }
  }

  /// Draws new waiting times of the clocks that struck from a word.
  MARKETMIMIC_HD void strike(const OrderBookStep& c, std::uint32_t word, bool touch_struck, bool depth_struck) {
    const float touch_again = draw_touch(c, word), depth_again = draw_depth(word);
    touch += choose(touch_struck, touch_again, 0.0f);
    depth += choose(depth_struck, depth_again, 0.0f);
  }

  /// Operational waiting times of a word, both of mean 1.
  MARKETMIMIC_HD static float draw_touch(const OrderBookStep& c, std::uint32_t word) {
    const float place = open_uniform(word) * static_cast<float>(kWaitQuantiles) - 0.5f;
    const float bounded = exact::clamp(place, 0.0f, static_cast<float>(kWaitQuantiles) - 1.001f);
    const std::int32_t k = exact::floor_to_int(bounded);
    const float low = c.p.wait[k], high = c.p.wait[k + 1];
    return exact::exp(low + (bounded - static_cast<float>(k)) * (high - low));
  }
  MARKETMIMIC_HD static float draw_depth(std::uint32_t word) { return -exact::log(open_uniform(word)); }
};

}  // namespace marketmimic
