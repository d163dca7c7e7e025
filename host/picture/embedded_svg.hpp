#pragma once

#include <string>
#include <string_view>

namespace marketmimic {

/// What gnuplot's `svg` terminal drew, as an element within an HTML page: no prolog, no namespaces, no identifiers that
/// another figure might have too, no tooltips, nothing empty. Letters are the page's. A colour `#22303c` becomes
/// `var(--c22303c,#22303c)`, so that a page can put another in its place where its background is dark. Points are
/// round.
std::string embedded_svg(std::string_view drawn);

}  // namespace marketmimic
