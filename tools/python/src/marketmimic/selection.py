"""Files of `marketmimic accept`: successes chosen so that they lie over bins of scenario space as asked for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import hdf5
from .errors import RunError


@dataclass(frozen=True)
class Selection:
    """Accepted scenarios of a run."""

    ids: NDArray[np.int64]  #: ascending
    weights: NDArray[np.float32]  #: [ids], what each has to count for the balance to be met exactly
    bins: NDArray[np.int64]  #: [ids], rows of /bins in the file
    balance: str  #: even, attempts, none


def read_selection(file: str | os.PathLike[str], identity: str) -> Selection:
    """RunError where it is no such file, or about another run."""
    name = os.fspath(file)
    try:
        with hdf5.opened(name) as data:
            told: dict[str, Any] = dict(data.attrs)
            if told.get("format") != "marketmimic selection":
                raise RunError(f"{name} is no file of marketmimic accept")
            if told.get("identity") != identity:
                raise RunError(f"{name} is about another run; make it with marketmimic accept from this one")
            ids, weights, bins = (np.asarray(data[f"accepted/{column}"]) for column in ("id", "weight", "bin"))
    except FileNotFoundError:
        raise RunError(f"{name}: no such file") from None
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise RunError(f"{name} can't be read ({error})") from error
    return Selection(ids.astype(np.int64), weights.astype(np.float32), bins.astype(np.int64), str(told["balance"]))
