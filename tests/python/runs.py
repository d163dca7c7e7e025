"""What the tests of the Python package share: the package itself, and runs for it to read."""

import json
import pathlib
import shutil
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools" / "python" / "src"), str(ROOT / "tests" / "run")]
from support import datasets, folder, h5py, make  # noqa: E402

import marketmimic  # noqa: E402
import numpy as np  # noqa: E402

PROGRAM = sys.argv[2]
N, T, L = 210, 60, 5  # scenarios, steps, levels
PACKED = ("observations", "market/", "orders/", "scenario/id", "labels/market_event")


def everything(run):
    """By path the whole of each dataset as h5py reads it from the shards, one after the other; ragged offsets left out."""
    found = {}
    for shard in sorted((run / "shards").glob("*.h5")):
        with h5py.File(shard) as file:
            for path, data in datasets(file).items():
                found.setdefault(path[1:], []).append(data[:])
    return {path: np.concatenate(parts) for path, parts in found.items() if not path.endswith("/offsets")}


def rows_of(run, table):
    """By scenario the rows of a ragged table, as h5py reads them from the shards: dicts of arrays."""
    found = []
    for shard in sorted((run / "shards").glob("*.h5")):
        with h5py.File(shard) as file:
            fields = {name: data[:] for name, data in file[table].items()}
            offsets = fields.pop("offsets")
            found += [{name: values[a:b] for name, values in fields.items()} for a, b in zip(offsets, offsets[1:])]
    return found


def edit_info(shard, change):
    """Changes what the .json beside a shard says."""
    beside = shard.with_suffix(".json")
    told = json.loads(beside.read_text())
    change(told)
    beside.write_text(json.dumps(told))


def packed(run, copy):
    """A copy of a run whose larger datasets are chunked and compressed, so that they have no place in the .json."""
    shutil.copytree(run, copy)
    for shard in (copy / "shards").glob("*.h5"):
        pack(shard)
    return copy


def pack(shard):
    plain = shard.with_suffix(".plain")
    shard.rename(plain)
    offsets = {}
    with h5py.File(plain) as old, h5py.File(shard, "w") as new:
        for name, value in old.attrs.items():
            new.attrs[name] = value
        for path, data in datasets(old).items():
            chunks = (min(7, data.shape[0]), *data.shape[1:]) if path[1:].startswith(PACKED) and data.size else None
            made = new.create_dataset(path, data=data[:], chunks=chunks, compression=chunks and "gzip")
            made.attrs.update(data.attrs)
            if chunks is None:
                offsets[path] = made.id.get_offset() or 0
    plain.unlink()
    edit_info(shard, lambda told: told.update(bytes=shard.stat().st_size, offsets=offsets))


class RunCase(unittest.TestCase):
    """With a run of several shards, and a folder to spoil copies of it in."""

    @classmethod
    def setUpClass(cls):
        place = folder()
        cls.place = place.__enter__()
        cls.addClassCleanup(place.__exit__, None, None, None)
        cls.made = make(cls.place / "made", scenarios=N, steps=T)
        cls.shards = sorted((cls.made / "shards").glob("*.h5"))
        assert len(cls.shards) >= 3

    def copy(self):
        """Of the run, to be spoiled."""
        return pathlib.Path(shutil.copytree(self.made, tempfile.mkdtemp(dir=self.place), dirs_exist_ok=True))

    def refused(self, words, call, *arguments):
        """A RunError of one line that holds the words."""
        with self.assertRaises(marketmimic.RunError) as caught:
            call(*arguments)
        line = str(caught.exception)
        self.assertEqual(len(line.splitlines()), 1, line)
        for word in words:
            self.assertIn(word, line)
        return line
