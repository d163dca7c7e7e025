#!/usr/bin/env python3
"""How fast a run is read for training: the package tools/python beside plain h5py, on dataset.h5 and on the shards.

    python_readers.py RUN [ROUNDS]

Every way reads the same fields of the same scenarios. The ways take turns, round after round, so that whatever else the
machine does falls on all of them. Printed as Markdown are medians and quartiles of scenarios by second of processor time,
that of the process and its workers together, and the median by second on the clock. Files are in the page cache: what a
disk adds is not measured.
"""

import bisect
import itertools
import os
import pathlib
import resource
import statistics
import sys
import time

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools" / "python" / "src"))
import marketmimic  # noqa: E402

FIELDS = ["observations", "actions", "rewards"]
BATCH, SINGLES, BATCHES, EPOCH = 256, 400, 4, 2048  # scenarios a batch, reads a measurement, scenarios of an epoch


class Virtual:
    """dataset.h5, through its virtual datasets."""

    name = "h5py, dataset.h5"

    def __init__(self, folder):
        self.file = h5py.File(folder / "dataset.h5")
        self.data = [self.file[field] for field in FIELDS]
        self.count = len(self.data[0])

    def range(self, first, end):
        return [data[first:end] for data in self.data]

    def one(self, scenario):
        return [data[scenario] for data in self.data]

    def some(self, ids):
        unique, places = np.unique(ids, return_inverse=True)  # h5py wants them ascending, each once
        return [data[unique][places] for data in self.data]


class Shards:
    """The shards, as a careful user of h5py reads them: every file and dataset opened once."""

    name = "h5py, shards"

    def __init__(self, folder):
        self.files = [h5py.File(shard) for shard in sorted((folder / "shards").glob("*.h5"))]
        self.data = [[file[field] for field in FIELDS] for file in self.files]
        self.ends = list(itertools.accumulate(len(data[0]) for data in self.data))
        self.count = self.ends[-1]

    def range(self, first, end):
        parts = []
        for stop, data in zip(self.ends, self.data):
            start = stop - len(data[0])
            if start < end and first < stop:
                parts.append([d[max(first - start, 0) : end - start] for d in data])
        return [np.concatenate(field) for field in zip(*parts)]

    def one(self, scenario):
        index = bisect.bisect_right(self.ends, scenario)
        local = scenario - (self.ends[index - 1] if index else 0)
        return [data[local] for data in self.data[index]]

    def some(self, ids):
        read = [self.one(scenario) for scenario in ids]  # faster than selections of single rows
        return [np.stack(field) for field in zip(*read)]


class Package:
    """tools/python."""

    name = "marketmimic"

    def __init__(self, folder):
        run = marketmimic.open_run(folder)
        self.data = [run[field] for field in FIELDS]
        self.count = len(self.data[0])

    def range(self, first, end):
        return [data[first:end] for data in self.data]

    def one(self, scenario):
        return [data[scenario] for data in self.data]

    def some(self, ids):
        return [data[ids] for data in self.data]


def sequential(way, draw):
    first = int(draw.integers(0, way.count - BATCHES * BATCH + 1))
    for i in range(BATCHES):
        way.range(first + i * BATCH, first + (i + 1) * BATCH)
    return BATCHES * BATCH


def singles(way, draw):
    for scenario in draw.integers(0, way.count, SINGLES).tolist():
        way.one(scenario)
    return SINGLES


def random_batches(way, draw):
    for _ in range(BATCHES):
        way.some(draw.integers(0, way.count, BATCH))
    return BATCHES * BATCH


def torch_ways(folder, count):
    """An epoch by DataLoader: name and what begins one."""
    import torch
    from torch.utils.data import DataLoader, Dataset

    import marketmimic.torch as mt

    torch.set_num_threads(1)
    ids = np.arange(min(count, EPOCH))

    class Plain(Dataset):
        """What is usually written: file and datasets opened once in each worker, samples one by one."""

        data = None

        def __len__(self):
            return len(ids)

        def __getitem__(self, i):
            if self.data is None:
                file = h5py.File(folder / "dataset.h5")
                self.data = {field: file[field] for field in FIELDS}
            return {field: torch.from_numpy(data[i]) for field, data in self.data.items()}

    for workers in (0, 2):
        some = {"num_workers": workers}
        data = mt.ScenarioDataset(folder, FIELDS, ids=ids)
        yield f"h5py, dataset.h5, {workers} workers", lambda some=some: DataLoader(Plain(), BATCH, shuffle=True, **some)
        yield f"ScenarioDataset by samples, {workers} workers", lambda some=some, data=data: DataLoader(
            data, BATCH, shuffle=True, **some
        )
        yield f"ScenarioDataset, loader(), {workers} workers", lambda some=some, data=data: mt.loader(
            data, BATCH, shuffle=True, **some
        )
        yield f"ScenarioStream, {workers} workers", lambda some=some: DataLoader(
            mt.ScenarioStream(folder, FIELDS, ids=ids, batch_size=BATCH), batch_size=None, **some
        )


def epoch(loader):
    return sum(len(batch[FIELDS[0]]) for batch in loader)


def same(ways):
    """All of them read the same."""
    ids = np.random.default_rng(0).integers(0, ways[0].count, 50)
    for method, arguments in (("range", (100, 160)), ("one", (7,)), ("some", (ids,))):
        first, *others = [getattr(way, method)(*arguments) for way in ways]
        for other in others:
            assert all(np.array_equal(a, b) for a, b in zip(first, other)), method


def processor_seconds():
    """Of this process and of the workers that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def rates_of(task):
    """Scenarios by second of processor time, and by second."""
    start, used = time.perf_counter(), processor_seconds()
    scenarios = task()
    return scenarios / (processor_seconds() - used), scenarios / (time.perf_counter() - start)


def main(folder, rounds="9"):
    folder, rounds = pathlib.Path(folder), int(rounds)
    ways = [Virtual(folder), Shards(folder), Package(folder)]
    same(ways)
    megabytes = 1e-6 * sum(values.nbytes for values in ways[0].one(0))
    tasks = {
        (task.__name__.replace("_", " "), way.name): lambda draw, task=task, way=way: task(way, draw)
        for task in (sequential, singles, random_batches)
        for way in ways
    }
    try:
        for name, begin in torch_ways(folder, ways[0].count):
            tasks["DataLoader", name] = lambda draw, begin=begin: epoch(begin())
    except ImportError as error:
        print(f"left out: {error}", file=sys.stderr)
    rates = {name: [] for name in tasks}
    for i in range(-1, rounds):  # the first opens files and fills caches
        for name, task in tasks.items():
            rate = rates_of(lambda task=task: task(np.random.default_rng(i + 1)))
            if i >= 0:
                rates[name].append(rate)
        print(f"round {i + 1} of {rounds}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    print(f"{ways[0].count} scenarios in {len(ways[1].files)} shards, {1e3 * megabytes:.1f} kB a scenario\n")
    print("| task | way | scenarios/s of processor time | quartiles | MB/s | scenarios/s on the clock |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for (task, way), found in rates.items():
        own, clock = zip(*found)
        low, middle, high = statistics.quantiles(own, n=4) if len(own) > 1 else own * 3
        print(
            f"| {task} | {way} | {middle:,.0f} | {low:,.0f} to {high:,.0f} | {middle * megabytes:,.0f} | "
            f"{statistics.median(clock):,.0f} |"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
