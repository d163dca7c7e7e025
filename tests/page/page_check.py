"""`marketmimic report -o report.html` against its own JSON, NumPy on the same run, and parsers of HTML."""
import json
import re
import shutil
import subprocess
import sys
import unittest

from reading import PROGRAM, Page, folder, h5py, make, page_of, report

import numpy as np

try:
    import html5lib
except ImportError:
    html5lib = None

N, T = 700, 60
LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95]


def readable(name):
    return name.replace("_", " ")


def number(text):
    return float(text.replace(",", "").rstrip(" %"))


class Whole(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = folder()
        place = cls.folder.__enter__()
        cls.run_folder = make(place / "run", scenarios=N, steps=T)
        cls.page = page_of(cls.run_folder)
        cls.told = json.loads(report(cls.run_folder, "--json").stdout)

    @classmethod
    def tearDownClass(cls):
        cls.folder.__exit__(None, None, None)

    def test_it_is_html_and_needs_nothing_else(self):
        self.assertEqual(self.page.leads_elsewhere(), [])
        self.assertEqual(len(self.page.ids), len(set(self.page.ids)))
        self.assertLess(len(self.page.source), 2e6)
        links = [a["href"][1:] for tag, a in self.page.tags if tag == "a"]
        self.assertEqual(set(links) - set(self.page.ids), set())
        headings = [int(tag[1]) for tag, _ in self.page.tags if re.fullmatch("h[1-6]", tag)]
        self.assertEqual(headings[0], 1)
        self.assertTrue(all(b - a <= 1 for a, b in zip(headings, headings[1:])))
        drawings = [a for tag, a in self.page.tags if a.get("role") == "img"]
        self.assertGreater(len(drawings), 12)
        self.assertTrue(all(a["aria-label"] for a in drawings))

    @unittest.skipUnless(html5lib, "html5lib is not installed")
    def test_a_strict_parser_finds_no_error(self):
        html5lib.HTMLParser(strict=True).parse(self.page.source)

    def same(self, row, tally):
        """Scenarios, successes, rate, interval, more."""
        self.assertEqual(number(row[0]), tally.get("attempts", tally.get("scenarios")))
        self.assertEqual(number(row[1]), tally["successes"])
        self.assertAlmostEqual(number(row[2]), 100 * tally["rate"], delta=0.05 + 1e-9)
        if "interval" in tally:
            for shown, told in zip(row[3].split(" to "), tally["interval"]):
                self.assertAlmostEqual(float(shown), 100 * told, delta=0.05 + 1e-9)

    def test_outcomes_are_those_of_the_json(self):
        summary, tables = self.told["summary"], self.page.tables
        shocks = tables["By shock that acted"]
        self.same(shocks["all"], summary["all"])
        for name, tally in summary["perturbations"].items():
            self.assertEqual(readable(name) in shocks, tally["scenarios"] > 0)
            if tally["scenarios"]:
                self.same(shocks[readable(name)], tally)
        events = tables["By market event that held"]
        for name, tally in self.told["market_events"].items():
            if tally["attempts"]:
                self.same(events[readable(name)], tally)
        primitives = tables["By primitive that was begun"]
        for name, tally in summary["primitives"].items():
            if tally["scenarios"]:
                self.same(primitives[readable(name)], tally)
                self.assertEqual(number(primitives[readable(name)][4]), tally["failed_in"])
        failures = {readable(name): count for name, count in summary["failures"].items() if count and name != "none"}
        self.assertEqual({name: number(row[0]) for name, row in tables["Reasons of failure"].items()}, failures)
        self.assertGreater(len(failures), 0)

    def test_coverage_and_diversity_are_those_of_the_json(self):
        told, tables = self.told["coverage"], self.page.tables
        for axis in told["axes"]:
            rows = tables[f"By {axis['name']} [{axis['unit']}]"]
            self.assertEqual(len(rows), len(axis["bins"]))
            for row, tally in zip(rows.values(), axis["bins"]):
                self.same(row, tally)
        self.assertIn(f"into {told['bins']} bins", self.page.words())
        self.assertIn(f"Scenarios reached {told['reached']} of them", self.page.words())
        told = self.told["diversity"]
        for name, key in (("executions", "executions"), ("successes", "successes"),
                          ("executions of one source", "same_source"), ("their sources, copied", "sources_copied")):
            row = list(map(number, tables["Shapes of exposure"][name]))
            expected = [told[key][k] for k in ("sampled", "distance", "participation", "modes")]
            np.testing.assert_allclose(row, expected, atol=5.1e-3)

    def test_processes_at_work_are_those_of_run_json(self):
        sessions = json.loads((self.run_folder / "run.json").read_text())["sessions"]
        self.assertEqual(self.told["sessions"], sessions)
        rows = self.page.tables["Processes at work on the run"]
        self.assertEqual(len(rows), len(sessions))
        for session in sessions:
            row = rows[f"{session['host']}, process {session['pid']}"]
            self.assertEqual(number(row[4]), session["scenarios_made"])
            self.assertAlmostEqual(session["scenarios_made"] / session["seconds"], session["scenarios_a_second"])
            for shown, share in ((row[7], session["device_use"]), (row[8], session["waiting"])):
                self.assertAlmostEqual(number(shown), 100 * share, delta=0.5 + 1e-9)
            self.assertEqual(row[9], session["outcome"])

    def fan(self, caption):
        rows = next(rows for name, rows in self.page.tables.items() if name.startswith(caption))
        self.assertEqual(list(map(int, rows)), list(range(1, T + 1)))
        return np.array([list(map(float, row)) for row in rows.values()])

    def test_fans_are_quantiles(self):
        with h5py.File(self.run_folder / "dataset.h5") as file:
            close = file["market/close_half_ticks"][:].astype(float)
            start = file["market/open_half_ticks"][:, :1].astype(float)
            lots, cash = file["strategy/exposure_lots"][:].astype(float), file["strategy/cash"][:].astype(float)
            peak, tick = float(file.attrs["largest_position_lots"]), float(file.attrs["tick"])
        self.assertIn(f"of all {N} scenarios, exact over them", self.page.words())
        for caption, values in (("price", close * tick / 2), ("exposure", lots / peak),
                                ("profit", (2 * cash + lots * close) / (peak * start))):
            np.testing.assert_allclose(self.fan(caption), np.quantile(values, LEVELS, axis=0).T, rtol=1e-7, atol=1e-12)

    def test_facts_are_those_of_validate(self):
        told = json.loads(subprocess.run([PROGRAM, "validate", self.run_folder, "--json"], check=True,
                                         stdout=subprocess.PIPE).stdout)
        rows = next(rows for name, rows in self.page.tables.items() if name.startswith("Facts of"))
        expected = [fact["value"] for fact in told["facts"] if fact["value"] is not None]
        self.assertGreater(len(rows), 5)
        np.testing.assert_allclose([float(row[0]) for row in rows.values()], expected, rtol=6e-4)

    def test_scenarios_are_a_success_and_failures(self):
        with h5py.File(self.run_folder / "dataset.h5") as file:
            failure = file["scenario/failure"][:]
        counts = np.bincount(failure, minlength=8)
        shown = [0] + sorted(range(1, 8), key=lambda k: -counts[k])[:4]
        first = [int(np.flatnonzero(failure == k)[0]) for k in shown if counts[k]]
        titles = re.findall(r"<h3>Scenario (\d+)", self.page.source)
        self.assertEqual(list(map(int, titles)), first)

    def test_the_same_run_gives_the_same_page(self):
        self.assertEqual(page_of(self.run_folder).source, self.page.source)

    def test_it_is_put_nowhere_it_should_not_be(self):
        place = self.run_folder.parent
        before = sorted(self.run_folder.rglob("*"))
        for code, file, more in ((7, place / "run.html", ()), (2, self.run_folder / "page.html", ("--force",)),
                                 (5, place / "none" / "page.html", ()), (7, place, ("--force",)),
                                 (2, place / "new.html", ("--picture", place / "new.html"))):
            told = report(self.run_folder, "-o", file, *more, check=False)
            self.assertEqual(told.returncode, code, told.stderr)
            self.assertEqual(len(told.stderr.splitlines()), 1)
        self.assertEqual(sorted(self.run_folder.rglob("*")), before)
        self.assertFalse((place / "new.html").exists())


class Kinds(unittest.TestCase):
    def setUp(self):
        self.folder = folder()
        self.place = self.folder.__enter__()
        self.addCleanup(self.folder.__exit__, None, None, None)

    def sound(self, page):
        self.assertEqual(page.leads_elsewhere(), [])
        if html5lib:
            html5lib.HTMLParser(strict=True).parse(page.source)

    def test_markets_alone(self):
        page = page_of(make(self.place / "market", scenarios=20, kind="market"))
        self.sound(page)
        self.assertIn("nothing was executed", page.words())
        self.assertNotIn("Reasons of failure", page.tables)
        self.assertEqual(len(re.findall("<h3>Scenario", page.source)), len(set(re.findall("<h3>Scenario.*?<", page.source))))
        self.assertTrue(any(name.startswith("price") for name in page.tables))
        self.assertFalse(any(name.startswith("profit") for name in page.tables))

    def test_an_order_book(self):
        page = page_of(make(self.place / "book", scenarios=20, kind="order_book", shocks=""))
        self.sound(page)
        self.assertIn("order book model", page.words())

    def test_an_unfinished_run(self):
        run = make(self.place / "run", scenarios=N, steps=T)
        shards = sorted((run / "shards").glob("*.h5"))
        for name in (shards[0], shards[0].with_suffix(".json")):
            name.unlink()
        (run / "dataset.h5").unlink()
        page = page_of(run)
        self.sound(page)
        self.assertIn(f"The run is not finished: {len(shards) - 1} of {len(shards)} shards", page.words())

    def test_what_was_not_recorded_is_said(self):
        page = page_of(make(self.place / "run", scenarios=20, shocks='record = ["actions"]\n'))
        self.sound(page)
        for group in ("market", "labels", "strategy"):
            self.assertIn(f'did not record "{group}"', page.words())
        self.assertFalse(any(name.startswith("price") for name in page.tables))

    def test_hostile_names(self):
        """As asset, symbol, provenance and folder."""
        hostile = """</svg></style><script>alert("&amp;'")</script><img src=http://x.invalid onerror='1'>"""
        made = make(self.place / "run", scenarios=20)
        market = (made / "inputs" / "market.toml").read_text()
        for key, most in (("asset", 60), ("currency", 32), ("provenance", 60)):
            market = re.sub(rf'(?m)^{key} = .*$', lambda _, most=most: f"{key} = {json.dumps(hostile[:most])}", market)
        (self.place / "market.toml").write_text(market)
        strategy = self.place / "strategy.h5"
        shutil.copy(made / "inputs" / "strategy.h5", strategy)
        with h5py.File(strategy, "r+") as file:
            for key in ("symbol", "provenance"):
                file.attrs[key] = np.bytes_(hostile.encode())
        run = self.place / "a<b>&\"c"
        subprocess.run([PROGRAM, "generate", self.place / "run.toml", "--market", self.place / "market.toml", "--strategy",
                        strategy, "-o", run], check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        page = page_of(run)
        clean = Page(page.source.replace("http:", ""))  # as text it may stand there
        self.sound(clean)
        self.assertIn(" ".join(hostile.split()), page.words())
        self.assertEqual(page.words().count("a<b>&\"c"), 2)  # title and heading
        self.assertNotIn("img", [tag for tag, _ in page.tags])


if __name__ == "__main__":
    unittest.main(argv=["page_check"])
