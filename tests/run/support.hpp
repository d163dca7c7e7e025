#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "host/error.hpp"
#include "host/file/file.hpp"
#include "tests/input/support.hpp"

namespace marketmimic {

/// Expects `call` to throw an Error of `code` whose one line holds `part`.
template <class Call>
void expect_refused(Call call, ExitCode code, const std::string& part) {
  expect_refused(call, code, std::vector<std::string>{part});
}

/// A folder of the running test, removed with it.
class TestFolder {
 public:
  TestFolder() {
    const testing::TestInfo& test = *testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::path(testing::TempDir()) /
            (std::string(test.test_suite_name()) + "-" + test.name() + "-" + std::to_string(getpid()));
    std::filesystem::create_directories(path_);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Every file below a folder, by relative name.
inline std::map<std::string, std::string> files_below(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files[entry.path().lexically_relative(folder).string()] = read_text(entry.path());
  }
  return files;
}

}  // namespace marketmimic
