#!/usr/bin/env python3
"""A long run that is killed at random moments again and again, beside one that is let alone: the same bytes?

    night.py FOLDER [SCENARIOS] [KILLS] [PROGRAM] [ARGUMENTS OF GENERATE...]

FOLDER needs room for one run: of the first only checksums are kept. Kills are SIGKILL, three of four, and SIGTERM; the
last stretch runs to its end. Every file is compared but the journal, and run.json but for its history. Prints Markdown.
"""
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]


def digests(run):
    """SHA-256 of every file that must not depend on how the run was made."""
    found = {}
    for path in sorted(run.rglob("*")):
        if not path.is_file() or path.name == "journal.jsonl":
            continue
        if path.name == "run.json":
            told = json.loads(path.read_text())
            for key in ("sessions", "seconds", "seal"):
                told.pop(key)
            found[path.name] = json.dumps(told)
            continue
        digest = hashlib.sha256()
        with open(path, "rb") as file:
            while block := file.read(1 << 22):
                digest.update(block)
        found[str(path.relative_to(run))] = digest.hexdigest()
    return found


def main():
    folder = pathlib.Path(sys.argv[1])
    scenarios, kills = (int(sys.argv[i]) if len(sys.argv) > i else usual for i, usual in ((2, 1_000_000), (3, 20)))
    program = pathlib.Path(sys.argv[4] if len(sys.argv) > 4 else ROOT / "build/release/tools/marketmimic").resolve()
    command = [program, "generate", *sys.argv[5:], "--scenarios", str(scenarios), "--resume", "-o"]
    whole, killed = folder / "whole", folder / "killed"
    random.seed(1)

    begun = time.monotonic()
    subprocess.run([*command, whole], check=True, stdout=subprocess.DEVNULL)
    alone = time.monotonic() - begun
    size = sum(path.stat().st_size for path in whole.rglob("*") if path.is_file())
    expected = digests(whole)
    shutil.rmtree(whole)

    struck, begun = {signal.SIGKILL: 0, signal.SIGTERM: 0}, time.monotonic()
    while sum(struck.values()) < kills:
        process = subprocess.Popen([*command, killed], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0.02, 1.8) * alone / (kills + 1))
        sent = signal.SIGTERM if random.random() < 0.25 else signal.SIGKILL
        process.send_signal(sent)
        process.wait()
        if process.returncode == 0:  # it was done: once more from the beginning
            shutil.rmtree(killed)
            continue
        struck[sent] += 1
        print(f"{sum(struck.values())} of {kills} kills", file=sys.stderr)
    subprocess.run([*command, killed], check=True, stdout=subprocess.DEVNULL)
    interrupted = time.monotonic() - begun
    found = digests(killed)

    print("| | whole | killed and resumed |\n| --- | ---: | ---: |")
    print(f"| scenarios | {scenarios:,} | {scenarios:,} |")
    print(f"| bytes in {len(expected)} files | {size:,} | the same |" if found == expected else "| bytes | | OTHERS |")
    print(f"| kills | 0 | {struck[signal.SIGKILL]} SIGKILL, {struck[signal.SIGTERM]} SIGTERM |")
    print(f"| seconds | {alone:.0f} | {interrupted:.0f} |")
    print(f"| load at the end | | {os.getloadavg()[0]:.1f} |")
    return 0 if found == expected else 1


if __name__ == "__main__":
    sys.exit(main())
