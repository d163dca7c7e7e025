"""Runs the program as a user would, in a folder of its own."""
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "marketmimic"
EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "tools" / "example"
START = 1767225600  # 2026-01-01


def run(*arguments, **options):
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    options.setdefault("timeout", 300)
    return subprocess.run([PROGRAM, *map(str, arguments)], text=True, check=False, **options)


def bars(count=400, seed=7):
    """Rows of a random walk: [time, open, high, low, close, volume]."""
    draw, price, rows = random.Random(seed), 1000.0, []
    for i in range(count):
        close = price * (1 + draw.gauss(0, 0.002))
        high, low = max(price, close) * 1.0005, min(price, close) * 0.9995
        rows.append([START + 300 * i, price, high, low, close, 5 + draw.random()])
        price = close
    return rows


def table(rows, header="time,open,high,low,close,volume"):
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"


FILLS_HEADER = "time,side,price,size,order_id"


def fills(rows, cycles=6):
    """A position built in two orders and closed in one, cycle after cycle, at the bars' prices."""
    log = []
    for cycle in range(cycles):
        at = 20 + 60 * cycle
        for k, (bar, side, size) in enumerate([(at, "buy", 1.0), (at + 6, "buy", 0.5), (at + 30, "sell", 1.5)]):
            log.append([rows[bar][0] + 60, side, rows[bar][1], size, f"{cycle}-{k}"])
    return log


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="marketmimic-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, text):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def listing(self):
        return sorted(str(p) for p in self.folder.rglob("*"))

    def succeeds(self, *arguments, **options):
        result = run(*arguments, **options)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def refused(self, code, words, *arguments, **options):
        """Exit code, one line on stderr that holds the words, and nothing written."""
        before = self.listing()
        result = run(*arguments, **options)
        self.assertEqual(result.returncode, code, result.stderr)
        lines = result.stderr.splitlines()
        self.assertEqual(len(lines), 1, result.stderr)
        self.assertTrue(lines[0].startswith("error: "), lines[0])
        for word in words:
            self.assertIn(word, lines[0])
        self.assertEqual(self.listing(), before)
        return lines[0]


class RunCase(Case):
    """About run folders: JOB is what they are made of."""
    JOB = """
scenarios = 400
steps = 40
[output]
shard_mebibytes = 1
[[perturbation]]
kind = "flash_crash"
probability = 0.5
"""

    def setUp(self):
        super().setUp()
        self.job = self.file("job.toml", self.JOB)

    def data(self, folder):
        """All bytes of a run but its history."""
        return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*")
                if path.is_file() and path.name not in ("run.json", "journal.jsonl")}

    def whole(self, *more):
        """The bytes of a run that one process made at one go."""
        folder = self.folder / "whole"
        self.succeeds("generate", self.job, *more, "-o", folder)
        return self.data(folder)
