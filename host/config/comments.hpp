#pragma once

namespace marketmimic {

/// Whether the text of a configuration explains its keys. Without comments it is canonical: equal for equal values.
enum class Comments { without, with };

}  // namespace marketmimic
