#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace marketmimic {

/// An open file descriptor.
class FileHandle {
 public:
  explicit FileHandle(int descriptor = -1) : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  ~FileHandle();

  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

/// A file that appears whole or not at all: written under a temporary name in its folder, removed unless published.
/// Every failure is an Error(io) that names the file and the reason; so is a device, pipe or folder of that name.
class NewFile {
 public:
  explicit NewFile(std::filesystem::path path);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();

  const std::filesystem::path& path() const { return path_; }
  const std::filesystem::path& temporary() const { return temporary_; }

  /// Makes sure that the disk has room for the first `bytes`; the file is then at least so long.
  void reserve(std::uint64_t bytes);
  std::uint64_t size() const;
  /// Thread-safe.
  void write_at(std::uint64_t offset, std::span<const std::byte> bytes) const;
  void read_at(std::uint64_t offset, std::span<std::byte> bytes) const;
  /// To the disk itself.
  void sync() const;
  /// Gives the file its name, and its folder to the disk. Call sync() before.
  void publish();

 private:
  std::filesystem::path path_, temporary_;
  FileHandle file_;
  bool published_ = false;
};

/// A file to read at offsets; Error(io) where that fails or the file ends early.
class InputFile {
 public:
  explicit InputFile(std::filesystem::path path);
  std::uint64_t size() const { return size_; }
  void read_at(std::uint64_t offset, std::span<std::byte> bytes) const;

 private:
  std::filesystem::path path_;
  FileHandle file_;
  std::uint64_t size_ = 0;
};

/// Publishes a small text file.
void publish_text(const std::filesystem::path& file, std::string_view text);
/// The whole of a small text file, at most 64 MiB. Error(io).
std::string read_text(const std::filesystem::path& file);
/// Names of what lies in a folder; none where there is no folder of that name. Error(io). The standard library's
/// iterator over folders ends the program where memory is lacking.
std::vector<std::string> names_in(const std::filesystem::path& folder);
/// Lines that several processes add to one file, each whole. Nothing is given to the disk before the system thinks so.
class AppendedFile {
 public:
  /// Error(io) where the file can't be opened or made.
  explicit AppendedFile(std::filesystem::path path);
  /// Adds a line. Error(io).
  void line(std::string_view text) const;

 private:
  std::filesystem::path path_;
  FileHandle file_;
};

/// Adds one line at the end of a file and gives it to the disk; a line that was cut short stays as it is. Error(io).
void append_line(const std::filesystem::path& file, std::string_view line);

}  // namespace marketmimic
