"""What the fault tests share. Arguments: the program, and how many faults of each kind; without, few enough for
everyday use."""
import pathlib
import shutil
import subprocess
import sys

PLACE = pathlib.Path(__file__).resolve().parent
COUNT = int(sys.argv.pop(2)) if sys.argv[2:] and sys.argv[2].isdigit() else None

sys.path.insert(0, str(PLACE.parent / "cli"))
from program import PROGRAM, RunCase, run  # noqa: E402,F401  takes the program's path off the arguments


def count(few):
    """How often: as the command line says, or `few`."""
    return COUNT if COUNT is not None else few


class FaultCase(RunCase):
    """A job of some shards, small enough to be made hundreds of times."""
    JOB = """
scenarios = 400
steps = 30
[output]
shard_mebibytes = 1
[[perturbation]]
kind = "flash_crash"
probability = 0.5
"""

    def strace(self):
        strace = shutil.which("strace")
        if not strace or subprocess.run([strace, "true"], capture_output=True).returncode != 0:
            self.skipTest("needs strace, and leave to trace")
        return strace

    def small_disk(self, size):
        """A tmpfs of `size` bytes for this test."""
        disk = self.folder / "disk"
        disk.mkdir(exist_ok=True)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("a small disk can be mounted only by root")
        self.addCleanup(subprocess.run, ["umount", disk], capture_output=True)
        return disk

    def shards(self, folder):
        return {path.name: path.read_bytes() for path in folder.glob("shards/[!.]*.h5")}

    def assert_one_line(self, result, codes):
        """It ended with one of these exit codes, and told an error in one line."""
        self.assertIn(result.returncode, codes, result.stderr)
        errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
        self.assertEqual(len(errors), 0 if result.returncode == 0 else 1, result.stderr)

    def assert_whole_shards(self, folder, *runs):
        """Every shard with its final name has the bytes that one of these runs has."""
        for name, content in self.shards(folder).items():
            self.assertTrue(any(content == run.get(pathlib.Path("shards") / name) for run in runs), name)
