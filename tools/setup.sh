#!/usr/bin/env bash
# Installs what is missing, from Debian packages: tools/setup.sh [--mpi] [--test] [--bench]
#   --mpi     also Open MPI, for runs over several machines
#   --test    also what tools/test.sh needs, Minari of it from PyPI into build/minari
#   --bench   also what bench/ compares with, some of it from PyPI into build/peers
# Needs root or sudo only where something is missing. CUDA is used where it is, and never installed.
set -euo pipefail

packages=(
  build-essential cmake ninja-build clang pkg-config
  libhdf5-dev libeigen3-dev libcli11-dev libtomlplusplus-dev libfmt-dev nlohmann-json3-dev libmuparser-dev
  librandom123-dev libxxhash-dev libisal-dev zlib1g-dev libgtest-dev libgmock-dev libbenchmark-dev
  gnuplot-nox fonts-dejavu-core
)
for option in "$@"; do
  case $option in
    --mpi) packages+=(libopenmpi-dev openmpi-bin) ;;
    --test)
      packages+=(libclang-rt-14-dev clang-format qemu-user strace fiu-utils faketime python3-h5py python3-numpy python3-scipy)
      packages+=(libopenmpi-dev openmpi-bin slurmctld slurmd slurm-client munge python3-venv)
      packages+=(chromium python3-html5lib python3-torch python3-matplotlib mypy)
      ;;
    --bench) packages+=(libquantlib0-dev python3-numpy python3-venv python3-dev) ;;
    *) sed -n '2,6s/^# //p' "$0" >&2; exit 2 ;;
  esac
done

if ! command -v dpkg-query apt-get >/dev/null; then
  echo "setup.sh: not a Debian system; install the equivalents of: ${packages[*]}" >&2
  exit 1
fi

missing=()
for package in "${packages[@]}"; do
  [[ $(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null) == ii* ]] || missing+=("$package")
done
if [[ ${#missing[@]} -gt 0 ]]; then
  as_root=()
  if [[ $EUID -ne 0 ]]; then
    if ! command -v sudo >/dev/null; then
      echo "setup.sh: needs root or sudo to install: ${missing[*]}" >&2
      exit 1
    fi
    as_root=(sudo)
  fi
  echo "setup.sh: installing ${missing[*]}" >&2
  apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3)
  "${apt[@]}" update </dev/null >&2
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null >&2
fi

build=$(dirname "${BASH_SOURCE[0]}")/../build
if [[ " $* " == *" --test "* && ! -e $build/minari/complete ]]; then
  echo "setup.sh: installing Minari into $build/minari" >&2
  python3 -m venv "$build/minari" >&2
  # Where there is no way to PyPI, the test that needs it skips.
  if "$build/minari/bin/pip" install -q --no-compile 'minari[hdf5]==0.5.4' pillow >&2; then touch "$build/minari/complete"; fi
fi

peers=$build/peers
if [[ " $* " == *" --bench "* && ! -e $peers/complete ]]; then
  echo "setup.sh: installing movement_primitives into $peers" >&2
  python3 -m venv "$peers" >&2
  "$peers/bin/pip" install -q numpy cython setuptools wheel pytransform3d >&2
  "$peers/bin/pip" install -q --no-build-isolation movement_primitives >&2  # finds Cython, which it builds its steps with
  touch "$peers/complete"
fi
