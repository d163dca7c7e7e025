#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "host/file/file.hpp"
#include "tools/console.hpp"

namespace marketmimic {

/// What a long run does, as one JSON object a line at the end of a file, for machines that watch over it. Processes of
/// one job may share a file. Without a file, and once a line could not be written, which is told, nothing happens: a
/// run does not end because its log does.
class EventLog {
 public:
  /// `rank`, host and process stand in every line. Error(io) where the file can't be opened.
  EventLog(const std::optional<std::string>& file, unsigned rank, const Console& console);

  /// Adds a line with the time and `details`.
  void tell(const char* event, nlohmann::ordered_json details);
  /// The same, at most once a second.
  void tell_now_and_then(const char* event, const nlohmann::ordered_json& details);
  bool enabled() const { return file_.has_value(); }

 private:
  using Clock = std::chrono::steady_clock;
  std::optional<AppendedFile> file_;
  nlohmann::ordered_json who_;
  const Console& console_;
  Clock::time_point told_{};
};

}  // namespace marketmimic
