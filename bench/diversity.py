#!/usr/bin/env python3
"""Diversity and coverage of many executions in each strategy.mode, on the same scenarios, as tables.

diversity.py PROGRAM BARS FILLS FOLDER [SCENARIOS]: needs about 20 kB of disk a scenario in FOLDER, a mode at a time."""
import json
import pathlib
import shutil
import subprocess
import sys

MODES = ["full", "goal-only", "static", "replay", "replay-noise"]
JOB = """
scenarios = {scenarios}
steps = 288
step_seconds = 60
[strategy]
mode = "{mode}"
[output]
record = ["market", "strategy", "labels", "orders"]
[[perturbation]]
kind = "volatility_spike"
probability = 0.5
intensity = [2.0, 8.0]
[[perturbation]]
kind = "flash_crash"
probability = 0.5
drop = [0.02, 0.2]
recovery = [0.5, 1.0]
[[perturbation]]
kind = "liquidity_gap"
probability = 0.5
[[perturbation]]
kind = "news"
probability = 0.5
jump = [0.0, 2.0]
"""


def measure(program, folder, mode, scenarios):
    """The report of one mode; its run is removed again."""
    job, run = folder / "job.toml", folder / "run"
    job.write_text(JOB.format(mode=mode, scenarios=scenarios))
    subprocess.run([program, "generate", job, "--market", folder / "market.toml", "--strategy", folder / "strategy.h5",
                    "-o", run], check=True, stdout=subprocess.DEVNULL)
    told = subprocess.run([program, "report", run, "--json"], check=True, stdout=subprocess.PIPE, text=True).stdout
    shutil.rmtree(run)
    return json.loads(told)


def percent(value, digits=1):
    return f"{100 * value:.{digits}f} %"


def spread(told):
    return f"{told['distance']:.3f}, {told['participation']:.2f}, {told['modes']}"


def median(told):
    return " / ".join(f"{value:.3f}" for value in told.values())


ROWS = [
    ("attempts that held a position", lambda r: r["diversity"]["traded"]),
    ("**same exposure and fills**", lambda r: r["diversity"]["same_exposure_and_fills"]),
    ("same exposure at every step", lambda r: r["diversity"]["same_exposure"]),
    ("another within 0.01, of the sample", lambda r: percent(r["diversity"]["another_within_0.01"])),
    ("executions: distance, participation, modes", lambda r: spread(r["diversity"]["executions"])),
    ("successes", lambda r: spread(r["diversity"]["successes"])),
    ("executions of one source", lambda r: spread(r["diversity"]["same_source"])),
    ("sources, copied", lambda r: spread(r["diversity"]["sources_copied"])),
    ("to the nearest cycle demonstrated, 5 / 50 / 95 %", lambda r: median(r["diversity"]["from_demonstration"])),
    ("to the source", lambda r: median(r["diversity"]["from_source"])),
    ("success", lambda r: f"{percent(r['success']['rate'])} [{percent(r['success']['interval'][0])[:-2]}, "
                          f"{percent(r['success']['interval'][1])[:-2]}]"),
    ("sources of attempts: used, effective, three most", lambda r: use(r["provenance"]["attempts"])),
    ("sources of successes", lambda r: use(r["provenance"]["successes"])),
    ("bins reached by attempts, by successes", lambda r: f"{r['coverage']['reached']}, {r['coverage']['succeeded']}"),
    ("pairs of cycle and shocks: met, with a success", lambda r: pairs(r["coverage"]["cycles_and_shocks"])),
    ("successes apart from attempts; by chance",
     lambda r: f"{percent(r['coverage']['apart'])}; {percent(r['coverage']['apart_by_chance'])}"),
    ("left when balanced", lambda r: percent(r["coverage"]["balanced_sample"])),
]


def use(told):
    return f"{told['used']}, {told['effective']:.1f}, {percent(told['three_most'])}"


def pairs(told):
    return f"{len(told)}, {sum(cell['successes'] > 0 for cell in told)}"


def main(program, bars, fills, folder, scenarios="100000"):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    quiet = {"check": True, "stdout": subprocess.DEVNULL}
    subprocess.run([program, "calibrate", "--bars", bars, "-o", folder / "market.toml", "--force"], **quiet)
    subprocess.run([program, "decompose", "--fills", fills, "--bars", bars, "-o", folder / "strategy.h5", "--force"],
                   **quiet)
    reports = [measure(program, folder, mode, int(scenarios)) for mode in MODES]
    print("| | " + " | ".join(MODES) + " |\n| --- |" + " ---: |" * len(MODES))
    for name, row in ROWS:
        print(f"| {name} | " + " | ".join(str(row(report)) for report in reports) + " |")
    for axis, one in enumerate(reports[0]["coverage"]["axes"]):
        edges = [f"{edge:g}" for edge in one["edges"]]
        bins = [f"below {edges[0]}", *map(" to ".join, zip(edges, edges[1:])), f"from {edges[-1]}"]
        print(f"\n| success by {one['name']} [{one['unit']}] | attempts | " + " | ".join(MODES) + " |\n| --- |" +
              " ---: |" * (len(MODES) + 1))
        for bin, name in enumerate(bins):
            tallies = [report["coverage"]["axes"][axis]["bins"][bin] for report in reports]
            print(f"| {name} | {tallies[0]['attempts']} | " +
                  " | ".join(percent(tally["rate"]) for tally in tallies) + " |")


if __name__ == "__main__":
    main(*sys.argv[1:])
