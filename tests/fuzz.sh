#!/bin/sh
# Run one libFuzzer program for MARKETMIMIC_FUZZ_SECONDS: fuzz.sh PROGRAM [SEED_FOLDER]. Findings and new inputs go to a
# folder that is removed after a clean run; after a crash it stays, and its path is printed by libFuzzer.
set -eu
program=$1
shift
work=$(mktemp -d "${TMPDIR:-/tmp}/marketmimic-fuzz.XXXXXX")
"$program" -max_total_time="${MARKETMIMIC_FUZZ_SECONDS:-60}" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
  -artifact_prefix="$work/" "$work" "$@"
rm -rf "$work"
