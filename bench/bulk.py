#!/usr/bin/env python3
"""How fast and how evenly `generate` works, each figure as a share of its limit, measured in turn; prints Markdown:

    bulk.py FOLDER [ROUNDS] [PROGRAM] [SCALE]

FOLDER lies on the disk that is measured, with room for 5 GB. SCALE (1) stretches every run. Two jobs: one whose market
is quick to simulate, so that the disk is the limit, and an order book, so that the processor is. `dd` writes as many
bytes, with fsync, as a run's shards. Simulation alone is the same order-book job that stores outcomes only, in memory.
What two cores of a machine are worth is told by two programs at a time that have nothing to do with each other, each with
half of the scenarios: no program of two threads can be faster.
"""
import collections
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
BOOK = ["--market", ROOT / "tools/presets/btcusd.toml"]
MPI = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
       "OMPI_MCA_hwloc_base_binding_policy": "none"}
QUICK = "scenarios = {n}\nsteps = 288\n"
SHORT = 'scenarios = {n}\nsteps = 24\n[output]\nrecord = ["labels"]\nshard_mebibytes = 8\n'
SLOW = 'scenarios = {n}\nsteps = 60\n[market]\nmodel = "order_book"\n[output]\nshard_mebibytes = 1\n'


class Bench:
    def __init__(self, folder, program, scale):
        self.folder, self.program, self.scale = folder, program, scale
        self.seconds, self.peaks = collections.defaultdict(list), collections.defaultdict(list)

    def timed(self, name, command, environment=None):
        """Wall time, and the largest resident memory of the process itself as the kernel tells it while it runs."""
        os.sync()
        begun, peak = time.perf_counter(), 0
        process = subprocess.Popen(list(map(str, command)), env={**os.environ, **(environment or {})},
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        while process.poll() is None:
            try:
                status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
                peak = max([peak, *(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))])
            except OSError:
                pass
            time.sleep(0.005)
        self.seconds[name].append(time.perf_counter() - begun)
        self.peaks[name].append(peak)
        if process.returncode:
            sys.exit(f"{name}: {process.stderr.read()}")

    def generate(self, name, job, n, *flags, where=None, launcher=()):
        """Makes the run and removes it; the bytes of its shards."""
        file, run = self.folder / "job.toml", pathlib.Path(where or self.folder) / "run"
        file.write_text(job.format(n=round(n * self.scale)))
        command = [*launcher, self.program, "generate", file, *flags, "-o", run]
        self.timed(name, command, MPI if launcher else None)
        return self.taken_away(run)

    def apart(self, name, job, n, *flags):
        """Two processes at a time, each with half of the scenarios and a folder of its own."""
        file = self.folder / "job.toml"
        file.write_text(job.format(n=round(n * self.scale) // 2))
        runs = [self.folder / f"run{i}" for i in range(2)]
        commands = [" ".join(map(str, [self.program, "generate", file, *flags, "-o", run, "&"])) for run in runs]
        self.timed(name, ["bash", "-c", f"{commands[0]} one=$!; {commands[1]} wait $! && wait $one"])
        for run in runs:
            self.taken_away(run)

    @staticmethod
    def taken_away(run):
        size = sum(path.stat().st_size for path in run.glob("shards/*.h5"))
        shutil.rmtree(run)
        return size

    def dd(self, size):
        zeros = self.folder / "zeros"
        self.timed("dd", ["dd", "if=/dev/zero", f"of={zeros}", "bs=4M", f"count={size}", "iflag=count_bytes",
                          "conv=fsync"])
        zeros.unlink()

    def round(self):
        size = self.generate("disk", QUICK, 20_000)
        self.dd(size)
        self.generate("book", SLOW, 2400, *BOOK)
        with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
            self.generate("book alone", SLOW + "record = []\n", 2400, *BOOK, where=memory)
        self.generate("book, 1 thread", SLOW, 2400, *BOOK, "--threads", 1)
        self.apart("book, 2 programs", SLOW, 2400, *BOOK, "--threads", 1)
        for ranks in (1, 2):
            self.generate(f"book, {ranks} ranks", SLOW, 2400, *BOOK, "--threads", 1,
                          launcher=["mpirun", "-q", "-n", ranks])
        for n in (10_000, 100_000, 1_000_000):
            self.generate(f"{n:,}", SHORT, n)
        return size

    def share(self, whole, part):
        """Median over the rounds of one time over the other, of the same round, and the least and the largest."""
        ratios = [a / b for a, b in zip(self.seconds[whole], self.seconds[part])]
        return f"{statistics.median(ratios):.3f} | {min(ratios):.3f} to {max(ratios):.3f}"


def main():
    folder = pathlib.Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    program = pathlib.Path(sys.argv[3] if len(sys.argv) > 3 else ROOT / "build/release/tools/marketmimic").resolve()
    scale = float(sys.argv[4]) if len(sys.argv) > 4 else 1
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        bench = Bench(pathlib.Path(place), program, scale)
        for i in range(rounds):
            size = bench.round()
            print(f"round {i + 1} of {rounds}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    of = {name: statistics.median(seconds) for name, seconds in bench.seconds.items()}
    print(f"| {rounds} rounds, load {os.getloadavg()[0]:.1f}; ratios within a round | median | least to largest |")
    print("| --- | ---: | ---: |")
    print(f"| a run of {size / 1e9:.2f} GB: rate over that of dd ({size / of['dd'] / 1e9:.2f} GB/s) |"
          f" {bench.share('dd', 'disk')} |")
    print(f"| order book to disk: rate over that of simulation alone ({of['book alone']:.1f} s) |"
          f" {bench.share('book alone', 'book')} |")
    print(f"| 2 programs, each half of the scenarios, over 1 thread ({of['book, 1 thread']:.1f} s) |"
          f" {bench.share('book, 1 thread', 'book, 2 programs')} |")
    print(f"| 2 threads over 1 ({of['book, 1 thread']:.1f} s) | {bench.share('book, 1 thread', 'book')} |")
    print(f"| 2 MPI ranks over 1 ({of['book, 1 ranks']:.1f} s) | {bench.share('book, 1 ranks', 'book, 2 ranks')} |")
    print(f"| 100,000 short scenarios over 10,000 ({of['10,000']:.2f} s): time | {bench.share('100,000', '10,000')} |")
    print(f"| 1,000,000 over 100,000 ({of['100,000']:.2f} s): time | {bench.share('1,000,000', '100,000')} |")
    peaks = ", ".join(f"{statistics.median(bench.peaks[n]) / 1024:.1f}" for n in ("10,000", "100,000", "1,000,000"))
    print(f"| peak memory of 10,000, 100,000 and 1,000,000 [MiB] | {peaks} | |")


if __name__ == "__main__":
    sys.exit(main())
