"""Disks that are full after any number of bytes, fail, write less than they were given, refuse to sync, or are slow.
Argument: how many that are full (8)."""
import json
import os
import random
import shutil
import subprocess
import sys
import unittest

from faults import PROGRAM, FaultCase, count

IO, EXISTS = 5, 7


class Disk(FaultCase):
    def setUp(self):
        super().setUp()
        self.whole_run = self.whole()
        self.run_folder = self.folder / "run"
        self.command = ["generate", self.job, "-o", self.run_folder, "--resume", "--threads", 2]

    def go_on(self):
        self.succeeds(*self.command)
        self.assertEqual(self.data(self.run_folder), self.whole_run)
        shutil.rmtree(self.run_folder)

    def under(self, *before, **environment):
        result = subprocess.run([*before, PROGRAM, *map(str, self.command)], capture_output=True, text=True,
                                env={**os.environ, **environment})
        self.assert_one_line(result, {0, IO})
        self.assert_whole_shards(self.run_folder, self.whole_run)
        return result

    def test_that_is_full_after_any_number_of_bytes(self):
        draw, full = random.Random(13), 0
        need, in_flight = sum(map(len, self.whole_run.values())), 32 << 20  # shards are given more room than they take
        for _ in range(count(8)):
            disk = self.small_disk(need + in_flight)
            self.run_folder = disk / "run"
            self.command[3] = self.run_folder
            left = draw.randint(4096, need + in_flight // 2)
            with open(disk / "ballast", "wb") as ballast:
                os.posix_fallocate(ballast.fileno(), 0, need + in_flight - left)
            result = self.under()
            full += result.returncode == IO
            if result.returncode == IO:
                self.assertTrue("No space left" in result.stderr or "has room for" in result.stderr, result.stderr)
                self.assertEqual([p for p in self.run_folder.rglob("*.part")], [])
            (disk / "ballast").unlink()
            self.go_on()
            subprocess.run(["umount", disk], check=True)
        print(f"{full} of {count(8)} disks were too small")
        self.assertGreater(full, 0)

    def test_that_fails_or_writes_short(self):
        """Any kind of call on a file, with some probability; a short write is no failure."""
        fiu = shutil.which("fiu-run")
        if not fiu:
            self.skipTest("needs fiu-run")
        ends = set()
        for point, codes in (("posix/io/rw/pwrite/reduce", {0}), ("posix/io/rw/pread/reduce", {0}),
                             ("posix/io/rw/*/reduce", {0}), ("posix/io/rw/pwrite", {0, IO}),
                             ("posix/io/sync/*", {0, IO}), ("posix/io/dir/rename", {0, IO})):
            for i in range(max(1, count(8) // 4)):
                share = 0.5 if point.endswith("reduce") else 0.03 * (i + 1)
                result = self.under(fiu, "-x", "-c", f"enable_random name={point},probability={share}")
                with self.subTest(point=point, share=share):
                    self.assertIn(result.returncode, codes, result.stderr)
                ends.add(result.returncode)
                self.go_on()
        self.assertEqual(ends, {0, IO})

    def test_that_is_slow_does_not_fill_memory(self):
        tracer = self.strace()
        self.job.write_text(self.JOB.replace("scenarios = 400", "scenarios = 1500"))

        def peak(*options):
            log = self.folder / "peak"
            probe = ("import os,subprocess,sys; p=subprocess.Popen(sys.argv[2:]); _,s,u=os.wait4(p.pid,0); "
                     "open(sys.argv[1],'w').write(f'{u.ru_maxrss} {os.waitstatus_to_exitcode(s)}')")
            subprocess.run([tracer, "-f", "-o", "/dev/null", *options, sys.executable, "-c", probe, log, PROGRAM,
                            *map(str, self.command)], check=True, capture_output=True)
            kibibytes, code = map(int, log.read_text().split())
            self.assertEqual(code, 0)
            [session] = json.loads((self.run_folder / "run.json").read_text())["sessions"]
            shutil.rmtree(self.run_folder)
            return kibibytes << 10, session["waiting"], session["device_use"]

        quick, _, _ = peak("-e", "trace=fsync")
        slow, waiting, use = peak("-e", "inject=fsync,pwrite64:delay_enter=30000:when=1+5")
        self.assertLess(slow, quick + (16 << 20), f"{quick} bytes at once, {slow} on a slow disk")
        self.assertGreater(waiting, 0.5, "it shows that the disk sets the pace")
        self.assertLess(use, 1.01 - waiting, "who waits for the disk does not simulate")


if __name__ == "__main__":
    unittest.main()
