"""Folders with odd names, reached in odd ways, or that can't be written to."""
import json
import resource
import shutil
import subprocess
import unittest

from faults import FaultCase, run

IO, EXISTS = 5, 7


class Paths(FaultCase):
    def made_at(self, given, place, **options):
        """The run is made at `place`, which is given as `given`; looked at, damaged and mended, gone on with."""
        whole = self.whole_run
        self.succeeds("generate", self.job, "-o", given, **options)
        self.assertEqual(self.data(place), whole)
        shard = sorted(place.glob("shards/*.h5"))[0]
        shard.write_bytes(whole[shard.relative_to(place)][1:])
        self.assertEqual(run("verify", given, **options).returncode, 8)
        self.succeeds("verify", given, "--repair", **options)
        self.succeeds("generate", "--resume", "-o", given, **options)
        self.succeeds("replay", given, "--scenario", 7, "--check", **options)
        self.succeeds("merge", f"{given.rstrip('/')}-merged", given, **options)
        self.assertEqual(self.data(place), whole)
        with self.subTest("h5py"):
            code = ("import h5py, sys; f = h5py.File(sys.argv[1] + '/dataset.h5'); "
                    "assert (f['scenario/id'][:] == range(400)).all()")
            subprocess.run(["/usr/bin/python3", "-c", code, str(place)], check=True, cwd="/")

    def setUp(self):
        super().setUp()
        self.whole_run = self.whole()

    def test_odd_names(self):
        for name in ("a b\n\tc", "ümläut-数据-🜚", "'\"$HOME`x`;*?[]%d{}\\", "x" * 240, "\udcff\udcfe"):  # no UTF-8
            with self.subTest(name):
                folder = self.folder / "names" / name
                self.made_at(str(folder), folder, errors="surrogateescape")
                shutil.rmtree(self.folder / "names")

    def test_what_fails_in_one_of_an_odd_name(self):
        folder = self.folder / "\udcff"
        result = run("generate", self.job, "-o", folder, errors="surrogateescape",
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)))
        self.assert_one_line(result, {IO})
        self.assertIn("outcome", (folder / "journal.jsonl").read_text())
        for command in (["generate", self.job, "-o", folder, "--resume", "--json"], ["finalize", folder, "--json"],
                        ["merge", folder, self.folder / "whole", "--json"], ["verify", folder, "--json"]):
            json.loads(self.succeeds(*command, errors="surrogateescape").stdout)

    def test_odd_ways(self):
        deep = self.folder / "/".join(["d" * 200] * 12)
        real, link = self.folder / "real", self.folder / "link"
        real.mkdir()
        link.symlink_to(real)
        (self.folder / "cwd").mkdir()
        for given, place, cwd in ((f"{self.folder}/slash/", self.folder / "slash", "/"),
                                  ("./a/../b", self.folder / "cwd" / "b", self.folder / "cwd"),
                                  ("../up", self.folder / "up", self.folder / "cwd"),
                                  (str(link / "in"), real / "in", "/"), (str(deep), deep, "/")):
            with self.subTest(given[-80:]):
                if given == "./a/../b":
                    (self.folder / "cwd" / "a").mkdir()
                self.made_at(given.rstrip("/") if "slash" not in given else given, place, cwd=cwd)

    def test_a_link_to_a_folder_that_is_empty_or_missing(self):
        empty = self.folder / "empty"
        empty.mkdir()
        (self.folder / "to-empty").symlink_to(empty)
        self.succeeds("generate", self.job, "-o", self.folder / "to-empty")
        self.assertEqual(self.data(empty), self.whole_run)
        (self.folder / "to-nothing").symlink_to(self.folder / "nothing")
        self.assert_one_line(run("generate", self.job, "-o", self.folder / "to-nothing"), {IO, EXISTS})

    def test_names_that_are_too_long(self):
        self.refused(IO, ["File name too long"], "generate", self.job, "-o", self.folder / ("y" * 256))
        self.refused(IO, ["File name too long"], "generate", self.job, "-o", "/".join([str(self.folder)] + ["z" * 250] * 20))

    def test_a_file_in_the_way(self):
        self.file("file", "mine")
        self.refused(EXISTS, ["file"], "generate", self.job, "-o", self.folder / "file")
        self.refused(IO, ["file"], "generate", self.job, "-o", self.folder / "file" / "run")
        for name in ("shards", "inputs", "journal.jsonl", "run.json"):
            with self.subTest(name):
                folder = self.folder / "blocked"
                folder.mkdir()
                (folder / name).mkdir() if "." in name else (folder / name).write_text("mine")
                result = run("generate", self.job, "-o", folder, "--resume")
                self.assert_one_line(result, {IO, EXISTS})
                shutil.rmtree(folder)

    def read_only(self, folder):
        """Nothing can be changed in the folder, by root neither."""
        mounted = subprocess.run(["mount", "--bind", folder, folder], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("a folder can be bound read-only only by root")
        self.addCleanup(subprocess.run, ["umount", folder], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)

    def test_read_only(self):
        folder = self.folder / "run"
        shutil.copytree(self.folder / "whole", folder)
        shard = sorted(folder.glob("shards/*.h5"))[0]
        shard.write_bytes(self.whole_run[shard.relative_to(folder)][:-1])
        self.read_only(folder)
        for command in (["generate", self.job, "-o", folder, "--resume"], ["finalize", folder],
                        ["generate", self.job, "-o", folder / "inside"], ["merge", folder, self.folder / "whole"],
                        ["verify", folder, "--repair"], ["generate", "--scenarios", 900, self.job, "-o", folder, "--extend"]):
            self.refused(IO, ["Read-only file system"], *command)
        self.assertEqual(run("verify", folder).returncode, 8)  # looking is allowed
        self.succeeds("replay", folder, "--scenario", 399)


if __name__ == "__main__":
    unittest.main()
