#!/usr/bin/env bash
# Installs what is missing, from Debian packages: tools/setup.sh [--test] [--bench]
#   --test    also what tools/test.sh needs        --bench   also what bench/ compares with
# Needs root or sudo only where something is missing. CUDA is used where it is, and never installed.
set -euo pipefail

packages=(
  build-essential cmake ninja-build clang pkg-config
  libhdf5-dev libeigen3-dev libcli11-dev libtomlplusplus-dev libfmt-dev nlohmann-json3-dev
  librandom123-dev libxxhash-dev zlib1g-dev libgtest-dev libgmock-dev libbenchmark-dev
  gnuplot-nox fonts-dejavu-core
)
for option in "$@"; do
  case $option in
    --test) packages+=(libclang-rt-14-dev clang-format qemu-user python3-h5py python3-numpy python3-scipy) ;;
    --bench) packages+=(libquantlib0-dev python3-numpy) ;;
    *) sed -n '2,4s/^# //p' "$0" >&2; exit 2 ;;
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
[[ ${#missing[@]} -gt 0 ]] || exit 0

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
