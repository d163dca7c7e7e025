#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "host/config/market_file.hpp"
#include "host/error.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

/// Any bytes give a market within its limits that survives being written and read, or an input_data error of one line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace marketmimic;
  try {
    const MarketFile market = parse_market(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz");
    check_market(market);
    const std::string text = market_text(market);
    require(market_text(parse_market(text, "fuzz")) == text);
  } catch (const Error& error) {
    require(error.code() == ExitCode::input_data);
    require(std::string_view(error.what()).starts_with("fuzz:"));
    for (const char c : std::string_view(error.what())) require(c >= ' ' && c <= '~');
  }
  return 0;
}
