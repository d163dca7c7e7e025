#include <cstddef>
#include <cstdint>
#include <string_view>

#include "host/tape/invariants.hpp"
#include "host/tape/lobster.hpp"
#include "tests/fuzz/promises.hpp"

/// Any two texts, parted by the first `#`, give a tape that keeps its promises, or an input_data error of one line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace marketmimic;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t part = text.find('#');
  const std::string_view book = part == std::string_view::npos ? std::string_view() : text.substr(part + 1);
  try {
    const Tape tape = parse_lobster(text.substr(0, part), book, "fuzz", "fuzz");
    require(tape.size() > 0 && tape.levels > 0 && tape.tick >= 0 && tape.book.size() == tape.size() * tape.levels);
    const TapeViolations found = check_tape(tape);
    for (const TapeRule rule :
         {TapeRule::time_order, TapeRule::message_size, TapeRule::negative, TapeRule::crossed, TapeRule::level_order})
      require(found[rule] == 0);
  } catch (const Error& error) {
    require_refusal(error, ExitCode::input_data);
  }
  return 0;
}
