"""Processes that work on a run at a time, or are killed at any instant or system call, leave the bytes of one that was
let alone. Arguments behind the program: how many random kills, and how many of each system call."""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest

from support import command, folder, make

N, T = 640, 60
kills = int(sys.argv[2]) if len(sys.argv) > 2 else 12
calls = int(sys.argv[3]) if len(sys.argv) > 3 else 3


def data(run):
    """Every file that must not depend on how the run was made, and run.json without its history."""
    files = {}
    for path in run.rglob("*"):
        if path.is_file() and path.name not in ("run.json", "journal.jsonl"):
            files[str(path.relative_to(run))] = path.read_bytes()
    told = json.loads((run / "run.json").read_text())
    for key in ("sessions", "seconds", "seal"):
        told.pop(key)
    return files, told


class Resume(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = folder()
        cls.path = cls.place.__enter__()
        start = time.monotonic()
        cls.whole = data(make(cls.path / "whole", scenarios=N, steps=T))
        cls.length = time.monotonic() - start

    @classmethod
    def tearDownClass(cls):
        cls.place.__exit__(None, None, None)

    def resume(self, run):
        make(run, scenarios=N, steps=T, more=["resume"])
        self.assertEqual(data(run), self.whole)
        shutil.rmtree(run)

    def tracer(self):
        strace = shutil.which("strace")
        if not strace or subprocess.run([strace, "true"], capture_output=True).returncode != 0:
            self.skipTest("needs strace, and leave to trace")
        return strace

    def traced(self, strace, injection, run):
        """The program while system calls are tampered with; nothing looks for leaks then, which can't be traced."""
        environment = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
        return subprocess.run([strace, "-f", "-o", "/dev/null", "-e", f"inject={injection}",
                               *command(run, scenarios=N, steps=T, more=["resume"])],
                              capture_output=True, text=True, env=environment)

    def test_parts_at_a_time(self):
        run = self.path / "parts"
        parts = 4
        commands = [command(run, scenarios=N, steps=T, threads=1, more=[i, parts]) for i in range(parts)]
        workers = [subprocess.Popen(each, stdout=subprocess.DEVNULL) for each in commands]
        self.assertEqual([worker.wait() for worker in workers], [0] * parts)
        self.assertEqual(data(run), self.whole)

    def test_one_at_a_time(self):
        run = self.path / "two"
        same = command(run, scenarios=N, steps=T, more=["resume"])
        workers = [subprocess.Popen(same, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                   for _ in range(4)]
        told = [worker.communicate()[1] for worker in workers]
        codes = [worker.returncode for worker in workers]
        self.assertIn(0, codes)
        for code, line in zip(codes, told):
            self.assertIn(code, (0, 7), line)
            self.assertEqual(line.count("\n"), 1 if code else 0, line)
        self.assertEqual(data(run), self.whole)

    def test_killed_at_any_time(self):
        random.seed(7)
        run = self.path / "killed"
        killed = 0
        while killed < kills:
            process = subprocess.Popen(command(run, scenarios=N, steps=T, more=["resume"]), stdout=subprocess.DEVNULL)
            time.sleep(random.uniform(0.02, 0.7) * self.length)
            process.send_signal(signal.SIGKILL)
            killed += process.wait() == -signal.SIGKILL
            if process.returncode == 0 or random.random() < 0.2:
                self.resume(run)
        if run.exists():
            self.resume(run)

    def test_killed_at_system_calls(self):
        strace = self.tracer()
        random.seed(8)
        run = self.path / "traced"
        for call in ("rename", "fsync", "fallocate", "pwrite64", "write", "unlink", "mkdir", "fcntl"):
            killed = 0
            for attempt in range(calls):
                number = 1 + attempt if attempt < calls // 2 else random.randint(1, 40)
                self.traced(strace, f"{call}:signal=KILL:when={number}", run)
                done = run / "run.json"
                killed += not (done.exists() and json.loads(done.read_text())["complete"])
                self.resume(run)
            self.assertTrue(killed > 0 or call in ("unlink", "mkdir"), call)

    def test_failing_system_calls(self):
        """One line, exit code 5, and a run that can be gone on with."""
        strace = self.tracer()
        random.seed(9)
        run = self.path / "failing"
        for call, error in (("rename", "EIO"), ("fsync", "EIO"), ("fallocate", "ENOSPC"), ("pwrite64", "EIO"),
                            ("pwrite64", "ENOSPC"), ("openat", "EMFILE"), ("fsync", "ENOSPC")):
            for attempt in range(calls):
                first = 200 if call == "openat" else 1
                number = first + random.randint(0, 25)
                result = self.traced(strace, f"{call}:error={error}:when={number}", run)
                with self.subTest(call=call, error=error, number=number):
                    self.assertIn(result.returncode, (0, 5), result.stderr)
                    self.assertEqual(result.stderr.count("\n"), 1 if result.returncode else 0, result.stderr)
                self.resume(run)


if __name__ == "__main__":
    unittest.main(argv=["resume_check"])
