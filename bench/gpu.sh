#!/usr/bin/env bash
# For a machine with a GPU: the CUDA tests, the same under compute-sanitizer, and scenarios a second beside the CPU,
# of the diffusion and of the order book.
#   bench/gpu.sh
# This script has not run on a GPU yet: the machine it was written on has none. What it prints is the first evidence.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v nvidia-smi >/dev/null || { echo "gpu.sh: no GPU here (nvidia-smi not found)" >&2; exit 1; }
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv

mkdir -p build
cmake --preset cuda >build/configure.log 2>&1 || { cat build/configure.log >&2; exit 1; }
cmake --build --preset cuda
tests=build/cuda/tests

"$tests/cuda/cuda_tests"
"$tests/parity/parity_tests" --gtest_filter='*cuda*'
"$tests/simulator/simulator_tests" --gtest_filter='*GpuMarkets*'
sanitizer=$(command -v compute-sanitizer || echo /usr/local/cuda/bin/compute-sanitizer)
if [[ -x $sanitizer ]]; then
  for tool in memcheck racecheck synccheck; do
    "$sanitizer" --tool "$tool" --error-exitcode 1 "$tests/parity/parity_tests" --gtest_filter='*MarketAlone*cuda*'
  done
else
  echo "gpu.sh: compute-sanitizer not found, left out" >&2
fi
bench/kernel_resources.sh

program=build/cuda/tools/marketmimic
work=$(mktemp -d build/gpu.XXXXXX)
trap 'rm -rf "$work"' EXIT
"$program" doctor
compare() {  # SCENARIOS [OPTION...]
  for round in 1 2 3; do  # in turn, so that both see the same machine
    for device in cpu cuda; do
      echo "round $round, $device:"
      "$program" generate --scenarios "$1" "${@:2}" --device "$device" -o "$work/$device"
      (cd "$work/$device/shards" && sha256sum -- *.h5) >"$work/$device.sums"
      rm -rf "${work:?}/$device"
    done
    cmp "$work/cpu.sums" "$work/cuda.sums" && echo "CPU and GPU wrote the same bytes"
  done
}
compare 100000
compare 10000 --market tools/presets/amzn.toml
