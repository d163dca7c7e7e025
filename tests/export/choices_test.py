"""Which scenarios are exported, and what becomes of an export that can't be."""
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import time
import unittest

from runs import EXAMPLE, PROGRAM, ExportCase, h5py, numpy, same, truth

USAGE, INPUT, IO, EXISTS, INTERRUPTED = 2, 4, 5, 7, 10
PRESETS = EXAMPLE.parent / "presets"


def numbers(file):
    """The scenarios of an export in D4RL's format."""
    with h5py.File(file) as opened:
        return numpy.unique(opened["infos/scenario"][:]).tolist()


class Choices(ExportCase):
    def chosen(self, *arguments, run=None):
        return numbers(self.export("--format", "d4rl", *arguments, run=run))

    def test_by_number(self):
        self.assertEqual(self.chosen(), list(range(260)))
        self.assertEqual(self.chosen("--scenario", "7,3,5-9,8,200-259"), [3, *range(5, 10), *range(200, 260)])
        for wrong in ("x", "1-", "-3", "5-4", "1,,2", "1,", ",1", "0-99999999999999999999", "1.5"):
            self.refused(USAGE, ["--scenario must be"], "export", self.source, "--format", "csv", "-o",
                         self.folder / "out", f"--scenario={wrong}")
        self.refused(USAGE, ["there is no scenario 260"], "export", self.source, "--format", "csv", "-o",
                     self.folder / "out", "--scenario", "0-260")

    def test_successes(self):
        [success] = truth(self.source, "scenario/success")
        succeeded = numpy.flatnonzero(success).tolist()
        self.assertTrue(0 < len(succeeded) < 260)
        self.assertEqual(self.chosen("--successes"), succeeded)
        self.assertEqual(self.chosen("--successes", "--scenario", "100-199"), [i for i in succeeded if 100 <= i < 200])
        failed = numpy.flatnonzero(success == 0)[0]
        self.refused(USAGE, ["no scenario is left"], "export", self.source, "--format", "d4rl", "-o",
                     self.folder / "out", "--successes", "--scenario", failed)

    def test_accepted(self):
        accepted = self.folder / "accepted.h5"
        self.succeeds("accept", self.source, "-o", accepted, "--most", 40)
        with h5py.File(accepted) as file:
            ids = file["accepted/id"][:].tolist()
        self.assertEqual(self.chosen("--accepted", accepted), ids)
        self.assertEqual(self.chosen("--accepted", accepted, "--scenario", "50-99"), [i for i in ids if 50 <= i < 100])
        other = self.make("other", more='record = ["observations", "market"]\n[stop]\nsuccesses = 10\n')
        refuse = lambda code, words, file, source=self.source: self.refused(
            code, words, "export", source, "--format", "d4rl", "-o", self.folder / "out", "--accepted", file)
        refuse(INPUT, ["accepted.h5", "of another run"], accepted, other)
        refuse(INPUT, ["not a valid selection", "marketmimic accept"], self.source / "dataset.h5")
        refuse(INPUT, ["not a valid selection"], self.file("text.h5", "no HDF5"))
        refuse(IO, ["none.h5", "No such file"], self.folder / "none.h5")
        with h5py.File(accepted, "r+") as file:
            file["accepted/id"][0] = file["accepted/id"][1]
        refuse(INPUT, ["do not ascend"], accepted)

    def test_interrupted_runs(self):
        part = self.make("part", options=["--shard-range", "1/2"])
        held = self.chosen(run=part)
        self.assertTrue(0 < len(held) < 260 and held[-1] == 259, held)
        self.assertEqual(held, list(range(held[0], 260)))
        self.refused(IO, [f"does not hold scenario {held[0] - 1} yet", "--resume"], "export", part, "--format", "d4rl",
                     "-o", self.folder / "out", "--scenario", f"{held[0] - 1}-{held[0]}")
        for file in (part / "shards").iterdir():
            file.unlink()
        self.refused(IO, ["no complete shard"], "export", part, "--format", "csv", "-o", self.folder / "out")


class Replayed(ExportCase):
    """A run that recorded too little gives what the whole one gives."""

    def test_gives_the_same(self):
        for store in ("plain", "recipe"):
            self.compare(self.make(store, scenarios=40, more='record = ["observations", "book", "labels"]\n',
                                   options=["--store", store]))

    def compare(self, bare):
        options = ["--format", "d4rl", "--scenario", "0-20,30"]
        told = json.loads(self.succeeds("export", bare, *options, "-o", self.folder / f"{bare.name}.h5", "--json").stdout)
        self.assertTrue(told["replayed"])
        with h5py.File(self.export(*options)) as whole, h5py.File(self.folder / f"{bare.name}.h5") as file:
            for path in ("observations", "actions", "rewards", "terminals", "timeouts", "infos/scenario"):
                self.assertTrue(same(file[path][:], whole[path][:]), path)
            self.assertEqual(set(file["infos"]), {"labels", "scenario"}, "of the others what was recorded")
        for options in (["--format", "csv", "--scenario", "0-20,30"], ["--format", "robomimic", "--scenario", "7-9"]):
            replayed, stored = self.export(*options, run=bare).read_bytes(), self.export(*options).read_bytes()
            if options[1] == "robomimic":  # which tells the run
                identity = re.compile(rb'"identity":"[0-9a-f]+"')
                replayed, stored = (identity.sub(b"", data) for data in (replayed, stored))
            self.assertEqual(replayed, stored)


class Refusals(ExportCase):
    def refuses(self, code, words, *arguments, run=None, out="out"):
        self.refused(code, words, "export", run or self.source, "-o", self.folder / out, *arguments)

    def test_what_is_there(self):
        kept = self.file("kept", "mine")
        for name in ("robomimic", "d4rl", "csv"):
            self.refuses(EXISTS, ["exists", "--force"], "--format", name, out="kept")
            self.succeeds("export", self.source, "--format", name, "-o", kept, "--scenario", 1, "--force")
            self.assertNotEqual(kept.read_bytes(), b"mine")
        self.refuses(EXISTS, ["no folder"], "--format", "csv", "--split", "--force", out="kept")
        self.refuses(IO, ["can't write into"], "--format", "csv", out="none/out")
        self.refuses(USAGE, ["would overwrite"], "--format", "csv", out=self.source / "out.csv")
        self.refuses(USAGE, ["would overwrite"], "--format", "minari", out=self.source / "shards")

    def test_folders_that_are_there(self):
        for options in (["--format", "csv", "--split"], ["--format", "minari", "--dataset-id", "a-v0"]):
            out = self.folder / options[1]
            place = out / "a-v0" if "minari" in options else out
            self.succeeds("export", self.source, *options, "-o", f"{out}/", "--scenario", "1-3")
            before = self.listing()
            self.refuses(EXISTS, ["exists", "--force"], *options, out=out)
            self.succeeds("export", self.source, *options, "-o", out, "--scenario", "1-3", "--force")
            self.assertEqual(self.listing(), before)
            self.succeeds("export", self.source, *options, "-o", out, "--scenario", "5", "--force")
            (place / "notes.txt").write_text("mine")
            self.refuses(EXISTS, ["notes.txt was not written by an export"], *options, "--force", out=out)
        (self.folder / "home").mkdir()
        self.refuses(EXISTS, ["exists"], "--format", "csv", "--split", out="home")

    def test_what_makes_no_sense(self):
        self.refuses(USAGE, ["--format"], out="out")
        self.refuses(USAGE, ["--format"], "--format", "rlds")
        self.refuses(USAGE, ["--date belongs to --format lobster"], "--format", "csv", "--date", "2020-01-01")
        self.refuses(USAGE, ["--split belongs to --format csv"], "--format", "d4rl", "--split")
        self.refuses(USAGE, ["--dataset-id belongs to --format minari"], "--format", "d4rl", "--dataset-id", "a-v0")
        for wrong in ("a", "a-v", "a-vx", "../a-v0", "a//b-v0", "/a-v0", "a b-v0", "a/-v0", "n/a-v99999999999"):
            self.refuses(USAGE, ["--dataset-id must be"], "--format", "minari", "--dataset-id", wrong)
        self.refuses(USAGE, ["a diffusion market has no messages"], "--format", "lobster", "--scenario", 1)
        self.refuses(IO, ["run.json"], "--format", "csv", run=self.folder / "none")

    def test_markets_alone(self):
        market = self.shared / "market"
        if not market.exists():
            self.succeeds("generate", "--scenarios", 20, "-o", market)
        for name in ("minari", "robomimic", "d4rl"):
            self.refuses(USAGE, ["markets alone have no actions"], "--format", name, run=market)
        self.refuses(USAGE, ["markets alone have no successes"], "--format", "csv", "--successes", run=market)
        self.assertTrue(self.export("--format", "csv", run=market).read_text().startswith("scenario,step,observations."))

    def test_damage(self):
        damaged = self.shared / "damaged"
        shutil.copytree(self.source, damaged)
        shard = sorted((damaged / "shards").glob("*.h5"))[1]
        os.truncate(shard, shard.stat().st_size - 1000)
        for name in ("minari", "robomimic", "d4rl", "csv"):
            self.refuses(IO, [shard.name, "verify --repair"], "--format", name, run=damaged)
        shutil.rmtree(damaged)
        shutil.copytree(self.source, damaged)
        with h5py.File(shard, "r+") as file:
            file["strategy/primitive"][0] = 200
        self.refuses(IO, ["a primitive that no run writes", "verify --repair"], "--format", "robomimic", run=damaged)
        shutil.rmtree(damaged)


class Failures(ExportCase):
    """Exports that are cut short leave nothing."""
    FORMATS = (["--format", "minari"], ["--format", "robomimic"], ["--format", "d4rl"], ["--format", "csv"],
               ["--format", "csv", "--split"])

    def command(self, options, run=None):
        return [PROGRAM, "export", str(run or self.source), *options, "-o", str(self.folder / "deep" / "out")]

    def test_signals(self):
        long = self.make("long", scenarios=3000)
        (self.folder / "deep").mkdir()
        before = self.listing()
        for options, sent in zip(self.FORMATS, (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1) * 2):
            process = subprocess.Popen(self.command(options, long), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                       text=True)
            while process.poll() is None and self.listing() == before:
                time.sleep(0.001)
            process.send_signal(sent)
            _, told = process.communicate(timeout=60)
            self.assertEqual((process.returncode, told), (INTERRUPTED, "error: interrupted: nothing was written\n"))
            self.assertEqual(self.listing(), before)

    def test_full_disks(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

        (self.folder / "deep").mkdir()
        before = self.listing()
        for options in self.FORMATS[:4]:
            result = subprocess.run(self.command(options), capture_output=True, text=True, preexec_fn=limit, check=False)
            self.assertEqual(result.returncode, IO, result.stderr)
            self.assertIn("File too large", result.stderr)
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
            self.assertEqual(self.listing(), before)

    def test_a_small_disk(self):
        disk = self.folder / "deep"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True,
                                 check=False)
        if mounted.returncode != 0:
            self.skipTest("can't mount a small disk: " + mounted.stderr.decode().strip())
        try:
            for options in self.FORMATS:
                result = subprocess.run(self.command(options), capture_output=True, text=True, check=False)
                self.assertEqual(result.returncode, IO, result.stderr)
                self.assertIn("No space left", result.stderr)
                self.assertEqual(list(disk.iterdir()), [])
        finally:
            subprocess.run(["umount", disk], check=True)


class Memory(ExportCase):
    def peak(self, run, options, name):
        """As the kernel tells it while the program works: wait4()'s begins with what Python held."""
        process = subprocess.Popen([PROGRAM, "export", str(run), *options, "-o", str(self.folder / name)],
                                   stdout=subprocess.DEVNULL)
        status, kibibytes = pathlib.Path(f"/proc/{process.pid}/status"), 0
        while process.poll() is None:
            for line in status.read_text().splitlines():
                if line.startswith("VmHWM:"):
                    kibibytes = int(line.split()[1])
            time.sleep(0.002)
        self.assertEqual(process.returncode, 0)
        return kibibytes << 10

    def test_does_not_grow(self):
        many = self.make("many", scenarios=1500)
        for i, options in enumerate(Failures.FORMATS[:4]):
            few = self.peak(many, [*options, "--scenario", "0-499"], f"few{i}")
            all_of_them = self.peak(many, options, f"all{i}")
            self.assertLess(all_of_them, few + (12 << 20), options)


class Lobster(ExportCase):
    def test_appears_whole(self):
        run = self.shared / "books"
        self.succeeds("generate", "--market", PRESETS / "amzn.toml", "--scenarios", 3, "--steps", 5, "-o", run)
        out = self.folder / "tapes"
        told = json.loads(self.succeeds("export", run, "--format", "lobster", "-o", out, "--scenario", "2,0",
                                        "--json").stdout)
        self.assertEqual([one["scenario"] for one in told], [0, 2])
        files = sorted(one[key] for one in told for key in ("message_file", "orderbook_file"))
        self.assertEqual(files, sorted(str(path) for path in out.iterdir()))
        for one in told:
            for key in ("message_file", "orderbook_file"):
                self.assertEqual(len(pathlib.Path(one[key]).read_text().splitlines()), one["messages"])
        self.refused(EXISTS, ["exists"], "export", run, "--format", "lobster", "-o", out)
        self.succeeds("export", run, "--format", "lobster", "-o", out, "--force")
        self.assertEqual(len(list(out.iterdir())), 6)


if __name__ == "__main__":
    unittest.main()
