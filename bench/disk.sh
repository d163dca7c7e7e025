#!/usr/bin/env bash
# Bytes a second that generate writes beside a plain dd of the same size with fsync, in turn:
#   bench/disk.sh [SCENARIOS] [ROUNDS] [FOLDER] [PROGRAM]
# FOLDER (build/bench-disk) is on the disk to be measured; it needs room for the run or dd's copy.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scenarios=${1:-10000} rounds=${2:-5} folder=${3:-build/bench-disk} program=${4:-build/release/tools/marketmimic}
[[ -x $program ]] || { echo "disk.sh: build first (cmake --preset release && cmake --build --preset release)" >&2; exit 1; }
mkdir -p "$folder"
work=$(mktemp -d "$folder/XXXXXX")
trap 'rm -rf "$work"' EXIT

seconds() {  # seconds COMMAND...: wall time
  local begun=$EPOCHREALTIME
  "$@" >/dev/null 2>&1
  awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'
}
median() { sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

for ((round = 0; round < rounds; ++round)); do
  sync
  seconds "$program" generate --scenarios "$scenarios" -o "$work/run" >>"$work/generate"
  bytes=$(cat "$work"/run/shards/*.h5 | wc -c)
  rm -rf "$work/run"
  sync
  seconds dd if=/dev/zero of="$work/zeros" bs=4M count="$bytes" iflag=count_bytes conv=fsync >>"$work/dd"
  rm "$work/zeros"
done
generate=$(median <"$work/generate") dd=$(median <"$work/dd")
awk -v b="$bytes" -v g="$generate" -v d="$dd" -v n="$scenarios" -v r="$rounds" -v l="$(cut -d' ' -f1 /proc/loadavg)" 'BEGIN {
  printf "| %d scenarios, %.2f GB, median of %d, load %s | seconds | GB/s |\n| --- | ---: | ---: |\n", n, b / 1e9, r, l
  printf "| generate (simulates, writes, syncs, publishes) | %.2f | %.2f |\n", g, b / g / 1e9
  printf "| dd conv=fsync | %.2f | %.2f |\n", d, b / d / 1e9
}'
