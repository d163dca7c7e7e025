#include "host/tape/level_one.hpp"

namespace marketmimic {
namespace {

bool touches(const Message& message, const Level& best) {
  return message.direction > 0 ? message.price >= best.bid_price : message.price <= best.ask_price;
}

}  // namespace

Tape filter_to_level_1(const Tape& tape) {
  Tape result{.messages = {},
              .levels = 1,
              .book = {},
              .tick = tape.tick,
              .symbol = tape.symbol,
              .source = tape.source,
              .notices = tape.notices};
  for (std::size_t i = 0; i < tape.size(); ++i) {
    const Message& message = tape.messages[i];
    const bool always = message.type > MessageType::execution;
    const bool changes = i == 0 ? touches(message, tape.best(i)) : tape.best(i) != tape.best(i - 1);
    if (!always && !changes) continue;
    result.messages.push_back(message);
    result.book.push_back(tape.best(i));
  }
  return result;
}

}  // namespace marketmimic
