#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace marketmimic {

/// Typing errors between two words: insertions, deletions, replacements and swaps of neighbours that turn one into the
/// other (optimal string alignment distance; each part of the word is edited once).
std::size_t typing_distance(std::string_view a, std::string_view b);

/// The known word that `word` most likely stands for; none where all are further than a third of its length (at least
/// one) away. The first of several that are equally near.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace marketmimic
