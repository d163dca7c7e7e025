#include <cstddef>
#include <cstdint>
#include <string_view>

#include "host/input/bars.hpp"
#include "tests/fuzz/promises.hpp"

/// Any bytes give bars that keep their promises, or an input_data error of one line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace marketmimic;
  try {
    const Bars bars = parse_bars(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz");
    require(bars.bars.size() >= 2 && bars.interval_ms > 0 && !summary(bars).empty());
    for (std::size_t i = 0; i < bars.bars.size(); ++i) {
      const Bar& bar = bars.bars[i];
      require(bar.low > 0 && bar.low <= bar.open && bar.low <= bar.close && bar.open <= bar.high &&
              bar.close <= bar.high && bar.volume >= 0);
      require(i == 0 || bars.bars[i - 1].time_ms < bar.time_ms);
    }
  } catch (const Error& error) {
    require_refusal(error, ExitCode::input_data);
  }
  return 0;
}
