#include "host/ranks/ranks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>

#ifdef MARKETMIMIC_HAVE_MPI
#include <mpi.h>
#endif

namespace marketmimic {

void Ranks::agree(const std::optional<Error>& error) const {
  if (size_ == 1) {
    if (error) throw *error;
    return;
  }
  const auto code = error ? error->code() : ExitCode::ok;
  const std::vector<std::uint64_t> codes = gather(static_cast<std::uint64_t>(code));
  const auto first = std::find_if(codes.begin(), codes.end(), [](std::uint64_t c) { return c != 0; });
  if (first == codes.end()) return;
  const auto told = static_cast<unsigned>(first - codes.begin());
  if (told == rank_) throw Error(code, fmt::format("rank {}: {}", rank_, error->what()));
  throw Error(static_cast<ExitCode>(*first), "");
}

#ifdef MARKETMIMIC_HAVE_MPI
namespace {

void check(int result) {
  if (result == MPI_SUCCESS) return;
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(result, text.data(), &length);
  throw Error(ExitCode::internal, fmt::format("MPI failed: {}", text.data()));
}

/// Variables that launchers set for the processes they begin: Open MPI, PMIx and PMI (Slurm, MPICH).
bool launched() {
  constexpr std::array<const char*, 3> set = {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"};
  return std::any_of(set.begin(), set.end(), [](const char* name) { return std::getenv(name) != nullptr; });
}

/// Ranks on one machine.
class Neighbours {
 public:
  Neighbours() { check(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &communicator_)); }
  Neighbours(const Neighbours&) = delete;
  Neighbours& operator=(const Neighbours&) = delete;
  ~Neighbours() { MPI_Comm_free(&communicator_); }
  MPI_Comm get() const { return communicator_; }

 private:
  MPI_Comm communicator_ = MPI_COMM_NULL;
};

unsigned rank_in(MPI_Comm communicator) {
  int rank = 0;
  check(MPI_Comm_rank(communicator, &rank));
  return static_cast<unsigned>(rank);
}

unsigned size_of(MPI_Comm communicator) {
  int size = 1;
  check(MPI_Comm_size(communicator, &size));
  return static_cast<unsigned>(size);
}

}  // namespace

Ranks::Ranks() {
  if (!launched()) return;
  int provided = 0;
  check(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided));
  started_ = true;
  check(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN));
  if (provided < MPI_THREAD_FUNNELED) throw Error(ExitCode::internal, "this MPI does not work beside threads");
  rank_ = rank_in(MPI_COMM_WORLD);
  size_ = size_of(MPI_COMM_WORLD);
  const Neighbours neighbours;
  local_rank_ = rank_in(neighbours.get());
  local_size_ = size_of(neighbours.get());
}

Ranks::~Ranks() {
  if (started_) MPI_Finalize();
}

std::vector<std::uint64_t> Ranks::gather(std::uint64_t value) const {
  std::vector<std::uint64_t> values(size_, value);
  if (size_ > 1) check(MPI_Allgather(&value, 1, MPI_UINT64_T, values.data(), 1, MPI_UINT64_T, MPI_COMM_WORLD));
  return values;
}

std::vector<std::string> Ranks::gather_here(const std::string& text) const {
  if (size_ == 1) return {text};
  const Neighbours here;
  const auto length = static_cast<int>(text.size());
  std::vector<int> lengths(local_size_), places(local_size_);
  check(MPI_Allgather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, here.get()));
  std::exclusive_scan(lengths.begin(), lengths.end(), places.begin(), 0);
  std::string all(static_cast<std::size_t>(places.back() + lengths.back()), ' ');
  check(MPI_Allgatherv(text.data(), length, MPI_CHAR, all.data(), lengths.data(), places.data(), MPI_CHAR, here.get()));
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < lengths.size(); ++i)
    texts.push_back(all.substr(static_cast<std::size_t>(places[i]), static_cast<std::size_t>(lengths[i])));
  return texts;
}

std::string mpi_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  check(MPI_Get_library_version(text.data(), &length));
  const std::string version = text.data();
  return version.substr(0, version.find_first_of(",\n"));
}
#else
Ranks::Ranks() = default;
Ranks::~Ranks() = default;

std::vector<std::uint64_t> Ranks::gather(std::uint64_t value) const { return {value}; }

std::vector<std::string> Ranks::gather_here(const std::string& text) const { return {text}; }

std::string mpi_version() { return {}; }
#endif

}  // namespace marketmimic
