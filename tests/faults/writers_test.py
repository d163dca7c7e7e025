"""Several processes that do different things to one folder at a time: each ends with its work done or with a word that
somebody else is at work, and what is left is the run. Argument: how many rounds (6)."""
import random
import shutil
import subprocess
import unittest

from faults import PROGRAM, FaultCase, count

EXISTS, RESUMABLE = 7, 10


class Writers(FaultCase):
    def test_at_a_time(self):
        draw, folder, whole = random.Random(16), self.folder / "run", self.whole()
        part = self.folder / "part"
        self.succeeds("generate", self.job, "-o", part, "--shard-range", "0/2")
        generate = ["generate", self.job, "-o", folder, "--resume"]
        works = [generate, [*generate, "--shard-range", "0/2"], [*generate, "--shard-range", "1/2"],
                 ["verify", folder, "--repair"], ["finalize", folder], ["merge", folder, part]]
        for _ in range(count(6)):
            self.succeeds(*generate, "--shard-range", "0/2")
            shard = sorted(folder.glob("shards/*.h5"))[0]
            shard.write_bytes(shard.read_bytes()[:-1])
            chosen = draw.choices(works, k=5)
            processes = [subprocess.Popen([PROGRAM, *map(str, work)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                          text=True) for work in chosen]
            for work, process in zip(chosen, processes):
                told = process.communicate(timeout=120)[1]
                with self.subTest(work[:1] + work[-2:]):
                    self.assertIn(process.returncode, (0, EXISTS, RESUMABLE), told)
                    self.assertEqual(told.count("error: "), 1 if process.returncode else 0, told)
            self.succeeds(*generate)
            self.assertEqual(self.data(folder), whole)
            self.succeeds("verify", folder)
            shutil.rmtree(folder)


if __name__ == "__main__":
    unittest.main()
