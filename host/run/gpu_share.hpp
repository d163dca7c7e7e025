#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace marketmimic {

/// The GPUs that process number `process` is to use, as it names them, in its order, where `seen` [processes] are those
/// that each process of a machine sees. Those that the same processes see are dealt out among these, each to one; fewer
/// than there are processes are used by all of these. So one that a launcher has bound to GPUs of its own uses them
/// all, and no GPU is idle, nor a process that sees any.
std::vector<std::string> gpu_share(const std::vector<std::vector<std::string>>& seen, std::size_t process);

}  // namespace marketmimic
