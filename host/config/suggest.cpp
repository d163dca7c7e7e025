#include "host/config/suggest.hpp"

#include <algorithm>
#include <utility>

namespace marketmimic {

std::size_t typing_distance(std::string_view a, std::string_view b) {
  // Rows of the dynamic programme: two back, one back, and the one being filled.
  std::vector<std::size_t> older(b.size() + 1), old(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) now[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(older, old);
    std::swap(old, now);
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = old[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      now[j] = std::min({replaced, old[j] + 1, now[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) now[j] = std::min(now[j], older[j - 2] + 1);
    }
  }
  return now[b.size()];
}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
  std::size_t shortest = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::optional<std::string> result;
  for (const std::string& candidate : known) {
    const std::size_t apart = std::max(word.size(), candidate.size()) - std::min(word.size(), candidate.size());
    if (apart >= shortest) continue;  // also keeps a hostile word of a megabyte cheap
    const std::size_t distance = typing_distance(word, candidate);
    if (distance >= shortest) continue;
    shortest = distance;
    result = candidate;
  }
  return result;
}

}  // namespace marketmimic
