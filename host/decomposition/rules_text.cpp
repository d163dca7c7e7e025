#include "host/decomposition/rules_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace marketmimic {

std::string signal_text(const EntrySignal& signal) {
  const std::string against = signal.direction > 0 ? "" : ", against it";
  if (signal.family == static_cast<std::uint32_t>(SignalFamily::breakout))
    return fmt::format("a close beyond the {} before it{}", signal.slow, against);
  if (signal.family == static_cast<std::uint32_t>(SignalFamily::crossing))
    return fmt::format("the mean of {} closes crosses that of {}{}", signal.fast, signal.slow, against);
  if (signal.family == static_cast<std::uint32_t>(SignalFamily::bands))
    return fmt::format("a close beyond {:g} deviations of the last {}{}", signal.level, signal.slow, against);
  if (signal.family == static_cast<std::uint32_t>(SignalFamily::strength))
    return fmt::format("a relative strength index ({}{}) below {:g} or above {:g}{}", signal.fast,
                       signal.slow > signal.fast ? "" : ", simple", signal.level, 100 - signal.level, against);
  return "none";
}

namespace {

std::string length_text(const ExitDistance& d) {
  switch (d.counts()) {
    case ExitUnit::smoothed:
      return fmt::format("{:.3g} volatilities of a bar (half-life {:g} bars)", d.distance, d.memory);
    case ExitUnit::window:
      return fmt::format("{:.3g} volatilities of a bar (of the last {:g})", d.distance, d.memory);
    case ExitUnit::true_range:
      return fmt::format("{:.3g} average true ranges (over {:g} bars)", d.distance, d.memory);
    case ExitUnit::log_price:
      break;
  }
  return fmt::format("{:.3g} % of the price", 100 * std::expm1(d.distance));
}

}  // namespace

std::string distance_text(const ExitDistance& d) {
  if (!(d.distance > 0)) return "none";
  return fmt::format("{} from the {}{}", length_text(d), d.from_best != 0 ? "best price" : "entry",
                     d.at_close != 0 ? ", at the close of a bar" : "");
}

}  // namespace marketmimic
