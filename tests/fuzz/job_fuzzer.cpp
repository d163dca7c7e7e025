#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "host/config/job.hpp"
#include "tests/fuzz/promises.hpp"

/// Any bytes give a job within its limits that survives being written and read, or a usage error of one line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace marketmimic;
  try {
    const Job job = parse_job(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz");
    check_job(job);
    const std::string text = job_text(job);
    require(job_text(parse_job(text, "fuzz")) == text);
  } catch (const Error& error) {
    require_refusal(error, ExitCode::usage);
  }
  return 0;
}
