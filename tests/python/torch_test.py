"""PyTorch data sets of a run: samples are the run's own, each once an epoch, in an order that the seed decides."""

import collections
import itertools
import subprocess
import sys
import unittest
import warnings

try:
    import torch
    from torch.utils.data import DataLoader
except ImportError as error:
    print("skipped:", error)
    sys.exit(77)

import numpy as np
from runs import N, PROGRAM, RunCase, T, everything, marketmimic, packed

import marketmimic.torch as mt

FIELDS = ["observations", "actions", "rewards", "scenario/profit", "scenario/id", "labels/market_event"]
WINDOW = 30


class Learning(RunCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        warnings.filterwarnings("ignore", "This DataLoader will create")
        torch.set_num_threads(1)
        cls.truth = everything(cls.made)
        cls.packed = packed(cls.made, cls.place / "packed")
        cls.time_left = int(marketmimic.open_run(cls.made)["observations"].names.index("time_left"))
        cls.starts = {float(t): i for i, t in enumerate(cls.truth["observations"][0, :, cls.time_left])}
        assert len(cls.starts) == T + 1

    def place_of(self, sample):
        """Scenario and first step of a sample, as its values tell."""
        return int(sample["scenario/id"]), self.starts[float(sample["observations"][0, self.time_left])]

    def right(self, sample, window):
        """A sample is what the run holds there."""
        scenario, start = self.place_of(sample)
        for field in FIELDS:
            expected = self.truth[field][scenario]
            if expected.ndim > 0:
                expected = expected[start : start + window + (field == "observations")]
            if expected.dtype.str in ("<u4", "<u8"):
                expected = expected.astype(np.int64)
            self.assertEqual(sample[field].numpy().dtype, expected.dtype)
            self.assertEqual(sample[field].numpy().tobytes(), expected.tobytes(), field)
        return scenario, start

    def unbatched(self, batches):
        for batch in batches:
            self.assertEqual(set(batch), set(FIELDS))
            for i in range(len(batch["scenario/id"])):
                yield {field: values[i] for field, values in batch.items()}


class Dataset(Learning):
    def test_scenarios(self):
        data = mt.ScenarioDataset(self.made, FIELDS)
        self.assertEqual(len(data), N)
        for i in (0, 1, 100, N - 1):
            self.assertEqual(self.right(data[i], T), (i, 0))
            self.assertEqual(data.place(i), (i, 0))
        self.assertEqual(self.right(data[-1], T)[0], N - 1)
        with self.assertRaises(IndexError):
            data[N]

    def test_windows(self):
        for stride, per in ((None, T // WINDOW), (1, T - WINDOW + 1), (7, (T - WINDOW) // 7 + 1)):
            data = mt.ScenarioDataset(self.made, FIELDS, window=WINDOW, stride=stride)
            self.assertEqual(len(data), N * per)
            for i in np.random.default_rng(1).integers(0, len(data), 50):
                expected = (int(i) // per, int(i) % per * (stride or WINDOW))
                self.assertEqual(self.right(data[int(i)], WINDOW), expected)
                self.assertEqual(data.place(int(i)), expected)

    def test_batches_are_their_samples(self):
        for window, folder in itertools.product((None, WINDOW), (self.made, self.packed)):
            data = mt.ScenarioDataset(folder, FIELDS, window=window)
            chosen = np.random.default_rng(2).integers(0, len(data), 30).tolist()
            whole = data[chosen]
            for k, (i, sample) in enumerate(zip(chosen, data.__getitems__(chosen))):
                for field, value in data[i].items():
                    self.assertTrue(torch.equal(value, sample[field]) and torch.equal(value, whole[field][k]), field)

    def test_choices(self):
        success = np.flatnonzero(self.truth["scenario/success"])
        self.assertTrue(0 < len(success) < N)
        np.testing.assert_array_equal(mt.ScenarioDataset(self.made, FIELDS, successes_only=True).ids, success)
        ids = [40, 7, N - 1]
        data = mt.ScenarioDataset(self.made, FIELDS, ids=ids)
        self.assertEqual([self.right(data[i], T)[0] for i in range(3)], sorted(ids))
        both = mt.ScenarioDataset(self.made, FIELDS, ids=range(100), successes_only=True)
        np.testing.assert_array_equal(both.ids, success[success < 100])
        self.assertEqual(len(mt.ScenarioDataset(self.made, FIELDS, ids=[])), 0)

    def test_what_can_not_be(self):
        for words, arguments in (
            (["each once"], {"ids": [1, 1]}),
            ([f"scenario {N} is not in"], {"ids": [0, N]}),
            (["numbers of scenarios"], {"ids": [0.5]}),
            (["windows have 1 to 60"], {"window": T + 1}),
            (["windows have 1 to 60"], {"window": 0}),
            (["strides 1 or more"], {"window": 5, "stride": 0}),
            (["goes with a window"], {"stride": 5}),
        ):
            self.refused(words, lambda arguments=arguments: mt.ScenarioDataset(self.made, FIELDS, **arguments))
        self.refused(["has no reward"], mt.ScenarioDataset, self.made, ["reward"])
        self.refused(["run.orders(scenario)"], mt.ScenarioDataset, self.made, ["orders/lots"])
        self.refused(["list of paths"], mt.ScenarioDataset, self.made, "rewards")
        self.refused(["0 to ranks - 1"], lambda: mt.ScenarioStream(self.made, FIELDS, rank=2, ranks=2))

    def test_loaders(self):
        for method, workers, folder in (
            ("fork", 0, self.made),
            ("fork", 2, self.made),
            ("fork", 2, self.packed),
            ("spawn", 1, self.packed),
        ):
            data = mt.ScenarioDataset(folder, FIELDS, window=WINDOW)
            data[0], data[len(data) - 1]  # shards are open when workers begin
            options = {"num_workers": workers, **({"multiprocessing_context": method} if workers else {})}
            loader = mt.loader(data, 64, shuffle=True, generator=torch.Generator().manual_seed(3), **options)
            order = [self.right(sample, WINDOW) for sample in self.unbatched(loader)]
            self.assertEqual(sorted(order), [data.place(i) for i in range(len(data))])
            self.assertNotEqual(order, sorted(order))
            again = mt.loader(data, 64, shuffle=True, generator=torch.Generator().manual_seed(3))
            self.assertEqual(order, [self.place_of(sample) for sample in self.unbatched(again)])
        plain = DataLoader(data, batch_size=50)
        self.assertEqual([self.right(sample, WINDOW) for sample in self.unbatched(plain)], sorted(order))
        kept = list(self.unbatched(mt.loader(data, 64, drop_last=True)))
        self.assertEqual(len(kept), len(data) // 64 * 64)

    def test_accepted_scenarios_and_their_weights(self):
        file = self.place / "accepted.h5"
        subprocess.run(
            [PROGRAM, "accept", self.made, "-o", file, "--most", "60", "--force"], check=True, stdout=subprocess.DEVNULL
        )
        run = marketmimic.open_run(self.made)
        selection = run.accepted(file)
        self.assertTrue(0 < len(selection.ids) <= 60 and selection.balance == "even")
        self.assertTrue(self.truth["scenario/success"][selection.ids].all())
        self.assertGreater(len(set(selection.weights.tolist())), 1)
        data = mt.ScenarioDataset(run, FIELDS, window=WINDOW, ids=selection.ids)
        sampler = data.weighted(selection, samples=40000, generator=torch.Generator().manual_seed(1))
        drawn = collections.Counter(data.place(i)[0] for i in sampler)
        expected = 40000 * selection.weights / selection.weights.sum()
        found = np.array([drawn[i] for i in selection.ids])
        self.assertLess(np.abs((found - expected) / np.sqrt(expected)).max(), 5)
        batch = next(iter(mt.loader(data, 32, sampler=sampler)))
        self.assertTrue(set(batch["scenario/id"].tolist()) <= set(selection.ids.tolist()))
        self.refused(["has no weight"], mt.ScenarioDataset(run, FIELDS).weighted, selection)
        other = marketmimic.selection.read_selection
        self.refused(["another run"], other, file, "0" * 32)
        self.refused(["no file of marketmimic accept"], run.accepted, self.made / "dataset.h5")
        self.refused(["no such file"], run.accepted, self.place / "nowhere.h5")
        self.refused(["can't be read"], run.accepted, self.made / "run.json")


class Stream(Learning):
    def epoch(self, epoch=0, workers=0, ranks=1, folder=None, **options):
        """Places of all samples of an epoch, in order, by rank."""
        order = []
        for rank in range(ranks):
            stream = mt.ScenarioStream(folder or self.made, FIELDS, rank=rank, ranks=ranks, **options)
            stream.set_epoch(epoch)
            loader = DataLoader(stream, batch_size=None, num_workers=workers)
            samples = loader if options.get("batch_size") is None else self.unbatched(loader)
            order.append([self.right(sample, options.get("window") or T) for sample in samples])
        return order

    def every(self, ids, window=None, stride=None):
        starts = [0] if window is None else range(0, T - window + 1, stride or window)
        return sorted(itertools.product(ids, starts))

    def test_each_sample_is_there_once(self):
        ids = np.random.default_rng(4).choice(N, 101, replace=False)
        for workers, ranks, options in (
            (0, 1, {}),
            (2, 1, {}),
            (2, 2, {"batch_size": 16, "window": 20, "stride": 9}),
            (0, 3, {"ids": ids, "buffer": 10}),
            (2, 1, {"batch_size": 7, "shuffle": False}),
            (0, 1, {"folder": self.packed, "batch_size": 50, "buffer": 64, "window": 30}),
        ):
            with self.subTest(workers=workers, ranks=ranks, options=options):
                parts = self.epoch(workers=workers, ranks=ranks, **options)
                found = sorted(itertools.chain(*parts))
                self.assertEqual(
                    found, self.every(options.get("ids", range(N)), options.get("window"), options.get("stride"))
                )
                per = len(found) // (101 if "ids" in options else N)
                self.assertLessEqual(max(map(len, parts)) - min(map(len, parts)), per)

    def test_order_follows_from_seed_and_epoch(self):
        first = self.epoch(seed=5, epoch=2)
        self.assertEqual(first, self.epoch(seed=5, epoch=2))
        self.assertEqual(first, self.epoch(seed=5, epoch=2, batch_size=13))
        for other in ({"seed": 5, "epoch": 3}, {"seed": 6, "epoch": 2}):
            self.assertNotEqual(first, self.epoch(**other))
        self.assertEqual(self.epoch(shuffle=False, epoch=4), [self.every(range(N))])

    def test_shuffles_over_the_whole_run(self):
        """Neighbours in the stream come from anywhere: their distance is that of random pairs, n / 3."""
        (order,) = self.epoch(buffer=32)
        apart = np.abs(np.diff([scenario for scenario, _ in order])).mean()
        self.assertLess(abs(apart / (N / 3) - 1), 0.35)

    def test_persistent_workers_notice_a_new_epoch(self):
        stream = mt.ScenarioStream(self.made, FIELDS, batch_size=16)
        loader = DataLoader(stream, batch_size=None, num_workers=2, persistent_workers=True)
        orders = []
        for epoch in (0, 1):
            stream.set_epoch(epoch)
            orders.append([self.place_of(sample) for sample in self.unbatched(loader)])
            self.assertEqual(sorted(orders[-1]), self.every(range(N)))
        self.assertNotEqual(*orders)
        fresh = mt.ScenarioStream(self.made, FIELDS, batch_size=16)
        fresh.set_epoch(1)
        self.assertEqual(
            orders[1], [self.place_of(s) for s in self.unbatched(DataLoader(fresh, batch_size=None, num_workers=2))]
        )

    def test_batches_are_full(self):
        stream = mt.ScenarioStream(self.made, FIELDS, batch_size=32, buffer=50, window=WINDOW)
        sizes = [len(batch["rewards"]) for batch in stream]
        total = N * (T // WINDOW)
        self.assertEqual(sizes, [32] * (total // 32) + ([total % 32] if total % 32 else []))

    def test_any_division_holds_every_sample_once(self):
        run = marketmimic.open_run(self.made)
        draw = np.random.default_rng(6)
        for _ in range(150):
            ids = np.sort(draw.choice(N, draw.integers(0, N + 1), replace=False))
            window = int(draw.choice([5, 20, 60]))
            samples = marketmimic.sampling.Samples(run, ["rewards"], window, None, False, ids)
            shuffle = marketmimic.sampling.Shuffle(samples, int(draw.integers(1, 300)), run.shard_of(ids))
            parts = int(draw.integers(1, 12))
            seed = None if draw.random() < 0.2 else (int(draw.integers(100)), int(draw.integers(100)))
            found = [
                np.concatenate([*shuffle.groups(seed, part, parts), np.empty(0, np.int64)]) for part in range(parts)
            ]
            np.testing.assert_array_equal(np.sort(np.concatenate(found)), np.arange(len(samples)))
            sizes = [len(part) for part in found]
            self.assertLessEqual(max(sizes) - min(sizes), samples.per_scenario)

    def test_an_interrupted_run_gives_what_it_has(self):
        copy = self.copy()
        gone = copy / "shards" / self.shards[1].name
        gone.unlink()
        with self.assertRaisesRegex(marketmimic.RunError, gone.name):
            list(mt.ScenarioStream(copy, FIELDS))
        gone.with_suffix(".json").unlink()
        text = (copy / "run.json").read_text()
        (copy / "run.json").write_text(text.replace('"complete": true', '"complete": false'))
        run = marketmimic.open_run(copy)
        found = sorted(self.right(sample, T)[0] for sample in mt.ScenarioStream(run, FIELDS))
        self.assertEqual(found, run.ids.tolist())
        self.assertTrue(0 < len(found) < N)


if __name__ == "__main__":
    unittest.main(argv=["torch_test"])
