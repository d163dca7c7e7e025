#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

#include "host/error.hpp"
#include "host/tape/tape.hpp"

namespace marketmimic {

inline std::filesystem::path shared_data() {
  if (const char* const named = std::getenv("MARKETMIMIC_SHARED_DATA")) return named;
  return std::filesystem::path(MARKETMIMIC_SOURCE_DIR) / "../shared/data";
}

/// `read` is refused with `code` and one line that begins with `start` and holds `words`.
inline void expect_refusal(const std::function<void()>& read, ExitCode code, const std::string& start,
                           const std::string& words) {
  try {
    read();
    FAIL() << "accepted; expected a refusal about " << words;
  } catch (const Error& error) {
    const std::string line = error.what();
    EXPECT_EQ(error.code(), code) << line;
    EXPECT_EQ(line.substr(0, start.size()), start);
    EXPECT_THAT(line, testing::HasSubstr(words));
    EXPECT_EQ(line.find('\n'), std::string::npos);
  }
}

/// A folder of its own, removed at the end.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "marketmimic-tape-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw Error(ExitCode::io, "no temporary folder");
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace marketmimic
