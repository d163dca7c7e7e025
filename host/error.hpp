#pragma once

#include <stdexcept>
#include <string>

namespace marketmimic {

/// What the process returns to its shell (DESIGN.md, section 6). Stable: scripts depend on the numbers.
enum class ExitCode : int {
  ok = 0,
  internal = 1,             ///< a defect of this program
  usage = 2,                ///< command line or job file
  resume_mismatch = 3,      ///< a run folder belongs to another job
  input_data = 4,           ///< a data file can't be used
  io = 5,                   ///< reading or writing failed, disk full
  gpu = 6,                  ///< no usable device, or it failed
  exists = 7,               ///< the output is locked or exists
  verification_failed = 8,  ///< stored bytes differ from what they should be
  out_of_memory = 9,
  interrupted = 10,  ///< stopped by a signal; can be resumed
};

/// An error a user can act on: one line saying what is wrong, where, and what to do.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& line) : std::runtime_error(line), code_(code) {}
  ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

}  // namespace marketmimic
