"""Arrays of a run, by scenario."""

from __future__ import annotations

from typing import Any, Callable, Iterator

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from .labels import Labels
from .schema import Quantity
from .store import Ids, Store


def window_view(values: NDArray[Any], length: int) -> NDArray[Any]:
    """[N, T, ...] as [N, T - length + 1, length, ...]: every window of steps, without a copy."""
    scenarios, steps, *rest = values.shape
    of_scenario, of_step, *strides = values.strides
    return np.lib.stride_tricks.as_strided(
        values,
        (scenarios, max(steps - length + 1, 0), length, *rest),
        (of_scenario, of_step, of_step, *strides),
        writeable=False,
    )


class Column:
    """One quantity of all scenarios, indexed like a NumPy array of `shape`: the first axis is the number of the
    scenario. What is read is a copy; nothing else is read.

    Where an interrupted run has gaps, scenarios in them are a RunError; `run.ids` are those that are there.
    """

    def __init__(self, store: Store, quantity: Quantity) -> None:
        self._store, self._quantity = store, quantity
        self.path = quantity.path
        self.dtype = quantity.dtype
        self.shape: tuple[int, ...] = (store.end, *quantity.shape)
        self.ndim = len(self.shape)
        self.unit = quantity.unit  #: "" for a pure number
        self.names = quantity.columns  #: along the last axis, where that has names
        self.labels: Labels | None = quantity.labels

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Iterator[NDArray[Any]]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        return f"<Column {self.path}: {list(self.shape)} {self.dtype}{', ' + self.unit if self.unit else ''}>"

    def __array__(self, dtype: DTypeLike = None, copy: bool | None = None) -> NDArray[Any]:
        if copy is False:
            raise ValueError(f"{self.path} lies in files; an array of it is a copy")
        return np.asarray(self.rows(range(len(self))), dtype)

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, tuple):
            return self._read(key, ())
        first, *rest = self._expanded(key)
        return self._read(first, tuple(rest))

    def rows(self, ids: ArrayLike | range) -> NDArray[Any]:
        """[k, ...]: these scenarios, in their order; numbers may repeat."""
        wanted: Ids = ids if isinstance(ids, range) and ids.step == 1 else self._store.checked(np.asarray(ids))
        out = np.empty((len(wanted), *self.shape[1:]), self.dtype)
        for which, index, rows in self._store.parts(wanted):
            values, where = self._fetch(index, rows)
            out[which] = values[where]
        return out

    def windows(self, ids: ArrayLike, starts: ArrayLike, length: int) -> NDArray[Any]:
        """[k, length, ...]: of scenario ids[i] the entries from starts[i] on."""
        wanted, begins = self._store.checked(np.asarray(ids)), np.asarray(starts, np.int64)
        if self.ndim < 2 or len(begins) != len(wanted):
            raise IndexError(f"{self.path}: windows need an axis of steps, and a start for each scenario")
        if len(begins) > 0 and (length < 1 or begins.min() < 0 or begins.max() + length > self.shape[1]):
            raise IndexError(f"{self.path}: a window of {length} does not lie within its {self.shape[1]} entries")
        out = np.empty((len(wanted), length, *self.shape[2:]), self.dtype)
        for which, index, rows in self._store.parts(wanted):
            values, where = self._fetch(index, rows)
            out[which] = window_view(values, length)[where, begins[which]]
        return out

    def _fetch(self, index: int, rows: Any) -> tuple[NDArray[Any], Any]:
        shape = (self._store.count(index), *self.shape[1:])
        return self._store.fetch(index, self.path, self.dtype, shape, rows)

    def _expanded(self, key: tuple[Any, ...]) -> tuple[Any, ...]:
        """A key whose first entry is about the scenarios alone."""
        used = sum(k is not None and k is not Ellipsis and _axes(k) for k in key)
        if len(key) == 0 or (key[0] is Ellipsis and used < self.ndim):
            return (slice(None), Ellipsis, *key[1:])
        if key[0] is Ellipsis:
            key = key[1:]
        if _axes(key[0]) > 1:
            return (*np.nonzero(key[0]), *key[1:])
        return key

    def _read(self, first: Any, rest: tuple[Any, ...]) -> Any:
        """NumPy applies `rest` to the scenarios that were read; so its rules are NumPy's own."""
        if first is Ellipsis:
            return self.rows(range(len(self)))
        if isinstance(first, slice):
            picked = range(len(self))[first]
            found = self.rows(picked if picked.step == 1 else np.array(picked, np.int64))
            return found[(slice(None), *rest)] if rest else found
        if first is None or isinstance(first, (bool, np.bool_)):
            raise IndexError(f"{self.path}: the first index is about the scenarios; add axes to what was read")
        numbers = np.asarray(first)
        if numbers.ndim == 0:
            if numbers.dtype.kind not in "iu":
                raise IndexError(f"{self.path}: {first!r} is no number of a scenario")
            return self._one(int(numbers), rest)
        if numbers.dtype == np.bool_:
            if numbers.ndim > 1:
                return self[(*self._mask(numbers).nonzero(), *rest)]
            numbers = self._mask(numbers).nonzero()[0]
        found = self.rows(numbers.ravel())
        if numbers.ndim == 1 and not rest:
            return found
        return found[(np.arange(numbers.size).reshape(numbers.shape), *rest)]

    def _mask(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        if mask.shape != self.shape[: mask.ndim]:
            raise IndexError(f"{self.path}: a mask of shape {mask.shape} is not one of {self.shape[:mask.ndim]}")
        return mask

    def _one(self, scenario: int, rest: tuple[Any, ...]) -> Any:
        number = scenario + len(self) if scenario < 0 else scenario
        if not 0 <= number < len(self):
            raise IndexError(f"there is no scenario {scenario} among {len(self)}")
        ((_, index, rows),) = self._store.parts(range(number, number + 1))
        values, where = self._fetch(index, rows)
        found = values[where][(0, *rest)]
        return found.copy() if isinstance(found, np.ndarray) else found


def _axes(key: Any) -> int:
    """How many axes an index stands for."""
    return np.ndim(key) if isinstance(key, (list, np.ndarray)) and np.asarray(key).dtype == np.bool_ else 1


class View:
    """A column whose values are converted as they are read, with the same indices."""

    def __init__(self, column: Column, convert: Callable[[NDArray[Any]], NDArray[Any]], unit: str) -> None:
        self._column, self._convert, self.unit = column, convert, unit
        self.path, self.shape = column.path, column.shape

    def __len__(self) -> int:
        return len(self._column)

    def __getitem__(self, key: Any) -> Any:
        return self._convert(np.asarray(self._column[key]))

    def __repr__(self) -> str:
        return f"<View {self.path}: {list(self.shape)}{', ' + self.unit if self.unit else ''}>"
