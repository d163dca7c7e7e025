"""Ragged tables of a run: any number of rows a scenario."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import RunError
from .labels import Labels
from .schema import Quantity
from .store import Store

_OFFSET = np.dtype("<i8")


class Table:
    """Rows of all scenarios. A call reads those of one, as a structured array."""

    def __init__(self, store: Store, name: str, fields: dict[str, Quantity]) -> None:
        self._store, self._fields = store, fields
        self.name = name
        self.dtype = np.dtype([(field, quantity.dtype) for field, quantity in fields.items()])
        self.units = {field: quantity.unit for field, quantity in fields.items()}  #: "" for a pure number
        self.labels: dict[str, Labels] = {f: q.labels for f, q in fields.items() if q.labels is not None}

    def __repr__(self) -> str:
        return f"<Table {self.name}: {', '.join(self._fields)}>"

    def __call__(self, scenario: int) -> NDArray[Any]:
        """[rows] of one scenario, in time."""
        return self.of([operator.index(scenario)])[1]

    def of(self, ids: ArrayLike) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """Of several scenarios: `offsets` [k + 1] and their rows one after the other, those of ids[i] at
        [offsets[i], offsets[i + 1])."""
        wanted = self._store.checked(np.asarray(ids))
        begins, counts = np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.int64)
        parts = list(self._store.parts(wanted))
        for which, index, rows in parts:
            begins[which], counts[which] = self._extents(index, rows)
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        out = np.empty(int(offsets[-1]), self.dtype)
        for which, index, _ in parts:
            source, target = _spread(begins[which], counts[which]), _spread(offsets[:-1][which], counts[which])
            total = self._rows(index)
            for field, quantity in self._fields.items():
                values, where = self._store.fetch(index, quantity.path, quantity.dtype, (total,), source)
                out[field][target] = values[where]
        return offsets, out

    def rows(self) -> int:
        """How many there are of all scenarios that are there."""
        return sum(map(self._rows, self._store.indices()))

    def _rows(self, index: int) -> int:
        last = np.array([self._store.count(index)])
        return int(self._offsets(index, last)[0])

    def _offsets(self, index: int, entries: NDArray[np.int64]) -> NDArray[np.int64]:
        shape = (self._store.count(index) + 1,)
        values, where = self._store.fetch(index, f"{self.name}/offsets", _OFFSET, shape, entries)
        found: NDArray[np.int64] = values[where]
        return found

    def _extents(self, index: int, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the rows of scenarios begin in their shard, and how many they are."""
        begins, ends = self._offsets(index, rows), self._offsets(index, rows + 1)
        if (begins < 0).any() or (ends < begins).any() or (ends > self._rows(index)).any():
            raise RunError(
                f"{self._store.file(index)}: {self.name}/offsets are damaged; marketmimic verify "
                f"{self._store.folder} --repair makes it again"
            )
        return begins, ends - begins


def _spread(begins: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every number of the ranges [begins[i], begins[i] + counts[i]), one range after the other."""
    before = np.cumsum(counts) - counts
    spread: NDArray[np.int64] = np.repeat(begins - before, counts) + np.arange(int(counts.sum()))
    return spread
