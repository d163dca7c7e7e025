#!/usr/bin/env bash
# Installs, builds and runs every test: the release build, then under the address, undefined-behaviour and thread
# sanitizers, with each fuzzer for MARKETMIMIC_FUZZ_SECONDS (60).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools/setup.sh --test
mkdir -p build
for preset in release asan tsan; do
  cmake --preset "$preset" >build/configure.log 2>&1 || { cat build/configure.log >&2; exit 1; }
  echo "test.sh: building $preset"
  cmake --build --preset "$preset"
done

# One ctest over the three trees.
printf 'subdirs("%s")\n' release asan tsan >build/CTestTestfile.cmake

# clang 14's thread sanitizer can't place its shadow memory under a kernel's widest address randomisation.
plain_addresses=()
if setarch -R true 2>/dev/null; then plain_addresses=(setarch -R); fi
exec "${plain_addresses[@]}" ctest --test-dir build --output-on-failure --no-tests=error -j "$(nproc)"
