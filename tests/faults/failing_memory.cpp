// A library to load before a program: allocation number MARKETMIMIC_FAIL_ALLOCATION that its C++ code asks for (from 1,
// counted from main() on: before it nobody can catch) fails, and with MARKETMIMIC_FAIL_ALL set every later one too.
// MARKETMIMIC_ALLOCATIONS names a file that gets how many there were. What C libraries ask malloc() for is theirs:
// libhdf5 1.10 does not survive a failure at every point.
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace {

std::atomic<unsigned long> allocations{0};
unsigned long failing = 0;  // 0: none
bool all = false;
int (*program)(int, char**, char**) = nullptr;

int begin(int count, char** arguments, char** environment) {
  const char* const number = std::getenv("MARKETMIMIC_FAIL_ALLOCATION");
  all = std::getenv("MARKETMIMIC_FAIL_ALL") != nullptr;
  allocations = 0;
  if (number != nullptr) failing = std::strtoul(number, nullptr, 10);
  return program(count, arguments, environment);
}

__attribute__((destructor)) void end() {
  const char* const file = std::getenv("MARKETMIMIC_ALLOCATIONS");
  const int out = file == nullptr ? -1 : open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (out < 0) return;
  dprintf(out, "%lu\n", allocations.load());
  close(out);
}

void* memory(std::size_t bytes, std::size_t alignment = 16) {
  const unsigned long number = allocations.fetch_add(1) + 1;
  if (failing != 0 && (all ? number >= failing : number == failing)) return nullptr;
  return std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
}

void* or_throw(void* got) {
  if (got == nullptr) throw std::bad_alloc();
  return got;
}

}  // namespace

void* operator new(std::size_t bytes) { return or_throw(memory(bytes)); }
void* operator new[](std::size_t bytes) { return or_throw(memory(bytes)); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return memory(bytes); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return memory(bytes); }
void* operator new(std::size_t bytes, std::align_val_t to) { return or_throw(memory(bytes, std::size_t(to))); }
void* operator new[](std::size_t bytes, std::align_val_t to) { return or_throw(memory(bytes, std::size_t(to))); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }

/// What the C library calls main() by.
extern "C" int __libc_start_main(int (*main)(int, char**, char**), int count, char** arguments, void (*before)(),
                                 void (*after)(), void (*unload)(), void* stack) {
  program = main;
  const auto start = reinterpret_cast<decltype(&__libc_start_main)>(dlsym(RTLD_NEXT, "__libc_start_main"));
  return start(begin, count, arguments, before, after, unload, stack);
}
