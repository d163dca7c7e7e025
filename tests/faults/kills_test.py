"""SIGKILL at a drawn call of every system call that publishes, while a run is made, extended, merged, finished or
mended: the same command again leaves the bytes of a run that was let alone. Only kills that struck are counted.
Argument: how many of each (1)."""
import collections
import os
import random
import re
import shutil
import signal
import subprocess
import unittest

from faults import PROGRAM, FaultCase, count

CALLS = ("rename", "fsync", "fallocate", "pwrite64", "write", "unlink", "mkdir", "fcntl")


class Kills(FaultCase):
    def setUp(self):
        super().setUp()
        self.tracer = self.strace()
        self.random = random.Random(12)
        self.struck = collections.Counter()

    def traced(self, command, *options, log="/dev/null"):
        environment = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
        return subprocess.run([self.tracer, "-f", "-o", log, *options, PROGRAM, *map(str, command)],
                              capture_output=True, text=True, env=environment)

    def most_calls(self, command):
        """How often the thread that makes most of them makes each call: strace counts by thread."""
        log = self.folder / "log"
        result = self.traced(command, "-e", "trace=" + ",".join(CALLS), log=log)
        self.assertEqual(result.returncode, 0, result.stderr)
        by_thread = collections.Counter(re.findall(r"^(\d+) +(\w+)\(", log.read_text(), re.M))
        return {call: max((n for (_, c), n in by_thread.items() if c == call), default=0) for call in CALLS}

    def kill(self, name, prepare, command, whole, before=None):
        """Kills `command` after `prepare()` at each system call, and says it again; `whole` has to come out, and no
        shard may have other bytes than it or the run `before`."""
        folder = self.folder / "run"
        prepare()
        most = self.most_calls(command)
        for call in CALLS:
            for _ in range(count(1) if most[call] else 0):
                prepare()
                number = self.random.randint(1, most[call])
                result = self.traced(command, "-e", f"inject={call}:signal=KILL:when={number}")
                self.assertIn(result.returncode, (0, -signal.SIGKILL), result.stderr)
                self.struck[name, call] += result.returncode == -signal.SIGKILL
                self.assert_whole_shards(folder, whole, before or {})
                self.succeeds(*command)
                with self.subTest(name, call=call, number=number):
                    self.assertEqual(self.data(folder), whole)
        shutil.rmtree(folder, ignore_errors=True)

    def test_at_system_calls(self):
        folder, whole = self.folder / "run", self.whole()
        made = self.folder / "whole"
        generate = ["generate", self.job, "-o", folder, "--resume", "--threads", 1]

        def nothing():
            shutil.rmtree(folder, ignore_errors=True)

        self.kill("generate", nothing, generate, whole)

        def a_copy():
            nothing()
            shutil.copytree(made, folder)

        def damaged():
            a_copy()
            for shard in sorted(folder.glob("shards/*.h5"))[1:3]:
                shard.write_bytes(shard.read_bytes()[:-1])
            (folder / "dataset.h5").unlink()
            (folder / "run.json").write_text("{}")

        damaged()
        cut = self.data(folder)
        mend = ["verify", folder, "--repair", "--threads", 1]
        self.kill("verify --repair", damaged, mend, whole, cut)

        def parts():
            nothing()
            for part in ("0/2", "1/2"):
                at = self.folder / f"at-{part[0]}"
                if not at.exists():
                    self.succeeds("generate", self.job, "-o", at, "--shard-range", part)

        merge = ["merge", folder, self.folder / "at-0", self.folder / "at-1"]
        self.kill("merge", parts, merge, whole)

        def all_but_the_end():
            a_copy()
            (folder / "dataset.h5").unlink()

        self.kill("finalize", all_but_the_end, ["finalize", folder], whole)

        def short():
            nothing()
            shutil.copytree(self.folder / "short", folder)

        self.succeeds("generate", self.job, "--scenarios", 120, "-o", self.folder / "short")
        self.kill("--extend", short, ["generate", self.job, "-o", folder, "--extend", "--threads", 1], whole,
                  self.data(self.folder / "short"))
        print("kills that struck:", sum(self.struck.values()), "of", len(self.struck) * count(1))
        for (name, call), n in sorted(self.struck.items()):
            print(f"  {name:16} {call:10} {n}")
        self.assertGreater(sum(self.struck.values()), len(self.struck) * count(1) / 2)


if __name__ == "__main__":
    unittest.main()
