"""What a run lacks or holds wrongly is told, never read: missing, cut, damaged and foreign shards, interrupted runs."""

import json
import os
import pathlib
import shutil
import subprocess
import unittest

import numpy as np
from runs import N, PROGRAM, RunCase, T, edit_info, everything, h5py, make, marketmimic, packed

from support import command


class Shards(RunCase):
    def setUp(self):
        self.truth = everything(self.made)
        with h5py.File(self.shards[1]) as shard:
            self.first, self.count = int(shard.attrs["first_scenario"]), int(shard.attrs["scenarios"])

    def spoiled(self, copy):
        """What reads the second shard of a copy, after what does not was tried."""
        run = marketmimic.open_run(copy)
        for path in ("observations", "strategy/cash"):
            np.testing.assert_array_equal(run[path][: self.first], self.truth[path][: self.first])
            np.testing.assert_array_equal(run[path][-1], self.truth[path][-1])
        return [
            (run["rewards"].__getitem__, self.first),
            (run["rewards"].__getitem__, slice(None)),
            (np.asarray, run["rewards"]),
            (run["market/trades"].rows, [0, self.first + self.count - 1]),
            (run.orders, self.first),
            (run["actions"].windows, [self.first], [3], 4),
            (run.scenario.__getitem__, "profit"),
        ]

    def all_refused(self, copy, *words):
        for call, argument, *more in self.spoiled(copy):
            self.refused(["verify", "--repair", *words], call, argument, *more)

    def test_a_missing_shard(self):
        copy = self.copy()
        (copy / "shards" / self.shards[1].name).unlink()
        os.chdir(self.made)  # where libhdf5 would find another
        self.all_refused(copy, self.shards[1].name, "missing")

    def test_a_missing_description(self):
        copy = self.copy()
        (copy / "shards" / self.shards[1].name).with_suffix(".json").unlink()
        self.all_refused(copy, self.shards[1].with_suffix(".json").name, "missing")

    def test_a_cut_shard(self):
        for length in (0, 3000, self.shards[1].stat().st_size - 1):
            copy = self.copy()
            os.truncate(copy / "shards" / self.shards[1].name, length)
            self.all_refused(copy, self.shards[1].name, f"{length} bytes long", "were published")

    def test_a_cut_compressed_shard(self):
        copy = packed(self.made, self.place / "packed")
        shard = copy / "shards" / self.shards[1].name
        os.truncate(shard, shard.stat().st_size - 1)
        self.all_refused(copy, shard.name, "were published")

    def test_a_damaged_compressed_chunk(self):
        copy = packed(self.made, self.place / "flipped")
        shard = copy / "shards" / self.shards[1].name
        with h5py.File(shard) as file:
            chunk = file["observations"].id.get_chunk_info(0)
        with open(shard, "r+b") as file:
            file.seek(chunk.byte_offset + chunk.size // 2)
            file.write(b"\xff\x00\xff\x00\xff")
        run = marketmimic.open_run(copy)
        self.refused([shard.name, "observations can't be read"], run["observations"].__getitem__, self.first)

    def test_a_shard_that_grew(self):
        copy = self.copy()
        with open(copy / "shards" / self.shards[1].name, "ab") as file:
            file.write(b"\0")
        self.all_refused(copy, self.shards[1].name, "were published")

    def test_a_shard_of_another_place(self):
        copy = self.copy()
        for ending in (".h5", ".json"):
            shutil.copy(self.shards[2].with_suffix(ending), (copy / "shards" / self.shards[1].name).with_suffix(ending))
        self.all_refused(copy, self.shards[1].with_suffix(".json").name, "describes another shard")

    def test_a_file_of_another_shard_under_its_description(self):
        copy = self.copy()
        target = copy / "shards" / self.shards[1].name
        shutil.copy(self.shards[2], target)
        edit_info(target, lambda told: told.update(bytes=target.stat().st_size))
        self.all_refused(copy, target.name, "holds another shard")

    def test_a_shard_of_another_run(self):
        other = make(self.place / "other", scenarios=N, steps=T, shocks="")
        copy = self.copy()
        target = copy / "shards" / self.shards[1].name
        shutil.copy(sorted((other / "shards").glob("*.h5"))[1], target)
        edit_info(target, lambda told: told.update(bytes=target.stat().st_size))
        self.all_refused(copy, target.name, "holds another shard")

    def test_no_hdf5(self):
        copy = self.copy()
        target = copy / "shards" / self.shards[1].name
        target.write_bytes(os.urandom(5000))
        edit_info(target, lambda told: told.update(bytes=5000))
        self.all_refused(copy, target.name, "can't be read as HDF5")

    def test_a_damaged_description(self):
        spoil = {
            "no JSON": lambda text: text[:200],
            "no object": lambda text: "[]",
            "no text": lambda text: "\udcff",
            "no length": lambda text: text.replace('"bytes"', '"byte"'),
            "no number": lambda text: text.replace('"bytes": ', '"bytes": "x" ,"b": '),
        }
        for what, change in spoil.items():
            copy = self.copy()
            beside = (copy / "shards" / self.shards[1].name).with_suffix(".json")
            beside.write_text(change(beside.read_text()), errors="surrogateescape")
            with self.subTest(what):
                self.all_refused(copy, beside.name, "does not describe a shard")

    def test_a_dataset_stored_otherwise(self):
        for spoil in (lambda data: data.astype(np.float64), lambda data: data[:-1], lambda data: data[:, :-1], None):
            copy = self.copy()
            target = copy / "shards" / self.shards[1].name
            with h5py.File(target, "a") as file:
                data = file["rewards"][:]
                del file["rewards"]
                if spoil is not None:
                    file["rewards"] = spoil(data)
            edit_info(target, lambda told: told.update(bytes=target.stat().st_size))
            run = marketmimic.open_run(copy)
            self.refused([target.name, "rewards"], run["rewards"].__getitem__, self.first)
            np.testing.assert_array_equal(run["actions"][:], self.truth["actions"])

    def test_a_virtual_dataset_is_no_shards(self):
        copy = self.copy()
        target = copy / "shards" / self.shards[1].name
        with h5py.File(target, "a") as file:
            shape, kind = file["rewards"].shape, file["rewards"].dtype
            layout = h5py.VirtualLayout(shape, kind)
            layout[:] = h5py.VirtualSource("elsewhere.h5", "rewards", shape, kind)
            del file["rewards"]
            file.create_virtual_dataset("rewards", layout, fillvalue=0)
        edit_info(target, lambda told: told.update(bytes=target.stat().st_size))
        run = marketmimic.open_run(copy)
        self.refused([target.name, "not stored as"], run["rewards"].__getitem__, self.first)

    def test_two_runs_at_a_time(self):
        other = make(self.place / "second", scenarios=N, steps=T, shocks="", kind="market")
        runs = [(marketmimic.open_run(folder), everything(folder)) for folder in (self.made, other)]
        for i in np.random.default_rng(5).permutation(N):
            for run, truth in runs:
                np.testing.assert_array_equal(run["market/close_half_ticks"][i], truth["market/close_half_ticks"][i])
        self.assertNotEqual(runs[0][0].identity, runs[1][0].identity)

    def test_a_relative_name_survives_another_working_directory(self):
        os.chdir(self.place)
        run = marketmimic.open_run(pathlib.Path(self.made.name))
        os.chdir("/")
        np.testing.assert_array_equal(run["rewards"][7], self.truth["rewards"][7])


class Folders(RunCase):
    def test_no_run(self):
        self.refused(["no run.json"], marketmimic.open_run, self.place / "nowhere")
        self.refused(["no run.json"], marketmimic.open_run, self.made / "dataset.h5")
        self.refused(["no run.json"], marketmimic.open_run, self.made / "shards")

    def test_other_formats(self):
        for change, words in (
            (lambda told: told.update(format="x"), ["does not describe a run"]),
            (lambda told: told.update(format_version=3), ["format 3", "reads 2"]),
            (lambda told: told.pop("identity"), ["damaged"]),
            (lambda told: told.update(shard_scenarios=0), ["damaged"]),
            (lambda told: told.update(scenarios="many"), ["damaged"]),
        ):
            copy = self.copy()
            file = copy / "run.json"
            told = json.loads(file.read_text())
            change(told)
            file.write_text(json.dumps(told))
            self.refused([str(copy), *words], marketmimic.open_run, copy)
            file.write_text("{")
            self.refused([str(file), "damaged"], marketmimic.open_run, copy)
            file.write_text("[]")
            self.refused([str(file), "does not describe"], marketmimic.open_run, copy)

    def test_opens_without_a_look_at_the_shards(self):
        copy = self.copy()
        shutil.rmtree(copy / "shards")
        run = marketmimic.open_run(copy)
        self.assertEqual((len(run.ids), run.complete, run.job["steps"]), (N, True, T))
        self.refused(["missing"], lambda: run.columns)


class Interrupted(RunCase):
    """Runs of which only some shards were made."""

    def part(self, name, parts):
        """Of the same run the given thirds."""
        run = self.place / name
        for part in parts:
            subprocess.run(command(run, scenarios=N, steps=T, more=(part, 3)), check=True, stdout=subprocess.DEVNULL)
        return marketmimic.open_run(run)

    def test_the_beginning(self):
        truth = everything(self.made)
        run = self.part("beginning", [0, 1])
        end = len(run.ids)
        self.assertFalse(run.complete)
        self.assertEqual(run.planned, N)
        self.assertTrue(0 < end < N)
        np.testing.assert_array_equal(run.ids, np.arange(end))
        for path in run.columns:
            self.assertEqual(run[path].shape, (end, *truth[path].shape[1:]))
            np.testing.assert_array_equal(run[path][:], truth[path][:end])
        np.testing.assert_array_equal(run["rewards"][-1], truth["rewards"][end - 1])
        np.testing.assert_array_equal(run.scenario["profit"], truth["scenario/profit"][:end])
        with self.assertRaises(IndexError):
            run["rewards"][end]

    def test_with_a_gap(self):
        truth = everything(self.made)
        run = self.part("gap", [0, 2])
        missing = np.setdiff1d(np.arange(N), run.ids)
        self.assertFalse(run.complete)
        self.assertTrue(0 < len(missing) < N and run.ids[-1] == N - 1)
        np.testing.assert_array_equal(run["observations"][run.ids], truth["observations"][run.ids])
        np.testing.assert_array_equal(run["scenario/id"][run.ids], run.ids)
        np.testing.assert_array_equal(run.scenario["success"], truth["scenario/success"][run.ids])
        self.assertEqual(len(run.orders.of(run.ids)[1]), run.orders.rows())
        for call, argument in (
            (run["rewards"].__getitem__, int(missing[0])),
            (run["rewards"].__getitem__, slice(None)),
            (run.orders, int(missing[-1])),
            (run["actions"].rows, [0, missing[0]]),
        ):
            self.refused(["not made yet", "run.ids"], call, argument)

    def test_nothing_yet(self):
        run = self.place / "nothing"
        shutil.copytree(
            self.made,
            run,
            ignore=lambda folder, names: [n for n in names if n.endswith((".h5", ".json")) and "shards" in folder],
        )
        told = json.loads((run / "run.json").read_text())
        (run / "run.json").write_text(json.dumps({**told, "complete": False}))
        opened = marketmimic.open_run(run)
        self.assertEqual((len(opened.ids), opened.complete), (0, False))
        self.refused(["no complete shard yet"], opened.__getitem__, "rewards")

    def test_temporary_files_are_no_shards(self):
        run = self.part("leftovers", [0])
        before = run.ids
        shards = run.folder / "shards"
        for name in (
            f".{run.identity[:8]}-000002.h5.1.part",
            f"{run.identity[:8]}-000002.h5",
            "00000000-000001.json",
            f"{run.identity[:8]}-.json",
            f"{run.identity[:8]}-999999.json",
            f"{run.identity[:8]}-²2.json",
        ):
            (shards / name).write_bytes(b"")
        np.testing.assert_array_equal(marketmimic.open_run(run.folder).ids, before)

    def test_a_stop_rule_ends_a_run_early(self):
        job = self.place / "stop.toml"
        job.write_text("scenarios = 4000\nsteps = 40\n[output]\nshard_mebibytes = 1\n[stop]\nsuccesses = 40\n")
        subprocess.run(
            [PROGRAM, "generate", job, "-o", self.place / "stopped", *strategy(self.place)],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        run = marketmimic.open_run(self.place / "stopped")
        self.assertTrue(run.complete)
        with h5py.File(run.folder / "dataset.h5") as file:
            np.testing.assert_array_equal(run["rewards"][:], file["rewards"][:])
        self.assertLess(len(run.ids), 4000)


def strategy(place):
    """Flags of a strategy that was made from the example."""
    example = pathlib.Path(__file__).resolve().parents[2] / "tools" / "example"
    file = place / "strategy.h5"
    subprocess.run(
        [
            PROGRAM,
            "decompose",
            "--fills",
            example / "fills.csv",
            "--bars",
            example / "bars.csv.gz",
            "-o",
            file,
            "--rotations",
            "0",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return ["--strategy", file]


if __name__ == "__main__":
    unittest.main(argv=["shards_test"])
