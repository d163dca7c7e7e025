"""validate, as a user runs it: the kinds of files, the page, the JSON, the picture, and what it refuses."""
import gzip
import json
import os
import pathlib
import random
import unittest

try:
    import h5py
    import numpy
except ImportError:
    h5py = None

from commands_test import needs_gnuplot, png_size
from program import Case, bars, run, table

DATA = pathlib.Path(os.environ.get("MARKETMIMIC_SHARED_DATA",
                                   pathlib.Path(__file__).resolve().parents[2] / "../shared/data"))


def lobster(count=2000, seed=1):
    """A level-1 pair: quotes come, trade and go on both sides of a price that walks."""
    draw, time, order = random.Random(seed), 34200.0, 0
    book = {1: [1000000, 50], -1: [1000300, 50]}
    messages, rows = [], []

    def tell(kind, side, size, price):
        messages.append(f"{time:.9f},{kind},{order},{size},{price},{side}")
        rows.append(",".join(map(str, [*book[-1], *book[1]])))

    while len(messages) < count:
        time += draw.expovariate(2)
        side = draw.choice([1, -1])
        price, size = book[side]
        order += 1
        inside = price + 100 * side
        if draw.random() < 0.3 and abs(inside - book[-side][0]) >= 100:
            book[side] = [inside, draw.randint(1, 99)]
            tell(1, side, book[side][1], inside)
        elif draw.random() < 0.5:
            book[side] = [price, size + 10]
            tell(1, side, 10, price)
        else:
            book[side] = [price - 100 * side, draw.randint(1, 99)]
            tell(draw.choice([3, 4]), side, size, price)
    return "\n".join(messages) + "\n", "\n".join(rows) + "\n"


def order_log(count=600, seed=1):
    draw, rows = random.Random(seed), ["id,timestamp,exchange.timestamp,price,volume,action,direction"]
    start = 1430438400000
    for i in range(count):
        side, away = draw.choice([("bid", -1), ("ask", 1)])
        price = f"{100 + away * draw.randint(1, 40) / 100:.2f}"
        rows.append(f"{i},{start + 500 * i},0,{price},{draw.randint(1, 9)}00000000,created,{side}")
        if draw.random() < 0.6:
            rows.append(f"{i},{start + 500 * i + 100},0,{price},0,deleted,{side}")
    return "\n".join(rows) + "\n"


class Validate(Case):
    def pair(self, name, **options):
        message, book = lobster(**options)
        return self.file(f"{name}_message_1.csv", message), self.file(f"{name}_orderbook_1.csv", book)

    def told(self, *arguments):
        return json.loads(self.succeeds("validate", *arguments, "--json").stdout)

    def test_one_page_of_a_tape_beside_its_reference(self):
        page = self.succeeds("validate", *self.pair("A"), "--reference", *self.pair("B", seed=2)).stdout
        for words in ["A_message_1.csv: 2000 messages, 1 level", "against", "0 violations", "spread", "mean of these",
                      "signs of trades", "excess kurtosis of returns", "holds"]:
            self.assertIn(words, page)
        self.assertLess(len(page.splitlines()), 100)

    def test_json_of_a_tape(self):
        told = self.told(*self.pair("A"), "--reference", *self.pair("B", seed=2))
        self.assertEqual(told["violations"], 0)
        kinds = [score["kind"] for score in told["tape"]["scores"]]
        self.assertEqual([kinds.count(k) for k in ("clean", "truncated", "repeated", "constant")], [10, 5, 2, 4])
        known = [score for score in told["tape"]["scores"] if score["values"]]
        self.assertGreater(len(known), 15)
        for score in known:
            self.assertGreaterEqual(score["l1"], 0)
            self.assertLessEqual(score["l1"], 1)
        self.assertLess(told["tape"]["clean"]["l1"], 0.25)
        self.assertEqual(len(told["tape"]["memory"]), 3)
        self.assertEqual(len(told["tape"]["impact"]["reference_interval"]), 8)

    def test_the_order_of_a_pair_does_not_matter(self):
        message, book = self.pair("A")
        self.assertEqual(self.told(message, book), self.told(book, message))

    def test_gzip_is_read(self):
        message, book = self.pair("A")
        packed = self.file("A_message_1.csv.gz", gzip.compress(message.read_bytes()))
        self.assertEqual(self.told(packed, book)["tape"]["scores"], self.told(message, book)["tape"]["scores"])

    def test_threads_change_nothing(self):
        pair = self.pair("A")
        self.assertEqual(self.told(*pair, "--threads", 3), self.told(*pair))

    def test_order_log(self):
        told = self.told(self.file("log.csv", order_log()))
        self.assertEqual(told["violations"], 0)
        self.assertEqual(told["tape"]["levels"], 10)
        self.assertTrue(told["notices"])

    def test_bars(self):
        told = self.told(self.file("a.csv", table(bars())), "--reference", self.file("b.csv", table(bars(seed=8))))
        verdicts = {fact["name"]: fact["verdict"] for fact in told["facts"]}
        self.assertEqual(verdicts["standard_deviation"], "holds")
        self.assertEqual((told["candles"], told["violations"]), (400, 0))

    def test_run_folder_beside_bars(self):
        self.succeeds("generate", "--scenarios", 32, "--steps", 64, "-o", self.folder / "run")
        told = self.told(self.folder / "run")
        self.assertEqual((told["candles"], told["violations"], told["bar_seconds"]), (32 * 64, 0, 60))
        told = self.told(self.folder / "run", "--reference", self.file("b.csv", table(bars())))
        self.assertEqual(told["bar_seconds"], 300)

    @needs_gnuplot
    def test_little_data_is_drawn_too(self):
        still = table([[r[0], 10, 10, 10, 10, 0] for r in bars(3)])
        self.succeeds("validate", self.file("a.csv", still), "--picture", self.folder / "p.png")
        pair = self.pair("A", count=20)
        self.succeeds("validate", *pair, "--picture", self.folder / "q.png")

    @unittest.skipUnless(h5py, "needs h5py")
    def test_facts_of_a_run_are_those_of_its_candles(self):
        self.succeeds("generate", "--scenarios", 48, "--steps", 96, "-o", self.folder / "run")
        with h5py.File(self.folder / "run" / "dataset.h5") as data:
            closes, opens = data["market/close_half_ticks"][:], data["market/open_half_ticks"][:, :1]
        for together in [1, 5]:
            paths = numpy.log(numpy.hstack([opens, closes[:, together - 1 :: together]]))
            reference = [] if together == 1 else ["--reference", self.file("b.csv", table(bars()))]
            told = self.told(self.folder / "run", *reference)
            returns = numpy.diff(paths, axis=1)
            facts = {fact["name"]: fact["value"] for fact in told["facts"]}
            self.assertEqual(told["returns"], returns.size)
            self.assertAlmostEqual(facts["standard_deviation"], returns.std(), 12)
            centred = returns - returns.mean()
            lagged = (centred[:, :-1] * centred[:, 1:]).sum() / (centred**2).sum()
            self.assertAlmostEqual(facts["acf_1"], lagged, 9)

    def test_broken_invariants_are_counted_and_fail(self):
        message, book = self.pair("A")
        lines = message.read_text().splitlines()
        lines[700] = lines[700].rsplit(",", 3)[0] + ",77777," + lines[700].split(",", 4)[4]
        result = run("validate", self.file("X_message_1.csv", "\n".join(lines) + "\n"), book)
        self.assertEqual(result.returncode, 8, result.stderr)
        self.assertIn("violations of invariants", result.stderr)
        self.assertIn("books that don't follow from the message", result.stdout)

    def test_refusals(self):
        message, book = self.pair("A")
        self.refused(2, ["order book file too"], "validate", message)
        self.refused(2, ["message file too"], "validate", book)
        self.refused(2, ["got 3 files"], "validate", message, book, book)
        self.refused(2, ["--reference", "got 3 files"], "validate", message, book, "--reference", book, book, book)
        self.refused(5, ["/nowhere"], "validate", "/nowhere/m", book)
        self.refused(4, ["comes second"], "validate", book, book)
        short = self.file("S_orderbook_1.csv", "\n".join(book.read_text().splitlines()[:-1]) + "\n")
        self.refused(4, ["A_message_1.csv:2000:", "without partner"], "validate", message, short)
        self.refused(4, ["S.csv"], "validate", self.file("S.csv", "nothing\n"))
        self.refused(2, ["same interval"], "validate", self.file("a.csv", table(bars())), "--reference",
                     self.file("b.csv", table([[r[0] + 300 * i, *r[1:]] for i, r in enumerate(bars())])))
        self.refused(5, ["run.json"], "validate", self.folder)

    @needs_gnuplot
    def test_picture(self):
        pair, out = self.pair("A"), self.folder / "p.png"
        self.succeeds("validate", *pair, "--picture", out)
        self.assertEqual(png_size(out), (1600, 1000))
        self.refused(7, ["p.png", "exists"], "validate", *pair, "--picture", out)
        self.refused(2, ["would overwrite"], "validate", *pair, "--picture", pair[0], "--force")

    @unittest.skipUnless((DATA / "lobster_amzn_l1").exists(), "no recordings")
    def test_real_amzn(self):
        told = self.told(*sorted((DATA / "lobster_amzn_l1").glob("AMZN*")))
        self.assertEqual(told["violations"], 0)
        clean = told["tape"]["clean"]
        self.assertAlmostEqual(clean["halves"]["l1"], 0.128, 2)
        self.assertAlmostEqual(clean["ten_minutes"]["wasserstein"], 0.103, 2)


if __name__ == "__main__":
    unittest.main()
