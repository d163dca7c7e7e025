#!/usr/bin/env bash
# Builds and runs the benchmarks of one core: bench/run.sh [ROUNDS]. Prints tables, and leaves build/bench.json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools/setup.sh --bench
mkdir -p build
cmake --preset release >build/configure.log 2>&1 || { cat build/configure.log >&2; exit 1; }
programs=(path_model dmp_steps scenario_step order_book_events)
if ninja -C build/release -t query path_quantlib >/dev/null 2>&1; then programs+=(path_quantlib); fi
cmake --build --preset release --target "${programs[@]}" >&2
/usr/bin/python3 bench/interleave.py build/release/bench build/bench.json "${1:-9}"
