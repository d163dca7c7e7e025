"""A full disk is noticed: exit code 5, one line, nothing half written under a final name."""
import resource
import signal
import subprocess
import time
import unittest

from support import command, folder, make

N, T = 640, 60


def limit_files(size):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


class FullDisk(unittest.TestCase):
    def assert_failed(self, process, run, whole):
        self.assertEqual(process.returncode, 5, process.stderr)
        self.assertEqual(process.stderr.count("\n"), 1, process.stderr)
        for shard in (run / "shards").glob("*.h5"):
            self.assertEqual(shard.read_bytes(), (whole / "shards" / shard.name).read_bytes())
        self.assertEqual([p for p in run.rglob("*") if p.name.endswith(".part")], [])

    def test_a_limit_on_file_sizes(self):
        with folder() as place:
            whole = make(place / "whole", scenarios=N, steps=T)
            for size in (20_000, 500_000, 5_000_000):
                run = place / f"run{size}"
                process = subprocess.run(command(run, scenarios=N, steps=T), capture_output=True, text=True,
                                         preexec_fn=lambda size=size: limit_files(size))
                self.assert_failed(process, run, whole)
                self.assertIn("File too large", process.stderr)

    def test_a_disk_that_fills_up_meanwhile(self):
        with folder() as place:
            whole = make(place / "whole", scenarios=N, steps=T)
            disk = place / "disk"
            disk.mkdir()
            mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk], capture_output=True)
            if mounted.returncode != 0:
                self.skipTest("can't mount a small disk: " + mounted.stderr.decode().strip())
            try:
                run = disk / "run"
                process = subprocess.Popen(command(run, scenarios=N, steps=T), stdout=subprocess.DEVNULL,
                                           stderr=subprocess.PIPE, text=True)
                while process.poll() is None and not list(run.glob("shards/[!.]*.h5")):
                    time.sleep(0.001)
                with open(disk / "ballast", "wb", buffering=0) as ballast:
                    try:
                        while ballast.write(bytes(1 << 16)):
                            pass
                    except OSError:
                        pass
                process.stderr_text = process.communicate()[1]
                result = subprocess.CompletedProcess([], process.returncode, None, process.stderr_text)
                if result.returncode == 0:
                    self.skipTest("the run was done before the disk was full")
                self.assert_failed(result, run, whole)
                self.assertIn("No space left", result.stderr)
                self.assertTrue(list(run.glob("shards/*.h5")), "what was published stays")
            finally:
                subprocess.run(["umount", disk], check=True)

    def test_a_disk_that_is_too_small(self):
        with folder() as place:
            process = subprocess.run(command(place / "run", scenarios=1_000_000_000, steps=1000), capture_output=True,
                                     text=True)
            self.assertEqual(process.returncode, 5)
            self.assertIn("has room for", process.stderr)


if __name__ == "__main__":
    unittest.main(argv=["full_disk_check"])
