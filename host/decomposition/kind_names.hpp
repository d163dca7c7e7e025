#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "marketmimic/primitive.hpp"

namespace marketmimic {

inline constexpr std::size_t kLongestKindName = 32;
/// Kinds that users can define beside the built-in ones.
inline constexpr std::size_t kMostDefinedKinds = kMostKinds - kPrimitiveKinds;

/// Definitions of them all as one line of text, at most [bytes].
inline constexpr std::size_t kLongestDefinitions = 16'384;

/// Whether a text can name a kind: 1 to kLongestKindName of a-z, 0-9 and _, a letter first.
bool is_kind_name(std::string_view name);

/// Names of the built-in kinds; index = PrimitiveKind.
std::vector<std::string> built_in_kind_names();

}  // namespace marketmimic
