#!/bin/sh
# Run one libFuzzer program for MARKETMIMIC_FUZZ_SECONDS: fuzz.sh PROGRAM [SEED_FOLDER]. Findings and new inputs go to a
# folder that is removed after a clean run; after a crash it stays, and its path is printed by libFuzzer. Of a reader in
# a child process, whose end is an answer, what a sanitizer says of our code is a finding all the same; a crash within
# libhdf5 is none, and is not told.
set -eu
program=$1
shift
work=$(mktemp -d "${TMPDIR:-/tmp}/marketmimic-fuzz.XXXXXX")
run() {
  ASAN_OPTIONS="${ASAN_OPTIONS:-}:handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_abort=0" \
    "$program" -max_total_time="${MARKETMIMIC_FUZZ_SECONDS:-60}" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
    -handle_segv=0 -handle_bus=0 -handle_fpe=0 -handle_abrt=0 -artifact_prefix="$work/" "$work" "$@"
}
if ! run "$@" >"$work.log" 2>&1; then
  cat "$work.log"
  exit 1
fi
tail -n 30 "$work.log"
# The frame that went wrong is the first, or the second where it is a function that the sanitizer watches.
if grep -q 'runtime error:' "$work.log" ||
  grep -A 3 'ERROR: AddressSanitizer' "$work.log" | grep -E '^ +#[01] ' | grep -q "$(basename "$program")"; then
  grep -B 2 -A 20 -E 'runtime error:|ERROR: AddressSanitizer' "$work.log" | head -n 200
  exit 1
fi
rm -rf "$work" "$work.log"
