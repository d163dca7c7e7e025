#include "host/hdf5/sandbox.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <hdf5.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <initializer_list>
#include <optional>

#include "host/error.hpp"

namespace marketmimic {
namespace {

constexpr char kDone = 'r', kFailed = 'e';  ///< first byte on the pipe

void limit(int resource, std::uint64_t most) {
  const rlimit both{static_cast<rlim_t>(most), static_cast<rlim_t>(most)};
  setrlimit(resource, &both);  // a limit that can't be set leaves the others and the parent's time-out
}

#ifdef MARKETMIMIC_SHADOW_MEMORY
std::optional<std::uint64_t> room_below(std::uint64_t) { return std::nullopt; }
#else
/// Address space in use; a CUDA driver may have reserved a lot.
std::uint64_t mapped_bytes() {
  unsigned long long pages = 0;
  if (std::FILE* const file = std::fopen("/proc/self/statm", "re")) {
    if (std::fscanf(file, "%llu", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

/// Bytes that this process may still map, where a limit leaves it fewer than `wanted`.
std::optional<std::uint64_t> room_below(std::uint64_t wanted) {
  rlimit space{};
  if (getrlimit(RLIMIT_AS, &space) != 0 || space.rlim_cur == RLIM_INFINITY) return std::nullopt;
  const std::uint64_t mapped = mapped_bytes(), room = space.rlim_cur - std::min<std::uint64_t>(space.rlim_cur, mapped);
  return room < wanted ? std::optional(room) : std::nullopt;
}
#endif

void confine(const SandboxLimits& limits) {
  for (const int signal_number : {SIGALRM, SIGXCPU, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTERM, SIGINT})
    signal(signal_number, SIG_DFL);
  signal(SIGPIPE, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_CPU, limits.seconds);
#ifndef MARKETMIMIC_SHADOW_MEMORY  // a sanitizer's shadow lies in terabytes of address space
  limit(RLIMIT_AS, mapped_bytes() + limits.memory_bytes);
#endif
  alarm(limits.seconds);
  setenv("HDF5_PLUGIN_PRELOAD", "::", 1);  // HDF5's word for: no plug-ins
  H5PLset_loading_state(0);
}

bool send(int pipe, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t part = write(pipe, bytes, size);
    if (part < 0 && errno == EINTR) continue;
    if (part <= 0) return false;
    bytes += part;
    size -= static_cast<std::size_t>(part);
  }
  return true;
}

[[noreturn]] void run_child(const std::function<std::string()>& read, const SandboxLimits& limits, int pipe) {
  char status = kFailed;
  std::string text;
  try {
    std::set_terminate([] { _exit(1); });  // the parent tells
    confine(limits);
    text = read();
    status = kDone;
  } catch (const std::bad_alloc&) {
    text = "it asks for more memory than it can need, or than there is";
  } catch (const std::exception& error) {
    text = error.what();
  } catch (...) {
    text = "unknown failure";
  }
  const bool sent = send(pipe, &status, 1) && send(pipe, text.data(), text.size());
  _exit(sent ? 0 : 1);  // no destructor or exit handler of the parent may run here
}

/// All that comes until the other end is closed; false past the deadline or beyond `most` bytes.
bool receive(int pipe, std::uint64_t most, std::chrono::steady_clock::time_point deadline, std::string& bytes) {
  char part[65'536];
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd ready{pipe, POLLIN, 0};
    const int polled = poll(&ready, 1, static_cast<int>(left.count()));
    if (polled < 0 && errno == EINTR) continue;
    if (polled <= 0) return false;
    const ssize_t size = ::read(pipe, part, sizeof part);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return false;
    if (size == 0) return true;
    if (bytes.size() + static_cast<std::size_t>(size) > most) return false;
    bytes.append(part, static_cast<std::size_t>(size));
  }
}

}  // namespace

SandboxResult run_in_sandbox(const std::function<std::string()>& read, const SandboxLimits& limits) {
  const std::optional<std::uint64_t> room = room_below(limits.memory_bytes);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    throw Error(ExitCode::io, fmt::format("no pipe to a reader process: {}", std::strerror(errno)));
  const pid_t child = fork();
  if (child < 0) {
    const int error = errno;
    close(ends[0]);
    close(ends[1]);
    throw Error(error == ENOMEM ? ExitCode::out_of_memory : ExitCode::io,
                fmt::format("no reader process: {}", std::strerror(error)));
  }
  if (child == 0) {
    close(ends[0]);
    run_child(read, limits, ends[1]);
  }
  close(ends[1]);
  SandboxResult result;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(limits.seconds + 1);
  const bool whole = receive(ends[0], limits.result_bytes + 1, deadline, result.bytes);
  close(ends[0]);
  if (!whole) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const bool exited = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (whole && exited && !result.bytes.empty() && result.bytes[0] == kDone) {
    result.bytes.erase(0, 1);
    return result;
  }
  if (whole && exited && !result.bytes.empty()) {
    result.error = result.bytes.substr(1);
  } else if (!whole) {
    result.error = fmt::format("reading it takes longer than {} s, or gives more than it can hold", limits.seconds);
  } else {
    result.error = "the HDF5 library fails on it: it is damaged";
  }
  // The library tells a lack of memory in many ways, and as damage too.
  if (room)
    throw Error(ExitCode::out_of_memory, fmt::format("a reader process may need {} MiB and has {} MiB (ulimit -v): {}",
                                                     limits.memory_bytes >> 20, *room >> 20, result.error));
  result.bytes.clear();
  return result;
}

}  // namespace marketmimic
