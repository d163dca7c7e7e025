"""A run folder."""

from __future__ import annotations

import difflib
import importlib.util
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .column import Column, View
from .errors import RunError
from .lazy import lazy
from .schema import Schema
from .selection import Selection, read_selection
from .store import Store
from .table import Table

_FORMAT = 2  # of run.json and what stands beside the shards


class Run:
    """What a run holds, finished or not; made by open_run(). Opening reads run.json alone, shards are opened when
    something of them is asked for. Pickles as its name, and is safe in processes that fork.

    Scenarios go by their number, in every run. An interrupted run has those of its complete shards.
    """

    def __init__(self, folder: Path, told: Mapping[str, Any]) -> None:
        self.folder = folder
        self.identity = str(told["identity"])  #: of the job, its inputs and the version of the rules
        self.seed = int(told["seed"])
        self.complete = bool(told["complete"])  #: False: interrupted, or still being made
        self.planned = int(told["scenarios"])  #: scenarios of the complete run, as far as known
        self.job_text = str(told["job"])  #: the resolved job file, TOML
        per_shard = int(told["shard_scenarios"])
        if self.planned < 0 or per_shard < 1:
            raise ValueError("no such run")
        every = -(-self.planned // per_shard)
        shards = range(every) if self.complete else _published(folder, self.identity, every)
        self._store = Store(folder, self.identity, self.planned, per_shard, shards, self.complete)

    def __repr__(self) -> str:
        state = "complete" if self.complete else "not complete"
        return f"<Run {self.folder}: {len(self.ids)} of {self.planned} scenarios, {state}>"

    # What there is

    @lazy
    def ids(self) -> NDArray[np.int64]:
        """Numbers of the scenarios that are there, ascending: 0 to N - 1 where the run has no gaps."""
        return self._store.ids()

    def shard_of(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Numbers of the shards that hold scenarios, or would."""
        return self._store.shard_of(ids)

    @property
    def columns(self) -> tuple[str, ...]:
        """Paths that `run[path]` knows."""
        return tuple(self._schema.columns)

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the ragged tables."""
        return tuple(self._schema.tables)

    @property
    def units(self) -> dict[str, str]:
        """By path; pure numbers are left out."""
        return {path: quantity.unit for path, quantity in self._schema.columns.items() if quantity.unit}

    @property
    def steps(self) -> int:
        """Recorded steps of a scenario, each of which stands for `stride` decisions."""
        return self._schema.steps

    @property
    def stride(self) -> int:
        """Decisions to a recorded step (`output.stride` of the job): 1 unless less was wanted."""
        return int(self._schema.attributes.get("stride", 1))

    # What was simulated

    @lazy
    def job(self) -> dict[str, Any]:
        """The resolved job file, parsed. Before Python 3.11 that takes the package tomli."""
        for reader in ("tomllib", "tomli"):
            if importlib.util.find_spec(reader) is not None:
                parsed: dict[str, Any] = importlib.import_module(reader).loads(self.job_text)
                return parsed
        raise RunError("reading a job takes Python 3.11 or the package tomli; run.job_text is its text")

    @property
    def asset(self) -> str:
        return str(self._attribute("asset"))

    @property
    def currency(self) -> str:
        return str(self._attribute("currency"))

    @property
    def tick(self) -> float:
        """Smallest difference of prices [currency]."""
        return float(self._attribute("tick"))

    @property
    def lot(self) -> float:
        """Smallest size [asset]."""
        return float(self._attribute("lot"))

    @property
    def step_seconds(self) -> int:
        """From decision to decision [s]; a recorded step takes `stride` times as long."""
        return int(self._attribute("step_seconds"))

    @property
    def largest_position_lots(self) -> int | None:
        """What an exposure of 1 is; None for markets alone."""
        lots = self._schema.attributes.get("largest_position_lots")
        return None if lots is None else int(lots)

    # Values

    def __contains__(self, path: str) -> bool:
        return path.strip("/") in self._schema.columns

    def __getitem__(self, path: str) -> Column:
        """A quantity of all scenarios, `run["market/close_half_ticks"]`: integers as they are stored."""
        quantity = self._schema.columns.get(path.strip("/"))
        if quantity is None:
            raise RunError(f"{self.folder} {self._lacks(path.strip('/'))}")
        return Column(self._store, quantity)

    def scaled(self, path: str) -> View:
        """The same as float64 in the units of the world: prices and money in the currency, sizes in the asset. Where
        the book has no level, the price is NaN."""
        column = self[path]
        units = {
            "half ticks": (0.5 * self.tick, self.currency),
            "ticks": (self.tick, self.currency),
            "lots": (self.lot, self.asset),
            "tick lots": (self.tick * self.lot, self.currency),
        }
        factor, unit = units.get(column.unit, (1.0, column.unit))
        return View(column, _Scale(factor), unit)

    def labels(self, path: str) -> View:
        """The same decoded: `run.labels("market_event")[17]["crash"]` are the steps of scenario 17 with a crash,
        `run.labels("strategy/primitive")[17]` its primitives by name. A name alone is one of `labels/`."""
        column = self[path if path in self else f"labels/{path.strip('/')}"]
        if column.labels is None:
            raise RunError(f"{column.path} has no names to its values; run.units and the README say what they are")
        return View(column, column.labels.decode, "")

    @property
    def scenario(self) -> Outcomes:
        """Outcomes: `run.scenario["success"]` is [ids]. `pandas.DataFrame(dict(run.scenario))` has all of them."""
        return Outcomes(self)

    @property
    def orders(self) -> Table:
        """`run.orders(7)`: every order of scenario 7 with its fills."""
        return self.table("orders")

    @property
    def perturbations(self) -> Table:
        """`run.perturbations(7)`: every injection into scenario 7 with its parameters."""
        return self.table("perturbations")

    def table(self, name: str) -> Table:
        fields = self._schema.tables.get(name)
        if fields is None:
            raise RunError(f"{self.folder} records no {name}; it has {', '.join(self.tables)}")
        return Table(self._store, name, fields)

    def accepted(self, file: str | os.PathLike[str]) -> Selection:
        """What `marketmimic accept` chose among this run's successes."""
        return read_selection(file, self.identity)

    @lazy
    def _schema(self) -> Schema:
        return self._store.schema()

    def _attribute(self, name: str) -> Any:
        return self._schema.attributes[name]

    def _lacks(self, path: str) -> str:
        table = path.split("/")[0]
        if table in self._schema.tables:
            return f"has {table} as rows of each scenario: run.{table}(scenario)"
        near = difflib.get_close_matches(path, self.columns, 1, 0.4)
        return f"has no {path}" + (f"; did you mean {near[0]}?" if near else f"; it has {', '.join(self.columns)}")


class Outcomes(Mapping[str, NDArray[Any]]):
    """`/scenario`: by name an array with an entry for each of `run.ids`, read when it is asked for."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._names = tuple(path[len("scenario/") :] for path in run.columns if path.startswith("scenario/"))

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self._names:
            raise KeyError(name)
        column, ids = self._run[f"scenario/{name}"], self._run.ids
        return column.rows(range(len(ids)) if len(ids) == len(column) else ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _Scale:
    def __init__(self, factor: float) -> None:
        self._factor = factor

    def __call__(self, values: NDArray[Any]) -> NDArray[np.float64]:
        scaled = values.astype(np.float64) * self._factor
        if values.dtype.kind != "i":
            return np.asarray(scaled)
        return np.where(values == np.iinfo(values.dtype).min, np.nan, scaled)


def _published(folder: Path, identity: str, every: int) -> list[int]:
    """Shards that are there: a .json with its final name says so."""
    prefix = identity[:8] + "-"
    try:
        names = [entry.name for entry in os.scandir(folder / "shards")]
    except OSError as error:
        raise RunError(f"{folder}/shards: {error.strerror}") from error
    numbers = [
        name[len(prefix) : -len(".json")] for name in names if name.startswith(prefix) and name.endswith(".json")
    ]
    return sorted(int(number) for number in numbers if number.isdecimal() and int(number) < every)


def open_run(folder: str | os.PathLike[str]) -> Run:
    """The run in a folder. RunError where there is none, or one of another format."""
    name = os.fspath(folder)
    try:
        told = json.loads((Path(name) / "run.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise RunError(f"{name} is no run folder: it has no run.json") from None
    except OSError as error:
        raise RunError(f"{name}/run.json: {error.strerror}") from error
    except ValueError:
        raise RunError(f"{name}/run.json is damaged; marketmimic verify {name} --repair makes it again") from None
    if not isinstance(told, dict) or told.get("format") != "marketmimic run":
        raise RunError(f"{name}/run.json does not describe a run of MarketMimic")
    if told.get("format_version") != _FORMAT:
        raise RunError(f"{name} is a run folder of format {told.get('format_version')}, this package reads {_FORMAT}")
    try:
        return Run(Path(name).absolute(), told)
    except (KeyError, TypeError, ValueError):
        raise RunError(f"{name}/run.json is damaged; marketmimic verify {name} --repair makes it again") from None
