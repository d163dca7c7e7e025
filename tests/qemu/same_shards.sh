#!/usr/bin/env bash
# Generates the same run on this processor and on emulated ones, and compares every shard: same_shards.sh PROGRAM
set -euo pipefail
program=$1
command -v qemu-x86_64 >/dev/null || { echo "skipped: no qemu-x86_64 (package qemu-user)"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

shards() {  # shards NAME [EMULATOR...]: the checksums of a run's shards
  local name=$1
  shift
  "$@" "$program" generate --scenarios 48 --steps 40 -o "$work/$name" >/dev/null
  (cd "$work/$name/shards" && sha256sum -- *.h5)
}

here=$(shards here)
echo "$here"
for cpu in Nehalem Haswell; do
  if [[ $(shards "$cpu" qemu-x86_64 -cpu "$cpu") != "$here" ]]; then
    echo "$cpu gives other bytes"
    exit 1
  fi
  echo "$cpu: the same"
done
