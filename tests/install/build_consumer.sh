#!/usr/bin/env bash
# Installs into a fresh prefix, then builds and runs a project that only knows that prefix:
# build_consumer.sh BUILD_FOLDER CONSUMER_FOLDER COMPILER
set -euo pipefail
build=$1 consumer=$2 compiler=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/prefix" >/dev/null
cmake -S "$consumer" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_CXX_COMPILER="$compiler" \
  -DCMAKE_BUILD_TYPE=Release
cmake --build "$work/build"
"$work/build/consumer"
"$work/prefix/bin/marketmimic" --help >/dev/null
[[ ! -d $build/hdf5-plugin ]] || (cd "$work" && prefix/bin/marketmimic doctor | grep -q "HDF5_PLUGIN_PATH=$work/prefix")
