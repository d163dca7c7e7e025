#!/usr/bin/env python3
"""Runs the benchmarks of one core in turn, round after round, and prints medians and ratios as Markdown.

    interleave.py FOLDER_OF_PROGRAMS RESULTS.json [ROUNDS]

Whatever else the machine does then falls on all of them alike. Rates are steps or events a second of the process's own
time.
"""
import collections
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent


def programs(folder):
    flags = ["--benchmark_format=json", "--benchmark_min_time=0.1"]
    for name in ["path_model", "path_quantlib", "dmp_steps", "scenario_step", "order_book_events"]:
        if (folder / name).exists():
            yield [folder / name, *flags]
    try:
        import numpy  # noqa: F401
        yield [sys.executable, HERE / "path_numpy.py"]
    except ImportError:
        print("NumPy is not installed (python3-numpy): left out", file=sys.stderr)
    peers = folder.parent.parent / "peers/bin/python"
    if (peers.parent.parent / "complete").exists():
        yield [peers, HERE / "dmp_movement_primitives.py", folder]


def measure(folder, rounds):
    """Rates and moments by name of the benchmark."""
    rates, moments = collections.defaultdict(list), {}
    for i in range(rounds):
        for program in programs(folder):
            done = subprocess.run(program, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            for benchmark in json.loads(done.stdout)["benchmarks"]:
                rates[benchmark["name"]].append(benchmark["items_per_second"])
                if "return_sd" in benchmark:
                    moments[benchmark["name"]] = (benchmark["return_sd"], benchmark["log_volume"])
        print(f"round {i + 1} of {rounds}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    return rates, moments


def check_same_model(moments):
    """The standard deviation of returns and the mean log volume agree, so all of them run the same model."""
    sds, volumes = zip(*moments.values())
    assert max(sds) / min(sds) < 1.03 and max(volumes) - min(volumes) < 0.03, moments


def million(rates):
    quartiles = statistics.quantiles(rates, n=4) if len(rates) > 1 else [rates[0]] * 3
    return f"{statistics.median(rates) / 1e6:.2f} | {quartiles[0] / 1e6:.2f} to {quartiles[2] / 1e6:.2f}"


def best(rates, start):
    named = {n: statistics.median(r) for n, r in rates.items() if n.startswith(start)}
    return max(named.items(), key=lambda item: item[1]) if named else (None, None)


def print_paths(rates):
    print("| price paths, one core | million steps/s | quartiles |\n| --- | ---: | --- |")
    for name in sorted(n for n in rates if n.startswith("path/")):
        print(f"| {name[5:]} | {million(rates[name])} |")
    _, ours = best(rates, "path/marketmimic")
    for start in ["path/NumPy candles", "path/NumPy,", "path/QuantLib candles", "path/QuantLib"]:
        name, rate = best(rates, start)
        if name:
            print(f"\nThe best version here is {ours / rate:.1f} times {name[5:]}.", end="")
    print("\n")


def print_movements(rates):
    print("| movement primitives, one core | million steps/s of a dimension | quartiles |\n| --- | ---: | --- |")
    for name in sorted(n for n in rates if n.startswith("dmp/")):
        print(f"| {name[4:]} | {million(rates[name])} |")
    print()


def print_parts(rates):
    print("| whole scenario, one core | million steps/s | quartiles | ns a step | market | perturber | strategy | rest |\n"
          "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for isa in ["x86-64", "x86-64-v3", "x86-64-v4"]:
        if f"scenario/{isa}/whole" in rates:
            ns = lambda part: 1e9 / statistics.median(rates[f"scenario/{isa}/{part}"])
            whole, market = ns("whole"), ns("market alone")
            perturber, strategy = whole - ns("without perturber"), whole - ns("without strategy")
            parts = [market, perturber, strategy, whole - market - perturber - strategy]
            print(f"| {isa} | {million(rates[f'scenario/{isa}/whole'])} | {whole:.1f} | "
                  + " | ".join(f"{t:.1f} ({t / whole:.0%})" for t in parts) + " |")
    print("\nMarket: price, candle and quotes, run alone. Perturber (four shocks) and strategy: what the whole costs more "
          "with them. Rest: detectors, accounts, the book's ten levels, and all 26 columns recorded.")


def print_events(rates):
    plain = {cores: statistics.median(rates["events/plain simulator" + cores]) for cores in ["", ", all cores"]}
    print("| order book | million events/s | quartiles | times the plain simulator |\n| --- | ---: | --- | ---: |")
    for name in sorted(n for n in rates if n.startswith("events/")):
        beside = plain[", all cores" if "all cores" in name else ""]
        print(f"| {name[7:].removesuffix('/real_time')} | {million(rates[name])} |"
              f" {statistics.median(rates[name]) / beside:.2f} |")


def main():
    folder, results = map(pathlib.Path, sys.argv[1:3])
    rates, moments = measure(folder, int(sys.argv[3]) if len(sys.argv) > 3 else 9)
    check_same_model(moments)
    results.write_text(json.dumps(dict(machine=platform.machine(), load=os.getloadavg(), steps_per_second=rates)))
    print_paths(rates)
    print_movements(rates)
    print_parts(rates)
    print_events(rates)


if __name__ == "__main__":
    main()
