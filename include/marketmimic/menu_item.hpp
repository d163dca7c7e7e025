#pragma once

#include <cstdint>

namespace marketmimic {

/// Cycles or primitives of a demonstration that are alike: `count` indices from `first` in StrategyView::menu.
struct MenuItem {
  std::uint32_t first = 0, count = 0;
};

}  // namespace marketmimic
