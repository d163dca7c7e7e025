"""Terminals, pipes and signals."""
import os
import pty
import signal
import subprocess
import time
import unittest

from program import EXAMPLE, PROGRAM, Case, run


class Results(Case):
    COMMANDS = [["--help"], ["--version"], ["doctor"], ["generate", "--print-job"], ["generate", "--dry-run"]]

    def test_full(self):
        with open("/dev/full", "w") as full:
            for command in self.COMMANDS:
                with self.subTest(command):
                    self.refused(5, ["standard output", "No space left"], *command, stdout=full)

    def test_closed(self):
        for command in self.COMMANDS:
            with self.subTest(command):
                self.refused(5, ["standard output", "closed"], *command, stdout=None, preexec_fn=lambda: os.close(1))

    def test_closed_before_a_run(self):
        self.refused(5, ["standard output"], "generate", "--scenarios", 16, "-o", self.folder / "run", stdout=None,
                     preexec_fn=lambda: os.close(1))

    def test_reader_gone(self):
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "w") as out:
            self.refused(5, ["Broken pipe"], "--help", stdout=out)

    def test_no_stream_at_all(self):
        done = run("doctor", stdin=None, stdout=None, stderr=None, preexec_fn=lambda: os.closerange(0, 3))
        self.assertEqual(done.returncode, 5)


def on_terminal(*arguments, columns=100, **environment):
    """What a terminal shows of stderr."""
    master, slave = pty.openpty()
    subprocess.run(["stty", "cols", str(columns)], stdin=slave, check=True)
    known = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM", "LC_ALL", "LC_CTYPE", "LANG")}
    child = subprocess.Popen([PROGRAM, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=slave,
                             env={**known, "TERM": "xterm", **environment})
    os.close(slave)
    shown = b""
    while True:
        try:
            part = os.read(master, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(master)
    child.wait()
    return shown.decode()


class Terminal(Case):
    def test_colour_only_where_wanted(self):
        self.assertIn("\033[1;31m", on_terminal("genrate"))
        self.assertNotIn("\033[", on_terminal("genrate", NO_COLOR="1"))
        self.assertNotIn("\033[", on_terminal("genrate", TERM="dumb"))
        self.assertNotIn("\033[", run("genrate").stderr)

    def test_progress_bar(self):
        job = ["generate", "--scenarios", 4000, "--steps", 288]
        shown = on_terminal(*job, "-o", self.folder / "a", LANG="C.UTF-8")
        self.assertIn("scenarios/s", shown)
        self.assertIn("█", shown)
        self.assertTrue(shown.endswith("\r\033[K"), "it goes away")
        for frame in shown.split("\r"):
            plain = frame.replace("\033[K", "").replace("\033[36m", "").replace("\033[0m", "")
            self.assertLessEqual(len(plain), 100)
        self.assertRegex(shown, r"· device use \d+ %")
        narrow = on_terminal(*job, "-o", self.folder / "n", columns=50, NO_COLOR="1", LANG="C.UTF-8")
        self.assertIn("scenarios/s", narrow, "what comes last is left out first")
        self.assertNotIn("device use", narrow)
        self.assertTrue(all(len(frame.replace("\033[K", "")) <= 50 for frame in narrow.split("\r")), narrow)
        plain = on_terminal(*job, "-o", self.folder / "b", NO_COLOR="1", LANG="C")
        self.assertNotIn("\033[36m", plain)
        self.assertNotIn("█", plain)
        self.assertEqual(run(*job, "-o", self.folder / "c").stderr, "")


class Signals(Case):
    def test_interrupted(self):
        job = self.file("job.toml", 'scenarios = 1000000\nsteps = 288\n[output]\nrecord = ["labels"]\nshard_mebibytes = 1\n')
        for number in [signal.SIGINT, signal.SIGTERM, signal.SIGUSR1]:
            with self.subTest(number):
                out = self.folder / f"run{number}"
                child = subprocess.Popen([PROGRAM, "generate", job, "-o", out], stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, text=True)
                while not list(out.glob("shards/*.h5")) and child.poll() is None:
                    time.sleep(0.05)
                child.send_signal(number)
                sent = time.monotonic()
                said = child.communicate()
                self.assertLess(time.monotonic() - sent, 5)
                self.assertEqual(child.returncode, 10, said)
                self.assertEqual(said[0], "")
                self.assertRegex(said[1], r"^error: interrupted: [0-9]+ of [0-9]+ shards")
                self.assertEqual(list(out.rglob("*.part")), [])
                self.assertFalse((out / "dataset.h5").exists())

    def test_interrupted_in_a_trial(self):
        """Sixteen long scenarios of an order book, which take minutes."""
        job = self.file("job.toml", 'scenarios = 1000\nsteps = 1000000\n[market]\nmodel = "order_book"\n'
                                    "[output]\nrecord = []\n")
        market = EXAMPLE.parent / "presets" / "btcusd.toml"
        command = [PROGRAM, "generate", job, "--market", market, "--dry-run", "--threads", "1"]
        for number in [signal.SIGINT, signal.SIGTERM, signal.SIGUSR1]:
            with self.subTest(number):
                child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                time.sleep(1)
                child.send_signal(number)
                sent = time.monotonic()
                said = child.communicate(timeout=60)
                self.assertLess(time.monotonic() - sent, 5)
                self.assertEqual(child.returncode, 10, said)
                self.assertEqual(said, ("", "error: interrupted while a few scenarios were tried\n"))

    def test_interrupted_while_order_books_are_coupled(self):
        job = self.file("job.toml", 'scenarios = 16\nsteps = 20\n[market]\nmodel = "order_book"\n'
                                    "[assets]\ncorrelation = [[1, 0.3], [0.3, 1]]\n")
        market = EXAMPLE.parent / "presets" / "btcusd.toml"
        out = self.folder / "run"
        child = subprocess.Popen([PROGRAM, "generate", job, "--market", market, "--market", market, "-o", out,
                                  "--threads", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(2)  # of ten or more
        child.send_signal(signal.SIGINT)
        said = child.communicate(timeout=60)
        self.assertEqual(child.returncode, 10, said)
        self.assertEqual(said, ("", "error: interrupted while the flow in common of the order books was searched for\n"))
        self.assertFalse(out.exists())

    def test_time_limit(self):
        """The same end, and a run that can be looked at as far as it goes."""
        job = self.file("job.toml", 'scenarios = 100000000\nsteps = 8\n[output]\nrecord = ["labels"]\nshard_mebibytes = 1\n')
        out = self.folder / "run"
        made = run("generate", job, "-o", out, "--time-limit", 1, timeout=30)
        self.assertEqual(made.returncode, 10, made.stderr)
        self.assertRegex(made.stderr, r"^error: interrupted: [0-9]+ of [0-9]+ shards are complete")
        shards = len(list(out.glob("shards/*.h5")))
        self.assertGreater(shards, 0)
        self.assertIn(f"in {shards} of ", self.succeeds("report", out).stdout)


if __name__ == "__main__":
    unittest.main()
