#!/usr/bin/env bash
# Installs, builds and runs the main job: tools/demo.sh [BARS FILLS]
# BARS are price bars (CSV or JSON), FILLS a log of executions (CSV), plain or .gz; without them, a small market and
# demonstration of our own making (tools/example). Every run gets a folder of its own: build/demo/1, build/demo/2, ...
set -euo pipefail
if [[ $# -ne 0 && $# -ne 2 ]]; then
  sed -n '2,4s/^# //p' "$0" >&2
  exit 2
fi
repository=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
bars=$(realpath -e -- "${1:-$repository/tools/example/bars.csv.gz}")
fills=$(realpath -e -- "${2:-$repository/tools/example/fills.csv}")
cd "$repository"

tools/setup.sh
mkdir -p build/demo
cmake --preset release >build/configure.log 2>&1 || { cat build/configure.log >&2; exit 1; }
cmake --build --preset release --target marketmimic
marketmimic=build/release/tools/marketmimic

number=1
while ! mkdir "build/demo/$number" 2>/dev/null; do number=$((number + 1)); done
out=$PWD/build/demo/$number

echo "== The market: fit the model to the bars"
"$marketmimic" calibrate --bars "$bars" -o "$out/market.toml"
echo "== The strategy: cut the executions into primitives"
"$marketmimic" decompose --fills "$fills" --bars "$bars" -o "$out/strategy.h5" --picture "$out/strategy.png"
echo "== The dataset: 1,000 disturbed markets, the strategy adapting in each"
"$marketmimic" generate tools/job.example.toml --market "$out/market.toml" --strategy "$out/strategy.h5" -o "$out/run"
echo "== One scenario: recomputed, compared with the stored bytes, drawn"
"$marketmimic" replay "$out/run" --scenario 0 --check --picture "$out/scenario.png"
