#!/bin/sh
# Run one libFuzzer program for MARKETMIMIC_FUZZ_SECONDS: fuzz.sh [--in-child] PROGRAM [SEED_FOLDER]. Findings and new
# inputs go to a folder that is removed after a clean run; after a crash it stays, and its path is printed by libFuzzer.
# --in-child: what is fuzzed runs in a child process, whose end is an answer. What a sanitizer says there of our code is a
# finding all the same, whose input is lost, for the child may write no file; a signal that ends it is none.
set -eu
child=
if [ "$1" = --in-child ]; then
  child="-handle_segv=0 -handle_bus=0 -handle_fpe=0"
  export ASAN_OPTIONS="${ASAN_OPTIONS:-}:handle_segv=0:handle_sigbus=0:handle_sigfpe=0"
  shift
fi
program=$1
shift
work=$(mktemp -d "${TMPDIR:-/tmp}/marketmimic-fuzz.XXXXXX")
code=$work.code
# Through a pipe: the child may write no file.
{
  # shellcheck disable=SC2086  # flags, a word each
  "$program" -max_total_time="${MARKETMIMIC_FUZZ_SECONDS:-60}" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
    $child -artifact_prefix="$work/" "$work" "$@" 2>&1 && echo 0 >"$code" || echo $? >"$code"
} | cat >"$work.log"
if [ "$(cat "$code")" -ne 0 ]; then
  cat "$work.log"
  exit 1
fi
tail -n 30 "$work.log"
# Whose code went wrong the first frame tells, or the one after it where that is the sanitizer's own memcpy or malloc,
# which may go by its plain name.
ours() {
  awk '
    /runtime error:/ { found = 1 }
    /ERROR: AddressSanitizer/ { looks = 1 }
    looks && /^ +#[0-9]+ / {
      if ($0 ~ /__asan_|__interceptor_|__sanitizer_|asan_interceptors| in (malloc|calloc|realloc) \(/) next
      if (!/\.so/) found = 1  # else it is a library that we call
      looks = 0
    }
    END { exit !found }' "$work.log"
}
if ours; then
  grep -B 2 -A 20 -E 'runtime error:|ERROR: AddressSanitizer' "$work.log" | head -n 200
  exit 1
fi
rm -rf "$work" "$work.log" "$code"
