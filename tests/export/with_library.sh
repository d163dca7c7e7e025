#!/usr/bin/env bash
# Runs LIBRARY_test.py with the Python of build/LIBRARY, where tools/setup.sh put the library: with_library.sh LIBRARY PROGRAM
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=$here/../../build/$1/bin/python
[[ -e $here/../../build/$1/complete ]] || { echo "skipped: no build/$1"; exit 77; }
exec "$python" -B "$here/$1_test.py" "${@:2}"
