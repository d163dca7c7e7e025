"""Runs that are interrupted, shared, extended, damaged and made whole again."""
import json
import os
import shutil
import signal
import subprocess
import time
import unittest

from program import PROGRAM, RunCase, run


class Runs(RunCase):
    def stopped_at_work(self, folder, *arguments):
        """A process that makes a run and stands still, with shards published and others begun."""
        process = subprocess.Popen([PROGRAM, "generate", *map(str, arguments)], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)  # goes first, as nobody wakes it
        while not list(folder.glob("shards/*.h5")):
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)  # until its last thread has left what it was in
        return process

    def test_resume_after_a_signal(self):
        long = ["--scenarios", 8000]
        folder = self.folder / "run"
        for sent in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
            command = [PROGRAM, "generate", self.job, *map(str, long), "-o", folder, "--resume"]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            time.sleep(0.3)
            process.send_signal(sent)
            started = time.monotonic()
            _, told = process.communicate(timeout=60)
            if process.returncode == 0:
                continue  # it was done before
            self.assertEqual(process.returncode, 10, told)
            self.assertIn("go on with --resume", told)
            self.assertLess(time.monotonic() - started, 30)
        result = self.succeeds("generate", "--resume", "-o", folder)  # with the job that the folder has
        self.assertIn("dataset", result.stdout)
        self.assertEqual(self.data(folder), self.whole(*long))
        history = json.loads((folder / "run.json").read_text())["sessions"]
        self.assertEqual(history[-1]["outcome"], "complete")
        again = self.succeeds("generate", self.job, *long, "--resume", "-o", folder)
        self.assertIn("nothing was left to make", again.stdout)

    def test_a_signal_in_the_midst_of_a_batch(self):
        """Three of sixteen scenarios, of a second or two each: the third, in a shard of its own, is not waited for."""
        self.job.write_text("scenarios = 48\nsteps = 1000000\n[output]\nrecord = []\n")
        folder, one = self.folder / "run", ["--threads", "1"]
        begun = time.monotonic()
        whole = self.whole(*one)
        batch = (time.monotonic() - begun) / 3
        self.assertEqual(sum(path.suffix == ".h5" for path in whole if path.parent.name == "shards"), 2)
        command = [PROGRAM, "generate", self.job, "-o", folder, "--resume", *one]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while not list(folder.glob("shards/[!.]*.json")):  # of two batches
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        time.sleep(0.1 * batch)
        sent = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=60)
        self.assertLess(time.monotonic() - sent, 0.6 * batch)
        self.assertEqual(process.returncode, 10, told)
        self.assertIn("interrupted: 1 of 2 shards", told)
        self.assertEqual([path for path in folder.rglob("*") if ".part" in path.name], [])
        self.succeeds("generate", "--resume", "-o", folder)
        self.assertEqual(self.data(folder), whole)
        sessions = json.loads((folder / "run.json").read_text())["sessions"]
        self.assertEqual([s["outcome"] for s in sessions], ["interrupted", "complete"])
        self.assertEqual([s["scenarios_made"] for s in sessions], [32, 16])

    def test_parts_and_finalize(self):
        folder = self.folder / "run"
        first = json.loads(self.succeeds("generate", self.job, "-o", folder, "--shard-range", "0/3", "--json").stdout)
        self.assertFalse(first["complete"])
        self.refused(10, ["not there yet", "--resume"], "finalize", folder)
        self.succeeds("generate", self.job, "-o", folder, "--shard-range", "2/3")
        part = self.succeeds("generate", self.job, "-o", folder, "--shard-range", f"0-{first['shards']}")
        self.assertIn("The run is not complete", part.stdout)
        last = json.loads(self.succeeds("generate", self.job, "-o", folder, "--shard-range", "1/3", "--json").stdout)
        self.assertTrue(last["complete"])
        self.assertEqual(last["shards"], last["planned_shards"])
        self.assertEqual(self.data(folder), self.whole())
        told = json.loads(self.succeeds("finalize", folder, "--json").stdout)
        self.assertEqual(told["scenarios"], 400)
        self.assertIn("complete: 400 scenarios", self.succeeds("finalize", folder).stdout)
        for wrong in ("x", "3/3", "5-4", "1/", "-2", "1/2/3", "0-99999999999999999999"):
            self.refused(2, ["--shard-range"], "generate", self.job, "-o", folder, f"--shard-range={wrong}")
        self.refused(2, ["there is no shard"], "generate", self.job, "-o", folder, "--shard-range", "0-9999")

    def test_log(self):
        """Two processes at a time tell what they do in one file; a log that fills the disk ends no run."""
        folder, log = self.folder / "run", self.folder / "log.jsonl"
        commands = [[PROGRAM, "generate", self.job, "-o", folder, "--shard-range", f"{part}/2", "--log", log]
                    for part in (0, 1)]
        workers = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for command in commands]
        self.assertEqual([worker.wait() for worker in workers], [0, 0])
        events = [json.loads(line) for line in log.read_text().splitlines()]
        self.assertEqual([e["event"] for e in events if e["event"] != "progress"].count("begin"), 2)
        ends = [e for e in events if e["event"] == "end"]
        self.assertEqual(sum(e["made"] for e in ends), 400)
        self.assertTrue(any(e["complete"] for e in ends))
        for e in events:
            if e["event"] == "progress":
                self.assertLessEqual(e["scenarios"], e["total"])
                self.assertLessEqual(0, e["waiting"])
                self.assertTrue(0 <= e["device_use"] <= 1, e)
        self.assertTrue(all(0 < e["device_use"] <= 1 for e in ends), ends)
        sessions = json.loads((folder / "run.json").read_text())["sessions"]
        self.assertEqual(sorted(s["device_use"] for s in sessions), sorted(e["device_use"] for e in ends))
        for s in sessions:
            self.assertAlmostEqual(s["scenarios_a_second"] * s["seconds"], s["scenarios_made"])
        self.assertIn("device use", self.succeeds("report", folder).stdout)
        self.refused(7, [], "generate", self.job, "-o", folder, "--log", log)
        self.assertEqual(json.loads(log.read_text().splitlines()[-1])["exit_code"], 7)
        self.refused(5, ["can't open"], "generate", self.job, "-o", self.folder / "x", "--log", self.folder / "no" / "log")
        text = self.job.read_text()
        self.refused(2, ["would overwrite"], "generate", self.job, "-o", self.folder / "x", "--log", self.job)
        self.refused(2, ["would overwrite"], "generate", "--resume", "-o", folder, "--log", folder / "run.json")
        self.refused(2, ["would overwrite"], "generate", self.job, "-o", self.folder / "x", "--log", self.folder / "x" / "l")
        self.assertEqual(self.job.read_text(), text)
        full = self.succeeds("generate", self.job, "-o", self.folder / "full", "--log", "/dev/full")
        self.assertIn("the log ends here", full.stderr)

    def test_merge(self):
        for part in (0, 1):
            self.succeeds("generate", self.job, "-o", self.folder / f"at{part}", "--shard-range", f"{part}/2")
        folder = self.folder / "run"
        self.assertIn("missing, which generate --resume makes", self.succeeds("merge", folder, self.folder / "at1").stdout)
        told = json.loads(self.succeeds("merge", folder, self.folder / "at0", self.folder / "at1", "--json").stdout)
        self.assertTrue(told["complete"])
        self.assertEqual(self.data(folder), self.whole())
        self.refused(5, ["run.json"], "merge", self.folder / "x", self.folder / "none")

    def test_slurm_script(self):
        odd = self.folder / "a job's $HOME.toml"
        odd.write_text(self.JOB)
        script = self.succeeds("slurm-script", odd, "-o", self.folder / "run", "--array", 4, "--gpus", 2, "--seed", 7,
                               "--sbatch=--constraint=a100").stdout
        for line in ("#SBATCH --array=0-3", "#SBATCH --requeue", "#SBATCH --signal=B:USR1@120",
                     "#SBATCH --gpus-per-task=2", "#SBATCH --constraint=a100"):
            self.assertIn(line + "\n", script)
        self.assertEqual(subprocess.run(["bash", "-n"], input=script, text=True).returncode, 0)
        # The shell gives the program just what was said; without Slurm the folder is whole after all parts.
        for task in range(4):
            done = subprocess.run(["bash", "-c", script], text=True, capture_output=True, cwd="/",
                                  env={"SLURM_ARRAY_TASK_ID": str(task), "SLURM_CPUS_PER_TASK": "1", "PATH": "/bin:/usr/bin"})
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.data(self.folder / "run"), self.whole("--seed", 7))
        refused = ["slurm-script", odd, "-o", self.folder / "run"]
        self.refused(2, ["--array and --ranks"], *refused, "--array", 2, "--ranks", 2)
        self.refused(2, ["--name must be one word"], *refused, "--name", "a\nb")
        self.refused(2, ["at least twice"], *refused, "--time", "3")
        for wrong in ("x", "1:2:3:4", "1-", "-1", "1-2-3", "9999999"):
            self.refused(2, ["--time must be"], *refused, f"--time={wrong}")
        for right in ("10", "10:30", "1:00:00", "2-0", "1-12:30", "1-00:00:10"):
            self.assertIn(f"--time={right}\n", self.succeeds(*refused, f"--time={right}").stdout)
        self.refused(5, ["none.toml"], "slurm-script", self.folder / "none.toml", "-o", "run")
        self.refused(2, ["--device must be"], *refused, "--device", "foo")
        self.refused(2, ["--cpus"], *refused, "--threads", 4)
        self.refused(2, ["--sbatch must be"], *refused, "--sbatch", "constraint=a100")
        more = self.succeeds(*refused, "--scenarios", 900, "--extend", "--store", "recipe").stdout
        self.assertIn("--store 'recipe'", more)
        self.assertRegex(more, r"(?m) --extend &$")

    def test_resume_refuses_another_job(self):
        folder = self.folder / "run"
        self.succeeds("generate", self.job, "-o", folder)
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        self.refused(3, ["seed: 1 there, 5 here"], "generate", self.job, "--seed", 5, "-o", folder, "--resume")
        self.refused(3, ["--extend"], "generate", self.job, "--scenarios", 500, "-o", folder, "--resume")
        self.refused(3, ["grow"], "generate", self.job, "--scenarios", 300, "-o", folder, "--extend")
        self.refused(7, ["--resume"], "generate", self.job, "-o", folder)
        told = (folder / "run.json").read_text()
        (folder / "run.json").write_text(told.replace('"rules_version": ', '"rules_version": 9'))
        for job in ([self.job], [], ["--scenarios", 400]):
            self.refused(3, ["version 9"], "generate", *job, "-o", folder, "--resume")
        (folder / "run.json").write_text(told)
        self.assertEqual({path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}, before)

    def test_extend(self):
        folder = self.folder / "run"
        self.succeeds("generate", self.job, "-o", folder)
        self.assertIn("were there before", self.succeeds("generate", self.job, "--scenarios", 700, "-o", folder,
                                                         "--extend").stdout)
        self.assertEqual(self.data(folder), self.whole("--scenarios", 700))
        self.succeeds("replay", folder, "--scenario", 699, "--check")
        self.succeeds("generate", "--extend", "--scenarios", 800, "-o", folder)  # of the job that the folder has
        self.assertEqual(json.loads(self.succeeds("verify", folder, "--json").stdout)["damage"], [])
        self.assertEqual(json.loads((folder / "run.json").read_text())["scenarios"], 800)
        more = ["generate", "--extend", "--scenarios", 900, "-o", folder]
        self.assertEqual(json.loads(self.succeeds(*more, "--dry-run", "--json").stdout)["steps"], 900 * 40)
        self.assertIn("\nsteps = 40", self.succeeds(*more, "--print-job").stdout)

    def test_a_partial_extension_is_an_interrupted_run(self):
        """Its last shard was shorter; nothing takes it for damaged, or for the one to come."""
        folder = self.folder / "run"
        self.succeeds("generate", self.job, "-o", folder)
        shards = len(list(folder.glob("shards/*.json")))
        longer = [self.job, "--scenarios", 4000, "--extend", "-o", folder]
        self.succeeds("generate", *longer, "--shard-range", f"{shards + 1}-{shards + 1}")
        self.assertIn("the others are not made yet", self.succeeds("verify", folder).stdout)
        for command in (["report", folder], ["validate", folder], ["replay", folder, "--scenario", 0, "--check"]):
            self.succeeds(*command)
        self.succeeds("generate", *longer)
        self.assertEqual(self.data(folder), self.whole("--scenarios", 4000))

    def test_a_run_at_work_is_not_extended(self):
        folder = self.folder / "run"
        job = [self.job, "--scenarios", 80000, "-o", folder]
        shards = json.loads(self.succeeds("generate", *job, "--dry-run", "--json").stdout)["shards"]
        process = self.stopped_at_work(folder, *job, "--shard-range", f"0-{shards - 2}")
        before = (folder / "run.json").read_bytes(), (folder / "inputs" / "job.toml").read_bytes()
        told = run("generate", "--extend", "--scenarios", 90000, "--shard-range", f"{shards}-{shards}", "-o", folder)
        self.assertEqual(told.returncode, 7, told.stderr)
        self.assertIn(f"in use by process {process.pid} on", told.stderr)
        self.assertEqual(((folder / "run.json").read_bytes(), (folder / "inputs" / "job.toml").read_bytes()), before)

    def test_a_second_process_is_kept_out(self):
        folder = self.folder / "run"
        process = self.stopped_at_work(folder, self.job, "--scenarios", 80000, "-o", folder)
        self.refused(7, [f"in use by process {process.pid} on"], "generate", "--resume", "-o", folder)

    def test_verify_and_repair(self):
        folder = self.folder / "run"
        self.succeeds("generate", self.job, "-o", folder)
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        self.assertIn("every byte is as it was published", self.succeeds("verify", folder).stdout)
        shard = sorted((folder / "shards").glob("*.h5"))[1]
        content = bytearray(shard.read_bytes())
        content[len(content) // 2] ^= 4
        shard.write_bytes(content)
        (folder / "dataset.h5").unlink()
        found = run("verify", folder, "--json")
        self.assertEqual(found.returncode, 8)
        self.assertIn("2 files are damaged; marketmimic verify --repair", found.stderr)
        self.assertEqual({d["file"] for d in json.loads(found.stdout)["damage"]}, {f"shards/{shard.name}", "dataset.h5"})
        self.assertIn("block 0 of", run("verify", folder).stdout)
        self.assertIn("made again", self.succeeds("verify", folder, "--repair", "--threads", 1).stdout)
        self.assertEqual({path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}, before)
        self.assertIn("sizes and headers", self.succeeds("verify", folder, "--quick").stdout)
        self.refused(5, ["is no run folder"], "verify", self.folder)
        self.refused(2, ["--device must be"], "verify", folder, "--device", "foo")
        shutil.rmtree(folder / "shards")
        self.succeeds("verify", folder, "--repair")
        self.assertEqual({path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}, before)
        for lost in (["run.json"], ["run.json", "dataset.h5"]):
            for name in lost:
                (folder / name).unlink()
            inputs = (folder / "inputs" / "job.toml").read_bytes()
            for entry in ("--resume", "--extend"):
                self.refused(7, ["run.json is missing", "--repair"], "generate", entry, "--steps", 3, "-o", folder)
            self.assertEqual((folder / "inputs" / "job.toml").read_bytes(), inputs)
            self.succeeds("verify", folder, "--repair")
        (folder / "inputs" / "market.toml").rename(self.folder / "market.toml")
        self.refused(8, ["market.toml is missing", "restore it"], "verify", folder)
        (self.folder / "market.toml").rename(folder / "inputs" / "market.toml")
        market = folder / "inputs" / "market.toml"
        market.write_text(market.read_text() + "\n")
        self.refused(8, ["market.toml", "restore it"], "verify", folder, "--repair")


if __name__ == "__main__":
    unittest.main()
