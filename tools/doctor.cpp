#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/error.hpp"
#include "host/ranks/ranks.hpp"
#include "host/readable.hpp"
#include "kernels/cpu/instruction_set.hpp"
#include "tools/arguments.hpp"
#include "tools/machine.hpp"
#include "tools/self_check.hpp"
#ifdef MARKETMIMIC_HAVE_CUDA
#include "kernels/cuda/devices.hpp"
#endif

namespace marketmimic {
namespace {

/// The GPUs, a line each, or why there are none.
struct Gpus {
  std::vector<std::string> names;
  std::string reason;
};

Gpus find_gpus() {
#ifdef MARKETMIMIC_HAVE_CUDA
  const CudaDevices found = cuda_devices();
  Gpus gpus{{}, found.reason};
  for (const CudaDevice& device : found.devices) {
    gpus.names.push_back(fmt::format("cuda:{} {}, compute {}.{}, {}", device.index, device.name, device.major,
                                     device.minor, readable_bytes(device.memory)));
  }
  return gpus;
#else
  return {{}, "this build has no CUDA backend, since nvcc was not found; the CPU gives the same bits"};
#endif
}

std::string compiler() {
#ifdef __clang__
  return "clang " __clang_version__;
#else
  return "g++ " __VERSION__;
#endif
}

std::string hdf5_version() {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("{}.{}.{}", major, minor, release);
}

struct Diagnosis {
  Machine machine;
  Gpus gpus;
  std::vector<CheckedBackend> backends;
  std::vector<std::string> advice;

  bool agree() const {
    const auto same = [&](const CheckedBackend& b) { return !b.hash.empty() && b.hash == backends.front().hash; };
    return std::all_of(backends.begin(), backends.end(), same);
  }
};

constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

Diagnosis diagnose() {
  Diagnosis d{look_at_machine(), find_gpus(), check_backends(), {}};
  if (!supported(InstructionSet::x86_64_v3))
    d.advice.push_back("this processor has no FMA: results are the same, at a hundredth of the speed");
  if (!d.machine.gnuplot) d.advice.push_back("no gnuplot, so no pictures: apt-get install gnuplot-nox");
  if (!d.machine.disk_speed) d.advice.push_back("nothing can be written into the working folder");
  // A dataset.h5 opens up to 512 shards at once.
  if (d.machine.open_files < 600) d.advice.push_back("few files can be open at once: ulimit -n 1024");
  if (!d.agree()) d.advice.push_back("backends disagree: do not use this machine for datasets, and report this");
  return d;
}

std::string row(std::string_view name, std::string_view value) { return fmt::format("{:<14}{}\n", name, value); }

std::string text(const Diagnosis& d) {
  const Machine& m = d.machine;
  const std::string sanitizers = MARKETMIMIC_SANITIZERS;
  std::string out =
      row("marketmimic", fmt::format("{}, {} build by {}", MARKETMIMIC_VERSION,
                                     sanitizers.empty() ? MARKETMIMIC_BUILD_TYPE : sanitizers, compiler()));
  out += row("HDF5", hdf5_version());
  out += row("MPI", mpi_version().empty() ? "none: one process a run, or --shard-range" : mpi_version());
  out += row("processor", fmt::format("{}, {} {}", m.processor, m.cores, m.cores == 1 ? "core" : "cores"));
  out += row("instructions", name(best_instruction_set()));
  for (const std::string& gpu : d.gpus.names) out += row("GPU", gpu);
  if (d.gpus.names.empty()) out += row("GPU", "none: " + d.gpus.reason);
  out += row("memory", fmt::format("{}, {} free", readable_bytes(m.memory), readable_bytes(m.memory_free)));
  out +=
      row("disk here", fmt::format("{} free, {}", readable_bytes(m.disk_free),
                                   m.disk_speed ? "writes " + readable_amount(*m.disk_speed, "B/s") : "not writable"));
  out += row("limits", fmt::format("{} open files, stack {}", readable_count(m.open_files),
                                   m.stack == kNoLimit ? "unlimited" : readable_bytes(m.stack)));
  out += row("gnuplot", m.gnuplot ? m.gnuplot->string() : "none");
  out += row("recipes", m.recipe_plugin ? "HDF5 reads them with HDF5_PLUGIN_PATH=" + m.recipe_plugin->string()
                                        : "no plugin beside this program: HDF5 can't read them");
  out += "\nThe same scenarios on each:\n";
  for (const CheckedBackend& backend : d.backends)
    out += fmt::format("  {:<34}{}\n", backend.name, backend.hash.empty() ? backend.problem : backend.hash);
  out += d.agree() ? "  all bits agree\n" : "  THEY DISAGREE\n";
  for (const std::string& line : d.advice) out += "\n! " + line;
  return d.advice.empty() ? out : out + "\n";
}

nlohmann::json json(const Diagnosis& d) {
  const Machine& m = d.machine;
  nlohmann::json out = {{"version", MARKETMIMIC_VERSION},
                        {"compiler", compiler()},
                        {"build_type", MARKETMIMIC_BUILD_TYPE},
                        {"sanitizers", MARKETMIMIC_SANITIZERS},
                        {"hdf5", hdf5_version()},
                        {"mpi", mpi_version()},
                        {"processor", m.processor},
                        {"cores", m.cores},
                        {"instruction_set", name(best_instruction_set())},
                        {"gpus", d.gpus.names},
                        {"gpu_notice", d.gpus.reason},
                        {"memory", m.memory},
                        {"memory_free", m.memory_free},
                        {"disk_free", m.disk_free},
                        {"open_files", m.open_files},
                        {"backends_agree", d.agree()},
                        {"advice", d.advice}};
  out["disk_speed"] = m.disk_speed ? nlohmann::json(*m.disk_speed) : nlohmann::json();
  out["stack"] = m.stack == kNoLimit ? nlohmann::json() : nlohmann::json(m.stack);
  out["gnuplot"] = m.gnuplot ? nlohmann::json(m.gnuplot->string()) : nlohmann::json();
  out["recipe_plugin"] = m.recipe_plugin ? nlohmann::json(m.recipe_plugin->string()) : nlohmann::json();
  for (const CheckedBackend& backend : d.backends)
    out["backends"].push_back({{"name", backend.name}, {"hash", backend.hash}, {"problem", backend.problem}});
  return out;
}

}  // namespace

Command add_doctor(CLI::App& program) {
  const auto as_json = std::make_shared<bool>(false);
  CLI::App* app = program.add_subcommand("doctor", "Tell what this machine and build can do");
  app->add_flag("--json", *as_json, "Report as JSON");
  app->footer("Example:  marketmimic doctor");
  return {app, [as_json](const Console& console) {
            const Diagnosis d = diagnose();
            console.result(*as_json ? json(d).dump(1) + "\n" : text(d));
            if (!d.agree())
              throw Error(ExitCode::verification_failed, "the backends of this machine do not give the same bits");
          }};
}

}  // namespace marketmimic
