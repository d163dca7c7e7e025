#include "host/file/file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <new>
#include <system_error>

#include "host/error.hpp"

namespace marketmimic {
namespace {

[[noreturn]] void fail(const char* what, const std::filesystem::path& file, int reason) {
  const char* advice = reason == ENOSPC || reason == EDQUOT ? "; free some space or choose another folder" : "";
  throw Error(ExitCode::io, fmt::format("can't {} {}: {}{}", what, file.string(), std::strerror(reason), advice));
}

/// `known` is the name by which the user knows the file.
FileHandle open_file(const std::filesystem::path& path, int flags, const char* what,
                     const std::filesystem::path& known) {
  constexpr mode_t mode = 0666;
  FileHandle file(::open(path.c_str(), flags | O_CLOEXEC, mode));
  if (file.get() < 0) fail(what, known, errno);
  return file;
}

std::uint64_t size_of(const FileHandle& file, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail("look at", path, errno);
  return static_cast<std::uint64_t>(status.st_size);
}

void write_all(int file, const std::filesystem::path& path, std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write", path, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
}

/// At once, but where the system takes less.
void append_all(int file, const std::filesystem::path& path, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write", path, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void read_all(int file, const std::filesystem::path& path, std::uint64_t offset, std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t read = ::pread(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) fail("read", path, errno);
    if (read == 0) throw Error(ExitCode::io, fmt::format("{} is cut short: it ends at byte {}", path.string(), offset));
    bytes = bytes.subspan(static_cast<std::size_t>(read));
    offset += static_cast<std::uint64_t>(read);
  }
}

void sync_all(int file, const std::filesystem::path& path) {
  if (::fsync(file) != 0) fail("write", path, errno);
}

/// A device or a pipe would be gone once a file took its name.
std::filesystem::path replaceable(std::filesystem::path path) {
  std::error_code ignored;
  const std::filesystem::file_status status = std::filesystem::status(path, ignored);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    throw Error(ExitCode::io, fmt::format("{}: exists and is no regular file", path.string()));
  return path;
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : ".";
}

}  // namespace

FileHandle::~FileHandle() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

NewFile::NewFile(std::filesystem::path path)
    : path_(replaceable(std::move(path))),
      temporary_(folder_of(path_) / ("." + path_.filename().string() + ".part")),
      file_(open_file(temporary_, O_RDWR | O_CREAT | O_TRUNC, "create", path_)) {}

NewFile::~NewFile() {
  if (!published_) ::unlink(temporary_.c_str());
}

void NewFile::reserve(std::uint64_t bytes) {
  int result = EINTR;
  while (result == EINTR) result = ::posix_fallocate(file_.get(), 0, static_cast<off_t>(bytes));
  if (result != 0) fail("reserve space for", path_, result);
}

std::uint64_t NewFile::size() const { return size_of(file_, path_); }

void NewFile::write_at(std::uint64_t offset, std::span<const std::byte> bytes) const {
  write_all(file_.get(), path_, offset, bytes);
}

void NewFile::read_at(std::uint64_t offset, std::span<std::byte> bytes) const {
  read_all(file_.get(), path_, offset, bytes);
}

void NewFile::sync() const { sync_all(file_.get(), path_); }

void NewFile::publish() {
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail("name", path_, errno);
  published_ = true;
  const std::filesystem::path folder = folder_of(path_);
  sync_all(open_file(folder, O_RDONLY | O_DIRECTORY, "open", folder).get(), folder);
}

InputFile::InputFile(std::filesystem::path path)
    : path_(std::move(path)), file_(open_file(path_, O_RDONLY, "open", path_)), size_(size_of(file_, path_)) {}

void InputFile::read_at(std::uint64_t offset, std::span<std::byte> bytes) const {
  read_all(file_.get(), path_, offset, bytes);
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  const auto give_up = [&] {
    if (errno == ENOMEM) throw std::bad_alloc();
    fail("look into", folder, errno);
  };
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), ::closedir);
  if (!open && (errno == ENOENT || errno == ENOTDIR)) return names;
  if (!open) give_up();
  for (;;) {
    errno = 0;
    const dirent* const entry = ::readdir(open.get());
    if (entry == nullptr && errno != 0) give_up();
    if (entry == nullptr) return names;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
}

AppendedFile::AppendedFile(std::filesystem::path path)
    : path_(std::move(path)), file_(open_file(path_, O_WRONLY | O_CREAT | O_APPEND, "open", path_)) {}

void AppendedFile::line(std::string_view text) const { append_all(file_.get(), path_, std::string(text) + '\n'); }

void publish_text(const std::filesystem::path& file, std::string_view text) {
  NewFile out(file);
  out.write_at(0, std::as_bytes(std::span(text)));
  out.sync();
  out.publish();
}

std::string read_text(const std::filesystem::path& file) {
  constexpr std::uint64_t most = 64u << 20;
  const InputFile in(file);
  if (in.size() > most)
    throw Error(ExitCode::io, fmt::format("{} is too large to be what it should be", file.string()));
  std::string text(in.size(), '\0');
  in.read_at(0, std::as_writable_bytes(std::span(text)));
  return text;
}

void append_line(const std::filesystem::path& file, std::string_view line) {
  const FileHandle out = open_file(file, O_RDWR | O_CREAT | O_APPEND, "open", file);
  std::string text = std::string(line) + '\n';
  if (const std::uint64_t size = size_of(out, file); size != 0) {
    std::byte last{};
    read_all(out.get(), file, size - 1, std::span(&last, 1));
    if (last != std::byte{'\n'}) text.insert(0, 1, '\n');  // somebody was stopped within a line
  }
  append_all(out.get(), file, text);
  sync_all(out.get(), file);
}

}  // namespace marketmimic
