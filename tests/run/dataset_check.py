"""h5py reads a run, with no plugin: shapes, attributes, payload, and fill where a shard is missing."""
import os
import shutil
import subprocess
import unittest

import numpy as np
from support import datasets, folder, h5py, make

N, T, L = 100, 60, 5
RAGGED = ("/perturbations", "/orders")


class Dataset(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = folder()
        cls.place = cls.folder.__enter__()
        cls.run_folder = make(cls.place / "run", scenarios=N, steps=T)
        cls.shards = sorted((cls.run_folder / "shards").glob("*.h5"))

    @classmethod
    def tearDownClass(cls):
        cls.folder.__exit__(None, None, None)

    def test_has_several_shards(self):
        self.assertGreaterEqual(len(self.shards), 2)

    def test_shapes_and_types(self):
        expected = {
            "/observations": ((N, T + 1, 12), "<f4"), "/actions": ((N, T, 2), "<f4"), "/rewards": ((N, T), "<f4"),
            "/terminals": ((N, T), "u1"), "/timeouts": ((N, T), "u1"),
            "/market/close_half_ticks": ((N, T), "<i4"), "/market/bid_price_ticks": ((N, T, L), "<i4"),
            "/market/ask_size_lots": ((N, T, L), "<i4"), "/market/trades": ((N, T), "<i4"),
            "/strategy/primitive": ((N, T), "u1"), "/strategy/cash": ((N, T), "<i8"),
            "/strategy/target": ((N, T), "<f4"), "/labels/market_event": ((N, T), "<u4"),
            "/labels/perturbation": ((N, T), "<u4"), "/labels/regime": ((N, T), "u1"),
            "/scenario/id": ((N,), "<u8"), "/scenario/failed_segment": ((N,), "<i4"),
            "/perturbations/offsets": ((N + 1,), "<i8"), "/orders/offsets": ((N + 1,), "<i8"),
        }
        with h5py.File(self.run_folder / "dataset.h5") as file:
            for path, (shape, kind) in expected.items():
                self.assertEqual(file[path].shape, shape, path)
                self.assertEqual(file[path].dtype, np.dtype(kind), path)

    def test_root_attributes(self):
        with h5py.File(self.run_folder / "dataset.h5") as file:
            self.assertEqual(file.attrs["format"], "marketmimic")
            self.assertEqual(file.attrs["format_version"], 1)
            self.assertEqual(file.attrs["identity"][:8], self.shards[0].name[:8])
            self.assertIn("seed = 11", file.attrs["job"])
            self.assertEqual((file.attrs["tick"], file.attrs["lot"], file.attrs["step_seconds"]), (0.01, 0.001, 60))
            self.assertEqual((file.attrs["first_scenario"], file.attrs["scenarios"]), (0, N))

    def test_names_and_units(self):
        with h5py.File(self.run_folder / "dataset.h5") as file:
            self.assertEqual(list(file["/observations"].attrs["columns"])[:2], ["log_return", "log_price"])
            self.assertEqual(list(file["/actions"].attrs["columns"]), ["target_exposure", "aggressiveness"])
            self.assertEqual(file["/labels/perturbation"].attrs["bits"][1], "flash_crash")
            self.assertEqual(file["/scenario/failure"].attrs["values"][0], "none")
            self.assertEqual(file["/market/volume_lots"].attrs["unit"], "lots")
            self.assertEqual(file["/rewards"].attrs["unit"], "USD")

    def test_no_filters_nor_chunks_and_aligned(self):
        for shard in self.shards:
            with h5py.File(shard) as file:
                for path, data in datasets(file).items():
                    self.assertIsNone(data.chunks, path)
                    self.assertIsNone(data.compression, path)
                    if data.size:
                        self.assertEqual(data.id.get_offset() % 4096, 0, path)

    def test_a_shard_can_be_mapped(self):
        with h5py.File(self.shards[0]) as file:
            data = file["/market/close_half_ticks"]
            mapped = np.memmap(self.shards[0], "<i4", "r", data.id.get_offset(), data.shape)
            np.testing.assert_array_equal(mapped, data[:])

    def test_is_the_shards_one_after_the_other(self):
        with h5py.File(self.run_folder / "dataset.h5") as file:
            parts = [h5py.File(shard) for shard in self.shards]
            seen = 0
            for path, data in datasets(file).items():
                if path.endswith("/offsets"):
                    continue
                np.testing.assert_array_equal(data[:], np.concatenate([p[path][:] for p in parts]), path)
                self.assertGreater(data.size, 0, path)
                seen += 1
            self.assertGreater(seen, 60)
            np.testing.assert_array_equal(file["/scenario/id"][:], np.arange(N))
            for part in parts:
                part.close()

    def test_offsets_lead_to_each_scenarios_rows(self):
        with h5py.File(self.run_folder / "dataset.h5") as file:
            for table in RAGGED:
                offsets = file[table + "/offsets"][:]
                rows = {path: data.shape[0] for path, data in datasets(file).items()
                        if path.startswith(table) and not path.endswith("/offsets")}
                self.assertEqual(offsets[0], 0)
                self.assertTrue((np.diff(offsets) >= 0).all())
                self.assertEqual(set(rows.values()), {offsets[-1]})
                entry = 0
                for shard in self.shards:
                    with h5py.File(shard) as part:
                        own = np.diff(part[table + "/offsets"][:])
                        np.testing.assert_array_equal(np.diff(offsets)[entry:entry + len(own)], own)
                        entry += len(own)
            kinds, offsets = file["/perturbations/kind"][:], file["/perturbations/offsets"][:]
            counts = np.diff(offsets)
            self.assertGreater(len(set(counts)), 2, "some come and some do not")
            self.assertTrue(set(kinds) == {1, 2, 3})
            self.assertTrue((file["/perturbations/start"][:] < 3600).all(), "what never starts is left out")
            self.assertTrue((file["/perturbations/participation"][:] == np.where(kinds == 1, 0.09, 0).astype("f4")).all())
            self.assertTrue((file["/perturbations/trigger"][:] == 0).all(), "all wait for nothing but their time")
            self.assertEqual(list(file["/perturbations/trigger"].attrs["values"])[:2], ["time", "market_event"])
            acted = file["/labels/perturbation"][:]
            for i in range(N):
                mask = np.bitwise_or.reduce(1 << kinds[offsets[i]:offsets[i + 1]].astype(np.uint32), initial=0)
                self.assertEqual(np.bitwise_or.reduce(acted[i]) & ~np.uint32(mask), 0, "no label without injection")

    def test_flags(self):
        with h5py.File(self.run_folder / "dataset.h5") as file:
            self.assertEqual(file["/terminals"][:].sum(), 0)
            timeouts = file["/timeouts"][:]
            self.assertTrue((timeouts[:, -1] == 1).all() and timeouts.sum() == N)

    def test_moves_with_its_folder(self):
        with folder() as other:
            shutil.copytree(self.run_folder, other / "moved")
            os.chdir("/")
            with h5py.File(other / "moved" / "dataset.h5") as there, h5py.File(self.run_folder / "dataset.h5") as here:
                for path in ("/observations", "/orders/notional", "/strategy/cash"):
                    np.testing.assert_array_equal(there[path][:], here[path][:])

    def test_a_missing_shard_reads_as_fill_even_inside_another_run(self):
        with folder() as other:
            copy = shutil.copytree(self.run_folder, other / "copy")
            gone = copy / "shards" / self.shards[0].name
            with h5py.File(gone) as shard:
                count = shard["/scenario/id"].shape[0]
                rows = {table: shard[table + "/offsets"][-1] for table in RAGGED}
            gone.unlink()
            another = make(other / "another", scenarios=N, steps=T, shocks="")
            os.chdir(another)  # where libhdf5 looks next
            with h5py.File(copy / "dataset.h5") as file, h5py.File(self.run_folder / "dataset.h5") as whole:
                for path, data in datasets(file).items():
                    if path.endswith("/offsets"):
                        np.testing.assert_array_equal(data[:], whole[path][:], path)
                        continue
                    lost = rows["/" + path.split("/")[1]] if path.startswith(RAGGED) else count
                    values, full = data[:], whole[path][:]
                    np.testing.assert_array_equal(values[lost:], full[lost:], path)
                    fill = values[:lost]
                    if data.dtype.kind == "f":
                        self.assertTrue(np.isnan(fill).all(), path)
                        self.assertFalse(np.isnan(full).any(), path)
                    else:
                        value = file[path].fillvalue
                        self.assertTrue((fill == value).all(), path)
                        self.assertFalse((full == value).any(), path + " holds its own fill value")
            os.chdir("/")

    def test_markets_alone(self):
        run = make(self.place / "market", scenarios=20, steps=T, kind="market")
        with h5py.File(run / "dataset.h5") as file:
            paths = datasets(file)
            self.assertIn("/market/close_half_ticks", paths)
            self.assertIn("/perturbations/kind", paths)
            self.assertFalse([p for p in paths if p.startswith(("/strategy", "/actions", "/orders", "/rewards"))])

    def test_no_perturbations_at_all(self):
        run = make(self.place / "calm", scenarios=20, steps=T, shocks="")
        with h5py.File(run / "dataset.h5") as file:
            self.assertEqual(file["/perturbations/kind"].shape, (0,))
            self.assertEqual(file["/perturbations/offsets"][:].max(), 0)


if __name__ == "__main__":
    unittest.main(argv=["dataset_check"])
