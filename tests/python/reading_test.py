"""Values of a run are those that h5py reads, bit for bit, by every index that NumPy knows."""

import pickle
import unittest

import numpy as np
from runs import L, N, RunCase, T, everything, folder, h5py, make, marketmimic, packed, rows_of


class Keys:
    """Random indices for an array of a shape, good and bad ones."""

    def __init__(self, seed):
        self.draw = np.random.default_rng(seed)

    def chance(self, probability):
        return self.draw.random() < probability

    def number(self, length):
        return int(
            self.draw.integers(-length - (1 if self.chance(0.05) else 0), length + (1 if self.chance(0.05) else 0))
        )

    def slice(self, length):
        ends = [None if self.chance(0.2) else int(self.draw.integers(-length - 5, length + 6)) for _ in range(2)]
        step = None if self.chance(0.5) else int(self.draw.choice([-7, -2, -1, 1, 2, 3, 50]))
        return slice(*ends, step)

    def numbers(self, length, shape=None):
        shape = shape if shape is not None else (int(self.draw.integers(0, 12)),)
        values = self.draw.integers(-length, length, shape)
        kind = self.draw.integers(0, 4)
        return (
            values.tolist()
            if kind == 0
            else np.abs(values).clip(0, length - 1).astype(np.uint16) if kind == 1 else values
        )

    def mask(self, *shape):
        return self.draw.random(shape) < self.draw.choice([0, 0.1, 0.9])

    def first(self, length):
        kind = self.draw.integers(0, 7)
        if kind == 0:
            return self.number(length)
        if kind == 1:
            return np.int32(self.number(length))
        if kind in (2, 3):
            return self.slice(length)
        if kind == 4:
            return self.numbers(length)
        if kind == 5:
            return self.numbers(length, (2, 3))
        return self.mask(length if not self.chance(0.05) else length + 1)

    def rest(self, lengths):
        for length in lengths:
            kind = self.draw.integers(0, 5)
            if kind == 0:
                yield self.number(length)
            elif kind == 1 and self.chance(0.5):
                yield self.numbers(length, (3,))
            elif kind == 2 and self.chance(0.5):
                yield None
                yield self.slice(length)
            else:
                yield self.slice(length)

    def key(self, shape):
        if self.chance(0.3):
            return self.first(shape[0])
        if self.chance(0.05):
            return self.mask(*shape[:2])
        if self.chance(0.1):
            return (..., *self.rest(shape[len(shape) - int(self.draw.integers(0, len(shape))) :]))
        rest = list(self.rest(shape[1 : 1 + self.draw.integers(0, len(shape))]))
        if self.chance(0.2):
            rest.insert(int(self.draw.integers(0, len(rest) + 1)), ...)
        return (self.first(shape[0]), *rest)


class Values:
    """Of a run in one layout; `folder_of` makes it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = cls.folder_of()
        cls.truth = everything(cls.made)
        cls.run_ = marketmimic.open_run(cls.folder)

    def same(self, found, expected, about):
        self.assertEqual(np.asarray(found).dtype, np.asarray(expected).dtype, about)
        self.assertEqual(np.shape(found), np.shape(expected), about)
        self.assertEqual(np.asarray(found).tobytes(), np.asarray(expected).tobytes(), about)

    def test_every_column_is_h5pys_reading_of_the_shards(self):
        self.assertEqual(
            set(self.run_.columns), {p for p in self.truth if not p.startswith(("orders", "perturbations"))}
        )
        self.assertGreater(len(self.run_.columns), 40)
        for path in self.run_.columns:
            self.same(self.run_[path][:], self.truth[path], path)
            self.same(np.asarray(self.run_["/" + path]), self.truth[path], path)

    def test_indices_are_numpys(self):
        keys, compared, bad = Keys(1), 0, 0
        paths = [
            "observations",
            "actions",
            "market/bid_size_lots",
            "market/close_half_ticks",
            "strategy/cash",
            "labels/market_event",
            "timeouts",
            "scenario/profit",
            "scenario/id",
        ]
        for i in range(self.keys):
            path = paths[i % len(paths)]
            truth, column = self.truth[path], self.run_[path]
            key = keys.key(truth.shape)
            try:
                expected = truth[key]
            except IndexError:
                bad += 1
                with self.assertRaises(IndexError, msg=f"{path}[{key}]"):
                    column[key]
                continue
            self.same(column[key], expected, f"{path}[{key}]")
            compared += 1
        self.assertGreater(compared, self.keys // 2)
        self.assertGreater(bad, self.keys // 100)

    def test_windows_are_slices(self):
        draw = np.random.default_rng(2)
        for path in ("observations", "market/ask_price_ticks", "labels/perturbation"):
            truth = self.truth[path]
            for length in (1, 17, truth.shape[1]):
                ids, starts = draw.integers(0, N, 40), draw.integers(0, truth.shape[1] - length + 1, 40)
                expected = np.stack([truth[i, s : s + length] for i, s in zip(ids, starts)])
                self.same(self.run_[path].windows(ids, starts, length), expected, path)
        column = self.run_["actions"]
        for starts, length in (([0], T + 1), ([1], T), ([-1], 2), ([0], 0), ([0, 0], 1)):
            with self.assertRaises(IndexError):
                column.windows([3], starts, length)

    def test_ragged_tables(self):
        for table in (self.run_.orders, self.run_.perturbations):
            truth = rows_of(self.made, table.name)
            self.assertEqual(set(table.dtype.names), set(truth[0]))
            self.assertEqual(table.rows(), sum(len(next(iter(rows.values()))) for rows in truth))
            self.assertGreater(table.rows(), N // 2)
            for i, rows in enumerate(truth):
                found = table(i)
                for name, values in rows.items():
                    self.same(np.ascontiguousarray(found[name]), values, f"{table.name} {i} {name}")
            ids = np.random.default_rng(3).integers(-N, N, 100)
            offsets, found = table.of(ids)
            for k, i in enumerate(ids):
                self.same(np.ascontiguousarray(found[offsets[k] : offsets[k + 1]]), table(int(i)), f"{table.name} {i}")
            self.assertEqual(offsets[-1], len(found))
            with self.assertRaises(IndexError):
                table(N)

    def test_outcomes(self):
        outcomes = dict(self.run_.scenario)
        self.assertEqual(
            {f"scenario/{name}" for name in outcomes}, {p for p in self.truth if p.startswith("scenario/")}
        )
        for name, values in outcomes.items():
            self.same(values, self.truth[f"scenario/{name}"], name)
        self.same(self.run_.ids, np.arange(N), "ids")

    def test_is_a_copy(self):
        column = self.run_["actions"]
        for key in (3, slice(2, 5), [4, 4, 1], (3, slice(1, 4))):
            before = column[key].copy()
            column[key][...] = 7
            self.same(column[key], before, key)

    def test_pickles(self):
        again = pickle.loads(pickle.dumps(self.run_))
        self.same(again["rewards"][:], self.truth["rewards"], "run")
        column = pickle.loads(pickle.dumps(self.run_["observations"]))
        self.same(column[[5, N - 1]], self.truth["observations"][[5, N - 1]], "column")
        table = pickle.loads(pickle.dumps(self.run_.orders))
        self.same(table(9), self.run_.orders(9), "table")
        view = pickle.loads(pickle.dumps(self.run_.scaled("market/close_half_ticks")))
        self.same(view[3], self.run_.scaled("market/close_half_ticks")[3], "view")


class InOnePiece(Values, RunCase):
    keys = 2000

    @classmethod
    def folder_of(cls):
        return cls.made

    def test_is_h5pys_reading_of_the_dataset(self):
        with h5py.File(self.made / "dataset.h5") as file:
            for path in self.run_.columns:
                self.same(self.run_[path][:], file[path][:], path)
            offsets = file["orders/offsets"][:]
            for i in (0, 57, N - 1):
                self.same(
                    np.ascontiguousarray(self.run_.orders(i)["notional"]),
                    file["orders/notional"][offsets[i] : offsets[i + 1]],
                    i,
                )

    def test_facts(self):
        run = self.run_
        with h5py.File(self.made / "dataset.h5") as file:
            self.assertEqual(
                (run.tick, run.lot, run.step_seconds, run.currency, run.asset, run.identity),
                tuple(file.attrs[n] for n in ("tick", "lot", "step_seconds", "currency", "asset", "identity")),
            )
            self.assertEqual(run.largest_position_lots, file.attrs["largest_position_lots"])
            self.assertEqual(
                run.units, {p: d.attrs["unit"] for p, d in ((p, file[p]) for p in run.columns) if "unit" in d.attrs}
            )
            self.assertEqual(run["observations"].names, tuple(file["observations"].attrs["columns"]))
            self.assertEqual(run.job_text, file.attrs["job"])
        self.assertEqual((run.job["seed"], run.job["market"]["levels"], run.seed, run.steps), (11, L, 11, T))
        self.assertTrue(run.complete)
        self.assertEqual((run.planned, len(run["actions"]), run["actions"].shape), (N, N, (N, T, 2)))
        self.assertEqual(set(run.tables), {"orders", "perturbations"})

    def test_labels(self):
        masks = self.truth["labels/market_event"]
        with h5py.File(self.made / "dataset.h5") as file:
            events, kinds = (
                list(file[p].attrs[a]) for p, a in (("labels/market_event", "bits"), ("strategy/primitive", "values"))
            )
        decoded = self.run_.labels("market_event")[:]
        self.assertEqual(list(decoded.dtype.names), events)
        self.assertGreater(masks.any(axis=(0, 1)), 0)
        for bit, name in enumerate(events):
            np.testing.assert_array_equal(decoded[name], masks // 2**bit % 2 == 1)
        primitives = self.truth["strategy/primitive"]
        self.assertTrue((primitives == 255).any() and (primitives != 255).any())
        expected = [[kinds[v] if v != 255 else "" for v in row] for row in primitives[:20]]
        self.assertEqual(self.run_.labels("strategy/primitive")[:20].tolist(), expected)
        self.assertEqual(str(self.run_.labels("strategy/primitive")[4, 7]), expected[4][7])
        kinds = self.run_.perturbations.labels["kind"]
        self.assertEqual(
            set(kinds.decode(self.run_.perturbations.of(range(N))[1]["kind"])), {"flash_crash", "news", "liquidity_gap"}
        )
        self.refused(["regime", "no names"], self.run_.labels, "regime")

    def test_units_of_the_world(self):
        ticks = self.truth["market/bid_price_ticks"].astype(np.float64)
        for path, factor, unit in (
            ("market/close_half_ticks", 0.005, "USD"),
            ("market/volume_lots", 0.001, self.run_.asset),
            ("strategy/cash", 1e-5, "USD"),
            ("rewards", 1, "USD"),
            ("strategy/phase", 1, ""),
        ):
            view = self.run_.scaled(path)
            np.testing.assert_allclose(view[:], self.truth[path].astype(np.float64) * factor, rtol=1e-12, atol=0)
            self.assertEqual((view.unit, view[3].dtype), (unit, np.float64))
        np.testing.assert_allclose(self.run_.scaled("market/bid_price_ticks")[5:9, 3], ticks[5:9, 3] * 0.01, rtol=1e-12)

    def test_a_missing_level_has_no_price(self):
        copy = self.copy()
        with h5py.File(copy / "shards" / self.shards[0].name, "r+") as file:
            file["market/ask_price_ticks"][4, 7, 2:] = np.iinfo(np.int32).min
        prices = marketmimic.open_run(copy).scaled("market/ask_price_ticks")[:]
        expected = self.truth["market/ask_price_ticks"] * 0.01
        expected[4, 7, 2:] = np.nan
        np.testing.assert_allclose(prices, expected, rtol=1e-12)

    def test_what_is_not_there(self):
        self.refused(
            ["no market/clos_half_ticks", "did you mean market/close_half_ticks"],
            self.run_.__getitem__,
            "market/clos_half_ticks",
        )
        self.refused(["run.orders(scenario)"], self.run_.__getitem__, "orders/lots")
        self.assertNotIn("orders/lots", self.run_)
        self.assertIn("rewards", self.run_)


class Packed(Values, RunCase):
    """Chunked and compressed datasets beside others, as they have no place to map."""

    keys = 300

    @classmethod
    def folder_of(cls):
        return packed(cls.made, cls.place / "packed")


class Markets(unittest.TestCase):
    def test_alone(self):
        with folder() as place:
            run = marketmimic.open_run(make(place / "run", scenarios=40, steps=T, kind="market"))
            self.assertIsNone(run.largest_position_lots)
            self.assertNotIn("actions", run)
            self.assertEqual(run.tables, ("perturbations",))
            self.assertEqual(run["market/trades"][39].shape, (T,))
            with self.assertRaisesRegex(marketmimic.RunError, "records no orders"):
                run.orders


if __name__ == "__main__":
    unittest.main(argv=["reading_test"])
