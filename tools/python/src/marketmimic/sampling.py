"""Samples for learning, without any framework: whole scenarios, or windows of their steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import USAGE, RunError
from .run import Run

Batch = dict[str, NDArray[Any]]


class Samples:
    """Which samples there are of a run, in the order of scenario and start, and how to read them.

    Without `window` a sample is a whole scenario. With it, it is `window` steps from a start that is a multiple of
    `stride` (the window itself unless told). A field with an entry for each step gives `window` entries; one with an
    entry more, `observations`, gives one more: what is seen before each action, and after the last. A field with one
    value a scenario gives that value.
    """

    def __init__(
        self,
        run: Run,
        fields: Sequence[str],
        window: int | None,
        stride: int | None,
        successes_only: bool,
        ids: ArrayLike | None,
    ) -> None:
        if isinstance(fields, str) or len(fields) == 0:
            raise RunError('fields are a list of paths, as ["observations", "actions"]', USAGE)
        self.run, self.window = run, window
        self.columns = {field: run[field] for field in fields}
        self.ids = _chosen(run, successes_only, ids)
        self.stride = stride if stride is not None else window or 1
        if window is None and stride is not None:
            raise RunError("a stride goes with a window", USAGE)
        if self.stride < 1 or (window is not None and not 1 <= window <= run.steps):
            raise RunError(f"windows have 1 to {run.steps} steps, strides 1 or more (got {window}, {stride})", USAGE)
        self.per_scenario = 1 if window is None else (run.steps - window) // self.stride + 1

    def __len__(self) -> int:
        return len(self.ids) * self.per_scenario

    def place(self, samples: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of samples, numbered from 0 (or negative, from the end), the scenarios and the steps they start with."""
        outside = (samples < -len(self)) | (samples >= len(self))
        if outside.any():
            raise IndexError(f"there is no sample {samples[outside][0]} among {len(self)}")
        number = np.where(samples < 0, samples + len(self), samples)
        return self.ids[number // self.per_scenario], number % self.per_scenario * self.stride

    def read(self, samples: NDArray[np.int64]) -> Batch:
        """By field an array with an entry for each sample."""
        ids, starts = self.place(samples)
        batch: Batch = {}
        for field, column in self.columns.items():
            if self.window is None or column.ndim < 2:
                batch[field] = column.rows(ids)
            else:
                batch[field] = column.windows(ids, starts, self.window + column.shape[1] - self.run.steps)
        return batch

    def weights(self, ids: NDArray[np.int64], weights: NDArray[Any]) -> NDArray[np.float64]:
        """Of each sample the weight that its scenario has in a selection. RunError for scenarios that are not in it."""
        at = np.minimum(np.searchsorted(ids, self.ids), max(len(ids) - 1, 0))
        missing = self.ids if len(ids) == 0 else self.ids[ids[at] != self.ids]
        if len(missing) > 0:
            raise RunError(f"scenario {missing[0]} has no weight; give the data set the ids of the selection", USAGE)
        return np.repeat(weights[at].astype(np.float64), self.per_scenario)


def _chosen(run: Run, successes_only: bool, ids: ArrayLike | None) -> NDArray[np.int64]:
    """Numbers of scenarios, ascending."""
    chosen = run.ids
    if ids is not None:
        chosen = np.unique(np.asarray(ids))
        if chosen.size > 0 and chosen.dtype.kind not in "iu":
            raise RunError("ids are numbers of scenarios", USAGE)
        if chosen.size != np.size(ids):
            raise RunError("ids are numbers of scenarios, each once", USAGE)
        unknown = chosen[~np.isin(chosen, run.ids)]
        if unknown.size > 0:
            raise RunError(f"scenario {unknown[0]} is not in {run.folder}", USAGE)
        chosen = chosen.astype(np.int64)
    if successes_only:
        if "scenario/success" not in run:
            raise RunError(f"{run.folder} holds markets alone, which have no successes", USAGE)
        chosen = chosen[run["scenario/success"].rows(chosen) != 0]
    return chosen


class Shuffle:
    """An order of samples for streaming: blocks of neighbouring scenarios are permuted over the whole run and divided
    into `parts`, which differ by one scenario at most; then samples are permuted within groups of blocks that hold
    `buffer` scenarios. So a reader meets few shards at a time, and every sample is in one part, once."""

    _BLOCKS = 8  # from random places, in a group

    def __init__(self, samples: Samples, buffer: int, shards: NDArray[np.int64]) -> None:
        self._samples, self._buffer = samples, buffer
        block = max(buffer // self._BLOCKS, 1)
        begins = np.flatnonzero(np.diff(shards, prepend=-1))  # of shards, in the order of ids
        sizes = np.diff(begins, append=len(shards))
        self._begin = np.concatenate([np.arange(b, b + n, block) for b, n in zip(begins, sizes)] or [begins])
        self._size = np.diff(self._begin, append=len(shards))

    def groups(self, seed: tuple[int, int] | None, part: int, parts: int) -> Iterator[NDArray[np.int64]]:
        """Numbers of samples of a part, a group at a time; in their own order without a seed."""
        scenarios = self._scenarios(seed, part, parts)
        draw = None if seed is None else np.random.default_rng([*seed, part, parts])
        for first in range(0, len(scenarios), self._buffer):
            group = scenarios[first : first + self._buffer, None]
            windows = self._samples.per_scenario
            numbers = (group * windows + np.arange(windows)).ravel()
            yield numbers if draw is None else draw.permutation(numbers)

    def _scenarios(self, seed: tuple[int, int] | None, part: int, parts: int) -> NDArray[np.int64]:
        """Places in `ids`."""
        order = np.arange(len(self._begin))
        if seed is not None:
            order = np.random.default_rng(seed).permutation(order)
        total = int(self._size.sum())
        begin, end = total * part // parts, total * (part + 1) // parts
        after = np.cumsum(self._size[order])
        first, last = int(np.searchsorted(after, begin, "right")), int(np.searchsorted(after, end, "left"))
        mine = order[first : last + 1]
        places = np.concatenate(
            [np.arange(b, b + n) for b, n in zip(self._begin[mine], self._size[mine])] or [np.empty(0, np.int64)]
        )
        skipped = int(after[first] - self._size[order[first]]) if len(mine) > 0 else 0
        return places[begin - skipped : end - skipped]
