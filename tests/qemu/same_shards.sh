#!/usr/bin/env bash
# Generates the same disturbed executions on this processor and on emulated ones, and compares every shard, however it
# stores them:
# same_shards.sh PROGRAM EXAMPLES JOB
set -euo pipefail
program=$1 examples=$2 job=$3
command -v qemu-x86_64 >/dev/null || { echo "skipped: no qemu-x86_64 (package qemu-user)"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$program" decompose --fills "$examples/fills.csv" --bars "$examples/bars.csv.gz" -o "$work/strategy.h5" >/dev/null

shards() {  # shards NAME INSTRUCTION_SET [EMULATOR...]: the checksums of a run's shards
  local name=$1 instruction_set=$2
  shift 2
  for store in plain deflate recipe; do
    if ! "$@" "$program" generate "$job" --strategy "$work/strategy.h5" --scenarios 48 --steps 40 --store "$store" \
        -o "$work/$name/$store" >"$work/$name.log" 2>&1 || ! grep -qF "CPU ($instruction_set" "$work/$name.log"; then
      cat "$work/$name.log" >&2
      echo "$name: did not generate the run with $instruction_set" >&2
      return 1
    fi
  done
  (cd "$work/$name" && sha256sum -- */shards/*.h5)
}

here=$(shards here x86-64)
echo "$here"
for processor in Nehalem:x86-64\) Haswell:x86-64-v3\); do
  cpu=${processor%:*}
  there=$(shards "$cpu" "${processor#*:}" qemu-x86_64 -cpu "$cpu")
  if [[ $there != "$here" ]]; then
    printf '%s gives other bytes:\n%s\n' "$cpu" "$there"
    exit 1
  fi
  echo "$cpu: the same"
done
