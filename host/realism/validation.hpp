#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/realism/comparison.hpp"
#include "host/realism/response.hpp"
#include "host/realism/serial.hpp"
#include "host/realism/series.hpp"
#include "host/realism/usual.hpp"
#include "host/statistics/facts.hpp"
#include "host/tape/invariants.hpp"

namespace marketmimic {

/// Facts of a series with their bootstrap intervals.
struct FactCheck {
  std::string source;
  std::size_t returns = 0;
  double bar_seconds = 0;
  Facts facts;
  std::array<Interval, kFacts> interval;
  std::array<double, kUsual> usual;
  std::array<Interval, kUsual> usual_interval;
};
FactCheck check_facts(const PriceSeries& series, const BootstrapOptions& options);

/// Whether a value is where it should be.
enum class Verdict { holds, unsure, fails, unknown };
/// Of a value with its own interval against a window: unsure where the value is outside but its interval reaches in.
Verdict verdict(double value, const Interval& interval, double lower, double upper);
/// `holds`, `unsure`, `fails` or `unknown`.
const char* word(Verdict verdict);
/// How far a value lies outside of an interval, in half widths of it; 0 inside, NaN where that can't be told.
double excess(double value, const Interval& interval);

/// What a tape does to itself: the scale on which distances between tapes are read.
struct ScoreFloor {
  ScoreTable halves;     ///< first half against second
  ScoreTable alternate;  ///< even against odd ten minutes
  ScoreTable shuffled;   ///< first half with its rows shuffled, against second
};

/// Everything said of a tape. Without a reference the floor is the tape's own, and memory and impact are those of its
/// second half beside its first.
struct TapeCheck {
  std::string source, reference;  ///< `reference` empty: none
  std::size_t messages = 0, reference_messages = 0;
  std::uint32_t levels = 0;  ///< compared: those both have
  std::uint32_t tape_levels = 0;
  double seconds = 0;
  std::int64_t tick = 0;
  TapeViolations violations;
  std::optional<ScoreTable> scores;
  ScoreFloor floor;
  std::array<MemoryComparison, kMemories> memory;
  ImpactComparison impact;
};
TapeCheck check_against(const Tape& tape, const Tape* reference, const BootstrapOptions& options);

}  // namespace marketmimic
