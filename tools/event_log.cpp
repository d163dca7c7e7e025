#include "tools/event_log.hpp"

#include <unistd.h>

#include <utility>

#include "host/error.hpp"
#include "host/run/journal.hpp"

namespace marketmimic {

EventLog::EventLog(const std::optional<std::string>& file, unsigned rank, const Console& console)
    : who_({{"rank", rank}, {"host", host_name()}, {"pid", ::getpid()}}), console_(console) {
  if (file) file_.emplace(*file);
}

void EventLog::tell(const char* event, nlohmann::ordered_json details) {
  if (!file_) return;
  nlohmann::ordered_json line = {{"time", utc_now()}, {"event", event}};
  line.update(who_);
  line.update(std::move(details));
  try {
    file_->line(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  } catch (const Error& error) {
    console_.notice(std::string(error.what()) + "; the log ends here");
    file_.reset();
  }
}

void EventLog::tell_now_and_then(const char* event, const nlohmann::ordered_json& details) {
  if (Clock::now() - told_ < std::chrono::seconds(1)) return;
  told_ = Clock::now();
  tell(event, details);
}

}  // namespace marketmimic
