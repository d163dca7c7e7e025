#pragma once

namespace marketmimic {

/// An axis of time that begins with 0: the unit that suits it, and how long a step is in it.
struct TimeAxis {
  const char* label;
  double step;

  static TimeAxis of(double steps, double step_seconds) {
    const double span = steps * step_seconds;
    if (span > 6 * 86400.0) return {"days", step_seconds / 86400};
    if (span > 12 * 3600.0) return {"hours", step_seconds / 3600};
    if (span > 600.0) return {"minutes", step_seconds / 60};
    return {"seconds", step_seconds};
  }
};

}  // namespace marketmimic
