#!/usr/bin/env python3
"""What plain, deflate and recipe shards take on disk, to make and to read with stock h5py, in turn; prints Markdown:

    stores.py [SCENARIOS] [ROUNDS] [PROGRAM] [ARGUMENTS OF GENERATE...]

Everything lies in the page cache when it is read, so that times are those of the processor, not of a disk.
"""
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
STORES = ("plain", "deflate", "recipe")


def made(program, run, store, scenarios, arguments):
    """Seconds that it takes to make a run."""
    command = [program, "generate", *arguments, "-o", run, "--store", store, "--scenarios", str(scenarios)]
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def patterns(file, scenarios):
    """How agents' data is read: name, and a function that reads and returns how many scenarios it read."""
    columns = ["observations", "actions", "rewards"]
    every = []
    file.visititems(lambda name, item: every.append(name) if getattr(item, "ndim", 0) > 1 else None)
    draw = random.Random(1)

    def batches(names):
        for first in range(0, scenarios, 256):
            for name in names:
                file[name][first:first + 256]
        return scenarios

    def alone():
        for _ in range(200):
            at = draw.randrange(scenarios)
            for name in columns:
                file[name][at]
        return 200

    def outcomes():
        return len(file["scenario/success"][:])

    return {"observations, actions, rewards, 256 at a time": lambda: batches(columns),
            "every column, 256 at a time": lambda: batches(every),
            "the same three of single scenarios, anywhere": alone,
            "success of all": outcomes}


def main():
    import h5py
    scenarios = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    program = pathlib.Path(sys.argv[3] if len(sys.argv) > 3 else ROOT / "build/release/tools/marketmimic").resolve()
    arguments = sys.argv[4:]
    times = {store: {} for store in STORES}
    sizes = {}
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        runs = {store: pathlib.Path(folder) / store for store in STORES}
        for i in range(rounds):
            for store in STORES:
                subprocess.run(["rm", "-rf", runs[store]], check=True)
                taken = made(program, runs[store], store, scenarios, arguments)
                times[store].setdefault("made", []).append(scenarios / taken)
                sizes[store] = sum(path.stat().st_size for path in (runs[store] / "shards").iterdir())
            for store in STORES:
                with h5py.File(runs[store] / "dataset.h5") as file:
                    for name, read in patterns(file, scenarios).items():
                        begun = time.perf_counter()
                        count = read()
                        times[store].setdefault(name, []).append(count / (time.perf_counter() - begun))
            print(f"round {i + 1} of {rounds}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    print(f"| {scenarios} scenarios, median of {rounds} |", " | ".join(STORES), "|")
    print("| --- |" + " ---: |" * len(STORES))
    print("| bytes of shards |", " | ".join(f"{sizes[store]:,}" for store in STORES), "|")
    print("| of plain |", " | ".join(f"{sizes[store] / sizes['plain']:.2%}" for store in STORES), "|")
    for name in times["plain"]:
        rates = (statistics.median(times[store][name]) for store in STORES)
        print(f"| {name} [scenarios/s] |", " | ".join(f"{rate:,.0f}" for rate in rates), "|")


if __name__ == "__main__":
    program = sys.argv[3] if len(sys.argv) > 3 else str(ROOT / "build/release/tools/marketmimic")
    told = json.loads(subprocess.run([program, "doctor", "--json"], check=True, capture_output=True).stdout)
    os.environ["HDF5_PLUGIN_PATH"] = told["recipe_plugin"] or ""
    main()
