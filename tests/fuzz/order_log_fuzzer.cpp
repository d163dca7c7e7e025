#include <cstddef>
#include <cstdint>
#include <string_view>

#include "host/tape/invariants.hpp"
#include "host/tape/order_log.hpp"
#include "tests/fuzz/promises.hpp"

/// Any bytes give a tape that breaks no rule, or an input_data error of one line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace marketmimic;
  try {
    const Tape tape = parse_order_log(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz",
                                      {.levels = 3, .lot = 100, .patience_ms = 1000});
    require(tape.size() > 0 && tape.tick > 0 && tape.book.size() == tape.size() * tape.levels);
    require(check_tape(tape).total() == 0);
  } catch (const Error& error) {
    require_refusal(error, ExitCode::input_data);
  }
  return 0;
}
