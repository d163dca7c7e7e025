// Makes a run from a job file and made-up inputs, for checks by other programs: make_run FOLDER JOB THREADS KIND
// [resume | PART PARTS], where KIND is `strategy`, `market` (a diffusion without strategy) or `order_book` (with it).
// Prints how long it took, the bytes of the shards, and its peak of resident memory.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "host/error.hpp"
#include "host/run/generate.hpp"
#include "tests/plain_order_book.hpp"
#include "tests/run/sample.hpp"

namespace {

/// Most memory that was resident at a time [KiB]: of this program alone, unlike getrusage()'s, which begins with what
/// the process held that started it.
unsigned long peak_kibibytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    unsigned long peak = 0;
    if (word == "VmHWM:" && status >> peak) return peak;
  }
  return 0;
}

marketmimic::Simulation simulation_of(const std::string& kind, const marketmimic::Job& job) {
  using namespace marketmimic;
  if (kind == "strategy") return sample_simulation(job);
  if (kind == "market") return sample_market(job);
  MarketFile market;
  market.order_book = plain_order_book();
  return prepare(job, market, sample_strategy());  // the job chooses the model
}

}  // namespace

int main(int count, char** arguments) {
  using namespace marketmimic;
  if (count < 5 || count > 7) return static_cast<int>(ExitCode::usage);
  try {
    const Job job = read_job_file(arguments[2]);
    GenerateOptions options;
    options.device = Device::cpu;
    options.threads = static_cast<unsigned>(std::strtoul(arguments[3], nullptr, 10));
    if (count == 6) options.entry = Entry::join;
    if (count == 7)
      options.part = ShardPart{{}, std::strtoull(arguments[5], nullptr, 10), std::strtoull(arguments[6], nullptr, 10)};
    const GenerateResult result = generate(simulation_of(arguments[4], job), arguments[1], options);
    std::printf("%.3f s, %.1f MB, peak %lu KiB\n", result.seconds, 1e-6 * static_cast<double>(result.bytes),
                peak_kibibytes());
    return 0;
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.code());
  }
}
