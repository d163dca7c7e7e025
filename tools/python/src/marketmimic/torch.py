"""PyTorch data sets of a run, for training on it. Their samples are dicts of tensors, by field.

Tensors have the types of the run, but for bit masks and numbers of scenarios: PyTorch has no unsigned integers beyond a
byte in all its versions, so these become int64.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any, Optional, Union

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    Sampler,
    SequentialSampler,
    WeightedRandomSampler,
    get_worker_info,
)

from .errors import USAGE, RunError
from .run import Run, open_run
from .sampling import Batch, Samples, Shuffle
from .selection import Selection

Sample = dict[str, Tensor]
Folder = Union[Run, str, "os.PathLike[str]"]


def _run(run: Folder) -> Run:
    return run if isinstance(run, Run) else open_run(run)


def _tensors(batch: Batch) -> Sample:
    wide = {
        field: values.astype(np.int64) if values.dtype.str in ("<u4", "<u8") else values
        for field, values in batch.items()
    }
    return {field: torch.from_numpy(values) for field, values in wide.items()}


class ScenarioDataset(Dataset[Sample]):
    """Samples by number: whole scenarios, or windows of `window` steps from every multiple of `stride` (the window
    itself unless told), in the order of scenario and start.

    A field with an entry for each step gives `window` entries; `observations`, with one more, gives one more: what is
    seen before each action and after the last. A field with one value a scenario gives that value. `ids` chooses
    scenarios, `successes_only` keeps those of them that succeeded.

    A list of numbers gives a whole batch at once, which loader() makes use of. Safe in workers, forked and spawned.
    """

    def __init__(
        self,
        run: Folder,
        fields: Sequence[str],
        *,
        window: int | None = None,
        stride: int | None = None,
        successes_only: bool = False,
        ids: ArrayLike | None = None,
    ) -> None:
        self._samples = Samples(_run(run), fields, window, stride, successes_only, ids)

    @property
    def run(self) -> Run:
        return self._samples.run

    @property
    def ids(self) -> NDArray[np.int64]:
        """Scenarios, ascending."""
        return self._samples.ids

    def place(self, sample: int) -> tuple[int, int]:
        """The scenario of a sample, and the step it starts with."""
        ids, starts = self._samples.place(np.array([sample]))
        return int(ids[0]), int(starts[0])

    def __len__(self) -> int:
        return len(self._samples)

    def __getitem__(self, sample: int | Sequence[int] | Tensor) -> Sample:
        numbers = np.asarray(sample)
        if numbers.ndim > 0:
            return _tensors(self._samples.read(numbers.astype(np.int64)))
        return {field: values[0] for field, values in _tensors(self._samples.read(numbers[None])).items()}

    def __getitems__(self, samples: Sequence[int]) -> list[Sample]:
        """What a DataLoader that makes batches itself asks for, read together."""
        batch = self[samples]
        return [{field: values[i] for field, values in batch.items()} for i in range(len(samples))]

    def weighted(
        self, selection: Selection, samples: int | None = None, generator: torch.Generator | None = None
    ) -> WeightedRandomSampler:
        """Draws samples with replacement, as often as the weights of a selection say; `samples` an epoch, as many as
        there are unless told. The data set must have the selection's ids, or fewer."""
        weights = self._samples.weights(selection.ids, selection.weights)
        return WeightedRandomSampler(torch.from_numpy(weights), samples or len(self), generator=generator)


def loader(
    dataset: ScenarioDataset,
    batch_size: int,
    *,
    shuffle: bool = False,
    sampler: Sampler[int] | None = None,
    drop_last: bool = False,
    generator: torch.Generator | None = None,
    **options: Any,
) -> DataLoader[Sample]:
    """A DataLoader that reads each batch at once instead of putting it together from samples. `options` are those of
    DataLoader."""
    if sampler is None:
        sampler = RandomSampler(dataset, generator=generator) if shuffle else SequentialSampler(dataset)
    batches = BatchSampler(sampler, batch_size, drop_last)
    return DataLoader(dataset, sampler=batches, batch_size=None, generator=generator, **options)


class ScenarioStream(IterableDataset[Sample]):
    """All samples of an epoch in a random order, read almost sequentially, which suits compressed runs and such as are
    larger than memory.

    Blocks of scenarios come in a random order over all shards, and samples in a random one within `buffer` scenarios.
    Each sample of an epoch goes to one worker of one rank, once; ranks and workers hold as many scenarios as each other,
    or one more. The order follows from (seed, epoch) and the numbers of ranks and workers alone. With `batch_size` the
    items are whole batches, the last of a worker may be smaller: give it to `DataLoader(stream, batch_size=None)`.

    `rank` of `ranks` are those of torch.distributed, where that is initialised, unless told. Fields, windows and ids are
    those of ScenarioDataset. Call set_epoch() before each epoch; persistent workers notice it, too.
    """

    def __init__(
        self,
        run: Folder,
        fields: Sequence[str],
        *,
        window: int | None = None,
        stride: int | None = None,
        successes_only: bool = False,
        ids: ArrayLike | None = None,
        batch_size: int | None = None,
        shuffle: bool = True,
        buffer: int = 2048,
        seed: int = 0,
        rank: int | None = None,
        ranks: int | None = None,
    ) -> None:
        self._samples = Samples(_run(run), fields, window, stride, successes_only, ids)
        if buffer < 1 or seed < 0 or (batch_size is not None and batch_size < 1):
            raise RunError(
                f"a batch and a buffer hold 1 or more, a seed is 0 or more (got {batch_size}, {buffer}, {seed})", USAGE
            )
        self._shuffle = Shuffle(self._samples, buffer, self._samples.run.shard_of(self._samples.ids))
        self._batch_size, self._seed = batch_size, seed if shuffle else None
        self._rank, self._ranks = _place(rank, ranks)
        self._epoch = torch.zeros((), dtype=torch.int64)
        self._epoch.share_memory_()

    def set_epoch(self, epoch: int) -> None:
        """Chooses the order of the next iteration, from 0 on."""
        if epoch < 0:
            raise RunError(f"epochs count from 0 (got {epoch})", USAGE)
        self._epoch.fill_(epoch)

    def __iter__(self) -> Iterator[Sample]:
        worker = get_worker_info()
        workers, number = (1, 0) if worker is None else (worker.num_workers, worker.id)
        seed = None if self._seed is None else (self._seed, int(self._epoch.item()))
        groups = self._shuffle.groups(seed, self._rank * workers + number, self._ranks * workers)
        read = map(self._samples.read, groups)
        if self._batch_size is not None:
            yield from map(_tensors, _rebatched(read, self._batch_size))
            return
        for group in map(_tensors, read):
            for i in range(len(next(iter(group.values())))):
                yield {field: values[i] for field, values in group.items()}


def _place(rank: int | None, ranks: int | None) -> tuple[int, int]:
    if rank is None and ranks is None:
        distributed = torch.distributed
        if not (distributed.is_available() and distributed.is_initialized()):
            return 0, 1
        return distributed.get_rank(), distributed.get_world_size()
    if rank is None or ranks is None or not 0 <= rank < ranks:
        raise RunError(f"rank is one of 0 to ranks - 1 (got {rank} of {ranks})", USAGE)
    return rank, ranks


def _rebatched(groups: Iterator[Batch], size: int) -> Iterator[Batch]:
    """The same samples in batches of `size`; what is left over of a group begins the next."""
    left: Optional[Batch] = None
    for group in groups:
        if left is not None:
            group = {field: np.concatenate([left[field], values]) for field, values in group.items()}
        count = len(next(iter(group.values())))
        full = count - count % size
        for first in range(0, full, size):
            yield {field: values[first : first + size] for field, values in group.items()}
        left = {field: values[full:] for field, values in group.items()} if full < count else None
    if left is not None:
        yield left
