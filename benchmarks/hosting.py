"""Firm and interruptible capacity of six systems over six years of hours, from the Parquet file to the answer.

Each run is a process of its own, so that nothing is kept from the one before; the time from the start of reading, and that of the whole process.
`python -m benchmarks.hosting` prints a Markdown row.
"""

import argparse
import os
import subprocess
import sys
import time
from statistics import median

_ONE = """
import time
from adit.evidence.sources.hourly_power import read_hours
from adit.grid.answer import answer, places_of
start = time.perf_counter()
found = answer(places_of([]), read_hours(), 2020, 300)
assert len(found.systems) == 6 and all(len(h.record) == 6 for h in found.systems)
print(time.perf_counter() - start)
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--runs", type=int, default=7)
    runs = asked.parse_args().runs
    inside, whole = [], []
    for run in range(runs + 1):
        start = time.perf_counter()
        told = subprocess.run([sys.executable, "-c", _ONE], capture_output=True, text=True, check=True).stdout
        if run:  # the first one warms the disk
            inside.append(float(told))
            whole.append(time.perf_counter() - start)
    print("| what | median | least to most | target | |\n|---|---|---|---|---|")
    for what, times in (("read and worked out", inside), ("as a fresh process, imports and all", whole)):
        told = f"{median(times):.2f} s | {min(times):.2f} to {max(times):.2f}"
        verdict = "met" if median(times) < 2 else "missed"
        name = f"firm and interruptible capacity, six systems, six years hourly: {what} (load {os.getloadavg()[0]:.1f})"
        print(f"| {name} | {told} | under 2 s | {verdict} |")


if __name__ == "__main__":
    main()
