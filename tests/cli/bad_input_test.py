"""Bad input ends with the exit code of its kind, one clear line, and nothing written."""
import gzip
import json
import os
import resource
import subprocess
import unittest

from program import FILLS_HEADER, Case, bars, fills, run, table

USAGE, INPUT, IO, EXISTS = 2, 4, 5, 7


class Bars(Case):
    def refuses(self, code, words, content):
        path = self.file("bars.csv", content)
        return self.refused(code, ["bars.csv", *words], "calibrate", "--bars", path, "-o", self.folder / "m.toml")

    def changed(self, row, column, value):
        rows = bars()
        rows[row][column] = value
        return table(rows)

    def test_missing_file(self):
        self.refused(IO, ["none.csv", "No such file"], "calibrate", "--bars", "none.csv", "-o", self.folder / "m.toml")

    def test_folder(self):
        self.refused(IO, ["is a folder"], "calibrate", "--bars", self.folder, "-o", self.folder / "m.toml")

    def test_unreadable_file(self):
        path = self.file("bars.csv", table(bars()))
        path.chmod(0)
        if os.access(path, os.R_OK):
            self.skipTest("root reads everything")
        self.refused(IO, ["Permission denied"], "calibrate", "--bars", path, "-o", self.folder / "m.toml")

    def test_empty(self):
        self.refuses(INPUT, [], "")

    def test_header_only(self):
        self.refuses(INPUT, [], table([]))

    def test_missing_column(self):
        self.refuses(INPUT, [":1:", "'close'"], table([r[:4] + r[5:] for r in bars()], "time,open,high,low,volume"))

    def test_not_a_number(self):
        self.refuses(INPUT, [":12:"], self.changed(10, 4, "nan"))

    def test_text_for_a_number(self):
        self.refuses(INPUT, [":12:", "abc"], self.changed(10, 4, "abc"))

    def test_negative_price(self):
        self.refuses(INPUT, [":12:"], self.changed(10, 3, -5))

    def test_zero_price(self):
        self.refuses(INPUT, [":12:"], self.changed(10, 3, 0))

    def test_high_below_low(self):
        self.refuses(INPUT, [":12:"], self.changed(10, 2, 1))

    def test_same_time_twice(self):
        rows = bars()
        rows[10][0] = rows[9][0]
        self.refuses(INPUT, ["11", "12"], table(rows))

    def test_too_short(self):
        path = self.file("bars.csv", table(bars(100)))
        result = run("calibrate", "--bars", path, "-o", self.folder / "m.toml")
        self.assertEqual(result.returncode, INPUT)
        self.assertIn("error:", result.stderr)
        self.assertEqual(self.listing(), [str(path)])

    def test_gzip_cut_short(self):
        self.refuses(INPUT, ["cut short"], gzip.compress(table(bars()).encode())[:-20])

    def test_line_of_a_gigabyte(self):
        path = self.file("bars.csv", "time,open,high,low,close,volume\n")
        with open(path, "r+b") as out:
            out.truncate(1 << 30)  # a hole: no disk is used
        self.refused(INPUT, [":2", "line"], "calibrate", "--bars", path, "-o", self.folder / "m.toml")

    def test_symbols_mixed(self):
        rows = [r + ["AB"[i % 2]] for i, r in enumerate(bars())]
        self.refuses(INPUT, ["A", "B", "symbol"], table(rows, "time,open,high,low,close,volume,symbol"))

    def test_symbol_that_is_not_there(self):
        path = self.file("bars.csv", table([r + ["A"] for r in bars()], "time,open,high,low,close,volume,symbol"))
        self.refused(INPUT, ["X"], "calibrate", "--bars", path, "--symbol", "X", "-o", self.folder / "m.toml")


class Fills(Case):
    def setUp(self):
        super().setUp()
        self.rows = bars()
        self.bars = self.file("bars.csv", table(self.rows))

    def refuses(self, code, words, log, *more):
        path = self.file("fills.csv", log if isinstance(log, str) else table(log, FILLS_HEADER))
        self.refused(code, words, "decompose", "--fills", path, "--bars", self.bars, "-o", self.folder / "s.h5", *more)

    def test_empty(self):
        self.refuses(INPUT, ["fills.csv"], "")

    def test_unknown_side(self):
        log = fills(self.rows)
        log[3][1] = "hold"
        self.refuses(INPUT, ["fills.csv:5:", "hold"], log)

    def test_the_line_tells_what_and_where(self):
        for what, column, value, words in [
                ("size of nothing", 3, 0, "size must be a size above 0 (got '0')"),
                ("price below 0", 2, -5, "price must be a positive price, 1e-12 to 1e12 (got '-5')"),
                ("price that is none", 2, "nan", "price must be a positive price, 1e-12 to 1e12 (got 'nan')"),
                ("side unknown", 1, "cover", "side must be buy or sell (got 'cover')")]:
            with self.subTest(what):
                log = fills(self.rows)
                log[3][column] = value
                path = self.folder / "fills.csv"
                self.refuses(INPUT, [f"error: {path}:5: {words}; correct or remove this row"], log)

    def test_header_only(self):
        self.refuses(INPUT, ["fills.csv:1: the file holds 0 fills; at least one is needed"], FILLS_HEADER + "\n")

    def test_one_fill_twice(self):
        log = [[*row, i] for i, row in enumerate(fills(self.rows))]
        self.refuses(INPUT, ["fills.csv:20: sequence 4 of 2026-01-01T07:11:00Z is also on line 6; keep one of the two "
                             "rows"], table(log + [log[4]], FILLS_HEADER + ",seq"))

    def test_one_fill_alone_is_an_open_position(self):
        path = self.file("fills.csv", table(fills(self.rows)[:1], FILLS_HEADER))
        result = run("decompose", "--fills", path, "--bars", self.bars, "-o", self.folder / "s.h5")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("1 fills in 1 orders, 1 cycles (0 closed)", result.stdout)
        self.assertIn("the log ends with a position of 1\n", result.stderr)

    def test_stated_positions_that_contradict(self):
        log = [[*row, 100 * i] for i, row in enumerate(fills(self.rows))]
        path = self.file("fills.csv", table(log, FILLS_HEADER + ",start_position"))
        result = run("decompose", "--fills", path, "--bars", self.bars, "-o", self.folder / "s.h5")
        self.assertEqual(result.returncode, INPUT)
        self.assertEqual(result.stderr.splitlines()[-1],
                         f"error: {path}: start_position contradicts the fills in 17 of 18 rows, first at 2026-01-01"
                         "T02:11:00Z: check its sign and the order of rows, or leave the column out")

    def test_wholly_outside_the_bars(self):
        log = [[row[0] + 10 ** 8, *row[1:]] for row in fills(self.rows)]
        self.refuses(INPUT, ["fills.csv: 18 of 18 fills (2029-03-03T11:27:40Z to", "lie outside of the bars of"], log)

    def test_symbol_without_bars(self):
        log = table([[*row, "ETH"] for row in fills(self.rows)], FILLS_HEADER + ",symbol")
        path = self.file("log.csv", log)
        bars_of_btc = self.file("btc.csv", table([[*row, "BTC"] for row in self.rows],
                                                 "time,open,high,low,close,volume,ticker"))
        self.refused(INPUT, ["btc.csv:401: no row of 'ETH' (the file holds 'BTC')"], "decompose", "--fills", path, "--bars",
                     bars_of_btc, "--symbol", "ETH", "-o", self.folder / "s.h5")

    def test_time_zone_and_columns(self):
        self.refuses(USAGE, ["error: --time-zone must be an offset from UTC such as +02:00 (got 'Europe/Berlin')"],
                     fills(self.rows), "--time-zone", "Europe/Berlin")
        self.refuses(USAGE, ["error: --column: a log has no column 'prize'"], fills(self.rows), "--column", "prize=x")
        self.refuses(INPUT, ["fills.csv:1: no column 'Avg' to read as price (the header has 'time', 'side', 'price', "
                             "'size', 'order_id')"], fills(self.rows), "--column", "price=Avg")

    def test_logs_and_bars_that_do_not_pair(self):
        log = self.file("log.csv", table(fills(self.rows), FILLS_HEADER))
        self.refused(USAGE, ["error: --bars is given 2 times for 3 logs: give it once, or once for each log"],
                     "decompose", *["--fills", log] * 3, *["--bars", self.bars] * 2, "-o", self.folder / "s.h5")
        self.refused(USAGE, ["--picture draws one log"], "decompose", *["--fills", log] * 2, "--bars", self.bars, "-o",
                     self.folder / "s.h5", "--picture", self.folder / "s.png")

    def test_prices_of_another_symbol_are_noticed(self):
        path = self.file("fills.csv", table([[r[0], r[1], 7 * r[2], *r[3:]] for r in fills(self.rows)], FILLS_HEADER))
        result = run("decompose", "--fills", path, "--bars", self.bars, "-o", self.folder / "s.h5", "--rotations", 0)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("only 0 of 18 fills", result.stderr)

    def test_negative_size(self):
        log = fills(self.rows)
        log[3][3] = -1
        self.refuses(INPUT, ["fills.csv:5:"], log)

    def test_before_the_bars(self):
        log = fills(self.rows)
        log[0][0] = self.rows[0][0] - 86400
        self.refuses(INPUT, ["2025-12-31", "2026-01-01"], log)

    def test_after_the_bars(self):
        log = fills(self.rows)
        log[-1][0] = self.rows[-1][0] + 86400
        self.refuses(INPUT, ["2026-01-03"], log)

    def test_coins_mixed(self):
        log = [f + ["AB"[i % 2]] for i, f in enumerate(fills(self.rows))]
        self.refuses(INPUT, ["A", "B", "symbol"], table(log, FILLS_HEADER + ",coin"))

    def test_step_that_does_not_divide_a_bar(self):
        path = self.file("fills.csv", table(fills(self.rows), FILLS_HEADER))
        result = run("decompose", "--fills", path, "--bars", self.bars, "-o", self.folder / "s.h5", "--step-seconds", 77)
        self.assertEqual(result.returncode, USAGE)
        self.assertIn("error:", result.stderr)
        self.assertFalse((self.folder / "s.h5").exists())

    def test_output_exists(self):
        self.file("s.h5", "mine")
        self.refuses(EXISTS, ["s.h5", "--force"], fills(self.rows))
        self.assertEqual((self.folder / "s.h5").read_text(), "mine")

    def test_output_that_is_an_input(self):
        log = self.file("fills.csv", table(fills(self.rows), FILLS_HEADER))
        given = ["decompose", "--fills", log, "--bars", self.bars]
        self.refused(USAGE, ["overwrite"], *given, "-o", log, "--force")
        self.refused(USAGE, ["overwrite"], *given, "-o", self.folder / "s.h5", "--picture", f"{self.folder}/./s.h5")

    def test_output_folder_missing(self):
        path = self.file("fills.csv", table(fills(self.rows), FILLS_HEADER))
        self.refused(IO, ["nowhere"], "decompose", "--fills", path, "--bars", self.bars, "-o",
                     self.folder / "nowhere" / "s.h5")

    def test_no_gnuplot(self):
        path = self.file("fills.csv", table(fills(self.rows), FILLS_HEADER))
        result = run("decompose", "--fills", path, "--bars", self.bars, "-o", self.folder / "s.h5", "--picture",
                     self.folder / "s.png", env={"PATH": "/nonexistent"})
        self.assertEqual(result.returncode, IO)
        self.assertIn("gnuplot-nox", result.stderr.splitlines()[-1])
        self.assertFalse((self.folder / "s.h5").exists())


class Jobs(Case):
    def refuses(self, code, words, text):
        path = self.file("job.toml", text)
        self.refused(code, words, "generate", path, "-o", self.folder / "run")

    def test_syntax(self):
        self.refuses(USAGE, ["job.toml:2:9:"], "scenarios = 5\nsteps = \n")

    def test_unknown_key(self):
        self.refuses(USAGE, ["job.toml:2:1:", "scenarois", "did you mean scenarios"], "steps = 5\nscenarois = 5\n")

    def test_out_of_range(self):
        self.refuses(USAGE, ["job.toml:2:10:", "market.levels", "1 to 50", "got 0"], "[market]\nlevels = 0\n")

    def test_no_scenarios(self):
        self.refuses(USAGE, ["job.toml:1:13:", "scenarios", "got 0"], "scenarios = 0\n")

    def test_missing_file(self):
        self.refused(IO, ["none.toml"], "generate", "none.toml", "-o", self.folder / "run")

    def test_market_file(self):
        path = self.file("market.toml", "[units]\ntick = 0\n")
        self.refused(INPUT, ["market.toml"], "generate", "--market", path, "-o", self.folder / "run")

    def test_strategy_file(self):
        path = self.file("strategy.h5", b"\x89HDF\r\n\x1a\n" + bytes(2000))
        self.refused(INPUT, ["strategy.h5"], "generate", "--strategy", path, "-o", self.folder / "run")


class Flags(Case):
    def refuses(self, words, *arguments):
        return self.refused(USAGE, words, *arguments, cwd=self.folder)

    def test_no_command(self):
        self.refuses(["calibrate", "generate"])

    def test_mistyped_command(self):
        self.refuses(["genrate", "did you mean generate?"], "genrate", "-o", "run")

    def test_mistyped_flag(self):
        self.refuses(["--scenaros", "did you mean --scenarios?"], "generate", "--scenaros", "5", "-o", "run")

    def test_no_value(self):
        self.refuses(["--scenarios", "value"], "generate", "-o", "run", "--scenarios")

    def test_no_scenarios(self):
        self.refuses(["--scenarios", "got 0"], "generate", "--scenarios", "0", "-o", "run")

    def test_numbers_that_are_none(self):
        for text in ["-1", "1e3", "0x10", "5.0", "abc", "99999999999999999999"]:
            with self.subTest(text):
                self.refuses(["--scenarios", text], "generate", f"--scenarios={text}", "-o", "run")

    def test_device(self):
        for text in ["gpu", "cuda:", "cuda:x", "cuda:0,", "cuda:-1"]:
            with self.subTest(text):
                self.refuses(["--device", text], "generate", "--device", text, "-o", "run")

    def test_no_output(self):
        self.refuses(["-o"], "generate")

    def test_given_twice(self):
        self.refused(USAGE, ["--seed is given more than once"], "generate", "--seed", 1, "--seed", 2)

    def test_empty_values(self):
        """As of a shell's variable that was not set."""
        self.refused(USAGE, ["--output is empty"], "generate", "-o", "")
        self.refused(USAGE, ["--csv is empty"], "replay", "run", "--scenario", 1, "--csv", "")
        self.refused(USAGE, ["run is empty"], "verify", "")

    def test_required_flags(self):
        self.refuses(["--bars"], "calibrate", "-o", "m.toml")
        self.refuses(["--fills"], "decompose", "--bars", "b.csv", "-o", "s.h5")
        self.refuses(["--scenario"], "replay", "run")
        self.refuses(["run"], "report")

    def test_steering_characters(self):
        line = self.refused(IO, [], "generate", "a\x1b[31m\nb.toml", "-o", self.folder / "run")
        self.assertNotIn("\x1b", line)


class Runs(Case):
    def setUp(self):
        super().setUp()
        self.run = self.folder / "run"
        self.succeeds("generate", "--scenarios", 20, "--steps", 8, "-o", self.run)

    def test_output_folder_exists(self):
        self.refused(EXISTS, ["run"], "generate", "--scenarios", 20, "-o", self.run)

    def test_no_such_scenario(self):
        self.refused(USAGE, ["20"], "replay", self.run, "--scenario", 20)

    def test_no_run_folder(self):
        self.refused(IO, ["run.json"], "replay", self.folder, "--scenario", 0)
        self.refused(IO, ["run.json"], "report", self.folder)

    def test_picture_exists(self):
        picture = self.file("p.png", "mine")
        self.refused(EXISTS, ["p.png"], "replay", self.run, "--scenario", 0, "--picture", picture)
        self.refused(EXISTS, ["p.png"], "report", self.run, "--picture", picture)

    def test_output_within_the_run(self):
        self.refused(USAGE, ["overwrite"], "replay", self.run, "--scenario", 0, "--force", "--csv", self.run / "dataset.h5")
        self.refused(USAGE, ["overwrite"], "report", self.run, "--force", "--picture", self.run / "dataset.h5")
        both = self.folder / "both"
        self.refused(USAGE, ["overwrite"], "replay", self.run, "--scenario", 0, "--csv", both, "--picture", both)

    def test_changed_byte(self):
        shard = next((self.run / "shards").glob("*.h5"))
        begin = json.loads(shard.with_suffix(".json").read_text())["offsets"]["/market/close_half_ticks"]
        content = bytearray(shard.read_bytes())
        content[begin + 4 * (8 * 5 + 3)] ^= 1  # scenario 5, step 3
        shard.chmod(0o644)
        shard.write_bytes(content)
        self.refused(8, ["/market/close_half_ticks", "step 3"], "replay", self.run, "--scenario", 5, "--check")
        self.succeeds("replay", self.run, "--scenario", 4, "--check")


class FullDisk(Case):
    """A tmpfs of a megabyte, where it can be mounted."""

    def setUp(self):
        super().setUp()
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", self.disk], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("a small disk can be mounted only by root")
        self.addCleanup(subprocess.run, ["umount", self.disk], check=True)

    def test_run_that_does_not_fit(self):
        self.refused(IO, ["room"], "generate", "--scenarios", 100, "-o", self.disk / "run")

    def test_strategy_that_does_not_fit(self):
        rows = bars()
        price, log = self.file("bars.csv", table(rows)), self.file("fills.csv", table(fills(rows), FILLS_HEADER))
        (self.disk / "filler").write_bytes(bytes((1 << 20) - 8192))
        result = run("decompose", "--fills", log, "--bars", price, "-o", self.disk / "s.h5")
        self.assertEqual(result.returncode, IO, result.stderr)
        self.assertEqual(sum(line.startswith("error:") for line in result.stderr.splitlines()), 1)
        self.assertEqual([p.name for p in self.disk.iterdir()], ["filler"])


class FileSizeLimit(Case):
    def test_shard_that_may_not_be_so_long(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))

        result = run("generate", "--scenarios", 100, "-o", self.folder / "run", preexec_fn=limit)
        self.assertEqual(result.returncode, IO, result.stderr)
        self.assertEqual(sum(line.startswith("error:") for line in result.stderr.splitlines()), 1)
        self.assertEqual(list(self.folder.rglob("*.h5")), [])


class Memory(Case):
    def test_not_enough(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (300 << 20, 300 << 20))

        if run("--version", preexec_fn=limit).returncode != 0:
            self.skipTest("this build needs more address space to start at all")
        result = run("generate", "--scenarios", 64, "--steps", 1_000_000, "-o", self.folder / "run", preexec_fn=limit)
        self.assertIn(result.returncode, (5, 9), result.stderr)  # 5: the disk is too small for the run anyway
        self.assertEqual(self.listing(), [])


if __name__ == "__main__":
    unittest.main()
