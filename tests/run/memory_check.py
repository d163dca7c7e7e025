"""Memory does not grow with the number of scenarios."""
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
            self.assertLess(many, few + (4 << 20), f"{few} for 1,000, {many} for 4,000")


if __name__ == "__main__":
    unittest.main(argv=["memory_check"])
