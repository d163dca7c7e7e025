#!/usr/bin/env bash
# Registers, spills and stack of the scenario kernels, as ptxas reports them: bench/kernel_resources.sh
# Fails where the diffusion spills; the order book does. Needs nvcc, no GPU.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
nvcc=${CUDACXX:-$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)}
[[ -x $nvcc ]] || { echo "kernel_resources.sh: no nvcc found; set CUDACXX" >&2; exit 1; }

printf '| kernel | registers | spilled bytes | stack frame | threads an SM holds |\n| --- | ---: | ---: | ---: | ---: |\n'
for architecture in 80 90; do
  "$nvcc" -std=c++20 -I. -Iinclude -fmad=false -ftz=false -prec-div=true -prec-sqrt=true \
    -Xcompiler -ffp-contract=off -arch="sm_$architecture" -Xptxas -v -c kernels/cuda/scenario_launcher.cu -o /dev/null 2>&1 |
    awk -v sm="$architecture" '
      /Compiling entry function/ { market = (/OrderBook/ ? "order book" : "diffusion") (/ELb0E/ ? ", plain plans" : ", all plans") }
      /bytes stack frame/ { frame = $1; spilled = $5 + $9 }
      /Used [0-9]+ registers/ {
        for (i = 1; i < NF; ++i) if ($i == "Used") registers = $(i + 1)
        # Registers are given out to warps, 8 a thread at a time.
        threads = int(65536 / (int((registers + 7) / 8) * 8 * 32)) * 32
        printf "| %s, sm_%s | %d | %d | %d | %d |\n", market, sm, registers, spilled, frame, threads
        if (spilled && market ~ /diffusion/) failed = 1
      }
      END { exit failed }' || { echo "kernel_resources.sh: the diffusion's kernel spills" >&2; exit 1; }
done
