"""One shard of a run: payload mapped into memory where it lies in one piece, the rest read through h5py."""

from __future__ import annotations

import contextlib
import json
import mmap
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Optional

import h5py
import numpy as np
from numpy.typing import NDArray

from . import hdf5
from .errors import RunError

_CHUNK_CACHE = 4 << 20  # bytes a dataset: a compressed chunk has about 1 MiB, and neighbours share it


@dataclass(frozen=True)
class ShardInfo:
    """What stands in the .json beside a shard, and was found to be true of the file itself."""

    file: Path
    bytes: int
    places: dict[str, Optional[int]]  #: of the datasets looked at so far, the byte at which they begin; None: in chunks


def _refuse(file: Path, what: str) -> RunError:
    return RunError(f"{file}: {what}; marketmimic verify {file.parents[1]} --repair makes it again")


def read_info(file: Path, identity: str, first: int, count: int) -> ShardInfo:
    """Of the shard that should hold scenarios [first, first + count) of a run. RunError where it is missing, damaged
    or another one."""
    beside = file.with_suffix(".json")
    try:
        told = json.loads(beside.read_text(encoding="utf-8"))
        found = (str(told["identity"]), int(told["first"]), int(told["scenarios"]))
        length = int(told["bytes"])
    except FileNotFoundError:
        raise _refuse(beside, "missing") from None
    except OSError as error:
        raise RunError(f"{beside}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError):
        raise _refuse(beside, "does not describe a shard") from None
    if found != (identity, first, count):
        raise _refuse(beside, "describes another shard")
    info = ShardInfo(file, length, {})
    os.close(open_whole(info))
    with header(file) as head:
        held = tuple(head.attrs.get(name) for name in ("identity", "first_scenario", "scenarios"))
    if held != (identity, first, count):
        raise _refuse(file, "holds another shard")
    return info


@contextlib.contextmanager
def header(file: Path) -> Iterator[h5py.File]:
    """Of a shard. RunError where libhdf5 can't make sense of it."""
    try:
        with hdf5.opened(file) as head:
            yield head
    except (OSError, RuntimeError, KeyError) as error:
        raise _refuse(file, f"can't be read as HDF5 ({error})") from error


def _place(info: ShardInfo, path: str, dtype: np.dtype[Any], shape: tuple[int, ...]) -> int | None:
    """Where a dataset begins, as the shard's own header says."""
    with header(info.file) as head:
        dataset = head[path]
        layout, begin = dataset.id.get_create_plist().get_layout(), dataset.id.get_offset()
        same = dataset.dtype == dtype and dataset.shape == shape
    if same and layout == h5py.h5d.CHUNKED:
        return None
    inside = begin is not None and 0 < begin <= info.bytes - int(np.prod(shape)) * dtype.itemsize
    if not same or layout != h5py.h5d.CONTIGUOUS or not inside:
        raise _refuse(info.file, f"{path} is not stored as in the run's other shards")
    return int(begin)


def open_whole(info: ShardInfo) -> int:
    """A file descriptor of the shard, which has the length it was published with: libhdf5 reads what was cut off as if
    it were there."""
    try:
        descriptor = os.open(info.file, os.O_RDONLY)
    except FileNotFoundError:
        raise _refuse(info.file, "missing") from None
    except OSError as error:
        raise RunError(f"{info.file}: {error.strerror}") from error
    length = os.fstat(descriptor).st_size
    if length == info.bytes:
        return descriptor
    os.close(descriptor)
    raise _refuse(info.file, f"{length} bytes long, {info.bytes} were published")


class Shard:
    """A shard as this process reads it. What is mapped outlives a fork, an HDF5 handle must not: see close_hdf5()."""

    def __init__(self, info: ShardInfo) -> None:
        self.info = info
        descriptor = open_whole(info)
        try:
            self._map = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
        finally:
            os.close(descriptor)
        self._arrays: dict[str, NDArray[Any]] = {}
        self._file: h5py.File | None = None
        self._datasets: dict[str, h5py.Dataset] = {}

    def array(self, path: str, dtype: np.dtype[Any], shape: tuple[int, ...]) -> NDArray[Any] | None:
        """A dataset as a read-only view on the file; None where it is stored in chunks."""
        known = self._arrays.get(path)
        if known is not None:
            return known
        if path not in self.info.places and 0 not in shape:
            self.info.places[path] = _place(self.info, path, dtype, shape)
        begin = self.info.places.get(path, 0)
        if begin is None:
            return None
        array = np.frombuffer(self._map, dtype, int(np.prod(shape)), begin).reshape(shape)
        self._arrays[path] = array
        return array

    def load(self, path: str, rows: NDArray[np.int64]) -> NDArray[Any]:
        """Ascending rows, none twice, of a dataset through h5py: one read for each run of consecutive ones."""
        try:
            dataset = self._dataset(path)
            loaded = np.empty((len(rows), *dataset.shape[1:]), dataset.dtype)
            breaks = [0, *(np.flatnonzero(np.diff(rows) != 1) + 1).tolist(), len(rows)]
            for begin, end in zip(breaks, breaks[1:]):
                if begin < end:
                    dataset.read_direct(loaded, np.s_[int(rows[begin]) : int(rows[end - 1]) + 1], np.s_[begin:end])
            return loaded
        except (OSError, KeyError, ValueError, TypeError) as error:
            raise RunError(
                f"{self.info.file}: {path} can't be read ({error}); recipes need the plugin that marketmimic "
                f"doctor names, damage is mended by marketmimic verify {self.info.file.parents[1]} --repair"
            ) from error

    def _dataset(self, path: str) -> h5py.Dataset:
        if self._file is None:
            self._file = h5py.File(self.info.file, "r", rdcc_nbytes=_CHUNK_CACHE)
        if path not in self._datasets:
            self._datasets[path] = self._file[path]
        return self._datasets[path]

    def close_hdf5(self) -> None:
        self._datasets.clear()
        if self._file is not None:
            self._file.close()
            self._file = None
