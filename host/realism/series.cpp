#include "host/realism/series.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/error.hpp"
#include "host/input/time.hpp"

namespace marketmimic {

PriceSeries series_of(const Bars& bars) {
  return {log_returns(bars), calendar_of(bars), bars.source, static_cast<Eigen::Index>(bars.bars.size()) - 1};
}

Bars bars_of(const TapeView& tape, std::int64_t interval_ms, const std::string& source) {
  constexpr std::int64_t most = 10'000'000;
  const std::int64_t interval = interval_ms * 1'000'000;
  Bars result;
  result.interval_ms = interval_ms;
  result.source = source;
  const auto refuse = [&](const char* what) {
    throw Error(ExitCode::input_data, fmt::format("{}: {} bars of {}; give a tape of another length", source, what,
                                                  format_duration(interval_ms)));
  };
  if (!tape.messages.empty() && (tape.messages.back().time_ns - tape.messages.front().time_ns) / interval >= most)
    refuse("more than 10,000,000");
  for (std::size_t i = 0; i < tape.size(); ++i) {
    const Message& m = tape.messages[i];
    const Level& best = tape.best(i);
    const std::int64_t start = m.time_ns / interval * interval_ms;
    while (!result.bars.empty() && result.bars.back().time_ms < start) {
      const double close = result.bars.back().close;
      result.bars.push_back({result.bars.back().time_ms + interval_ms, close, close, close, close, 0.0});
      result.quotes.push_back(result.quotes.back());
    }
    if (best.has_ask() && best.has_bid()) {
      const double mid = 0.5e-4 * static_cast<double>(best.ask_price + best.bid_price);
      if (result.bars.empty()) {
        result.bars.push_back({start, mid, mid, mid, mid, 0.0});
        result.quotes.emplace_back();
      }
      Bar& bar = result.bars.back();
      bar.high = std::max(bar.high, mid);
      bar.low = std::min(bar.low, mid);
      bar.close = mid;
      result.quotes.back() = {1e-4 * static_cast<double>(best.ask_price - best.bid_price),
                              0.5 * static_cast<double>(best.ask_size + best.bid_size)};
    }
    if (m.trade() && !result.bars.empty()) result.bars.back().volume += m.size;
  }
  if (result.bars.size() < 2) refuse("fewer than two");
  return result;
}

}  // namespace marketmimic
