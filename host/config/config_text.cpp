#include "host/config/config_text.hpp"

#include <fmt/format.h>

#include "host/input/lines.hpp"

namespace marketmimic {

std::string read_config_text(const std::filesystem::path& file, ExitCode code) {
  constexpr std::size_t limit = 1 << 20;
  const ByteSource source = file_bytes(file);
  std::string text(limit + 1, '\0');
  std::size_t size = 0;
  try {
    for (std::size_t got = 1; got > 0 && size < text.size(); size += got)
      got = source(text.data() + size, text.size() - size);
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{}: {}", file.string(), error.what()));
  }
  if (size > limit) throw Error(code, fmt::format("{}: over 1 MiB; this is no configuration file", file.string()));
  text.resize(size);
  return text;
}

}  // namespace marketmimic
