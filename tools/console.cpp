#include "tools/console.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

#include "host/error.hpp"

namespace marketmimic {
namespace {

bool open(int descriptor) { return ::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF; }

bool speaks_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return std::strstr(value, "UTF-8") != nullptr || std::strstr(value, "utf8") != nullptr;
  }
  return false;
}

/// File names can hold anything; a message stays one line and can't steer the terminal.
std::string printable(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return result;
}

}  // namespace

void Console::secure_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file-size limit is then an error of write(), which is reported
  const bool result_arrives = open(STDOUT_FILENO);
  for (int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (open(descriptor)) continue;
    if (::open("/dev/null", O_RDWR) != descriptor) throw Error(ExitCode::io, "can't open /dev/null");
  }
  if (!result_arrives) throw Error(ExitCode::io, "standard output is closed, so no result could be shown; open it");
}

Console::Console() : terminal_(::isatty(STDERR_FILENO) == 1), colour_(terminal_), unicode_(speaks_utf8()) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  if (no_colour != nullptr && *no_colour != '\0') colour_ = false;
  if (kind != nullptr && std::string_view(kind) == "dumb") colour_ = terminal_ = false;
}

unsigned Console::width() const {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0 ? size.ws_col : 80u;
}

void Console::line(std::string_view colour, std::string_view label, std::string_view text) const {
  try {
    const std::string shown = colour_ ? fmt::format("\033[{}m{}\033[0m {}\n", colour, label, printable(text))
                                      : fmt::format("{} {}\n", label, printable(text));
    std::fwrite(shown.data(), 1, shown.size(), stderr);  // nothing could be told about a failure
  } catch (const std::bad_alloc&) {                      // also that there is no memory can be told
    for (const std::string_view part : {label, std::string_view(" "), text, std::string_view("\n")})
      std::fwrite(part.data(), 1, part.size(), stderr);
  }
}

void Console::error(std::string_view text) const { line("1;31", "error:", text); }
void Console::notice(std::string_view text) const { line("2", "note:", text); }

void Console::result(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw Error(ExitCode::io, fmt::format("can't write to standard output: {}", std::strerror(errno)));
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace marketmimic
