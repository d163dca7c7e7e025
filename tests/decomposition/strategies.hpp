#pragma once

#include "host/decomposition/strategy_file.hpp"
#include "marketmimic/dmp.hpp"

namespace marketmimic {

/// Two cycles of two primitives, one with a forcing; small, valid, every column in use.
inline Strategy small_strategy() {
  Strategy s;
  s.primitives = {
      {.kind = 1,
       .trigger = 1,
       .duration = 600,
       .tau = 60,
       .start = 0,
       .goal = 1,
       .burst = 2,
       .aggressiveness = 1,
       .forcing = kForcingEntries},
      {.kind = 8,
       .trigger = 0,
       .duration = 180,
       .tau = 60,
       .start = 1,
       .goal = 0,
       .burst = 0.5f,
       .aggressiveness = 0.25f},
      {.kind = 2,
       .trigger = 2,
       .duration = 300,
       .tau = 90,
       .start = 0,
       .goal = -1,
       .burst = 1,
       .aggressiveness = 0.5f,
       .period = 150},
      {.kind = 9, .trigger = 32, .duration = 180, .tau = 60, .start = -1, .goal = 0, .burst = 1, .aggressiveness = 1},
  };
  s.cycles = {{.first = 0, .count = 2, .duration = 780, .ends_flat = 1, .exit_cause = 2},
              {.first = 2, .count = 2, .duration = 480, .ends_flat = 0, .pause = 9500, .side = -1}};
  s.rules.entry = {1, 3, 20, -1, 1};
  s.rules.stop = {2.5f, static_cast<std::uint32_t>(ExitUnit::window), 12, 1};
  s.rules.target = {0.04f, 0, 0, 0};
  s.rules.flips = 1;
  s.rules.exits_on[0] = event_bit(MarketEvent::range) | event_bit(MarketEvent::trend_down);
  s.rules.turns_on[0] = event_bit(MarketEvent::trend_down);
  s.forcing.assign(2 * kForcingEntries, 0.0f);
  for (std::uint32_t i = 0; i < kForcingEntries; ++i) s.forcing[kForcingEntries + i] = 0.01f * static_cast<float>(i);
  s.start_ms = {1'735'689'600'000, 1'735'690'200'000, 1'735'700'000'000, 1'735'700'300'000};
  s.aggressiveness = {{}, {0.2f, 0.9f, 120, kForcingEntries}, {}, {}};
  s.aggressiveness_error = {0, 0.05f, 0.5f, 0};
  s.fit_error = {0.01f, 0, 0.02f, 0};
  s.orders = {1, 1, 2, 1};
  s.events = {1, 0, 2, 34};
  s.evidence = {1, 2, 1, 6};
  s.confidence = {1, 0.75f, 1, 0.5f};
  s.frames = {
      {100, 0.01f, 5, 0.01f, 20}, {101, 0.02f, 6, 0.02f, 30}, {102, 0.01f, 7, 0.01f, 10}, {103, 0.02f, 0, 1, 0}};
  s.weights = {5, 0, 0, 0};
  s.cycle_peak = {2.5, 4};
  s.exposure_first = {0, 4, 7};
  s.exposure = {0, 0.5f, 1, 0, 0, -1, -0.5f};
  s.trades = {{1'735'689'600'000, 2.5, 100.5, 1}, {1'735'690'200'000, -2.5, 101.25, 0}};
  s.unobserved = {{1'735'700'000'000, -4}};
  s.demonstrations = {{2, 2, 1, 1'735'600'000'000, 1'735'800'000'000}};
  s.symbol = "TEST";
  s.provenance = "made for a test";
  organise(s);
  return s;
}

}  // namespace marketmimic
