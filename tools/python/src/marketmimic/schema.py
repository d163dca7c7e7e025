"""What a run records, read from the header of one of its shards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np

from .labels import Labels


@dataclass(frozen=True)
class Quantity:
    """A dataset of a run."""

    path: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]  #: of one scenario, or of one row of a ragged table
    unit: str  #: "" for a pure number
    columns: tuple[str, ...]  #: names along the last axis, where it has some
    labels: Labels | None


@dataclass(frozen=True)
class Schema:
    columns: dict[str, Quantity]  #: by path; their first axis is the scenario
    tables: dict[str, dict[str, Quantity]]  #: ragged: by name, then by field
    attributes: dict[str, Any]  #: of the shard's root

    @property
    def steps(self) -> int:
        """Rows of a scenario, one for each stride of steps; 0 where no quantity is recorded by step."""
        lengths = [q.shape[0] - (q.path == "observations") for q in self.columns.values() if q.shape]
        return min(lengths, default=0)


def _names(dataset: h5py.Dataset, attribute: str) -> tuple[str, ...]:
    return tuple(map(str, dataset.attrs.get(attribute, ())))


def _quantity(path: str, dataset: h5py.Dataset) -> Quantity:
    bits, values = _names(dataset, "bits"), _names(dataset, "values")
    labels = Labels(bool(bits), bits or values) if bits or values else None
    unit, columns = str(dataset.attrs.get("unit", "")), _names(dataset, "columns")
    return Quantity(path, dataset.dtype, tuple(dataset.shape[1:]), unit, columns, labels)


def read_schema(file: h5py.File) -> Schema:
    columns: dict[str, Quantity] = {}

    def visit(path: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            columns[path] = _quantity(path, item)

    file.visititems(visit)
    ragged = [path[: -len("/offsets")] for path in columns if path.endswith("/offsets")]
    tables = {
        table: {path[len(table) + 1 :]: columns.pop(path) for path in list(columns) if path.startswith(table + "/")}
        for table in ragged
    }
    for fields in tables.values():
        del fields["offsets"]
    return Schema(columns, tables, dict(file.attrs))
