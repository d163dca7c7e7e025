#pragma once

#include <filesystem>
#include <vector>

namespace marketmimic {

/// A folder that appears whole or not at all: filled under a temporary name beside it, removed with all that it holds
/// unless published. Folders above it are made where they are missing. Every failure is an Error(io).
class NewFolder {
 public:
  explicit NewFolder(const std::filesystem::path& path);
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;
  ~NewFolder();

  const std::filesystem::path& temporary() const { return temporary_; }
  /// Gives the folder its name; one that has it already is removed.
  void publish();

 private:
  void make_parents();
  void remove_all() noexcept;

  std::filesystem::path path_, parent_, temporary_;
  std::vector<std::filesystem::path> made_;  ///< folders above it, inner ones first
  bool published_ = false;
};

}  // namespace marketmimic
