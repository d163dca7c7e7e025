"""A run whose rows span several steps, through every command that reads runs: each has the rows, or every step."""
import csv
import json
import pathlib
import sys
import unittest

from runs import INFOS, ExportCase, h5py, numpy, same, truth

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "run"), str(ROOT / "tools" / "python" / "src")]

from stride import folded  # noqa: E402

N, STEPS, STRIDE = 260, 90, 15
T = STEPS // STRIDE


class Stride(ExportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = cls.make("rows", more=f"stride = {STRIDE}")
        cls.learning = cls.make("learning", more=f'stride = {STRIDE}\nrecord = ["labels"]')

    def expected(self, *paths):
        return [folded(path, values, STRIDE) for path, values in zip(paths, truth(self.source, *paths))]

    def test_is_a_run_as_others_are(self):
        self.succeeds("verify", self.rows)
        for scenario in (0, 100, N - 1):
            self.succeeds("replay", self.rows, "--scenario", scenario, "--check")
        before = {path: path.read_bytes() for path in self.rows.glob("shards/*")}
        shard = sorted(self.rows.glob("shards/*.h5"))[-1]
        shard.write_bytes(shard.read_bytes()[:-100])
        self.succeeds("verify", self.rows, "--repair")
        self.assertEqual({path: path.read_bytes() for path in self.rows.glob("shards/*")}, before)

    def test_takes_less_room(self):
        told = [json.loads(self.succeeds("generate", "--dry-run", "--json", "--resume", "-o", run).stdout)
                for run in (self.source, self.rows)]
        self.assertLess(told[1]["scenario_bytes"] * 4, told[0]["scenario_bytes"])
        self.assertEqual(told[1]["steps"], told[0]["steps"])
        shards = [sorted(run.glob("shards/*.h5")) for run in (self.source, self.rows)]
        self.assertEqual(*([path.name[9:] for path in files] for files in shards))  # with the same scenarios
        sizes = [sum(path.stat().st_size for path in files) for files in shards]
        self.assertLess(sizes[1] * 1.5, sizes[0])  # small shards are mostly padding
        for size, estimate in zip(sizes, told):
            self.assertAlmostEqual(estimate["bytes"] / size, 1, delta=0.2)

    def test_a_damaged_row_is_named_by_its_step(self):
        [shard, *_] = sorted(self.rows.glob("shards/*.h5"))
        content = shard.read_bytes()
        with h5py.File(shard) as file:
            at = file["/strategy/target"].id.get_offset() + 4 * (2 * T + 3)
        shard.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1:])
        try:
            line = self.refused(8, ["/strategy/target differs at step 45"], "replay", self.rows, "--scenario", 2, "--check")
            self.assertIn("scenario 2", line)
        finally:
            shard.write_bytes(content)

    def test_replay_shows_every_step(self):
        files = [self.folder / name for name in ("every.csv", "rows.csv")]
        for run, file in zip((self.source, self.rows), files):
            self.succeeds("replay", run, "--scenario", 17, "--csv", file)
        self.assertEqual(files[0].read_text(), files[1].read_text())

    def test_exports_hold_the_rows(self):
        observations, actions, rewards, close = self.expected("/observations", "/actions", "/rewards",
                                                              "/market/close_half_ticks")
        for run in (self.rows, self.learning):  # stored, and made again
            with h5py.File(self.export("--format", "d4rl", run=run)) as file:
                self.assertEqual(dict(file.attrs), {"stride": STRIDE})
                self.assertTrue(same(file["observations"][:], observations[:, :T].reshape(N * T, -1)))
                self.assertTrue(same(file["actions"][:], actions.reshape(N * T, -1)))
                self.assertTrue(same(file["rewards"][:], rewards.reshape(N * T)))
                self.assertEqual(file["timeouts"][:].nonzero()[0].tolist(), list(range(T - 1, N * T, T)))
            chosen = ["--format", "robomimic", "--scenario", "3,7"]
            with h5py.File(self.export(*chosen, run=run)) as file, h5py.File(self.export(*chosen)) as every:
                demo = file["data/demo_1"]
                self.assertEqual((file["data"].attrs["total"], demo.attrs["num_samples"]), (2 * T, T))
                self.assertTrue(same(demo["actions"][:], actions[7]))
                self.assertEqual(demo["states"][:].tolist(), [[7, STRIDE * row] for row in range(T)])
                self.assertTrue(same(demo["next_obs/profit"][:, 0], observations[7, 1:, 10]))
                self.assert_signals(demo, every["data/demo_1"])
            with open(self.export("--format", "csv", "--scenario", "9", run=run), newline="") as file:
                lines = list(csv.DictReader(file))
            self.assertEqual([int(line["step"]) for line in lines], list(range(0, STEPS + 1, STRIDE)))
            self.assertEqual([int(line["market.close_half_ticks"]) for line in lines[:-1]], close[9].tolist())
        out = self.export("--format", "minari", "--scenario", "5", run=self.rows)
        [data] = out.rglob("main_data.hdf5")
        self.assertEqual(json.loads((data.parent / "metadata.json").read_text())["total_steps"], T)
        with h5py.File(data) as file:
            self.assertEqual(file["episode_0"].attrs["total_steps"], T)
            self.assertTrue(same(file["episode_0/observations"][:], observations[5]))
            for path, values in zip(INFOS, self.expected(*INFOS)):
                self.assertTrue(same(file["episode_0/infos" + path][:], values[5]), path)

    def assert_signals(self, rows, every):
        """The same primitives have ended by the start of a row, if they end before the last one begins."""
        found, expected = (demo["datagen_info/subtask_term_signals"] for demo in (rows, every))
        kept = {name: signal[::STRIDE] for name, signal in expected.items() if signal[::STRIDE].any()}
        self.assertEqual(set(found), set(kept))
        for name, signal in kept.items():
            self.assertEqual(found[name][:].tolist(), signal.tolist(), name)

    def test_reports_agree_with_those_of_every_step(self):
        told = [json.loads(self.succeeds("report", run, "--json").stdout) for run in (self.source, self.rows)]
        for key in ("attempts", "success", "summary", "market_events", "provenance"):
            self.assertEqual(told[0][key], told[1][key], key)
        self.assertEqual([told[1]["notices"][0][:5], told[0]["notices"]], ["a row", []])
        self.succeeds("report", self.rows, "-o", self.folder / "report.html")

    def test_candles_are_those_of_longer_bars(self):
        told = json.loads(self.succeeds("validate", self.rows, "--reference", self.source, "--json").stdout)
        self.assertEqual((told["bar_seconds"], told["violations"]), (300 * STRIDE, 0))
        for fact in told["facts"]:
            self.assertEqual(fact["value"], fact["reference"], fact)

    def test_python_reads_the_rows(self):
        import marketmimic

        run = marketmimic.open_run(self.rows)
        self.assertEqual((run.steps, run.stride, run.step_seconds), (T, STRIDE, 300))
        [close] = self.expected("/market/close_half_ticks")
        self.assertTrue(same(run["market/close_half_ticks"][:], close))
        every = marketmimic.open_run(self.source)
        self.assertEqual(every.stride, 1)
        self.assertTrue(same(run.orders(3)["step"], every.orders(3)["step"]))
        self.assertTrue(numpy.array_equal(run.scenario["profit"], every.scenario["profit"]))
        try:
            from marketmimic.quicklook import quicklook
        except ImportError:
            self.skipTest("needs matplotlib")
        quicklook(run, 3).savefig(self.folder / "x.png")


if __name__ == "__main__":
    unittest.main()
