"""Batch scripts of slurm-script on a real Slurm of this one machine: jobs that are queued again, warned or killed leave
the bytes of an undisturbed run. Needs root, Slurm's daemons and munge; skipped elsewhere."""
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))
CLUSTER = pathlib.Path(__file__).with_name("cluster.sh")
JOB = """
scenarios = {scenarios}
steps = 100
[output]
shard_mebibytes = 1
[[perturbation]]
kind = "flash_crash"
probability = 0.5
"""


def missing():
    if os.geteuid() != 0:
        return "not root"
    for program in ("slurmctld", "slurmd", "munged", "sbatch"):
        if not shutil.which(program):
            return f"no {program}"
    return None


class Slurm(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory(prefix="marketmimic-slurm-")
        cls.folder = pathlib.Path(cls.place.name)
        cls.folder.chmod(0o755)
        cls.environment = {**os.environ, "SLURM_CONF": str(cls.folder / "cluster" / "slurm.conf"),
                           "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                           "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}
        started = subprocess.run([CLUSTER, "start", cls.folder / "cluster"], capture_output=True, text=True)
        if started.returncode != 0:  # a container may forbid its daemons this or that
            subprocess.run([CLUSTER, "stop", cls.folder / "cluster"], check=True)
            raise unittest.SkipTest("Slurm does not start here: " + started.stderr.strip())
        random.seed(5)

    @classmethod
    def tearDownClass(cls):
        subprocess.run([CLUSTER, "stop", cls.folder / "cluster"], check=True)
        cls.place.cleanup()

    def ask(self, *command):
        result = subprocess.run(list(map(str, command)), env=self.environment, capture_output=True, text=True,
                                cwd=self.folder)
        self.assertEqual(result.returncode, 0, f"{command}: {result.stderr}")
        return result.stdout

    def data(self, run):
        return {path.relative_to(run): path.read_bytes() for path in run.rglob("*")
                if path.is_file() and path.name not in ("run.json", "journal.jsonl")}

    def start(self, name, scenarios, *how):
        """Submits a job of a size that takes some seconds; its number, its run, and the bytes to come."""
        job = self.folder / f"{name}.toml"
        job.write_text(JOB.format(scenarios=scenarios))
        whole, run = self.folder / f"{name}-whole", self.folder / name
        self.ask(PROGRAM, "generate", job, "-o", whole)
        script = self.folder / f"{name}.sbatch"
        script.write_text(self.ask(PROGRAM, "slurm-script", job, "-o", run, "--cpus", 1, *how))
        number = re.search(r"\d+$", self.ask("sbatch", script).strip()).group()
        return number, run, self.data(whole)

    def states(self, number):
        return self.ask("squeue", "-h", "-r", "-j", number, "-o", "%i %T").split("\n")[:-1]

    def running(self, number):
        return [line.split()[0] for line in self.states(number) if line.endswith("RUNNING")]

    def wait_until(self, holds, seconds=120):
        until = time.monotonic() + seconds
        while not holds():
            self.assertLess(time.monotonic(), until, "it took too long")
            time.sleep(0.1)

    def finished(self, number):
        return subprocess.run(["squeue", "-h", "-j", number], env=self.environment, capture_output=True,
                              text=True).stdout.strip() == ""

    def disturb(self, number, run, times, how):
        """Waits until the job works, disturbs it, and so on; how often it was."""
        done = 0
        while done < times and not self.finished(number):
            before = len(list(run.glob("shards/*.json"))) if run.exists() else 0
            self.wait_until(lambda: self.finished(number) or (
                self.running(number) and len(list(run.glob("shards/*.json"))) > before))
            tasks = self.running(number) if not self.finished(number) else []
            if tasks:
                how(random.choice(tasks))
                done += 1
                time.sleep(0.5)
        return done

    def requeue(self, task):
        subprocess.run(["scontrol", "requeue", task], env=self.environment, capture_output=True)

    def warn(self, task):
        """As Slurm does before the time is up."""
        subprocess.run(["scancel", "--batch", "--signal=USR1", task], env=self.environment, capture_output=True)

    def fail_node(self, _task):
        node = self.ask("sinfo", "-h", "-o", "%n").strip()
        self.ask("scontrol", "update", f"NodeName={node}", "State=DOWN", "Reason=test")
        time.sleep(1)
        # It may have come back by itself.
        subprocess.run(["scontrol", "update", f"NodeName={node}", "State=RESUME"], env=self.environment,
                       capture_output=True)

    def assert_whole(self, run, expected, disturbances):
        self.assertEqual(self.data(run), expected, "".join(p.read_text() for p in self.folder.glob("slurm-*.log")))
        history = json.loads((run / "run.json").read_text())["sessions"]
        self.assertGreater(len(history), disturbances)
        self.ask(PROGRAM, "verify", run)

    def test_an_array_that_is_queued_again(self):
        number, run, expected = self.start("array", 9000, "--array", 3)
        times = self.disturb(number, run, 3, self.requeue)
        self.assertGreaterEqual(times, 2)
        self.wait_until(lambda: self.finished(number))
        self.assert_whole(run, expected, times)

    def test_one_job_that_is_warned(self):
        number, run, expected = self.start("warned", 16000)
        times = self.disturb(number, run, 3, self.warn)
        self.assertGreaterEqual(times, 2)
        self.wait_until(lambda: self.finished(number))
        self.assert_whole(run, expected, times)
        self.assertIn("interrupted", json.loads((run / "run.json").read_text())["sessions"][0]["outcome"])

    def test_ranks_that_are_queued_again_warned_and_lose_their_node(self):
        if not json.loads(self.ask(PROGRAM, "doctor", "--json"))["mpi"]:
            self.skipTest("a build without MPI")
        number, run, expected = self.start("ranks", 16000, "--ranks", 2)
        times = sum(self.disturb(number, run, 1, how) for how in (self.requeue, self.warn, self.fail_node))
        self.assertGreaterEqual(times, 2)
        self.wait_until(lambda: self.finished(number))
        self.assert_whole(run, expected, times)


if __name__ == "__main__":
    if missing():
        print("skipped:", missing())
        sys.exit(77)
    unittest.main()
