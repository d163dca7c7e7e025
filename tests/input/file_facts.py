"""Facts of a bar or fill file, computed apart from our readers: file_facts.py bars|fills|trips FILE

Prints rows, first and last time [ms since 1970], gaps longer than the modal spacing, then exact sums of the columns.
"""

import collections
import csv
import datetime
import gzip
import json
import math
import sys

FORMATS = ("%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y", "%Y%m%d %H:%M", "%Y-%m-%dT%H:%MZ",
           "%Y-%m-%d %H:%M:%S+00:00")


def milliseconds(text):
    for form in FORMATS:
        try:
            time = datetime.datetime.strptime(text, form).replace(tzinfo=datetime.timezone.utc)
            return round(time.timestamp() * 1000)
        except ValueError:
            pass
    raise ValueError(text)


def opened(path):
    return gzip.open(path, "rt", newline="") if path.endswith(".gz") else open(path, newline="")


def bars(path):
    if ".json" in path:
        return json.load(opened(path))
    rows = list(csv.reader(opened(path)))
    if rows[0][0].isdigit() or rows[0][0][0:1].isdigit():  # quotes
        value = [[float(x) for x in row[1:]] for row in rows]
        return [[milliseconds(row[0])] + [(v[i] + v[i + 5]) / 2 for i in range(4)] + [v[4] + v[9]]
                for row, v in zip(rows, value)]
    names = [name.lower() for name in rows[0]]
    columns = [names.index(name) for name in ("open", "high", "low", "close", "volume")]
    time = names.index("date") if "date" in names else 0
    return [[milliseconds(row[time])] + [float(row[i]) for i in columns] for row in rows[1:]]


def fills(path):
    rows = list(csv.DictReader(opened(path)))
    return [[milliseconds(row["utc"]), float(row["price"]), float(row["size"]),
             float(row["size"]) * (1 if row["side"] == "BUY" else -1), float(row["fee"]),
             float(row["start_position"]), float(row["taker"] == "True")] for row in rows]


def trips(path):
    table = []
    for row in csv.DictReader(opened(path)):
        size, side = float(row["amount"]), -1 if row["is_short"] == "True" else 1
        for end, sign in (("open", side), ("close", -side)):
            price = float(row[end + "_rate"])
            table.append([milliseconds(row[end + "_date"]), price, size, sign * size,
                          float(row["fee_" + end]) * price * size, 0.0, 0.0])
    return table


def main():
    table = {"bars": bars, "fills": fills, "trips": trips}[sys.argv[1]](sys.argv[2])
    times = sorted(row[0] for row in table)
    spacings = collections.Counter(b - a for a, b in zip(times, times[1:]))
    modal = spacings.most_common(1)[0][0]
    gaps = sum(count for spacing, count in spacings.items() if spacing > modal)
    print(len(table), times[0], times[-1], gaps, *(repr(math.fsum(column)) for column in list(zip(*table))[1:]))


main()
