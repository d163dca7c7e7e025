"""Memory does not grow with the number of scenarios. Arguments behind the program: scenarios of two runs, and steps."""
import subprocess
import sys
import unittest

from support import command, folder

few, many, steps = map(int, sys.argv[2:5]) if len(sys.argv) > 4 else (1000, 4000, 100)


def peak(run, scenarios):
    """Largest resident memory of the program that makes a run [bytes]: the lesser of two, since shards queue up
    before the disk, two at most, when it happens to be slow."""
    peaks = []
    for _ in range(2):
        told = subprocess.run(command(run, scenarios=scenarios, steps=steps), check=True, capture_output=True, text=True)
        peaks.append(int(told.stdout.split()[-2]) << 10)
        shards = list(run.glob("shards/*.h5"))
        payload = sum(shard.stat().st_size for shard in shards)
        subprocess.run(["rm", "-r", run], check=True)
    print(f"{scenarios} scenarios, {len(shards)} shards, {payload >> 20} MiB: peaks", *(p >> 10 for p in peaks), "KiB")
    return min(peaks), payload


class Memory(unittest.TestCase):
    def test_is_constant(self):
        """What is left are the names of 512 shards at most, which dataset.h5 maps together."""
        with folder() as place:
            (small, _), (large, payload) = peak(place / "few", few), peak(place / "many", many)
            self.assertGreater(payload, 80 << 20)
            self.assertLess(large, small + (10 << 20), f"{small} bytes for {few} scenarios, {large} for {many}")


if __name__ == "__main__":
    unittest.main(argv=["memory_check"])
