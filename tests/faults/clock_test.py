"""Clocks that are wrong, stand still, run fast or jump while a run is made: the bytes are the same, and its history says
what the clock said. Argument: how many runs with jumps (3)."""
import json
import os
import random
import shutil
import subprocess
import unittest

from faults import PROGRAM, FaultCase, count


class Clocks(FaultCase):
    def start(self, *command, **settings):
        """The program under a clock of libfaketime's; what only counts forward is left alone, as systems do."""
        faketime = shutil.which("faketime")
        if not faketime:
            self.skipTest("needs faketime")
        library = subprocess.run([faketime, "-m", "now", "printenv", "LD_PRELOAD"], capture_output=True, text=True)
        environment = {**os.environ, "LD_PRELOAD": library.stdout.strip(), "FAKETIME_NO_CACHE": "1",
                       "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", **settings}
        return subprocess.Popen([PROGRAM, *map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                text=True, env=environment)

    def sessions(self, folder):
        return json.loads((folder / "run.json").read_text())["sessions"]

    def test_any_time(self):
        whole, folder = self.whole(), self.folder / "run"
        for time, year in (("1970-01-02 00:00:00", "1970"), ("@2038-01-19 03:14:07", "2038"),
                           ("@2100-02-28 23:59:59 x1000", "2100"), ("@1999-12-31 23:59:59 x0.1", "1999")):
            process = self.start("generate", self.job, "-o", folder, FAKETIME=time)
            told = process.communicate(timeout=60)[1]
            with self.subTest(time):
                self.assertEqual(process.returncode, 0, told)
                self.assertEqual(self.data(folder), whole)
                session = self.sessions(folder)[-1]
                self.assertTrue(session["started"].startswith(year), session)
                self.assertEqual(session["outcome"], "complete")
                self.assertTrue(0 <= session["seconds"] < 60, session)
            self.succeeds("verify", folder)
            shutil.rmtree(folder)

    def test_that_jump_meanwhile(self):
        """By up to a hundred days to and fro, all the time; then a second session goes on where the first was killed."""
        draw, folder, whole = random.Random(14), self.folder / "run", self.whole("--scenarios", 600)
        clock = self.folder / "clock"
        for _ in range(count(3)):
            for killed in (True, False):
                clock.write_text("+0")
                process = self.start("generate", self.job, "--scenarios", 600, "-o", folder, "--resume",
                                     FAKETIME_TIMESTAMP_FILE=str(clock))
                while process.poll() is None:
                    clock.write_text(f"{draw.randint(-10**7, 10**7):+d}")
                    if killed and list(folder.glob("shards/*.json")):
                        process.kill()
                told = process.communicate()[1]
                self.assertIn(process.returncode, (0, -9) if killed else (0,), told)
            self.assertEqual(self.data(folder), whole)
            self.assertEqual(len(self.sessions(folder)), 2)
            shutil.rmtree(folder)


if __name__ == "__main__":
    unittest.main()
