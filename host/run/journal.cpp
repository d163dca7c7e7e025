#include "host/run/journal.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <functional>
#include <numeric>
#include <sstream>
#include <system_error>
#include <utility>

#include "host/error.hpp"
#include "host/file/file.hpp"
#include "host/run/sealed_json.hpp"

namespace marketmimic {
namespace {

using Json = nlohmann::ordered_json;

/// Locks are on bytes that no journal reaches: one for the folder, then one a shard.
constexpr std::uint64_t kFolderByte = std::uint64_t{1} << 40, kShardBytes = kFolderByte + 1;

bool overlap(const Scenarios& a, const Scenarios& b) { return a.first < b.end() && b.first < a.end(); }

/// The line's object; none where it is damaged.
std::optional<Json> parse_line(const std::string& line) {
  if (!is_sealed(line, -1)) return std::nullopt;
  return Json::parse(line);
}

void read_begin(const Json& line, std::vector<Session>& sessions) {
  Session s;
  s.host = line.at("host").get<std::string>();
  s.pid = static_cast<std::int64_t>(whole_number(line.at("pid")));
  s.started = line.at("time").get<std::string>();
  s.shards = {whole_number(line.at("first")), whole_number(line.at("shards"))};
  s.device = line.at("device").get<std::string>();
  s.threads = static_cast<unsigned>(whole_number(line.at("threads")));
  sessions.push_back(std::move(s));
}

/// The last session of the process that a line is about; null where none began, as where shards were merged.
Session* session_of(const Json& line, std::vector<Session>& sessions) {
  const auto host = line.at("host").get<std::string>();
  const auto pid = static_cast<std::int64_t>(whole_number(line.at("pid")));
  const auto found = std::find_if(sessions.rbegin(), sessions.rend(),
                                  [&](const Session& s) { return s.host == host && s.pid == pid; });
  return found == sessions.rend() ? nullptr : &*found;
}

void read_shard(const Json& line, std::vector<Session>& sessions) {
  if (Session* const s = session_of(line, sessions))
    s->published.push_back(
        {line.at("time").get<std::string>(), whole_number(line.at("scenarios")), whole_number(line.at("bytes"))});
}

/// None where it is not told, as by earlier versions, or is no share.
std::optional<double> share_in(const Json& line, const char* key) {
  const auto told = line.find(key);
  if (told == line.end() || !told->is_number()) return std::nullopt;
  const double share = told->get<double>();
  if (!(share >= 0 && share <= 1)) return std::nullopt;
  return share;
}

void read_end(const Json& line, std::vector<Session>& sessions) {
  Session* const s = session_of(line, sessions);
  const std::optional<double> waiting = share_in(line, "waiting");
  if (s == nullptr || !waiting) return;
  Session ended = *s;
  ended.ended = line.at("time").get<std::string>();
  ended.outcome = line.at("outcome").get<std::string>();
  ended.made = whole_number(line.at("made"));
  ended.seconds = line.at("seconds").get<double>();
  ended.waiting = *waiting;
  ended.device_use = share_in(line, "device_use");
  *s = std::move(ended);
}

}  // namespace

std::uint64_t Session::scenarios() const {
  return std::transform_reduce(published.begin(), published.end(), std::uint64_t{0}, std::plus<>(),
                               [](const PublishedShard& shard) { return shard.scenarios; });
}

std::uint64_t Session::bytes() const {
  return std::transform_reduce(published.begin(), published.end(), std::uint64_t{0}, std::plus<>(),
                               [](const PublishedShard& shard) { return shard.bytes; });
}

std::optional<double> Session::rate() const {
  if (published.empty() || !(seconds > 0)) return std::nullopt;
  const double a_second = static_cast<double>(scenarios()) / seconds;
  if (!std::isfinite(a_second)) return std::nullopt;
  return a_second;
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

std::string utc_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
}

Session session_of_this_process(const Scenarios& shards, const std::string& device, unsigned threads) {
  Session session;
  session.host = host_name();
  session.pid = ::getpid();
  session.started = utc_now();
  session.shards = shards;
  session.device = device;
  session.threads = threads;
  return session;
}

nlohmann::ordered_json session_json(const Session& s) {
  Json json = {{"started", s.started},
               {"host", s.host},
               {"pid", s.pid},
               {"first_shard", s.shards.first},
               {"shards", s.shards.count}};
  if (!s.device.empty()) {
    json["device"] = s.device;
    json["threads"] = s.threads;
  }
  if (!s.published.empty()) {
    json["scenarios_made"] = s.scenarios();
    json["bytes_made"] = s.bytes();
  }
  if (s.ended.empty()) return json;
  json["ended"] = s.ended;
  json["outcome"] = s.outcome;
  json["shards_made"] = s.made;
  json["seconds"] = s.seconds;
  if (const auto rate = s.rate()) json["scenarios_a_second"] = *rate;
  json["waiting"] = s.waiting;
  if (s.device_use) json["device_use"] = *s.device_use;
  return json;
}

Journal::Journal(const std::filesystem::path& run) : file_(run / kJournal) {}

bool Journal::exists(const std::filesystem::path& run) {
  std::error_code error;
  return std::filesystem::exists(run / kJournal, error);
}

RangeLock Journal::hold(const Scenarios& shards) const {
  if (auto lock = RangeLock::take(file_, kShardBytes + shards.first, shards.count)) return std::move(*lock);
  std::string holder = "another process";
  for (const Session& s : sessions()) {
    if (s.ended.empty() && overlap(s.shards, shards))
      holder = fmt::format("process {} on {}, which began {}", s.pid, s.host, s.started);
  }
  throw Error(ExitCode::exists, fmt::format("{} is in use by {}; wait for it, or choose other shards",
                                            file_.parent_path().string(), holder));
}

RangeLock Journal::hold_folder() const { return RangeLock::wait_for(file_, kFolderByte, 1); }

void Journal::begin(const Session& s) const {
  append_line(file_, sealed({{"event", "begin"},
                             {"time", s.started},
                             {"host", s.host},
                             {"pid", s.pid},
                             {"first", s.shards.first},
                             {"shards", s.shards.count},
                             {"device", s.device},
                             {"threads", s.threads}},
                            -1));
}

void Journal::publish(const ShardInfo& shard) const {
  append_line(file_, sealed({{"event", "shard"},
                             {"time", utc_now()},
                             {"host", host_name()},
                             {"pid", ::getpid()},
                             {"file", shard.file},
                             {"first", shard.scenarios.first},
                             {"scenarios", shard.scenarios.count},
                             {"bytes", shard.bytes},
                             {"xxh128", shard.checksum}},
                            -1));
}

void Journal::end(const Session& s) const {
  Json line = {{"event", "end"}, {"time", s.ended},      {"host", s.host},       {"pid", s.pid},
               {"made", s.made}, {"seconds", s.seconds}, {"waiting", s.waiting}, {"outcome", s.outcome}};
  if (s.device_use) line["device_use"] = *s.device_use;
  append_line(file_, sealed(std::move(line), -1));
}

std::vector<Session> Journal::sessions() const {
  std::vector<Session> sessions;
  std::istringstream lines(read_text(file_));
  for (std::string line; std::getline(lines, line);) {
    const std::optional<Json> json = parse_line(line);
    if (!json) continue;
    try {
      const auto event = json->at("event").get<std::string>();
      if (event == "begin") read_begin(*json, sessions);
      if (event == "shard") read_shard(*json, sessions);
      if (event == "end") read_end(*json, sessions);
    } catch (const Json::exception&) {
      continue;  // sealed, but by another program
    }
  }
  return sessions;
}

std::optional<std::size_t> Journal::damaged_line() const {
  std::istringstream lines(read_text(file_));
  std::size_t number = 1;
  for (std::string line; std::getline(lines, line); ++number) {
    if (!parse_line(line)) return number;
  }
  return std::nullopt;
}

void Journal::drop_damaged_lines() const {
  std::istringstream lines(read_text(file_));
  std::string whole;
  for (std::string line; std::getline(lines, line);) {
    if (parse_line(line)) whole += line + '\n';
  }
  publish_text(file_, whole);
}

}  // namespace marketmimic
