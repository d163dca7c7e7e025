#pragma once

#include <cstdint>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "host/error.hpp"

namespace marketmimic {

/// The processes of an MPI job, of which this is one. A process that no MPI launcher started, or a build without MPI,
/// is alone: rank 0 of 1.
class Ranks {
 public:
  /// Starts MPI where a launcher (mpirun, srun) began the process. Make one a process, on the main thread.
  /// Error(internal) where MPI fails.
  Ranks();
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;
  ~Ranks();

  unsigned rank() const { return rank_; }
  unsigned size() const { return size_; }
  /// The same among those on this machine.
  unsigned local_rank() const { return local_rank_; }
  unsigned local_size() const { return local_size_; }

  /// Calls `work` on every rank, and waits for all. Where it throws on some, all throw: the lowest of them its own
  /// error, the others one of the same code without a line, so that the user reads it once.
  template <class Work>
  void together(const Work& work) const {
    std::optional<Error> error;
    try {
      work();
    } catch (const Error& thrown) {
      error = thrown;
    } catch (const std::bad_alloc&) {
      error.emplace(ExitCode::out_of_memory, "out of memory; use fewer --threads or close other programs");
    } catch (const std::exception& thrown) {
      error.emplace(ExitCode::internal, std::string("internal: ") + thrown.what());
    }
    agree(error);
  }

  /// Each rank's value, on every rank.
  std::vector<std::uint64_t> gather(std::uint64_t value) const;
  /// The text of each rank on this machine, by local rank, on each of them. Every rank of the job must call it alike.
  std::vector<std::string> gather_here(const std::string& text) const;

 private:
  void agree(const std::optional<Error>& error) const;

  unsigned rank_ = 0, size_ = 1, local_rank_ = 0, local_size_ = 1;
  [[maybe_unused]] bool started_ = false;  // a build without MPI never starts it
};

/// What MPI calls itself: `Open MPI v4.1.4`; empty: a build without.
std::string mpi_version();

}  // namespace marketmimic
