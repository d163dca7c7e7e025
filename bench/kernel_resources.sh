#!/usr/bin/env bash
# Registers, spills and local memory of the scenario kernel, as ptxas reports them: bench/kernel_resources.sh
# Fails where anything is spilled. Needs nvcc, no GPU.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
nvcc=${CUDACXX:-$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)}
[[ -x $nvcc ]] || { echo "kernel_resources.sh: no nvcc found; set CUDACXX" >&2; exit 1; }

spilled=0
printf '| kernel | registers | spilled bytes | local memory | threads an SM holds |\n| --- | ---: | ---: | ---: | ---: |\n'
for architecture in 80 90; do
  report=$("$nvcc" -std=c++20 -I. -Iinclude -fmad=false -ftz=false -prec-div=true -prec-sqrt=true \
    -Xcompiler -ffp-contract=off -arch="sm_$architecture" -Xptxas -v -c kernels/cuda/scenario_launcher.cu -o /dev/null 2>&1)
  registers=$(grep -oP 'Used \K\d+(?= registers)' <<<"$report")
  mapfile -t bytes < <(grep -oP '\d+(?= bytes (stack frame|spill))' <<<"$report")
  threads=$((65536 / ((registers + 7) / 8 * 8 * 32) * 32))  # registers are given out to warps, 8 a thread at a time
  printf '| scenario, sm_%s | %s | %s | %s | %s |\n' "$architecture" "$registers" $((bytes[1] + bytes[2])) "${bytes[0]}" "$threads"
  spilled=$((spilled + bytes[1] + bytes[2]))
done
[[ $spilled -eq 0 ]] || { echo "kernel_resources.sh: the kernel spills" >&2; exit 1; }
