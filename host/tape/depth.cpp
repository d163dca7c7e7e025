#include "host/tape/depth.hpp"

#include <algorithm>

namespace marketmimic {
namespace {

bool within(const Message& message, const Level& last) {
  return message.direction > 0 ? message.price >= last.bid_price : message.price <= last.ask_price;
}

}  // namespace

Tape filter_to_levels(const Tape& tape, std::uint32_t levels) {
  Tape result{.messages = {},
              .levels = levels,
              .book = {},
              .tick = tape.tick,
              .symbol = tape.symbol,
              .source = tape.source,
              .notices = tape.notices};
  for (std::size_t i = 0; i < tape.size(); ++i) {
    const Message& message = tape.messages[i];
    const auto shown = tape.book_after(i).first(levels);
    const bool always = message.type > MessageType::execution;
    const bool changes = i == 0 ? within(message, shown.back())
                                : !std::equal(shown.begin(), shown.end(), tape.book_after(i - 1).begin());
    if (!always && !changes) continue;
    result.messages.push_back(message);
    result.book.insert(result.book.end(), shown.begin(), shown.end());
  }
  return result;
}

}  // namespace marketmimic
