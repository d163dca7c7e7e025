#include "tools/machine.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <system_error>

#include "host/file/file.hpp"
#include "host/picture/gnuplot.hpp"

namespace marketmimic {
namespace {

/// The value of the first line `key : value` of a file of /proc; empty where there is none.
std::string value_of(const char* file, const std::string& key) {
  std::ifstream in(file);
  std::string line;
  while (std::getline(in, line)) {
    if (!line.starts_with(key)) continue;
    const std::size_t colon = line.find(':');
    const std::size_t value = line.find_first_not_of(" \t", colon + 1);
    if (colon != std::string::npos && value != std::string::npos) return line.substr(value);
  }
  return {};
}

unsigned usable_cores() {
  cpu_set_t set;
  return ::sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<unsigned>(CPU_COUNT(&set)) : 1u;
}

std::uint64_t limit(int resource) {
  rlimit value{};
  return ::getrlimit(static_cast<__rlimit_resource>(resource), &value) == 0 ? value.rlim_cur : 0;
}

std::optional<double> trial_write(const std::filesystem::path& folder) {
  const FileHandle file(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));  // has no name
  if (file.get() < 0) return std::nullopt;
  const std::vector<char> block(1u << 20, 'x');
  constexpr int blocks = 32;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < blocks; ++i) {
    if (::write(file.get(), block.data(), block.size()) != static_cast<ssize_t>(block.size())) return std::nullopt;
  }
  if (::fsync(file.get()) != 0) return std::nullopt;
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  return blocks * static_cast<double>(block.size()) / taken.count();
}

/// Where it is built and where it is installed, as seen from the program.
std::optional<std::filesystem::path> find_recipe_plugin() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  for (const char* const place : {"../hdf5-plugin", "../" MARKETMIMIC_LIBRARY_FOLDER "/marketmimic/hdf5-plugin"}) {
    const std::filesystem::path folder = (program.parent_path() / place).lexically_normal();
    if (std::filesystem::exists(folder / "libmarketmimic_recipe.so", error)) return folder;
  }
  return std::nullopt;
}

}  // namespace

Machine look_at_machine() {
  Machine machine;
  machine.processor = value_of("/proc/cpuinfo", "model name");
  machine.cores = usable_cores();
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  machine.memory = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * page;
  machine.memory_free = std::strtoull(value_of("/proc/meminfo", "MemAvailable").c_str(), nullptr, 10) * 1024;
  std::error_code error;
  const std::filesystem::space_info disk = std::filesystem::space(".", error);
  machine.disk_free = error ? 0 : disk.available;
  machine.disk_speed = trial_write(".");
  machine.open_files = limit(RLIMIT_NOFILE);
  machine.stack = limit(RLIMIT_STACK);
  machine.gnuplot = find_gnuplot();
  machine.recipe_plugin = find_recipe_plugin();
  return machine;
}

}  // namespace marketmimic
