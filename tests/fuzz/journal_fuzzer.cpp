#include <cstddef>
#include <cstdint>

#include "host/run/journal.hpp"
#include "tests/fuzz/run_files.hpp"

/// Any journal gives sessions that run.json can hold.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace marketmimic;
  static const FuzzedRun run;
  static const std::string whole = read_text(run.folder() / kJournal), first = whole.substr(0, whole.find('\n'));
  for (const std::string& text : variants({reinterpret_cast<const char*>(data), size}, first, -1)) {
    run.put(kJournal, whole + text);
    const Journal journal(run.folder());
    require_refusal_or_none([&] {
      const std::vector<Session> sessions = journal.sessions();
      require(!sessions.empty());
      for (const Session& session : sessions) require(!session_json(session).dump().empty());
      require(journal.damaged_line().has_value() || sessions.size() <= 1 + text.size());
    });
    require_refusal_or_none([&] { journal.hold({0, 1}); });
  }
  return 0;
}
