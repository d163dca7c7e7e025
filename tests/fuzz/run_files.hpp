#pragma once

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "host/file/file.hpp"
#include "host/run/generate.hpp"
#include "host/run/sealed_json.hpp"
#include "tests/fuzz/promises.hpp"

namespace marketmimic {

/// A finished run of one small shard in a folder of this process, one file of which a fuzzer replaces. It stays while
/// the process lives.
class FuzzedRun {
 public:
  FuzzedRun()
      : folder_(std::filesystem::temp_directory_path() / ("marketmimic-fuzz-" + std::to_string(getpid()))),
        simulation_(prepare(job(), MarketFile{}, std::nullopt)) {
    GenerateOptions options;
    options.device = Device::cpu;
    options.threads = 1;
    generate(simulation_, folder_, options);
  }
  FuzzedRun(const FuzzedRun&) = delete;
  FuzzedRun& operator=(const FuzzedRun&) = delete;
  ~FuzzedRun() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  const std::filesystem::path& folder() const { return folder_; }
  const Simulation& simulation() const { return simulation_; }

  /// Bytes in the place of a file of the run; nothing is asked of the disk.
  void put(const std::filesystem::path& file, std::string_view bytes) const {
    std::FILE* const out = std::fopen((folder_ / file).c_str(), "wb");
    require(out != nullptr);
    require(std::fwrite(bytes.data(), 1, bytes.size(), out) == bytes.size());
    require(std::fclose(out) == 0);
  }

 private:
  static Job job() {
    Job job;
    job.scenarios = 32;
    job.steps = 2;
    job.levels = 1;
    job.shard_mebibytes = 1;
    job.record = {false, false, false, false, false, true, false};  // labels
    return job;
  }

  std::filesystem::path folder_;
  Simulation simulation_;
};

/// What the bytes of an input become: themselves; where they are a JSON object, that sealed as its author would, and
/// `whole`, an object of the program's own, with its keys changed so and sealed. So what lies behind the seal is
/// reached.
inline std::vector<std::string> variants(std::string_view input, const std::string& whole, int indent = 1) {
  using Json = nlohmann::ordered_json;
  std::vector<std::string> texts = {std::string(input)};
  const Json object = Json::parse(input, nullptr, false);
  if (!object.is_object()) return texts;
  texts.push_back(sealed(object, indent));
  Json patched = Json::parse(whole);
  patched.merge_patch(object);
  texts.push_back(sealed(patched, indent));
  return texts;
}

/// What may be thrown over a run that is damaged or made to do harm: a word on it, in one line, with one of the exit
/// codes that say so.
template <class Read>
void require_refusal_or_none(const Read& read) {
  try {
    read();
  } catch (const Error& error) {
    const ExitCode code = error.code();
    require(code == ExitCode::io || code == ExitCode::verification_failed || code == ExitCode::usage ||
            code == ExitCode::input_data);
    for (const char* c = error.what(); *c != '\0'; ++c) require(*c != '\n');
  }
}

}  // namespace marketmimic
