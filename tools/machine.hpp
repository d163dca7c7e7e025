#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace marketmimic {

/// What a run can count on here.
struct Machine {
  std::string processor;             ///< its own name, empty where unknown
  unsigned cores = 0;                ///< this process may use
  std::uint64_t memory = 0;          ///< [bytes]
  std::uint64_t memory_free = 0;     ///< that could be used now [bytes]
  std::uint64_t disk_free = 0;       ///< in the working folder [bytes]
  std::optional<double> disk_speed;  ///< of a small synced write there [bytes/s]; none where nothing can be written
  std::uint64_t open_files = 0;      ///< limit
  std::uint64_t stack = 0;           ///< limit [bytes]; 2^64 - 1: none
  std::optional<std::filesystem::path> gnuplot;
  std::optional<std::filesystem::path> recipe_plugin;  ///< folder for HDF5_PLUGIN_PATH
};

/// Looks; the trial write leaves no file behind.
Machine look_at_machine();

}  // namespace marketmimic
