"""`python -m marketmimic` as a user meets it: what it says and draws, and what it says to bad input."""

import contextlib
import io
import os
import re
import subprocess
import sys
import unittest

import numpy as np
from runs import N, ROOT, RunCase, T, everything, make, marketmimic

from marketmimic.__main__ import main

try:
    import matplotlib  # noqa: F401
    from matplotlib.image import imread
except ImportError as error:
    print("skipped:", error)
    sys.exit(77)


def program(*arguments, **options):
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tools" / "python" / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    options.setdefault("stdout", subprocess.PIPE)
    return subprocess.run(
        [sys.executable, "-m", "marketmimic", *map(str, arguments)],
        env=environment,
        text=True,
        stderr=subprocess.PIPE,
        check=False,
        **options,
    )


class Program(RunCase):
    def refused_(self, code, words, *arguments):
        """Exit code, one line on stderr that holds the words, and nothing on stdout."""
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
            found = main([*map(str, arguments)])
        self.told(found, err.getvalue(), code, words)
        self.assertEqual(out.getvalue(), "")

    def told(self, found, line, code, words):
        self.assertEqual(found, code, line)
        self.assertEqual(len(line.splitlines()), 1, line)
        self.assertTrue(line.startswith("error: "), line)
        for word in words:
            self.assertIn(word, line)

    def test_info(self):
        result = program("info", self.made)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        truth = everything(self.made)
        success = truth["scenario/success"]
        self.assertIn(f"complete, {N} scenarios", result.stdout)
        self.assertIn(f"{success.sum()} of {N}, {100 * success.mean():.1f} %", result.stdout)
        failures = re.search(r"failures +(.*)", result.stdout).group(1)
        self.assertEqual(sum(map(int, re.findall(r"\d+", failures))), N - success.sum())
        self.assertRegex(result.stdout, rf"observations +\[{N}, {T + 1}, 12\] +float32 +log_return, log_price")
        self.assertRegex(result.stdout, rf"orders +{len(truth['orders/lots'])} rows: ")

    def test_info_of_an_interrupted_run(self):
        copy = self.copy()
        for ending in (".h5", ".json"):
            (copy / "shards" / self.shards[-1].name).with_suffix(ending).unlink()
        text = (copy / "run.json").read_text()
        (copy / "run.json").write_text(text.replace('"complete": true', '"complete": false'))
        result = program("info", copy)
        self.assertRegex(result.stdout, rf"not complete, \d+ of {N} scenarios")

    def test_pictures(self):
        runs = {"strategy": self.made, "market": make(self.place / "market", scenarios=20, steps=T, kind="market")}
        for kind, ending, begin in (
            ("strategy", "png", b"\x89PNG"),
            ("strategy", "pdf", b"%PDF"),
            ("market", "svg", b"<?xml"),
        ):
            out = self.place / f"{kind}.{ending}"
            result = program("quicklook", runs[kind], "--scenario", 7, "-o", out)
            self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
            self.assertEqual(out.read_bytes()[: len(begin)], begin)
        colours = np.unique(imread(self.place / "strategy.png").reshape(-1, 4), axis=0)
        self.assertGreater(len(colours), 100, "something is drawn")

    def test_draws_what_the_run_holds(self):
        from marketmimic.quicklook import quicklook, spans

        run, truth = marketmimic.open_run(self.made), everything(self.made)
        traded = int(np.argmax(truth["scenario/traded_lots"]))
        figure = quicklook(run, traded)
        axes = {axis.get_ylabel().split("\n")[0]: axis for axis in figure.axes}
        self.assertEqual(set(axes), {"price", "depth", "", "primitive", "exposure", "profit"})
        price = axes["price"].lines[0]
        np.testing.assert_allclose(price.get_ydata(), 0.005 * truth["market/close_half_ticks"][traded])
        np.testing.assert_allclose(price.get_xdata(), np.arange(1, T + 1))  # minutes
        np.testing.assert_allclose(
            axes["profit"].lines[-1].get_ydata(), np.cumsum(truth["rewards"][traded].astype(float))
        )
        np.testing.assert_array_equal(axes["exposure"].lines[1].get_ydata(), truth["strategy/target"][traded])
        orders = run.orders(traded)
        dots = np.concatenate(
            [
                dots.get_offsets()
                for dots in axes["price"].collections[1:]
                if len(dots.get_offsets()) > 0 and dots.get_label() in ("bought", "sold")
            ]
        )
        self.assertEqual(len(dots), (orders["filled_lots"] != 0).sum())
        low, high = (0.005 * truth[f"market/{n}_half_ticks"][traded] for n in ("low", "high"))
        self.assertTrue((dots[:, 1] > low.min() * 0.98).all() and (dots[:, 1] < high.max() * 1.02).all())
        self.assertEqual(spans(np.array([1, 1, 0, 1, 0, 0, 1], bool)), [(0, 2), (3, 4), (6, 7)])
        self.assertEqual(spans(np.zeros(3, bool)), [])

    def test_bad_input(self):
        out = self.place / "x.png"
        self.refused_(5, ["no run.json"], "info", self.place / "nowhere")
        self.refused_(5, ["no run.json"], "quicklook", self.place / "nowhere", "--scenario", 1, "-o", out)
        for scenario in (N, -1):
            self.refused_(2, [f"no scenario {scenario}"], "quicklook", self.made, f"--scenario={scenario}", "-o", out)
        self.refused_(2, ["lies in the run"], "quicklook", self.made, "--scenario", 1, "-o", self.made / "x.png")
        self.refused_(5, ["can't write"], "quicklook", self.made, "--scenario", 1, "-o", self.place / "no" / "x.png")
        self.refused_(2, ["xyz"], "quicklook", self.made, "--scenario", 1, "-o", self.place / "x.xyz")
        there = self.place / "there.png"
        there.write_bytes(b"mine")
        self.refused_(7, ["exists", "--force"], "quicklook", self.made, "--scenario", 1, "-o", there)
        self.assertEqual(there.read_bytes(), b"mine")
        self.assertEqual(main(["quicklook", str(self.made), "--scenario=1", "-o", str(there), "--force"]), 0)
        self.assertEqual(there.read_bytes()[1:4], b"PNG")
        self.assertFalse(out.exists())
        self.assertEqual([p.name for p in self.place.iterdir() if "part" in p.name], [])
        copy = self.copy()
        (copy / "shards" / self.shards[0].name).unlink()
        self.refused_(5, [self.shards[0].name, "missing"], "info", copy)
        for bad in ([], ["show", "run"], ["quicklook", "run"], ["quicklook", "run", "--scenario", "x", "-o", "x.png"]):
            with self.assertRaises(SystemExit) as ended, contextlib.redirect_stderr(io.StringIO()):
                main(bad)
            self.assertEqual(ended.exception.code, 2)

    def test_a_full_stdout_is_noticed(self):
        with open("/dev/full", "w") as full:
            result = program("info", self.made, stdout=full)
        self.told(result.returncode, result.stderr, 5, ["can't write the result"])


if __name__ == "__main__":
    unittest.main(argv=["program_test"])
