#!/usr/bin/env bash
# Compiles each header below a folder as the only thing in its translation unit: alone.sh COMPILER INCLUDE_FOLDER
set -euo pipefail
compiler=$1 folder=$2
command -v "$compiler" >/dev/null || { echo "skipped: no $compiler"; exit 77; }

failed=0 seen=0
while read -r header; do
  seen=$((seen + 1))
  echo "#include \"$header\"" | "$compiler" -std=c++20 -x c++ -fsyntax-only -Wall -Wextra -Wpedantic -Werror \
    -I "$folder" - || { echo "not self-contained: $header"; failed=1; }
done < <(cd "$folder" && find . -name '*.hpp' -printf '%P\n' | sort)
echo "$seen headers"
[[ $failed -eq 0 && $seen -gt 0 ]]
