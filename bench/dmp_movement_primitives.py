#!/usr/bin/env python3
"""Movement primitives with the library movement_primitives: its values beside those of `dmp_steps --values`, and its
steps a second.

    dmp_movement_primitives.py FOLDER_OF_PROGRAMS

Prints what Google Benchmark would (--benchmark_format=json): dimension-steps a second of this process's own time, for
several numbers of dimensions at once; the best counts. Exits with 1 where the values differ.
"""
import json
import pathlib
import subprocess
import sys
import time

import numpy as np
from movement_primitives.dmp import DMP

STEPS, DT, BASIS = 1000, 1e-3, 20
ALPHA_BETA = 25.0 * 25.0 / 4


def learned(dims, dt=DT):
    """A movement with a bump, from 0 to 1; its Runge-Kutta takes steps of `dt`."""
    t = np.linspace(0, 1, STEPS + 1)
    path = 10 * t**3 - 15 * t**4 + 6 * t**5 + 0.4 * np.sin(np.pi * t) ** 2
    dmp = DMP(n_dims=dims, execution_time=1.0, dt=dt, n_weights_per_dim=BASIS, int_dt=dt)
    dmp.imitate(t, np.repeat(path[:, None], dims, axis=1))
    dmp.configure(start_y=np.zeros(dims), goal_y=np.ones(dims))
    return dmp


def apart(folder):
    """Largest difference of positions: one exact step an interval against fifty of its own."""
    dmp = learned(1, DT / 50)
    theirs = dmp.open_loop()[1][::50, 0]
    middles = (np.arange(STEPS) + 0.5) * DT
    forcing = np.array([dmp.forcing_term(m)[0, 0] for m in middles]) / ALPHA_BETA
    text = f"0 1 1 {DT} {STEPS}\n" + "\n".join(f"{f:.9g}" for f in forcing)
    done = subprocess.run([folder / "dmp_steps", "--values"], input=text, text=True, check=True, stdout=subprocess.PIPE)
    ours = np.array([float(line.split()[0]) for line in done.stdout.splitlines()])
    return float(np.max(np.abs(ours - theirs[1:STEPS + 1])))


def rate(dims, step):
    dmp = learned(dims)
    best = 0.0
    for _ in range(3):
        dmp.reset()
        y, v = np.zeros(dims), np.zeros(dims)
        start = time.process_time()
        for _ in range(STEPS):
            y, v = dmp.step(y, v, step_function=step)
        best = max(best, STEPS * dims / (time.process_time() - start))
    return best


def main():
    difference = apart(pathlib.Path(sys.argv[1]))
    if not difference < 2e-4:
        print(f"dmp_movement_primitives.py: positions differ by {difference:.2g}", file=sys.stderr)
        return 1
    benchmarks = []
    for step in ("rk4-cython", "euler-cython"):
        best = max(rate(dims, step) for dims in (1, 16, 256))
        benchmarks.append(dict(name=f"dmp/movement_primitives {step}", items_per_second=best,
                               largest_difference=difference))
    print(json.dumps(dict(benchmarks=benchmarks)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
