"""`python -m marketmimic`: what a run holds, and a picture of one of its scenarios."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import numpy as np

from .errors import EXISTS, IO, USAGE, RunError
from .run import Run, open_run


def _shape(shape: tuple[int, ...]) -> str:
    return "[" + ", ".join(map(str, shape)) + "]"


def _outcomes(run: Run) -> list[str]:
    if "scenario/success" not in run or len(run.ids) == 0:
        return []
    success = run.scenario["success"]
    labels = run["scenario/failure"].labels
    names = labels.names if labels is not None else ()
    counts = np.bincount(run.scenario["failure"], minlength=len(names))
    reasons = ", ".join(f"{name} {count}" for name, count in zip(names[1:], counts[1:].tolist()) if count > 0)
    return [
        f"successes    {int(success.sum())} of {len(success)}, {100 * float(success.mean()):.1f} %",
        *([f"failures     {reasons}"] if reasons else []),
    ]


def describe(run: Run) -> str:
    """What a run holds, for people."""
    there = f"{len(run.ids)} of {run.planned} scenarios"
    state = f"complete, {len(run.ids)} scenarios" if run.complete else f"not complete, {there}"
    lines = [f"run          {run.folder}", f"identity     {run.identity}", f"state        {state}"]
    if len(run.ids) == 0:
        return "\n".join(lines)
    lines += [
        f"market       {run.asset} in {run.currency}, tick {run.tick:g}, lot {run.lot:g}, {run.steps} steps of "
        f"{run.stride * run.step_seconds} s" + (f", {run.stride} decisions each" if run.stride > 1 else ""),
        *_outcomes(run),
        "",
    ]
    columns = [run[path] for path in run.columns]
    width = max(len(column.path) for column in columns)
    deep = max(len(_shape(column.shape)) for column in columns)
    for column in columns:
        names = column.names or (column.labels.names if column.labels is not None else ())
        about = " ".join([*([f"[{column.unit}]"] if column.unit else []), ", ".join(names)])
        lines.append(f"{column.path:{width}}  {_shape(column.shape):{deep}}  {column.dtype!s:7}  {about}".rstrip())
    for name in run.tables:
        table = run.table(name)
        lines.append(f"{name:{width}}  {table.rows()} rows: {', '.join(table.dtype.names or ())}")
    return "\n".join(lines)


def draw(run: Run, scenario: int, out: Path, force: bool) -> None:
    """Writes the picture of a scenario (PNG, PDF or SVG, by its ending), whole or not at all."""
    if out.exists() and not force:
        raise RunError(f"{out} exists; choose another name, or --force to replace it", EXISTS)
    if run.folder.resolve() in out.absolute().resolve().parents:
        raise RunError(f"{out} lies in the run; choose another place", USAGE)
    try:
        from .quicklook import quicklook
    except ImportError as error:
        raise RunError(f"pictures need matplotlib ({error}); pip install marketmimic[plot]", USAGE) from error
    figure = quicklook(run, scenario)
    part = out.with_name(f".{out.name}.part")
    try:
        figure.savefig(part, dpi=110, format=out.suffix[1:] or "png")
        os.replace(part, out)
    except ValueError as error:
        raise RunError(f"{out}: {error}", USAGE) from error
    except OSError as error:
        raise RunError(f"can't write {out}: {error.strerror}", IO) from error
    finally:
        part.unlink(missing_ok=True)


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m marketmimic", description="Looks at runs of marketmimic generate.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    info = commands.add_parser("info", help="what a run holds")
    info.add_argument("run", metavar="RUN")
    look = commands.add_parser("quicklook", help="draw one scenario")
    look.add_argument("run", metavar="RUN")
    look.add_argument("--scenario", type=int, required=True, metavar="N")
    look.add_argument("-o", "--out", type=Path, required=True, metavar="FILE", help="PNG, PDF or SVG")
    look.add_argument("--force", action="store_true", help="replace the file")
    return parser.parse_args(given)


def main(given: list[str] | None = None) -> int:
    arguments = _arguments(given)
    try:
        run = open_run(arguments.run)
        if arguments.command == "info":
            print(describe(run), flush=True)
        else:
            draw(run, arguments.scenario, arguments.out, arguments.force)
    except RunError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.code
    except OSError as error:  # of stdout
        print(f"error: can't write the result: {error.strerror}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left of it can't be flushed either
        return IO
    return 0


if __name__ == "__main__":
    sys.exit(main())
