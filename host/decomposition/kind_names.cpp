#include "host/decomposition/kind_names.hpp"

#include <algorithm>

#include "host/config/names.hpp"

namespace marketmimic {

bool is_kind_name(std::string_view name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= kLongestKindName && name.front() >= 'a' && name.front() <= 'z' &&
         std::all_of(name.begin(), name.end(), fits);
}

std::vector<std::string> built_in_kind_names() { return {kPrimitiveNames.begin(), kPrimitiveNames.end()}; }

}  // namespace marketmimic
