// Apart from deflate.cpp: it is part of identities, which programs without the library work out, too.
#include <fmt/format.h>
#include <isa-l.h>

#include "host/run/deflate.hpp"

namespace marketmimic {

std::string deflate_version() {
  return fmt::format("isa-l {}.{}.{}, 16 bytes first", ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION, ISAL_PATCH_VERSION);
}

}  // namespace marketmimic
