#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>

#include "host/decomposition/strategy_file.hpp"
#include "tests/fuzz/promises.hpp"

/// Any bytes give a strategy that keeps its promises, or an input_data error of one line; what crashes or hangs is the
/// reader process alone.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace marketmimic;
  static const std::filesystem::path folder = std::filesystem::temp_directory_path();
  static const std::filesystem::path file = folder / ("marketmimic-fuzz-" + std::to_string(getpid()) + ".h5");
  std::FILE* const out = std::fopen(file.c_str(), "wb");
  require(out != nullptr && std::fwrite(data, 1, size, out) == size);
  require(std::fclose(out) == 0);
  try {
    check_strategy(read_strategy_file(file), "fuzz");
  } catch (const Error& error) {
    require(error.code() == ExitCode::input_data);
    for (const char* c = error.what(); *c != '\0'; ++c) require(static_cast<unsigned char>(*c) >= ' ');
  }
  std::filesystem::remove(file);
  return 0;
}
