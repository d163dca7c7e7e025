"""Batch scripts of slurm-script on a real Slurm of this one machine: jobs that are queued again, warned or killed leave
the bytes of an undisturbed run. Needs root, Slurm's daemons and munge; skipped elsewhere. With MARKETMIMIC_SLURM_MINUTES=1
also a job whose time limit runs out, which Slurm counts in minutes."""
import faulthandler
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))
CLUSTER = pathlib.Path(__file__).with_name("cluster.sh")
EXAMPLE = pathlib.Path(__file__).parents[2] / "tools" / "example"
# Outcomes alone: what takes the time is to simulate, not to sync many small files to a disk that others use too.
JOB = """
scenarios = 160000
steps = 200
[output]
shard_mebibytes = 1
record = []
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
        started = subprocess.run([CLUSTER, "start", cls.folder / "cluster"], capture_output=True, text=True,
                                 timeout=240)
        if started.returncode != 0:  # a container may forbid its daemons this or that
            cls.stop()
            raise unittest.SkipTest("Slurm does not start here: " + started.stderr.strip())
        random.seed(5)
        job, strategy = cls.folder / "job.toml", cls.folder / "strategy.h5"
        job.write_text(JOB)
        subprocess.run([PROGRAM, "decompose", "--fills", EXAMPLE / "fills.csv", "--bars", EXAMPLE / "bars.csv.gz",
                        "--rotations", "0", "-o", strategy], check=True, capture_output=True, timeout=200)
        cls.what = (job, "--strategy", strategy)

    @classmethod
    def tearDownClass(cls):
        cls.stop()
        cls.place.cleanup()

    @classmethod
    def stop(cls):
        subprocess.run([CLUSTER, "stop", cls.folder / "cluster"], check=True, timeout=60)

    def run_command(self, *command):
        return subprocess.run(list(map(str, command)), env=self.environment, capture_output=True, text=True,
                              cwd=self.folder, timeout=600)

    def ask(self, *command):
        result = self.run_command(*command)
        self.assertEqual(result.returncode, 0, f"{command}: {result.stderr}")
        return result.stdout

    def data(self, run):
        return {path.relative_to(run): path.read_bytes() for path in run.rglob("*")
                if path.is_file() and path.name not in ("run.json", "journal.jsonl")}

    def start(self, name, *how):
        """Submits a job that takes some seconds; its number and its run."""
        run, script = self.folder / name, self.folder / f"{name}.sbatch"
        script.write_text(self.ask(PROGRAM, "slurm-script", *self.what, "-o", run, "--cpus", 1, *how))
        return re.search(r"\d+$", self.ask("sbatch", script).strip()).group(), run

    def states(self, number):
        return self.ask("squeue", "-h", "-r", "-j", number, "-o", "%i %T").split("\n")[:-1]

    def running(self, number):
        return [line.split()[0] for line in self.states(number) if line.endswith("RUNNING")]

    def wait_until(self, holds, seconds=120):
        until = time.monotonic() + seconds
        while not holds():
            self.assertLess(time.monotonic(), until, self.account())
            time.sleep(0.1)

    def account(self):
        """What the cluster and its jobs say of themselves when nothing goes on."""
        logs = [*self.folder.glob("slurm-*.log"), *self.folder.glob("cluster/*.log")]
        return "\n".join(["it took too long", self.run_command("scontrol", "show", "job").stdout,
                          *(f"{path.name}: ...{path.read_text(errors='replace')[-2000:]}" for path in logs)])

    def finished(self, number):
        return self.run_command("squeue", "-h", "-j", number).stdout.strip() == ""

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
        self.run_command("scontrol", "requeue", task)

    def warn(self, task):
        """As Slurm does before the time is up."""
        self.run_command("scancel", "--batch", "--signal=USR1", task)

    def fail_node(self, _task):
        node = self.ask("sinfo", "-h", "-o", "%n").strip()
        self.ask("scontrol", "update", f"NodeName={node}", "State=DOWN", "Reason=test")
        time.sleep(1)
        # It may have come back by itself.
        self.run_command("scontrol", "update", f"NodeName={node}", "State=RESUME")

    def kill_node(self, _task):
        """As when a machine loses power: the daemon, what it started and what these started end without a word."""
        daemon = int((self.folder / "cluster" / "slurmd.pid").read_text())
        for pid in [daemon, *self.processes("slurmstepd: ["), *self.processes(PROGRAM)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.wait_until(lambda: "down" in self.ask("sinfo", "-h", "-o", "%T"))
        self.ask(CLUSTER, "node", self.folder / "cluster")

    def processes(self, begins):
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and (entry / "cmdline").read_bytes().startswith(begins.encode()):
                    found.append(int(entry.name))
            except OSError:
                pass  # it ended meanwhile
        return found

    def assert_whole(self, run, disturbances, *more):
        whole = self.folder / "-".join(["whole", *map(str, more)])
        if not whole.exists():
            self.ask(PROGRAM, "generate", *self.what, *more, "-o", whole)
        logs = "".join(path.read_text() for path in self.folder.glob("slurm-*.log"))
        self.assertTrue(self.data(run) == self.data(whole), logs)
        history = json.loads((run / "run.json").read_text())["sessions"]
        self.assertGreater(len(history), disturbances)
        self.ask(PROGRAM, "verify", run)

    def test_an_array_that_is_queued_again(self):
        number, run = self.start("array", "--array", 3)
        times = self.disturb(number, run, 3, self.requeue)
        self.assertGreaterEqual(times, 2)
        self.wait_until(lambda: self.finished(number))
        self.assert_whole(run, times)

    def test_one_job_that_is_warned(self):
        number, run = self.start("warned")
        times = self.disturb(number, run, 3, self.warn)
        self.assertGreaterEqual(times, 2)
        self.wait_until(lambda: self.finished(number))
        self.assert_whole(run, times)
        self.assertIn("interrupted", json.loads((run / "run.json").read_text())["sessions"][0]["outcome"])

    def test_an_array_whose_node_dies(self):
        number, run = self.start("power", "--array", 2)
        self.assertEqual(self.disturb(number, run, 1, self.kill_node), 1)
        self.wait_until(lambda: self.finished(number))
        self.assert_whole(run, 1)
        sessions = json.loads((run / "run.json").read_text())["sessions"]
        self.assertTrue(any("outcome" not in session for session in sessions), "some ended without a word")

    @unittest.skipUnless(os.environ.get("MARKETMIMIC_SLURM_MINUTES"), "takes minutes: set MARKETMIMIC_SLURM_MINUTES=1")
    def test_one_job_whose_time_is_up(self):
        more = ("--scenarios", 3_000_000)
        number, run = self.start("minute", "--time", "00:01:00", "--warning", 30, *more)
        self.wait_until(lambda: self.finished(number), 900)
        self.assert_whole(run, 1, *more)
        sessions = json.loads((run / "run.json").read_text())["sessions"]
        self.assertIn("interrupted", sessions[0]["outcome"])
        self.assertGreater(len(sessions), 1, "queued again by itself")
        # Nobody but Slurm sent a signal: 30 s before the limit, or up to a minute earlier, as sbatch's manual has it.
        self.assertLess(sessions[0]["seconds"], 65)

    def test_ranks_that_are_queued_again_warned_and_lose_their_node(self):
        if not json.loads(self.ask(PROGRAM, "doctor", "--json"))["mpi"]:
            self.skipTest("a build without MPI")
        number, run = self.start("ranks", "--ranks", 2)
        times = sum(self.disturb(number, run, 1, how) for how in (self.requeue, self.warn, self.fail_node))
        self.assertGreaterEqual(times, 2)
        self.wait_until(lambda: self.finished(number))
        self.assert_whole(run, times)


if __name__ == "__main__":
    if missing():
        print("skipped:", missing())
        sys.exit(77)
    faulthandler.dump_traceback_later(840, exit=True)  # says where, before ctest ends it
    ran = unittest.main(verbosity=2, exit=False).result
    sys.exit(1 if not ran.wasSuccessful() else 0 if ran.testsRun else 77)
