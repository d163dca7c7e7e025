#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/file/range_lock.hpp"
#include "host/run/plan.hpp"
#include "host/run/shard.hpp"

namespace marketmimic {

/// `2026-11-24T03:04:05Z`, of now.
std::string utc_now();
/// Of this machine.
std::string host_name();

/// A shard that a process published.
struct PublishedShard {
  std::string time;  ///< UTC
  std::uint64_t scenarios = 0, bytes = 0;
};

/// What is told of one process at work on a run.
struct Session {
  std::string host;
  std::int64_t pid = 0;
  std::string started, ended;  ///< UTC; not ended: the process was killed, or works
  std::string outcome;         ///< `complete`, or why it ended before
  Scenarios shards;            ///< that it was to make
  std::uint64_t made = 0;      ///< of them
  std::string device;          ///< none where nothing was left to do
  unsigned threads = 0;
  double seconds = 0;
  double waiting = 0;                     ///< share of the threads' time in which they waited for the disk
  std::optional<double> device_use;       ///< share of the time in which CPU threads or GPUs simulated; none: not told
  std::vector<PublishedShard> published;  ///< one after the other

  /// Published; 0 also where the journal does not tell which process published what.
  std::uint64_t scenarios() const;
  std::uint64_t bytes() const;
  /// Scenarios published in each of its seconds; none where that is not told.
  std::optional<double> rate() const;
};

inline constexpr const char* kJournal = "journal.jsonl";

/// `journal.jsonl` of a run folder: who worked on it when, and every shard as it was published. A record for people and
/// run.json, not the truth about shards: that are their own files. Also what processes lock to keep each other out.
class Journal {
 public:
  explicit Journal(const std::filesystem::path& run);
  static bool exists(const std::filesystem::path& run);

  /// Holds shards against everyone else. Error(exists) tells who has some of them, Error(io).
  RangeLock hold(const Scenarios& shards) const;
  /// Waits for the right to change what is in the folder beside shards. Error(io).
  RangeLock hold_folder() const;

  /// Adds a line. Error(io).
  void begin(const Session& session) const;
  void publish(const ShardInfo& shard) const;
  void end(const Session& session) const;

  /// In the order in which they began. Lines that say nothing of one are passed over. Error(io).
  std::vector<Session> sessions() const;
  /// Of the first line that is damaged, from 1; none: all are whole. Error(io).
  std::optional<std::size_t> damaged_line() const;
  /// Leaves out damaged lines. Error(io).
  void drop_damaged_lines() const;

 private:
  std::filesystem::path file_;
};

/// A session of this process that begins now.
Session session_of_this_process(const Scenarios& shards, const std::string& device, unsigned threads);

nlohmann::ordered_json session_json(const Session& session);

}  // namespace marketmimic
