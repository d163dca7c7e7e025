#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "host/input/fills.hpp"
#include "tests/fuzz/promises.hpp"

/// Any bytes give fills that keep their promises, or an input_data error of one line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace marketmimic;
  try {
    const Fills fills = parse_fills(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz");
    require(!fills.fills.empty() && fills.time_resolution_ms >= 1 && !summary(fills).empty());
    for (std::size_t i = 0; i < fills.fills.size(); ++i) {
      const Fill& fill = fills.fills[i];
      require(fill.price > 0 && fill.size > 0 && (fill.side == 1 || fill.side == -1));
      if (i == 0) continue;
      const Fill& before = fills.fills[i - 1];
      require(std::pair(before.time_ms, before.sequence) < std::pair(fill.time_ms, fill.sequence));
    }
  } catch (const Error& error) {
    require_refusal(error, ExitCode::input_data);
  }
  return 0;
}
