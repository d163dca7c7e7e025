#!/usr/bin/env bash
# The sources are laid out as .clang-format says: check.sh REPOSITORY
set -euo pipefail
cd "$1"
command -v clang-format >/dev/null || { echo "skipped: no clang-format"; exit 77; }
find include kernels host tools tests bench -name '*.[ch]pp' -print0 -o -name '*.cu' -print0 -o -name '*.cuh' -print0 |
  xargs -0 clang-format --dry-run --Werror
