#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace marketmimic {

/// A stretch of a path in which exposure goes up and down always in the same way: candidate for a rhythmic primitive.
struct Rhythm {
  std::size_t begin = 0;    ///< step in which its first swing begins
  std::size_t periods = 0;  ///< whole ones, kFewestPeriods at least
  double period = 0;        ///< [steps]

  /// Step after its last period.
  std::size_t end() const;
};

/// Fewer repetitions are chance.
inline constexpr std::size_t kFewestPeriods = 3;

/// The rhythm that begins in step `begin`, as long as it goes, at most `most` periods. `path`: exposure at the
/// beginning of steps and after the last; `turns`: the steps after `begin` at which it changes between building up and
/// reducing, ascending; `last`: step by which it ends. Every second turn is a whole number of periods from the first,
/// within 2 steps; the exposure there is the same within a quarter of the swing.
std::optional<Rhythm> rhythm_at(std::span<const float> path, std::size_t begin, std::span<const std::size_t> turns,
                                std::size_t last, std::size_t most);

}  // namespace marketmimic
