"""Stock h5py reads compressed runs as they are, and recipes through the plugin, bit for bit as plain ones."""
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

PLUGIN = pathlib.Path(sys.argv.pop(2)).resolve()

from stride import folded  # noqa: E402
from support import datasets, folder, h5py, make  # noqa: E402  takes what is left of the arguments

READ = """
import sys, h5py
with h5py.File(sys.argv[1]) as file:
    print(file[sys.argv[2]][int(sys.argv[3])].tobytes().hex())
"""


class Stores(unittest.TestCase):
    def setUp(self):
        place = folder()
        self.place = place.__enter__()
        self.addCleanup(place.__exit__, None, None, None)

    def compare(self, kinds=("deflate", "recipe"), **choices):
        plain = make(self.place / "plain", **choices)
        for store in kinds:
            run = make(self.place / store, store=store, **choices)
            with h5py.File(plain / "dataset.h5") as here, h5py.File(run / "dataset.h5") as there:
                self.assertEqual(datasets(here).keys(), datasets(there).keys())
                for path, values in datasets(here).items():
                    self.assertEqual(values.dtype, there[path].dtype, path)
                    self.assertEqual(values[...].tobytes(), there[path][...].tobytes(), f"{store} {path}")
        return plain

    def test_every_value(self):
        self.compare(scenarios=300, steps=60)

    def test_markets_alone(self):
        self.compare(scenarios=40, steps=30, kind="market")

    def test_order_books(self):
        self.compare(scenarios=20, steps=30, kind="order_book", shocks="")

    def test_one_scenario(self):
        self.compare(scenarios=1, steps=5)

    def test_scenarios_larger_than_a_chunk(self):
        self.compare(scenarios=3, steps=22_000)

    def test_rows_of_several_steps(self):
        every = make(self.place / "every", scenarios=70, steps=60)
        run = self.compare(scenarios=70, steps=60, stride=12)
        with h5py.File(every / "dataset.h5") as steps, h5py.File(run / "dataset.h5") as rows:
            self.assertEqual(datasets(steps).keys(), datasets(rows).keys())
            self.assertEqual((rows.attrs["stride"], rows.attrs["step_seconds"]), (12, 60))
            self.assertEqual(rows["observations"].shape[1], 6)
            for path, values in datasets(steps).items():
                expected = values[...]
                if not path.startswith(("/scenario", "/orders", "/perturbations")):
                    expected = folded(path, expected, 12)
                self.assertEqual(rows[path].dtype, expected.dtype, path)
                self.assertEqual(rows[path].shape, expected.shape, path)
                self.assertEqual(rows[path][...].tobytes(), expected.tobytes(), path)

    def test_a_row_of_all_steps(self):
        self.compare(scenarios=20, steps=30, kind="order_book", shocks="", stride=30)

    def test_rows_of_scenarios_larger_than_a_chunk(self):
        self.compare(scenarios=3, steps=44_000, stride=2)

    def read(self, file, path, row, **environment):
        return subprocess.run([sys.executable, "-c", READ, file, path, str(row)], text=True, capture_output=True,
                              env={**os.environ, "HDF5_PLUGIN_PATH": str(PLUGIN.parent), **environment})

    def test_recipes_are_found_and_damage_is_told(self):
        run = make(self.place / "run", scenarios=40, steps=30, store="recipe")
        shard = next((run / "shards").glob("*.h5"))
        recipe = next((run / "shards").glob("*.recipe"))
        path = "/market/close_half_ticks"
        expected = self.read(shard, path, 17)
        self.assertEqual(expected.returncode, 0, expected.stderr)
        without = self.read(shard, path, 17, HDF5_PLUGIN_PATH=str(self.place))
        self.assertNotEqual(without.returncode, 0)
        jobs = self.place / "jobs"
        jobs.mkdir()
        shutil.move(recipe, jobs / recipe.name)
        lost = self.read(shard, path, 17)
        self.assertNotEqual(lost.returncode, 0)
        self.assertIn("MARKETMIMIC_JOBS", lost.stderr)
        found = self.read(shard, path, 17, MARKETMIMIC_JOBS=f"/nowhere:{jobs}")
        self.assertEqual(found.stdout, expected.stdout)
        content = bytearray(shard.read_bytes())
        at = content.find(b"MMR1")
        while at >= 0:
            content[at + 24] ^= 1  # each record's first scenario
            at = content.find(b"MMR1", at + 1)
        shard.write_bytes(content)
        damaged = self.read(shard, path, 17, MARKETMIMIC_JOBS=str(jobs))
        self.assertNotEqual(damaged.returncode, 0)
        self.assertIn("a chunk is damaged", damaged.stderr)

    def test_the_plugin_brings_no_hdf5_cuda_or_mpi_along(self):
        needed = subprocess.run(["readelf", "-d", PLUGIN], text=True, capture_output=True, check=True).stdout
        names = [line.split("[")[1].rstrip("]") for line in needed.splitlines() if "(NEEDED)" in line]
        self.assertIn("libc.so.6", names)
        for name in names:
            self.assertNotRegex(name, "hdf5|cuda|mpi|pthread|tbb")
        symbols = subprocess.run(["nm", "-D", "--undefined-only", PLUGIN], text=True, capture_output=True, check=True)
        self.assertNotRegex(symbols.stdout, r"U (H5|MPI_|cuda|pthread_create)")


if __name__ == "__main__":
    os.environ["HDF5_PLUGIN_PATH"] = str(PLUGIN.parent)
    unittest.main(argv=["stores_check"])
