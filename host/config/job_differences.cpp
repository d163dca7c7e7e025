#include <fmt/format.h>
#include <toml++/toml.h>

#include <map>
#include <sstream>

#include "host/config/job.hpp"
#include "host/config/table_reader.hpp"

namespace marketmimic {
namespace {

using Values = std::map<std::string, std::string>;

/// Every value below `node`, by its path: `strategy.noise`, `perturbation[1].kind`.
void collect(const toml::node& node, const std::string& path, Values& values) {
  if (const toml::table* const table = node.as_table()) {
    for (const auto& [key, child] : *table)
      collect(child, (path.empty() ? "" : path + ".") + std::string(key.str()), values);
    return;
  }
  const toml::array* const array = node.as_array();
  if (array != nullptr && array->is_array_of_tables()) {
    for (std::size_t i = 0; i < array->size(); ++i) collect((*array)[i], fmt::format("{}[{}]", path, i), values);
    return;
  }
  std::ostringstream text;
  node.visit([&](const auto& value) { text << value; });
  values[path] = text.str();
}

Values values_of(const std::string& text) {
  Values values;
  collect(parse_toml(text, "job", ExitCode::internal), "", values);
  return values;
}

}  // namespace

std::vector<std::string> job_differences(const Job& there, const Job& here) {
  const Values was = values_of(job_text(there)), is = values_of(job_text(here));
  std::vector<std::string> differences;
  const auto tell = [&](const std::string& key) {
    const auto a = was.find(key), b = is.find(key);
    const std::string before = a == was.end() ? "absent" : a->second, now = b == is.end() ? "absent" : b->second;
    if (before != now) differences.push_back(fmt::format("{}: {} there, {} here", key, before, now));
  };
  for (const auto& [key, value] : was) tell(key);
  for (const auto& [key, value] : is) {
    if (was.find(key) == was.end()) tell(key);
  }
  return differences;
}

}  // namespace marketmimic
