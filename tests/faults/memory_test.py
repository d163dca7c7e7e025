"""Allocations that fail and limits on memory: exit code 9 and one line, or a clean end; never a crash, never a shard
that is not whole. Argument: how many failed allocations (50)."""
import os
import random
import resource
import shutil
import unittest

from faults import FaultCase, count, run

MEMORY, IO = 9, 5


@unittest.skipIf("MARKETMIMIC_FAILING_MEMORY" not in os.environ,
                 "set MARKETMIMIC_FAILING_MEMORY to the library failing_memory")
class FailingAllocations(FaultCase):
    def environment(self, **more):
        return {**os.environ, "LD_PRELOAD": os.environ["MARKETMIMIC_FAILING_MEMORY"], **more}

    def allocations(self, *command):
        """How many there are where none fails."""
        told = self.folder / "allocations"
        self.succeeds(*command, env=self.environment(MARKETMIMIC_ALLOCATIONS=str(told)))
        return int(told.read_text())

    def strike(self, number, and_later, *command):
        more = {"MARKETMIMIC_FAIL_ALLOCATION": str(number)}
        if and_later:
            more["MARKETMIMIC_FAIL_ALL"] = "1"
        result = run(*command, env=self.environment(**more))
        with self.subTest(number=number, and_later=and_later, command=command[0]):
            self.assert_one_line(result, {0, MEMORY})
        return result.returncode

    def numbers(self, all_of_them, share):
        """Half of them among the first, where most different ones are."""
        draw = random.Random(11)
        for i in range(count(share)):
            yield draw.randint(1, all_of_them if i % 2 else min(all_of_them, 3000)), draw.random() < 0.3

    def test_while_a_run_is_made(self):
        whole, folder = self.whole(), self.folder / "run"
        command = ["generate", self.job, "-o", folder, "--threads", 2, "--resume"]
        most = self.allocations(*command)
        failed = 0
        for number, and_later in self.numbers(most, 30):
            shutil.rmtree(folder, ignore_errors=True)
            failed += self.strike(number, and_later, *command) == MEMORY
            self.assert_whole_shards(folder, whole)
            self.succeeds(*command)
            self.assertEqual(self.data(folder), whole)  # nor is anything left of a program that had to end on the spot
        self.assertGreater(failed, 0)

    def test_while_a_run_is_looked_at_and_mended(self):
        folder = self.folder / "run"
        whole = self.whole()
        shutil.copytree(self.folder / "whole", folder)
        shard = sorted(folder.glob("shards/*.h5"))[0]
        commands = (["verify", folder, "--repair"], ["finalize", folder], ["report", folder],
                    ["replay", folder, "--scenario", 3, "--check"])
        failed = 0
        for command in commands:
            shard.write_bytes(whole[shard.relative_to(folder)][:-1])
            if command[0] != "verify":
                self.succeeds("verify", folder, "--repair")
            for number, and_later in self.numbers(self.allocations(*command), 5):
                if command[0] == "verify":
                    shard.write_bytes(whole[shard.relative_to(folder)][:-1])
                failed += self.strike(number, and_later, *command) == MEMORY
                if command[0] == "verify":
                    self.succeeds(*command)
                self.assertEqual(self.data(folder), whole)
        self.assertGreater(failed, 0)


class Limits(FaultCase):
    def test_on_address_space(self):
        """From where the program can't start to where it has all it needs."""
        whole, folder = self.whole(), self.folder / "run"
        command = ["generate", self.job, "-o", folder, "--threads", 2, "--resume"]

        def under(limit, *arguments):
            return run(*arguments, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))

        least = 8 << 20
        while under(least, "--version").returncode != 0:
            least += 4 << 20
        ends = set()
        steps = count(12)
        for step in range(steps):
            shutil.rmtree(folder, ignore_errors=True)
            result = under(least + (300 << 20) * step // steps, *command)
            ends.add(result.returncode)
            self.assert_one_line(result, {0, MEMORY})
            self.assert_whole_shards(folder, whole)
        self.succeeds(*command)
        self.assertEqual(self.data(folder), whole)
        self.assertEqual(ends, {0, MEMORY})


if __name__ == "__main__":
    unittest.main()
