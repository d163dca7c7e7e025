"""Several assets in a scenario, a run for each: the same scenarios in every folder."""
import json
import sys
import unittest

from program import Case, run

try:
    import h5py
    import numpy
except ImportError as error:
    print("skipped:", error)
    sys.exit(77)

USAGE, INPUT, IO, CHANGED = 2, 4, 5, 8
SCENARIOS, STEPS, CORRELATION, SHARE, LAG, START = 400, 96, 0.6, 0.25, 120, 1800
ASSETS = """
[assets]
correlation = [[1, {0}], [{0}, 1]]
"""
CONTAGION = """
[assets.contagion]
share = {0}
lag = {1}
"""
CRASH = """
[[perturbation]]
kind = "flash_crash"
at = {0}
drop = 0.2
recovery = 0
half_life = 1800
"""
CRASHES = 1 << 1  # its bit in /labels/perturbation


def job(*parts):
    return f"scenarios = {SCENARIOS}\nsteps = {STEPS}\n" + "".join(parts)


def close(folder):
    with h5py.File(folder / "dataset.h5") as file:
        return file["/market/close_half_ticks"][:].astype(float), file["/labels/perturbation"][:]


class Pair(Case):
    def generated(self, name, text, asset):
        folder = self.folder / f"{name}-{asset}"
        self.succeeds("generate", self.file(f"{name}.toml", text), "--asset", asset, "-o", folder)
        return folder

    def test_returns_correlate(self):
        text = job(ASSETS.format(CORRELATION))
        x, y = (numpy.diff(numpy.log(close(self.generated("calm", text, i))[0])) for i in (0, 1))
        xy, xx, yy = ((a * b).sum(1) for a, b in ((x, y), (x, x), (y, y)))
        estimate = lambda w: (w @ xy) / numpy.sqrt((w @ xx) * (w @ yy))  # noqa: E731
        draws = numpy.random.default_rng(1).multinomial(SCENARIOS, [1 / SCENARIOS] * SCENARIOS, 500)
        error = numpy.std([estimate(w) for w in draws])
        self.assertLess(error, 0.02)
        self.assertLess(abs(estimate(numpy.ones(SCENARIOS)) - CORRELATION), 4 * error)
        # Rows belong together: shifted by a scenario, they have nothing in common.
        shifted = (numpy.roll(x, 1, axis=0) * y).sum() / numpy.sqrt(xx.sum() * yy.sum())
        self.assertLess(abs(shifted), 4 * error)

    def test_a_crash_spreads(self):
        crash = CRASH.format(START)
        spreading = job(ASSETS.format(CORRELATION), CONTAGION.format(SHARE, LAG), crash)
        here, shocked = close(self.generated("spreading", spreading, 0))
        peer = self.generated("spreading", spreading, 1)
        there, infected = close(peer)
        calm, untouched = close(self.generated("contained", job(ASSETS.format(CORRELATION), crash), 1))
        self.assertFalse(untouched.any())
        step = START // 60
        lagged = step + LAG // 60
        self.assertFalse(shocked[:, :step].any() or infected[:, :lagged].any())
        self.assertTrue((shocked[:, step:step + 10] == CRASHES).all())
        self.assertTrue((infected[:, lagged:lagged + 10] == CRASHES).all())
        numpy.testing.assert_array_equal(there[:, :lagged], calm[:, :lagged])
        # The share of a share: at the bottom, five minutes on, the peer is that much lower than it would be.
        fall = numpy.log(there[:, lagged + 5] / calm[:, lagged + 5])
        error = fall.std() / SCENARIOS ** 0.5
        self.assertLess(error, 1e-3)
        self.assertLess(abs(fall.mean() - SHARE * CORRELATION * numpy.log(0.8)), 4 * error + 1e-4)
        self.assertLess(numpy.log(here[:, step + 5] / here[:, step - 1]).mean(), -0.15)

        replay = self.succeeds("replay", peer, "--scenario", 7, "--check", "--json")
        report = json.loads(replay.stdout)
        self.assertEqual([(p["kind"], p["start_seconds"]) for p in report["perturbations"]],
                         [("flash_crash", START + LAG)])
        market = peer / "inputs" / "peer-0.toml"
        market.write_text(market.read_text().replace("volatility", "volatilty", 1))
        self.refused(CHANGED, ["peer-0.toml"], "replay", peer, "--scenario", 7)


class Refused(Case):
    def refuses(self, code, words, text, *arguments):
        path = self.file("job.toml", text)
        self.refused(code, words, "generate", path, *arguments, "-o", self.folder / "run")

    def test_no_correlation_matrix(self):
        self.refuses(USAGE, ["positive semidefinite"],
                     "[assets]\ncorrelation = [[1, 0.9, 0], [0.9, 1, 0.9], [0, 0.9, 1]]")
        self.refuses(USAGE, ["0 and 1"], "[assets]\ncorrelation = [[1, 0.9], [0.8, 1]]")
        self.refuses(USAGE, ["job.toml:2:", "2 numbers"], "[assets]\ncorrelation = [[1, 0.9], [0.9]]")

    def test_number(self):
        self.refuses(USAGE, ["assets.number", "0 to 1"], ASSETS.format(0.5), "--asset", 2)
        self.refuses(USAGE, ["--asset", "[assets]"], "steps = 10", "--asset", 0)
        self.refuses(USAGE, ["--asset", "0 to 63"], ASSETS.format(0.5), "--asset", 64)

    def test_markets(self):
        self.refuses(USAGE, ["2 market files", "1 asset"], "steps = 10", *self.markets(2))
        self.refuses(USAGE, ["3 market files", "2 assets"], ASSETS.format(0.5), *self.markets(3))
        self.refuses(IO, ["none.toml", "No such file"], ASSETS.format(0.5), *self.markets(1), "--market", "none.toml")
        torn = self.file("torn.toml", "[units]\ntick = 1\n")
        self.refuses(INPUT, ["torn.toml", "missing"], ASSETS.format(0.5), *self.markets(1), "--market", torn)

    def test_what_a_run_can_not_know(self):
        text = ASSETS.format(0.5) + CONTAGION.format(0.1, 60) + CRASH.format(60)
        for trigger in ["trigger = 'market_event'\nevents = ['crash']", "trigger = 'peak'\nexposure = 0.5"]:
            self.refuses(USAGE, ["perturbation[0].trigger", "asset 0"], text + trigger, "--asset", 1)
            own = self.file("own.toml", text + trigger)
            self.assertEqual(run("generate", own, "--dry-run").returncode, 0)

    def markets(self, count):
        """Flags for so many copies of the market file that a run stores."""
        if not (self.folder / "made").exists():
            self.succeeds("generate", "--scenarios", 1, "--steps", 1, "-o", self.folder / "made")
        return ["--market", self.folder / "made" / "inputs" / "market.toml"] * count


if __name__ == "__main__":
    unittest.main()
