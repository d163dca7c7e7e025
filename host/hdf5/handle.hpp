#pragma once

#include <hdf5.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "host/error.hpp"

namespace marketmimic {

/// The system's words, where the library hands them on among much else; one line.
inline std::string readable_hdf5_reason(std::string reason) {
  constexpr std::string_view mark = "error message = '";
  if (const std::size_t at = reason.find(mark); at != std::string::npos) {
    const std::size_t from = at + mark.size(), until = reason.find('\'', from);
    if (until != std::string::npos) return reason.substr(from, until - from);
  }
  std::replace(reason.begin(), reason.end(), '\n', ' ');
  return reason;
}

/// Throws Error(io) "<what>: <the library's own words>" when an HDF5 call returned a negative value, std::bad_alloc
/// where it got no memory.
template <class Result>
Result check_hdf5(Result result, const std::string& what) {
  if (result >= 0) return result;
  std::string reason = "HDF5 failed";
  constexpr std::string_view no_memory = "memory allocation failed";
  // The first entry upwards is where it went wrong.
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned depth, const H5E_error2_t* entry, void* text) -> herr_t {
        if (depth == 0 && entry->desc != nullptr) *static_cast<std::string*>(text) = entry->desc;
        return 0;
      },
      &reason);
  if (reason.starts_with(no_memory)) throw std::bad_alloc();
  throw Error(ExitCode::io, what + ": " + readable_hdf5_reason(std::move(reason)));
}

/// Owns an HDF5 identifier. `closes` is the library's function for its kind: H5Fclose, H5Dclose, H5Sclose, ...
class Hdf5Handle {
 public:
  /// Takes what an opening or creating call returned. Throws Error(io) when that failed; `what` stands in the message.
  Hdf5Handle(hid_t id, herr_t (*closes)(hid_t), const std::string& what) : id_(check_hdf5(id, what)), close_(closes) {}
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  Hdf5Handle(const Hdf5Handle&) = delete;
  Hdf5Handle& operator=(const Hdf5Handle&) = delete;
  ~Hdf5Handle() {
    if (id_ >= 0) close_(id_);
  }

  hid_t get() const noexcept { return id_; }
  /// Closes now, so that a failure is seen: the destructor can't tell. Throws Error(io).
  void close(const std::string& what) { check_hdf5(close_(std::exchange(id_, H5I_INVALID_HID)), what); }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// std::bad_alloc where the library would hardly find what it needs for one of our uses: it crashes there.
inline void leave_room_for_hdf5() {
  constexpr std::size_t enough = 16 << 20;
  void* volatile const room = std::malloc(enough);  // volatile: else the compiler takes both calls away
  if (room == nullptr) throw std::bad_alloc();
  std::free(room);
}

/// Keeps the library from printing its error stack in this scope: errors reach the user through Error. And from
/// tidying up when the process ends, where it crashes over a file that it could not write. Begin every use with one.
class QuietHdf5 {
 public:
  QuietHdf5() {
    leave_room_for_hdf5();
    H5dont_atexit();
    H5Eget_auto2(H5E_DEFAULT, &print_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  QuietHdf5(const QuietHdf5&) = delete;
  QuietHdf5& operator=(const QuietHdf5&) = delete;
  ~QuietHdf5() { H5Eset_auto2(H5E_DEFAULT, print_, data_); }

 private:
  H5E_auto2_t print_ = nullptr;
  void* data_ = nullptr;
};

}  // namespace marketmimic
