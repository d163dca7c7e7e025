"""libhdf5 in a process that forks or has threads."""

from __future__ import annotations

import contextlib
import os
import threading
import weakref
from typing import Iterator, Protocol

import h5py


class Holder(Protocol):
    """What keeps HDF5 handles open."""

    def close_hdf5(self) -> None: ...


lock = threading.RLock()  #: held while handles are used; libhdf5 has only one as well
holders: weakref.WeakSet[Holder] = weakref.WeakSet()


def _before_fork() -> None:
    """A child that opened a file anew would get its parent's handle from the library's own list. So there are none
    while a process forks."""
    lock.acquire()
    for holder in list(holders):
        holder.close_hdf5()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=lock.release, after_in_child=lock.release)


@contextlib.contextmanager
def opened(file: str | os.PathLike[str]) -> Iterator[h5py.File]:
    """A file for a short look."""
    with lock, h5py.File(file, "r") as data:
        yield data
