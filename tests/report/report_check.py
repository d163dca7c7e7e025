"""`marketmimic report --json` against NumPy and h5py on the same run, and what it says about damaged runs."""
import json
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "run"))
import numpy as np  # noqa: E402
from support import folder, h5py, make  # noqa: E402

PROGRAM = sys.argv[2]
N, T, POINTS = 700, 60, 64
PRIMITIVES, PERTURBATIONS, EVENTS = 12, 7, 9
EDGES = {"volatility": [0.5, 0.7, 1, 1.4, 2, 4], "move": [-2, -1, 0, 1, 2],
         "fall": [0.005, 0.01, 0.02, 0.05, 0.1, 0.2]}


def report(run, *flags, check=True):
    return subprocess.run([PROGRAM, "report", str(run), *flags], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=check)


def wilson(k, n):
    """Where |p - k/n| is 1.96 standard errors of p: the roots of a parabola."""
    z2 = 1.959963984540054**2
    return np.sort(np.roots([n + z2, -(2 * k + z2), k * k / n]).real)


def shapes(exposure, peak):
    found = []
    for path in exposure:
        held = np.flatnonzero(path)
        if held.size:
            path = path[held[0]:held[-1] + 1]
            found.append(path[[int((k + 0.5) / POINTS * len(path)) for k in range(POINTS)]] / peak)
    return np.array(found)


def distances(a, b):
    return np.sqrt(((a[:, None] - b[None]) ** 2).mean(axis=2))


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = folder()
        cls.place = cls.folder.__enter__()
        cls.run_folder = make(cls.place / "run", scenarios=N, steps=T)
        cls.told = json.loads(report(cls.run_folder, "--json").stdout)
        with h5py.File(cls.run_folder / "dataset.h5") as file:
            cls.data = {path: file[path][:] for path in (
                "/market/open_half_ticks", "/market/close_half_ticks", "/strategy/exposure_lots", "/strategy/source",
                "/strategy/primitive", "/strategy/standing", "/labels/market_event", "/scenario/success",
                "/scenario/failure", "/scenario/failed_source", "/scenario/failed_primitive", "/scenario/cycle",
                "/scenario/attempted", "/scenario/unmet", "/scenario/untriggered", "/scenario/overrides",
                "/scenario/perturbations", "/orders/offsets")}
            cls.orders = np.stack([file["/orders/" + name][:].astype(np.int64) for name in
                                   ("step", "type", "lots", "filled_lots", "notional", "fee")], axis=1)
            cls.peak = file.attrs["largest_position_lots"]
        cls.success = cls.data["/scenario/success"] == 1

    @classmethod
    def tearDownClass(cls):
        cls.folder.__exit__(None, None, None)

    def same(self, told, where):
        """A tally, of the attempts that `where` selects."""
        n, k = int(where.sum()), int(self.success[where].sum())
        self.assertEqual((told["attempts"], told["successes"]), (n, k))
        if n:
            np.testing.assert_allclose(told["interval"], wilson(k, n), atol=1e-7)

    def test_there_is_something_to_tell(self):
        self.assertGreater(self.told["shards"], 3)
        self.assertTrue(20 < self.success.sum() < N - 20)

    def test_success_and_failures(self):
        self.same(self.told["success"], np.ones(N, bool))
        failures = list(self.told["summary"]["failures"].values())
        np.testing.assert_array_equal(failures, np.bincount(self.data["/scenario/failure"], minlength=10))
        for k, kind in enumerate(self.told["summary"]["primitives"].values()):
            began = self.data["/scenario/attempted"] >> k & 1 == 1
            self.assertEqual((kind["scenarios"], kind["successes"], kind["failed_in"], kind["unmet"]),
                             (began.sum(), self.success[began].sum(),
                              (self.data["/scenario/failed_primitive"] == k).sum(),
                              (self.data["/scenario/unmet"] >> k & 1).sum()))
        for k, kind in enumerate(self.told["summary"]["perturbations"].values()):
            acted = self.data["/scenario/perturbations"] >> k & 1 == 1
            self.assertEqual((kind["scenarios"], kind["successes"]), (acted.sum(), self.success[acted].sum()))
        for name in ("untriggered", "overrides"):
            self.assertEqual(self.told["summary"][name], self.data["/scenario/" + name].sum())

    def test_primitives_succeed_as_their_last_steps_tell(self):
        source, kind = self.data["/strategy/source"], self.data["/strategy/primitive"]
        standing, unmet = self.data["/strategy/standing"], self.data["/scenario/unmet"]
        self.assertTrue((standing[source < 0] == 0).all())
        outcomes = {False: 0, True: 0}
        for i in range(N):
            last = np.flatnonzero((source[i] >= 0) & (np.append(source[i, 1:], -2) != source[i]))
            told = {int(kind[i, t]) for t in last if standing[i, t] != 3}
            found = {k for k in range(32) if unmet[i] >> k & 1}
            self.assertLessEqual(told, found)
            # No step tells whether what ran in the last one is over, or whether another began after it.
            self.assertLessEqual(len(found - told), int(source[i, -1] >= 0))
            for t in last:
                outcomes[bool(standing[i, t] == 3)] += 1
        self.assertGreater(min(outcomes.values()), 10)

    def test_market_events(self):
        held = np.bitwise_or.reduce(self.data["/labels/market_event"], axis=1)
        for k, told in enumerate(self.told["market_events"].values()):
            self.same(told, held >> k & 1 == 1)

    def test_provenance(self):
        told, cycle = self.told["provenance"], self.data["/scenario/cycle"]
        for i, tally in enumerate(told["cycles"]):
            self.same(tally, cycle == i)
        source = self.data["/scenario/failed_source"]
        found = {row["source"]: row["attempts"] for row in told["failed_sources"]}
        keys, counts = np.unique(source[~self.success], return_counts=True)
        self.assertEqual(found, dict(zip(keys.tolist(), counts.tolist())))
        running, unfilled = self.data["/strategy/source"], self.data["/scenario/failure"] == 3
        self.assertGreater(unfilled.sum(), 3)
        for i in np.flatnonzero(unfilled):
            self.assertIn(source[i], running[i], "what failed was tried")
        for which, chosen in (("attempts", cycle), ("successes", cycle[self.success])):
            share = np.unique(chosen, return_counts=True)[1] / len(chosen)
            self.assertAlmostEqual(told[which]["effective"], np.exp(-(share * np.log(share)).sum()))
            self.assertAlmostEqual(told[which]["three_most"], np.sort(share)[-3:].sum())

    def bins(self):
        close = self.data["/market/close_half_ticks"].astype(float)
        path = np.concatenate([self.data["/market/open_half_ticks"][:, :1], close], axis=1)
        r = np.diff(np.log(path), axis=1)
        usual = self.volatility()
        deviation = np.sqrt((r**2).sum(axis=1))
        place = {"volatility": deviation / np.sqrt(60.0 * T) / usual, "move": r.sum(axis=1) / deviation,
                 "fall": (1 - path / np.maximum.accumulate(path, axis=1)).max(axis=1)}
        return np.stack([np.digitize(place[name], EDGES[name]) for name in EDGES], axis=1)

    def volatility(self):
        text = (self.run_folder / "inputs" / "market.toml").read_text().split("[diffusion]")[1]
        return float(next(line for line in text.splitlines() if line.startswith("volatility")).split("=")[1])

    def test_coverage(self):
        told, bins = self.told["coverage"], self.bins()
        self.assertEqual(told["bins"], 7 * 6 * 7)
        cells = np.unique(bins, axis=0)
        self.assertEqual([cell["bin"] for cell in told["cells"]], cells.tolist())
        tried, kept, n = [], [], self.success.sum()
        for cell in told["cells"]:
            where = (bins == cell["bin"]).all(axis=1)
            self.same(cell, where)
            tried.append(where.mean())
            kept.append(self.success[where].sum() / n)
            self.assertAlmostEqual(cell["weight"], tried[-1] / kept[-1] if kept[-1] else 0)
        tried, kept = np.array(tried), np.array(kept)
        self.assertEqual((told["reached"], told["succeeded"]), (len(cells), (kept > 0).sum()))
        self.assertAlmostEqual(told["never"], tried[kept == 0].sum())
        self.assertAlmostEqual(told["apart"], 0.5 * np.abs(tried - kept).sum())
        weight = np.divide(tried, kept, where=kept > 0, out=np.zeros_like(tried))
        self.assertAlmostEqual(told["balanced_sample"], (weight * kept).sum() ** 2 / (weight**2 * kept).sum())
        for axis, one in enumerate(told["axes"]):
            for bin, tally in enumerate(one["bins"]):
                self.same(tally, bins[:, axis] == bin)

    def test_distance_by_chance(self):
        """The successes dealt out again at random lie about so far apart."""
        label = np.unique(self.bins(), axis=0, return_inverse=True)[1].ravel()
        tried, draw = np.bincount(label) / N, np.random.default_rng(1)
        apart = [0.5 * np.abs(np.bincount(label[draw.permutation(N)[:self.success.sum()]], minlength=len(tried)) /
                              self.success.sum() - tried).sum() for _ in range(400)]
        self.assertAlmostEqual(self.told["coverage"]["apart_by_chance"], np.mean(apart), delta=0.1 * np.mean(apart))

    def test_cycles_and_shocks(self):
        told = self.told["coverage"]["cycles_and_shocks"]
        self.assertEqual(sum(cell["attempts"] for cell in told), N)
        for cell in told:
            self.same(cell, (self.data["/scenario/cycle"] == cell["cycle"]) &
                      (self.data["/scenario/perturbations"] == cell["perturbations"]))

    def test_diversity(self):
        told, exposure = self.told["diversity"], self.data["/strategy/exposure_lots"]
        held = (exposure != 0).any(axis=1)
        self.assertEqual(told["traded"], held.sum())
        self.assertEqual(told["same_exposure"], held.sum() - len(np.unique(exposure[held], axis=0)))
        at = self.data["/orders/offsets"]
        whole = {exposure[i].tobytes() + self.orders[at[i]:at[i + 1]].tobytes() for i in np.flatnonzero(held)}
        self.assertEqual(told["same_exposure_and_fills"], held.sum() - len(whole))
        for name, which in (("executions", held), ("successes", held & self.success)):
            found = shapes(exposure[which], self.peak)
            self.assertEqual(told[name]["sampled"], len(found))
            pairs = distances(found, found)[np.triu_indices(len(found), 1)]
            self.assertAlmostEqual(told[name]["distance"], pairs.mean(), places=5)
            spectrum = np.sort(np.linalg.eigvalsh(np.cov(found.T)))[::-1]
            self.assertAlmostEqual(told[name]["participation"], spectrum.sum() ** 2 / (spectrum**2).sum(), places=4)
            self.assertEqual(told[name]["modes"], 1 + np.searchsorted(np.cumsum(spectrum), 0.95 * spectrum.sum()))
        found = shapes(exposure[held], self.peak)
        apart = distances(found, found) + np.diag(np.full(len(found), np.inf))
        self.assertAlmostEqual(told["another_within_0.01"], (apart.min(axis=1) < 0.01).mean(), places=3)
        demonstrated = shapes(np.array([[0, 1, 0.5, -0.6]]), 1)  # that of make_run
        nearest = np.percentile(distances(found, demonstrated).min(axis=1), [5, 50, 95])
        np.testing.assert_allclose(list(told["from_demonstration"].values()), nearest, atol=1e-6)
        self.assertEqual(told["from_demonstration"], told["from_source"])  # there is one cycle only
        self.assertEqual(told["sources_copied"]["distance"], 0)
        self.assertEqual(told["same_source"], told["executions"])

    def test_text_and_picture(self):
        picture = self.place / "report.png"
        text = report(self.run_folder, "--picture", str(picture)).stdout
        self.assertIn(f"{N} attempts in {self.told['shards']} of {self.told['shards']} shards", text)
        self.assertIn(f"{self.success.sum()} successes, {100 * self.success.mean():.2f} %", text)
        self.assertEqual(picture.read_bytes()[:8], b"\x89PNG\r\n\x1a\n")


class Kinds(unittest.TestCase):
    def test_an_order_book_and_a_market_alone(self):
        with folder() as place:
            told = json.loads(report(make(place / "book", scenarios=20, kind="order_book", shocks=""), "--json").stdout)
            self.assertEqual(told["diversity"]["traded"], 20)
            self.assertEqual(sum(cell["attempts"] for cell in told["coverage"]["cells"]), 20)
            run = make(place / "market", scenarios=20, kind="market")
            told = json.loads(report(run, "--json").stdout)
            self.assertNotIn("success", told)
            self.assertNotIn("diversity", told)
            self.assertEqual(sum(cell["attempts"] for cell in told["coverage"]["cells"]), 20)
            self.assertIn("nothing was executed", report(run, "--picture", str(place / "p.png")).stdout)

    def test_what_was_not_recorded_is_said(self):
        with folder() as place:
            shocks = 'record = ["actions"]\n'
            told = report(make(place / "run", scenarios=20, shocks=shocks), "--picture", str(place / "p.png"))
            for group in ("market", "labels", "strategy"):
                self.assertIn(f'did not record "{group}"', told.stderr)
            self.assertNotIn("coverage:", told.stdout)
            self.assertIn("20 attempts in 1 of 1 shards", told.stdout)


class Damaged(unittest.TestCase):
    def setUp(self):
        self.folder = folder()
        self.place = self.folder.__enter__()
        self.addCleanup(self.folder.__exit__, None, None, None)
        self.run_folder = make(self.place / "run", scenarios=N, steps=T)
        self.shards = sorted((self.run_folder / "shards").glob("*.h5"))

    def refused(self, words, code=5):
        told = report(self.run_folder, check=False)
        self.assertEqual(told.returncode, code, told.stderr)
        self.assertEqual(len(told.stderr.splitlines()), 1)
        for word in words:
            self.assertIn(word, told.stderr)

    def test_an_unfinished_run_is_told_as_far_as_it_goes(self):
        for name in (self.shards[1], self.shards[1].with_suffix(".json")):
            name.unlink()
        told = json.loads(report(self.run_folder, "--json").stdout)
        self.assertEqual((told["shards"], told["planned_shards"]), (len(self.shards) - 1, len(self.shards)))
        self.assertLess(told["attempts"], N)
        self.assertEqual(told["summary"]["all"]["scenarios"], told["attempts"])
        self.assertIn(f"; {N} were to be", report(self.run_folder).stdout)

    def test_no_shard(self):
        for name in (self.run_folder / "shards").iterdir():
            name.unlink()
        self.refused(["no complete shard"])

    def test_a_missing_and_a_cut_shard(self):
        whole = self.shards[2].read_bytes()
        self.shards[2].write_bytes(whole[:-1])
        self.refused([self.shards[2].name, "not as it was published"])
        self.shards[2].unlink()
        self.refused([self.shards[2].name])

    def test_values_that_no_run_writes(self):
        file = self.shards[1]
        whole, told = file.read_bytes(), json.loads(file.with_suffix(".json").read_text())
        for path, value in (("/scenario/cycle", b"\xff\xff\xff\x7f"), ("/scenario/failure", b"\x63"),
                            ("/scenario/failed_primitive", b"\x20"), ("/scenario/perturbations", b"\xff\xff\xff\xff"),
                            ("/market/close_half_ticks", b"\0\0\0\0"), ("/scenario/id", b"\1\2\3"),
                            ("/orders/offsets", b"\xff\xff\xff\xff\xff\xff\xff\x7f"),
                            ("/scenario/success", b"\7"), ("/labels/market_event", b"\0\0\0\x80")):
            at = told["offsets"][path]
            file.write_bytes(whole[:at] + value + whole[at + len(value):])
            self.refused([file.name, path])
        file.write_bytes(whole)
        for path, value in (("/scenario/cycle", 2**63), ("/market/close_half_ticks", len(whole) - 5)):
            wrong = dict(told, offsets=dict(told["offsets"], **{path: value}))
            file.with_suffix(".json").write_text(json.dumps(wrong))
            self.refused([file.with_suffix(".json").name, "it was changed or damaged"])
        file.with_suffix(".json").write_text("{}")
        self.refused([file.with_suffix(".json").name])


if __name__ == "__main__":
    unittest.main(argv=["report_check"])
