#include "host/picture/gnuplot.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "host/error.hpp"
#include "host/file/file.hpp"

extern char** environ;

namespace marketmimic {
namespace {

[[noreturn]] void fail(const char* doing, int reason) {
  throw Error(ExitCode::io, fmt::format("can't draw the picture: {}: {}", doing, std::strerror(reason)));
}

/// A file in memory without a name: unlike pipes, both ends can be used one after the other.
FileHandle memory_file(const char* name) {
  FileHandle file(::memfd_create(name, MFD_CLOEXEC));
  if (file.get() < 0) fail("making a file in memory", errno);
  return file;
}

void write_all(const FileHandle& file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("writing the script", errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::lseek(file.get(), 0, SEEK_SET) != 0) fail("writing the script", errno);
}

std::string read_all(const FileHandle& file) {
  std::string text;
  std::vector<char> part(1u << 16);
  off_t at = 0;
  while (true) {
    const ssize_t got = ::pread(file.get(), part.data(), part.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("reading what gnuplot drew", errno);
    if (got == 0) return text;
    text.append(part.data(), static_cast<std::size_t>(got));
    at += got;
  }
}

/// What a child process starts with: its standard streams, and signals as they are for a program of its own.
class ChildSetup {
 public:
  ChildSetup(const FileHandle& in, const FileHandle& out, const FileHandle& errors) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_adddup2(&actions_, in.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, out.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, errors.get(), STDERR_FILENO);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    sigaddset(&signals, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~ChildSetup() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  ChildSetup(const ChildSetup&) = delete;
  ChildSetup& operator=(const ChildSetup&) = delete;

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail("waiting for gnuplot", errno);
  }
  return status;
}

/// The line of gnuplot's complaint that tells the reason.
std::string reason(const std::string& complaint) {
  const std::size_t line = complaint.find("line ");
  const std::string_view text = std::string_view(complaint).substr(line == std::string::npos ? 0 : line);
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

std::optional<std::filesystem::path> find_gnuplot() {
  const char* variable = std::getenv("PATH");
  std::string_view rest = variable == nullptr ? "/usr/local/bin:/usr/bin:/bin" : variable;
  while (!rest.empty()) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    const std::filesystem::path candidate = std::filesystem::path(rest.substr(0, colon)) / "gnuplot";
    std::error_code ignored;
    if (std::filesystem::is_regular_file(candidate, ignored) && ::access(candidate.c_str(), X_OK) == 0)
      return candidate;
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return std::nullopt;
}

std::string run_gnuplot(const std::string& script) {
  const auto program = find_gnuplot();
  if (!program) throw Error(ExitCode::io, "pictures need gnuplot, which is missing: apt-get install gnuplot-nox");
  const FileHandle in = memory_file("script"), out = memory_file("picture"), errors = memory_file("errors");
  write_all(in, script);

  const ChildSetup setup(in, out, errors);
  std::string name = program->string(), defaults = "--default-settings", from_input = "-";  // no settings of the user's
  char* const arguments[] = {name.data(), defaults.data(), from_input.data(), nullptr};
  pid_t child = 0;
  const int problem = ::posix_spawn(&child, name.c_str(), setup.actions(), setup.attributes(), arguments, environ);
  if (problem != 0) fail("starting gnuplot", problem);
  const int status = wait_for(child);
  std::string result = read_all(out);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || result.empty())
    throw Error(ExitCode::io, "gnuplot could not draw the picture: " + reason(read_all(errors)));
  return result;
}

}  // namespace marketmimic
