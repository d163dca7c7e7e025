#include "host/decomposition/trading_hours.hpp"

namespace marketmimic {

TradingHours::TradingHours(const std::vector<std::int64_t>& times_ms) {
  std::bitset<kHours> traded;
  for (const std::int64_t time_ms : times_ms) {
    traded.set(hour(time_ms));
    days_.set(day(time_ms));
  }
  std::size_t longest = 0, wakes = 0, idle = 0;
  for (std::size_t i = 0; i < 2 * kHours; ++i) {  // around midnight, too
    if (traded.test(i % kHours)) {
      if (idle > longest) {
        longest = idle;
        wakes = i;
      }
      idle = 0;
    } else {
      ++idle;
    }
  }
  hours_.set();
  for (std::size_t i = 1; i <= longest; ++i) hours_.reset((wakes + kHours - i) % kHours);
}

}  // namespace marketmimic
