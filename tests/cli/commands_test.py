"""What the commands do when all is well."""
import json
import os
import shutil
import struct
import time
import unittest

from program import EXAMPLE, FILLS_HEADER, Case, bars, fills, run, table


def png_size(path):
    content = path.read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n" and content[-8:-4] == b"IEND", "a whole PNG"
    return struct.unpack(">II", content[16:24])


needs_gnuplot = unittest.skipUnless(shutil.which("gnuplot"), "needs gnuplot")

SHOCKS = "scenarios = 32\nsteps = 96\n" + "".join(
    f'[[perturbation]]\nkind = "{kind}"\n' for kind in ["volatility_spike", "flash_crash", "liquidity_gap", "news"])

PRESETS = ["calm", "bull", "bear", "sideways", "high-volatility", "illiquid", "flash-crash-2010", "wick-2021",
           "cascade-2025", "news"]


class Decompose(Case):
    def setUp(self):
        super().setUp()
        self.rows = bars()
        self.bars = self.file("bars.csv", table(self.rows))
        self.fills = self.file("fills.csv", table(fills(self.rows), FILLS_HEADER))

    def report(self, log, out):
        result = self.succeeds("decompose", "--fills", log, "--bars", self.bars, "-o", self.folder / out, "--json")
        report = json.loads(result.stdout)
        report.pop("file")
        return report

    def test_finds_what_was_planted(self):
        result = self.succeeds("decompose", "--fills", self.fills, "--bars", self.bars, "-o", self.folder / "s.h5")
        self.assertIn("18 fills in 18 orders, 6 cycles (6 closed)", result.stdout)
        self.assertIn("18 fills", result.stderr)

    def test_kinds_of_the_user_go_all_the_way_to_the_dataset(self):
        strategy, folder = self.folder / "s.h5", self.folder / "run"
        result = self.succeeds("decompose", "--fills", EXAMPLE / "fills.csv", "--bars", EXAMPLE / "bars.csv.gz",
                               "-o", strategy, "--definitions",
                               EXAMPLE.parent / "definitions.example.toml", "--rotations", 0)
        self.assertIn("bold_opening", result.stdout)
        self.assertIn("bold_opening: opens and size > 0.9 and not range [trend_up, trend_down]",
                      self.succeeds("inspect", strategy).stdout)
        job = self.file("j.toml", 'scenarios = 8\nsteps = 96\n[strategy]\nplan = ["bold_opening"]\n')
        result = self.succeeds("generate", job, "--strategy", strategy, "-o", folder, "--json")
        primitives = json.loads(result.stdout)["summary"]["primitives"]
        self.assertGreater(primitives["bold_opening"]["scenarios"], 0)
        # Without a trend it is none, by its own triggers.
        known = [primitives[kind]["scenarios"] for kind in ("bold_opening", "unclassified")]
        self.assertEqual(sum(kind["scenarios"] for kind in primitives.values()), sum(known))
        self.assertEqual(sum(known), 8)
        self.assertIn("bold_opening", self.succeeds("report", folder).stdout)
        self.succeeds("replay", folder, "--scenario", 3, "--check")

    def test_sensitivity_leads_to_a_job(self):
        strategy, out, picture = self.folder / "s.h5", self.folder / "t.toml", self.folder / "p.png"
        self.succeeds("decompose", "--fills", EXAMPLE / "fills.csv", "--bars", EXAMPLE / "bars.csv.gz", "-o", strategy,
                      "--rotations", 0)
        simulation = ["--strategy", strategy, "--preset", "flash-crash-2010", "--scenarios", 200]
        told = json.loads(self.succeeds("sensitivity", *simulation, "--levels", "0,1,2", "--tolerated-job", out,
                                        "--picture", picture, "--json").stdout)
        self.assertEqual(told["levels"], [0, 1, 2])
        self.assertEqual([level["executions"] for level in told["plan"]["levels"]], [200] * 3)
        self.assertTrue(picture.read_bytes().startswith(b"\x89PNG"))
        self.assertIn(f"severity = {told['plan']['tolerated']:.1f}"[:12], out.read_text())
        self.assertIn("whole plan", self.succeeds("sensitivity", *simulation, "--of", "variation").stdout)
        self.refused(2, ["--strategy is needed"], "sensitivity", "--preset", "news")
        self.refused(7, ["t.toml"], "sensitivity", *simulation, "--tolerated-job", out)

    def test_curriculum_goes_on_where_it_was(self):
        strategy, out = self.folder / "s.h5", self.folder / "rounds"
        self.succeeds("decompose", "--fills", EXAMPLE / "fills.csv", "--bars", EXAMPLE / "bars.csv.gz", "-o", strategy,
                      "--rotations", 0)
        rounds = ["curriculum", "--strategy", strategy, "--preset", "flash-crash-2010", "--scenarios", 64, "--levels",
                  "0.5,1", "--promote", 1, "--demote", 0, "-o", out]
        told = json.loads(self.succeeds(*rounds, "--rounds", 1, "--json").stdout)
        self.assertEqual(len(told["rounds"]), 1)
        result = self.succeeds(*rounds)
        self.assertIn("round-000 was there already", result.stderr)
        self.assertIn("mastered", result.stdout)
        self.assertIn('severity = 1.0', json.loads((out / "round-001" / "run.json").read_text())["job"])
        self.succeeds("replay", out / "round-001", "--scenario", 5, "--check")
        self.assertEqual(run(*rounds, "--seed", 9).returncode, 3)

    def test_accept_balances_successes(self):
        strategy, folder, out = self.folder / "s.h5", self.folder / "run", self.folder / "a.h5"
        self.succeeds("decompose", "--fills", EXAMPLE / "fills.csv", "--bars", EXAMPLE / "bars.csv.gz", "-o", strategy,
                      "--rotations", 0)
        self.succeeds("generate", "--strategy", strategy, "--preset", "flash-crash-2010", "--scenarios", 256, "-o", folder)
        told = json.loads(self.succeeds("accept", folder, "-o", out, "--most", 40, "--json").stdout)
        self.assertEqual(told["accepted"], min(40, told["successes"]))
        self.assertEqual(told["attempts"], 256)
        self.assertLessEqual(told["apart"], told["apart_unbalanced"])
        self.assertIn("balance attempts", self.succeeds("accept", folder, "-o", out, "--most", 40, "--balance",
                                                        "attempts", "--force").stdout)
        self.refused(7, ["a.h5"], "accept", folder, "-o", out, "--most", 40)
        self.refused(2, ["--most"], "accept", folder, "-o", self.folder / "b.h5")
        try:
            import h5py
        except ImportError:
            return
        with h5py.File(out) as selection, h5py.File(folder / "dataset.h5") as dataset:
            ids = selection["accepted/id"][:]
            self.assertTrue(dataset["scenario/success"][:][ids].all())
            self.assertEqual(selection["bins/accepted"][:].sum(), len(ids))
            self.assertEqual(selection.attrs["identity"], dataset.attrs["identity"])

    def test_market_is_bars_or_a_book(self):
        out = self.folder / "s.h5"
        given = ["decompose", "--fills", self.fills, "-o", out]
        self.refused(2, ["--bars or as --book"], *given)
        self.refused(2, ["--bars or as --book"], *given, "--bars", self.bars, "--book", self.bars)
        self.refused(2, ["belong to --book"], *given, "--bars", self.bars, "--date", "2026-01-01")
        self.refused(2, ["is no recorded order flow"], *given, "--book", self.bars)

    def test_boundaries_by_hand_lie_within_positions(self):
        definitions = self.file("d.toml", "[[boundary]]\nat = 1999-01-01T00:00:00Z\n")
        out = self.folder / "s.h5"
        result = run("decompose", "--fills", self.fills, "--bars", self.bars, "-o", out, "--definitions", definitions)
        self.assertEqual(result.returncode, 2)
        self.assertIn("d.toml:2:6: no position is held at 1999-01-01T00:00:00Z", result.stderr)
        self.assertFalse(out.exists())

    def test_carriage_returns_and_byte_order_mark_change_nothing(self):
        text = self.fills.read_text()
        dos = self.file("dos.csv", b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
        self.assertEqual(self.report(self.fills, "a.h5"), self.report(dos, "b.h5"))

    def test_order_of_rows_changes_nothing(self):
        header, *lines = self.fills.read_text().splitlines()
        mixed = self.file("mixed.csv", "\n".join([header, *reversed(lines)]) + "\n")
        self.assertEqual(self.report(self.fills, "a.h5"), self.report(mixed, "b.h5"))

    def test_symbol_is_chosen(self):
        log = [f + ["A"] for f in fills(self.rows)] + [[r[0], "buy", 1, 1, f"b{i}", "B"] for i, r in enumerate(self.rows)]
        mixed = self.file("mixed.csv", table(log, FILLS_HEADER + ",coin"))
        result = self.succeeds("decompose", "--fills", mixed, "--bars", self.bars, "--symbol", "A", "-o",
                               self.folder / "s.h5")
        self.assertIn("18 fills", result.stdout)

    def test_orders_and_fills_tell_the_same(self):
        rows = [[r[0] - 30, r[0], r[1], r[3], r[2], "filled", r[4]] for r in fills(self.rows)]
        rows.insert(4, [self.rows[90][0], "", "buy", 0, "", "canceled", "never"])
        orders = self.file("fills-of-orders.csv",
                           table(rows, "submitted_at,filled_at,side,filled_qty,average_price,status,order_id"))
        result = self.succeeds("decompose", "--fills", orders, "--bars", self.bars, "-o", self.folder / "o.h5")
        self.assertIn("1 orders were not filled", result.stderr)
        self.assertEqual(self.report(self.fills, "a.h5"), self.report(orders, "b.h5"))

    def test_other_headings_and_a_time_zone(self):
        rows = [[time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(r[0] + 7200)), *r[1:]] for r in fills(self.rows)]
        log = self.file("broker.csv", table(rows, "Executed On,Action,Avg. Price,Units,Ticket"))
        given = [part for name in ["time=Executed On", "side=action", "price=Avg. Price", "size=Units", "order_id=Ticket"]
                 for part in ("--column", name)]
        result = self.succeeds("decompose", "--fills", log, "--bars", self.bars, *given, "--time-zone", "+02:00", "-o",
                               self.folder / "b.h5", "--json")
        report = json.loads(result.stdout)
        report.pop("file")
        self.assertEqual(report, self.report(self.fills, "a.h5"))

    def test_several_logs_become_one_strategy(self):
        rows = bars(seed=8)
        other = self.file("other.csv", table([[r[0], *[10 * p for p in r[1:5]], r[5]] for r in rows]))
        log = self.file("other-fills.csv", table([r[:2] + [10 * r[2]] + r[3:] for r in fills(rows, 3)], FILLS_HEADER))
        out = self.folder / "both.h5"
        result = self.succeeds("decompose", "--fills", self.fills, "--bars", self.bars, "--fills", log, "--bars", other,
                               "--symbol", "A", "--symbol", "B", "-o", out, "--rotations", 9)
        self.assertIn("18 fills in 18 orders, 6 cycles", result.stdout)
        self.assertIn("9 fills in 9 orders, 3 cycles", result.stdout)
        self.assertIn("in 9 cycles of 2 logs", result.stdout)
        found = json.loads(self.succeeds("inspect", out, "--json").stdout)
        self.assertEqual((found["cycles"], found["symbol"]), (9, "A; B"))
        self.assertIn("other-fills.csv and other.csv", found["provenance"])
        reports = json.loads(self.succeeds("decompose", "--fills", self.fills, "--fills", self.fills, "--bars", self.bars,
                                           "-o", out, "--force", "--rotations", 0, "--json").stdout)
        self.assertEqual(reports["logs"][0], reports["logs"][1])
        self.assertEqual(reports["logs"][0]["support"]["hold"]["p"], 1)

    def test_force_replaces(self):
        out = self.file("s.h5", "old")
        self.succeeds("decompose", "--fills", self.fills, "--bars", self.bars, "-o", out, "--force")
        self.assertGreater(out.stat().st_size, 1000)

    @needs_gnuplot
    def test_picture(self):
        self.succeeds("decompose", "--fills", self.fills, "--bars", self.bars, "-o", self.folder / "s.h5", "--picture",
                      self.folder / "s.png")
        self.assertEqual(png_size(self.folder / "s.png"), (1600, 1000))


@unittest.skipUnless(EXAMPLE.exists(), "tools/example is missing")
class Example(Case):
    @unittest.skipIf("MARKETMIMIC_SANITIZED" in os.environ, "a whole fit takes minutes under a sanitizer")
    def test_calibrate(self):
        out = self.folder / "m.toml"
        result = self.succeeds("calibrate", "--bars", EXAMPLE / "bars.csv.gz", "-o", out, "--series", 16, "--json",
                               "--hold-out")
        report = json.loads(result.stdout)
        self.assertEqual(report["judged_on"], "second-half")
        self.assertIn("first_half", report["facts"][0])
        self.succeeds("generate", "--market", out, "--scenarios", 16, "--steps", 8, "-o", self.folder / "run")

    @needs_gnuplot
    def test_from_a_log_to_the_picture_of_a_scenario(self):
        strategy, run_folder, picture = self.folder / "s.h5", self.folder / "run", self.folder / "p.png"
        self.succeeds("decompose", "--fills", EXAMPLE / "fills.csv", "--bars", EXAMPLE / "bars.csv.gz", "-o", strategy)
        job = self.file("job.toml", SHOCKS)
        made = self.succeeds("generate", job, "--strategy", strategy, "-o", run_folder)
        for word in ["32", "success", "primitive", "flash_crash", "dataset.h5"]:
            self.assertIn(word, made.stdout)
        for scenario in [0, 13, 31]:
            told = self.succeeds("replay", run_folder, "--scenario", scenario, "--check")
            self.assertIn("every byte equals", told.stdout)
        self.succeeds("replay", run_folder, "--scenario", 5, "--picture", picture, "--csv", self.folder / "t.csv")
        self.assertEqual(png_size(picture), (1600, 1000))
        self.assertEqual(len((self.folder / "t.csv").read_text().splitlines()), 1 + 96 + 1)
        told = self.succeeds("report", run_folder, "--picture", self.folder / "report.png").stdout
        for words in ["32 attempts in 1 of 1 shards", "attempts come from", "coverage: 294 bins", "diversity: "]:
            self.assertIn(words, told)
        self.assertEqual(png_size(self.folder / "report.png"), (1600, 1000))


class Generate(Case):
    def made(self, *arguments):
        result = self.succeeds("generate", *arguments, "-o", self.folder / "run", "--json")
        return json.loads(result.stdout)

    def test_flag_before_file_before_default(self):
        made = self.made(self.file("job.toml", "scenarios = 48\nsteps = 4\n"), "--scenarios", 16)
        self.assertEqual((made["summary"]["all"]["scenarios"], made["steps"]), (16, 64))
        job = self.succeeds("generate", "--print-job", "--seed", 5).stdout
        self.assertRegex(job, r"(?m)^seed = 5\b")
        self.assertRegex(job, r"(?m)^steps = 288\b")

    def test_threads_change_no_byte(self):
        shards = []
        for threads in [1, 2]:
            out = self.folder / f"run{threads}"
            self.succeeds("generate", "--scenarios", 64, "--steps", 16, "--threads", threads, "-o", out)
            shards.append([p.read_bytes() for p in sorted((out / "shards").glob("*.h5"))])
        self.assertEqual(shards[0], shards[1])

    def test_dry_run_writes_nothing(self):
        result = self.succeeds("generate", "--dry-run", "--scenarios", 1000, "-o", self.folder / "run", cwd=self.folder)
        self.assertIn("1,000", result.stdout)
        plan = json.loads(self.succeeds("generate", "--dry-run", "--json", cwd=self.folder).stdout)
        self.assertEqual(plan["scenarios"], 1000)
        self.assertEqual(self.listing(), [])

    def test_printed_job_is_a_job(self):
        first = self.succeeds("generate", self.file("job.toml", SHOCKS), "--print-job", "--seed", 5).stdout
        second = self.succeeds("generate", self.file("resolved.toml", first), "--print-job").stdout
        self.assertEqual(first, second)
        self.assertIn("seed = 5", first)

    def test_every_preset_makes_a_run(self):
        for name in PRESETS:
            with self.subTest(name):
                out = self.folder / name
                self.succeeds("generate", "--preset", name, "--scenarios", 4, "--steps", 4, "-o", out)
                self.assertTrue((out / "dataset.h5").exists())
        both = self.succeeds("generate", "--preset", "news", "--preset", "calm", "--print-job").stdout
        self.assertRegex(both, r'(?s)kind = "news".*kind = "climate"')

    def test_unknown_preset(self):
        words = ["--preset must be one of", "(got bul)", *PRESETS]
        self.refused(2, words, "generate", "--preset", "bul", "-o", self.folder / "run")

    def test_device_without_gpu(self):
        doctor = json.loads(self.succeeds("doctor", "--json").stdout)
        if doctor["gpus"]:
            self.skipTest("there is a GPU")
        self.refused(6, ["GPU"], "generate", "--device", "cuda", "-o", self.folder / "run")
        self.assertIn("CPU", self.made("--scenarios", 16, "--steps", 4)["device"])

    @needs_gnuplot
    def test_picture_of_a_market_alone(self):
        self.made("--scenarios", 16, "--steps", 1000)
        self.succeeds("replay", self.folder / "run", "--scenario", 3, "--picture", self.folder / "p.png")
        self.assertEqual(png_size(self.folder / "p.png"), (1600, 1000))

    @needs_gnuplot
    def test_picture_of_a_single_step(self):
        self.made("--scenarios", 16, "--steps", 1)
        self.succeeds("replay", self.folder / "run", "--scenario", 3, "--picture", self.folder / "p.png")
        self.assertEqual(png_size(self.folder / "p.png"), (1600, 1000))

    def test_replay_as_json(self):
        self.made(self.file("job.toml", SHOCKS))
        told = json.loads(self.succeeds("replay", self.folder / "run", "--scenario", 1, "--check", "--json").stdout)
        self.assertEqual((told["scenario"], told["equals_stored"]), (1, True))
        self.assertEqual(len(told["perturbations"]), 4)


class Doctor(Case):
    def test_backends_agree(self):
        told = json.loads(self.succeeds("doctor", "--json", cwd=self.folder).stdout)
        self.assertTrue(told["backends_agree"])
        self.assertEqual({b["hash"] for b in told["backends"]}, {told["backends"][0]["hash"]})
        self.assertGreater(told["memory"], 1 << 20)
        self.assertIn("all bits agree", self.succeeds("doctor", cwd=self.folder).stdout)
        self.assertEqual(self.listing(), [], "the trial write leaves nothing")

    def test_says_what_pictures_need(self):
        told = self.succeeds("doctor", cwd=self.folder, env={"PATH": "/nonexistent"})
        self.assertIn("apt-get install gnuplot-nox", told.stdout)


class Help(Case):
    def test_every_command_has_an_example(self):
        self.assertIn("marketmimic 0.", run("--version").stdout)
        for command in ["calibrate", "decompose", "generate", "replay", "report", "doctor"]:
            with self.subTest(command):
                self.assertIn(command, self.succeeds("--help").stdout)
                self.assertIn(f"Example:  marketmimic {command}", self.succeeds(command, "--help").stdout
                              .replace("A flag goes before the job file, and that before the default.\n", ""))


if __name__ == "__main__":
    os.environ.pop("NO_COLOR", None)
    unittest.main()
