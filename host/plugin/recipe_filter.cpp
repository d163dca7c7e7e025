// A filter that HDF5 loads to read `recipe` runs (HDF5_PLUGIN_PATH): it simulates the scenarios of a chunk again. It
// calls no function of HDF5, so that it works in whatever version a program brings along.
#include <H5PLextern.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <list>
#include <memory>
#include <mutex>
#include <new>
#include <string>

#include "host/error.hpp"
#include "host/file/file.hpp"
#include "host/plugin/recipe_source.hpp"
#include "host/run/recipe.hpp"
#include "host/run/regenerator.hpp"

namespace marketmimic {
namespace {

/// Bytes of simulated blocks that are kept for each run: MARKETMIMIC_CACHE_MIB, 256 unless given.
std::size_t cache_bytes() {
  constexpr unsigned long usual = 256, most = 1 << 20;
  const char* const value = std::getenv("MARKETMIMIC_CACHE_MIB");
  const unsigned long mebibytes = value == nullptr ? usual : std::strtoul(value, nullptr, 10);
  return std::size_t{std::min(mebibytes, most)} << 20;
}

/// A run that is being read.
struct Run {
  explicit Run(const std::string& identity)
      : file(find_recipe(identity)),
        simulation(simulation_of_recipe(read_text(file), file.string())),
        regenerator(simulation, cache_bytes()) {
    if (simulation.identity != identity)
      throw Error(ExitCode::input_data, file.string() + " is the recipe of another run");
  }

  std::filesystem::path file;
  Simulation simulation;
  Regenerator regenerator;
};

/// HDF5 gives a filter no place for what it knows, so all of it is here.
class Reader {
 public:
  std::vector<std::byte> chunk(std::span<const std::byte> stored) {
    const std::lock_guard lock(mutex_);
    const std::optional<RecipeRecord> record = read_record(stored);
    if (!record) throw Error(ExitCode::input_data, "a chunk is damaged; marketmimic verify --repair mends the run");
    if (record->rules != kRulesVersion)
      throw Error(ExitCode::input_data, "the run was made by another version of marketmimic; use its plugin");
    return run(record->identity_text()).regenerator.chunk(*record);
  }

  void tell(const std::string& problem) {
    const std::lock_guard lock(mutex_);
    if (problem != told_) std::fprintf(stderr, "marketmimic recipe: %s\n", problem.c_str());
    told_ = problem;
  }

 private:
  Run& run(const std::string& identity) {
    constexpr std::size_t most = 4;
    for (auto run = runs_.begin(); run != runs_.end(); ++run) {
      if ((*run)->simulation.identity != identity) continue;
      runs_.splice(runs_.begin(), runs_, run);
      return *runs_.front();
    }
    runs_.push_front(std::make_unique<Run>(identity));
    if (runs_.size() > most) runs_.pop_back();
    return *runs_.front();
  }

  std::mutex mutex_;
  std::list<std::unique_ptr<Run>> runs_;  ///< the one used last comes first
  std::string told_;
};

Reader& reader() {
  static Reader reader;
  return reader;
}

/// H5Z_func_t: 0 tells HDF5 that the chunk can't be read.
std::size_t filter(unsigned flags, std::size_t, const unsigned*, std::size_t bytes, std::size_t* buffer_bytes,
                   void** buffer) {
  try {
    if ((flags & H5Z_FLAG_REVERSE) == 0)
      throw Error(ExitCode::usage, "recipes are written by marketmimic alone; copy the values into another dataset");
    const std::vector<std::byte> chunk = reader().chunk({static_cast<const std::byte*>(*buffer), bytes});
    void* const made = std::malloc(chunk.size());  // HDF5 frees it
    if (made == nullptr) throw std::bad_alloc();
    std::memcpy(made, chunk.data(), chunk.size());
    std::free(*buffer);
    *buffer = made;
    *buffer_bytes = chunk.size();
    return chunk.size();
  } catch (const std::exception& error) {
    reader().tell(error.what());
    return 0;
  }
}

}  // namespace
}  // namespace marketmimic

extern "C" {

__attribute__((visibility("default"))) H5PL_type_t H5PLget_plugin_type() { return H5PL_TYPE_FILTER; }

__attribute__((visibility("default"))) const void* H5PLget_plugin_info() {
  static const H5Z_class2_t filter = {
      H5Z_CLASS_T_VERS, marketmimic::kRecipeFilter, 0, 1, marketmimic::kRecipeFilterName, nullptr,
      nullptr,          marketmimic::filter};
  return &filter;
}

}  // extern "C"
