"""Names of the values of an integer quantity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Labels:
    """What the integers of a quantity mean: `names[value]`, or a name for each bit of a mask."""

    bits: bool
    names: tuple[str, ...]

    def decode(self, values: NDArray[Any]) -> NDArray[Any]:
        """Of values their names, "" where there is none (no primitive runs); of masks a structured array with a bool
        for each name. The shape stays."""
        if not self.bits:
            return np.take(np.array([*self.names, ""]), np.minimum(values, len(self.names)))
        decoded = np.empty(np.shape(values), [(name, np.bool_) for name in self.names])
        for bit, name in enumerate(self.names):
            decoded[name] = np.right_shift(values, values.dtype.type(bit)) & values.dtype.type(1)
        return decoded
