#include "host/run/gpu_share.hpp"

#include <algorithm>
#include <iterator>

namespace marketmimic {

std::vector<std::string> gpu_share(const std::vector<std::vector<std::string>>& seen, std::size_t process) {
  const auto who_sees = [&](const std::string& gpu) {
    std::vector<std::size_t> processes;
    for (std::size_t i = 0; i < seen.size(); ++i) {
      if (std::find(seen[i].begin(), seen[i].end(), gpu) != seen[i].end()) processes.push_back(i);
    }
    return processes;
  };
  std::vector<std::string> share;
  for (const std::string& gpu : seen[process]) {
    const std::vector<std::size_t> sharers = who_sees(gpu);
    std::vector<std::string> shared;  // in an order that all of them know
    std::copy_if(seen[sharers.front()].begin(), seen[sharers.front()].end(), std::back_inserter(shared),
                 [&](const std::string& other) { return who_sees(other) == sharers; });
    const auto place = std::find(shared.begin(), shared.end(), gpu) - shared.begin();
    const std::size_t turn = static_cast<std::size_t>(place) % sharers.size();
    if (shared.size() < sharers.size() || sharers[turn] == process) share.push_back(gpu);
  }
  return share;
}

}  // namespace marketmimic
