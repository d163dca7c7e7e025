"""Killed at any instant, a run leaves complete shards only, equal to those of an undisturbed run."""
import json
import random
import signal
import subprocess
import time
import unittest

from support import command, folder, make

N, T = 640, 60


class Kill(unittest.TestCase):
    def test_leaves_only_complete_shards(self):
        random.seed(1)
        with folder() as place:
            start = time.monotonic()
            whole = make(place / "whole", scenarios=N, steps=T)
            length = time.monotonic() - start
            kept = killed = 0
            for attempt in range(15):
                run = place / f"run{attempt}"
                process = subprocess.Popen(command(run, scenarios=N, steps=T), stdout=subprocess.DEVNULL)
                time.sleep(random.uniform(0.1, 0.95) * length)
                process.send_signal(signal.SIGKILL)
                killed += process.wait() == -signal.SIGKILL
                for shard in (run / "shards").glob("[!.]*.h5"):
                    self.assertEqual(shard.read_bytes(), (whole / "shards" / shard.name).read_bytes())
                    kept += 1
                for told in (run / "shards").glob("[!.]*.json"):
                    self.assertEqual(json.loads(told.read_text())["bytes"], told.with_suffix(".h5").stat().st_size)
            self.assertGreater(killed, 3)
            self.assertGreater(kept, 3)


if __name__ == "__main__":
    unittest.main(argv=["kill_check"])
