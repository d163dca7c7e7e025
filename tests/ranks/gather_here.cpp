#include <cstdio>
#include <string>
#include <vector>

#include "host/ranks/ranks.hpp"

/// Run as several ranks on one machine: each tells the others texts of its own, of any length, none too.
int main() {
  const marketmimic::Ranks ranks;
  const auto text_of = [](unsigned rank, std::size_t length) {
    return std::string(rank * length, static_cast<char>('a' + rank));
  };
  bool same = ranks.size() > 1 && ranks.local_size() == ranks.size();
  for (const std::size_t length : {0u, 1u, 100'000u}) {
    std::vector<std::string> expected;
    for (unsigned i = 0; i < ranks.local_size(); ++i) expected.push_back(text_of(i, length));
    same = ranks.gather_here(text_of(ranks.local_rank(), length)) == expected && same;
  }
  if (!same) std::fprintf(stderr, "rank %u of %u was told something else\n", ranks.rank(), ranks.size());
  return same ? 0 : 1;
}
