#include <cstddef>
#include <cstdint>

#include "host/run/finalize.hpp"
#include "host/run/stored_outcomes.hpp"
#include "host/run/stored_shard.hpp"
#include "host/run/verify.hpp"
#include "tests/fuzz/run_files.hpp"

/// Any .json beside a shard describes it, or is refused in one line, by all that read it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace marketmimic;
  static const FuzzedRun run;
  static const std::string name = shard_info_file(shard_name(run.simulation().identity, 0)).string();
  static const std::string whole = read_text(run.folder() / name);
  for (const std::string& text : variants({reinterpret_cast<const char*>(data), size}, whole)) {
    run.put(name, text);
    require_refusal_or_none([] { require(!shard_info_text(read_shard_info(run.folder() / name)).empty()); });
    require_refusal_or_none([] { stored_summary(run.simulation(), run.folder(), {0, 1}); });
    require_refusal_or_none([] { all_published(run.simulation(), run.folder()); });
    require_refusal_or_none([] {
      VerifyOptions options;
      options.threads = 1;
      verify({run.simulation(), false}, run.folder(), options);
    });
  }
  return 0;
}
