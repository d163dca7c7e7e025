#!/usr/bin/env bash
# Installs, builds and runs the main job: tools/demo.sh [BARS FILLS]
# BARS are price bars and FILLS a log of executions (CSV, plain or .gz). Without them, a small market and demonstration
# of our own making, embedded in the program. Every run gets a folder of its own: build/demo/1, build/demo/2, ...
set -euo pipefail
if [[ $# -ne 0 && $# -ne 2 ]]; then
  sed -n '2,4s/^# //p' "$0" >&2
  exit 2
fi
files=()
for file in "$@"; do files+=("$(realpath -e -- "$file")"); done
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools/setup.sh
mkdir -p build/demo
cmake --preset release >build/configure.log 2>&1 || { cat build/configure.log >&2; exit 1; }
cmake --build --preset release --target marketmimic
marketmimic=build/release/tools/marketmimic

number=1
while ! mkdir "build/demo/$number" 2>/dev/null; do number=$((number + 1)); done
out=$PWD/build/demo/$number

source=()
if [[ ${#files[@]} -eq 2 ]]; then
  "$marketmimic" calibrate --bars "${files[0]}" -o "$out/market.toml"
  "$marketmimic" decompose --fills "${files[1]}" --bars "${files[0]}" -o "$out/strategy.h5" --picture "$out/strategy.png"
  source=(--market "$out/market.toml" --strategy "$out/strategy.h5")
fi
"$marketmimic" generate "${source[@]}" -o "$out/run"
"$marketmimic" replay "$out/run" --scenario 0 --picture "$out/scenario.png"
echo "The picture of scenario 0: $out/scenario.png"
