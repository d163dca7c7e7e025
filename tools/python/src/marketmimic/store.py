"""The shards of a run: which there are, and those that are open in this process."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any, Iterator, Sequence, Union

import numpy as np
from numpy.typing import NDArray

from . import hdf5
from .errors import RunError
from .schema import Schema, read_schema
from .shard import Shard, ShardInfo, header, read_info

_MOST_OPEN = 256  # files a run, of the 1,024 that a process usually may have; the next is opened within 30 µs
_MOST_HDF5 = 16  # of them with HDF5 handles, whose caches of chunks take MiBs

Ids = Union["range", NDArray[np.int64]]


class Store:
    """Finds scenarios in the shards of a run. Shards are opened when they are needed, and each is looked at before: a
    missing, cut off or foreign one is a RunError that names it."""

    def __init__(
        self, folder: Path, identity: str, scenarios: int, shard_scenarios: int, shards: Sequence[int], complete: bool
    ) -> None:
        self.folder, self.identity, self.complete = folder, identity, complete
        self._scenarios, self._shard_scenarios = scenarios, shard_scenarios
        self._shards = np.array(shards, np.int64)
        self._begin()

    def _begin(self) -> None:
        self._infos: dict[int, ShardInfo] = {}
        self._open: OrderedDict[int, Shard] = OrderedDict()
        self._hdf5: OrderedDict[int, Shard] = OrderedDict()
        hdf5.holders.add(self)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in ("_infos", "_open", "_hdf5")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin()

    @property
    def end(self) -> int:
        """One more than the number of the last scenario that is there."""
        return 0 if len(self._shards) == 0 else self._scenarios_of(int(self._shards[-1])).stop

    def ids(self) -> NDArray[np.int64]:
        """Scenarios that are there, ascending."""
        parts = [np.arange(part.start, part.stop) for part in map(self._scenarios_of, self.indices())]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    def shard_of(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        return ids // self._shard_scenarios

    def schema(self) -> Schema:
        if len(self._shards) == 0:
            raise RunError(f"{self.folder} holds no complete shard yet; let marketmimic generate run for longer")
        with header(self._info(int(self._shards[0])).file) as head:
            return read_schema(head)

    def parts(self, ids: Ids) -> Iterator[tuple[Any, int, Any]]:
        """Divides scenarios, each in [0, end), among shards: (which of `ids`, the shard, rows in it)."""
        if isinstance(ids, range):
            for index in range(ids.start // self._shard_scenarios, -(-ids.stop // self._shard_scenarios)):
                first = index * self._shard_scenarios
                begin, end = max(ids.start, first), min(ids.stop, first + self._shard_scenarios)
                yield slice(begin - ids.start, end - ids.start), index, slice(begin - first, end - first)
            return
        shards = self.shard_of(ids)
        if len(ids) == 0 or (shards == shards[0]).all():
            for index in shards[:1].tolist():
                yield slice(None), index, ids - index * self._shard_scenarios
            return
        order = np.argsort(shards, kind="stable")
        breaks = [0, *(np.flatnonzero(np.diff(shards[order])) + 1).tolist(), len(order)]
        for begin, end in zip(breaks, breaks[1:]):
            which = order[begin:end]
            index = int(shards[which[0]])
            yield which, index, ids[which] - index * self._shard_scenarios

    def fetch(
        self, index: int, path: str, dtype: np.dtype[Any], shape: tuple[int, ...], rows: Any
    ) -> tuple[NDArray[Any], Any]:
        """An array, and where in it the wanted rows (a slice or numbers) of a dataset of a shard are. `shape` is that
        of the dataset. Not to be written to."""
        array = self._shard(index).array(path, dtype, shape)
        if array is not None:
            return array, rows
        wanted = np.arange(shape[0])[rows]
        unique, where = np.unique(wanted, return_inverse=True)
        with hdf5.lock:
            self._hdf5[index] = self._shard(index)
            self._hdf5.move_to_end(index)
            if len(self._hdf5) > _MOST_HDF5:
                self._hdf5.popitem(last=False)[1].close_hdf5()
            return self._hdf5[index].load(path, unique), where

    def checked(self, ids: NDArray[Any]) -> NDArray[np.int64]:
        """Numbers of scenarios in [0, end); negative ones count from the end."""
        if ids.ndim != 1 or (ids.dtype.kind not in "iu" and len(ids) > 0):
            raise IndexError("numbers of scenarios are a list of integers")
        numbers = ids.astype(np.int64)
        outside = (numbers < -self.end) | (numbers >= self.end)
        if outside.any():
            raise IndexError(f"there is no scenario {ids[outside][0]} among {self.end}")
        return np.where(numbers < 0, numbers + self.end, numbers)

    def indices(self) -> list[int]:
        """Of the shards that are there."""
        found: list[int] = self._shards.tolist()
        return found

    def file(self, index: int) -> Path:
        return self.folder / "shards" / f"{self.identity[:8]}-{index:06}.h5"

    def count(self, index: int) -> int:
        """Scenarios of a shard."""
        return len(self._scenarios_of(index))

    def close_hdf5(self) -> None:
        for shard in self._hdf5.values():
            shard.close_hdf5()
        self._hdf5.clear()

    def _shard(self, index: int) -> Shard:
        shard = self._open.get(index)
        if shard is not None:
            return shard
        with hdf5.lock:
            self._open[index] = shard = Shard(self._info(index))
            if len(self._open) > _MOST_OPEN:
                self._open.popitem(last=False)
            return shard

    def _info(self, index: int) -> ShardInfo:
        info = self._infos.get(index)
        if info is not None:
            return info
        held = self._scenarios_of(index)
        file = self.file(index)
        at = np.searchsorted(self._shards, index)
        if at == len(self._shards) or self._shards[at] != index:
            raise RunError(
                f"{file}: scenarios {held.start} to {held.stop - 1} are not made yet, the run is not "
                "complete; run.ids are those that are there"
            )
        self._infos[index] = info = read_info(file, self.identity, held.start, len(held))
        return info

    def _scenarios_of(self, index: int) -> range:
        first = index * self._shard_scenarios
        return range(first, min(first + self._shard_scenarios, self._scenarios))
