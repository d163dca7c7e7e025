"""Memory does not grow with the number of scenarios, but for some 150 KB a shard (dataset.h5 maps it for every column)."""
import os
import subprocess
import unittest

from support import command, folder


def peak(run, **choices):
    """Largest resident memory of the program that makes a run [bytes]."""
    process = subprocess.Popen(command(run, **choices), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss * 1024


class Memory(unittest.TestCase):
    def test_is_constant(self):
        with folder() as place:
            few = peak(place / "few", scenarios=1000, steps=100)
            many = peak(place / "many", scenarios=4000, steps=100)
            shards = list(place.glob("many/shards/*.h5"))
            more = len(shards) - len(list(place.glob("few/shards/*.h5")))
            self.assertGreater(sum(shard.stat().st_size for shard in shards), 80 << 20)
            self.assertLess(many, few + more * (192 << 10), f"{few} for 1,000, {many} for 4,000, {more} shards more")


if __name__ == "__main__":
    unittest.main(argv=["memory_check"])
