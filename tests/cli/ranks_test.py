"""MPI ranks that share a run folder leave the bytes of one process, whatever their number and fate."""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest

from program import PROGRAM, RunCase, run

ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}


def ranks(count, *arguments):
    return ["mpirun", "-q", "-n", str(count), PROGRAM, *map(str, arguments)]


class Ranks(RunCase):
    def setUp(self):
        super().setUp()
        self.run_folder = self.folder / "run"

    def launch(self, count, *arguments):
        return subprocess.run(ranks(count, *arguments), env=ENVIRONMENT, capture_output=True, text=True, timeout=300)

    def test_any_number_gives_the_same_bytes(self):
        whole = self.whole()
        for count in (1, 2, 3, 7):
            result = self.launch(count, "generate", self.job, "-o", self.run_folder, "--json")
            self.assertEqual(result.returncode, 0, result.stderr)
            told = json.loads(result.stdout)
            self.assertEqual(told["ranks"], count)
            self.assertEqual(told["made"], 400)
            totals = told.get("rank_totals", [])
            self.assertEqual(len(totals), count if count > 1 else 0)
            if count > 1:
                self.assertEqual(sum(total["scenarios"] for total in totals), 400)
                self.assertEqual(sum(total["threads"] for total in totals), told["threads"])
                self.assertTrue(all(0 <= total["seconds"] <= told["seconds"] for total in totals), totals)
                uses = [total["device_use"] for total in totals if total["device_use"] is not None]
                self.assertEqual(len(uses), sum(total["scenarios"] > 0 for total in totals))
                self.assertTrue(0 < min(uses) <= told["device_use"] <= max(uses) <= 1, told)
            self.assertTrue(told["complete"])
            self.assertEqual(self.data(self.run_folder), whole)
            sessions = json.loads((self.run_folder / "run.json").read_text())["sessions"]
            self.assertEqual(sum(session["shards_made"] for session in sessions), told["shards"])
            shutil.rmtree(self.run_folder)

    def test_tells_of_each_rank(self):
        result = self.launch(3, "generate", self.job, "-o", self.run_folder)
        self.assertRegex(result.stdout, r"\nranks     fewest scenarios \d+ in .* \(rank \d\), most \d+ in .* \(rank \d\)\n")

    def test_killed_ranks_are_resumed_by_any_number(self):
        random.seed(3)
        long = ["--scenarios", 12000]
        whole = self.whole(*long)
        for attempt in range(6):
            command = ranks(random.randint(2, 4), "generate", self.job, *long, "-o", self.run_folder, "--resume")
            with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as job:
                time.sleep(random.uniform(0.3, 1.2))
                victims = subprocess.run(["pgrep", "-P", str(job.pid)], capture_output=True, text=True).stdout.split()
                if victims:
                    os.kill(int(random.choice(victims)), random.choice([signal.SIGKILL, signal.SIGUSR1]))
                job.wait(timeout=120)
        result = self.launch(3, "generate", self.job, *long, "-o", self.run_folder, "--resume")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.data(self.run_folder), whole)
        self.succeeds("verify", self.run_folder)

    def test_errors_are_told_once(self):
        self.succeeds("generate", self.job, "-o", self.run_folder)
        for code, part, arguments in ((7, "--resume", []), (3, "seed: 1 there, 4 here", ["--resume", "--seed", 4]),
                                      (2, "MPI", ["--resume", "--shard-range", "0/2"])):
            result = self.launch(3, "generate", self.job, "-o", self.run_folder, *arguments)
            self.assertEqual(result.returncode, code)
            lines = [line for line in result.stderr.splitlines() if line.startswith("error:")]
            self.assertEqual(len(lines), 1, result.stderr)
            self.assertIn(part, lines[0])
        self.assertEqual(self.launch(2, "generate", self.folder / "none.toml", "-o", self.folder / "x").returncode, 5)


if __name__ == "__main__":
    if not shutil.which("mpirun") or not json.loads(run("doctor", "--json").stdout)["mpi"]:
        print("skipped: needs a build with MPI, and mpirun")
        sys.exit(77)
    if subprocess.run(["mpirun", "-q", "-n", "2", "true"], env=ENVIRONMENT, capture_output=True).returncode != 0:
        print("skipped: mpirun starts nothing here")
        sys.exit(77)
    unittest.main()
