#include <cstddef>
#include <cstdint>

#include "host/run/run_folder.hpp"
#include "host/run/verify.hpp"
#include "tests/fuzz/run_files.hpp"

/// Any run.json is that of the run, or is refused in one line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace marketmimic;
  static const FuzzedRun run;
  static const std::string whole = read_text(run.folder() / "run.json");
  for (const std::string& text : variants({reinterpret_cast<const char*>(data), size}, whole)) {
    run.put("run.json", text);
    require_refusal_or_none([] { run_state(run.folder()); });
    require_refusal_or_none([] { require(open_run(run.folder()).identity == run.simulation().identity); });
    require_refusal_or_none([] {
      VerifyOptions options{.quick = true};
      options.threads = 1;
      verify(open_damaged_run(run.folder()), run.folder(), options);
    });
  }
  return 0;
}
