#include <cstddef>
#include <cstdint>
#include <string_view>

#include "host/decomposition/definitions.hpp"
#include "tests/fuzz/promises.hpp"

/// Any bytes give definitions that name every movement, or a usage error of one line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace marketmimic;
  try {
    const Definitions definitions =
        parse_definitions(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz");
    const std::size_t kinds = definitions.vocabulary.kind_names().size();
    for (const float to : {-1.0f, 0.0f, 0.5f, 1.0f})
      for (const std::uint32_t events : {0u, 0x7fu}) {
        const Vocabulary::Name name =
            definitions.vocabulary.name({.from = 0.5f, .to = to, .events = events, .fall = 3, .trend = -2});
        require(name.kind < kinds && name.triggers < 1u << kMarketEvents);
      }
  } catch (const Error& error) {
    require_refusal(error, ExitCode::usage);
  }
  return 0;
}
