// Makes a run from a job file and made-up inputs, for checks by other programs: make_run FOLDER JOB THREADS KIND, where
// KIND is `strategy` or `market`.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "host/error.hpp"
#include "host/run/generate.hpp"
#include "tests/run/sample.hpp"

int main(int count, char** arguments) {
  using namespace marketmimic;
  if (count != 5) return static_cast<int>(ExitCode::usage);
  try {
    const Job job = read_job_file(arguments[2]);
    GenerateOptions options;
    options.device = Device::cpu;
    options.threads = static_cast<unsigned>(std::strtoul(arguments[3], nullptr, 10));
    const bool strategy = std::string(arguments[4]) == "strategy";
    const GenerateResult result =
        generate(strategy ? sample_simulation(job) : sample_market(job), arguments[1], options);
    std::printf("%.3f s, %.1f MB\n", result.seconds, 1e-6 * static_cast<double>(result.bytes));
    return 0;
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.code());
  }
}
