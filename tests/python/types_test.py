"""The Python package holds what its annotations say, in mypy's strict reading."""
import importlib.util
import os
import pathlib
import sys

PACKAGE = pathlib.Path(__file__).resolve().parents[2] / "tools" / "python"

if __name__ == "__main__":
    if importlib.util.find_spec("mypy") is None:
        print("skipped: needs mypy (tools/setup.sh --test)")
        sys.exit(77)
    os.chdir(PACKAGE)  # where mypy finds its settings
    os.execv(sys.executable, [sys.executable, "-m", "mypy", f"--cache-dir={os.devnull}"])
