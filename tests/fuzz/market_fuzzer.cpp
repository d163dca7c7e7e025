#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "host/config/market_file.hpp"
#include "tests/fuzz/promises.hpp"

/// Any bytes give a market within its limits that survives being written and read, or an input_data error of one line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace marketmimic;
  try {
    const MarketFile market = parse_market(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz");
    check_market(market);
    const std::string text = market_text(market);
    require(market_text(parse_market(text, "fuzz")) == text);
  } catch (const Error& error) {
    require_refusal(error, ExitCode::input_data);
  }
  return 0;
}
