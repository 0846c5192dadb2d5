"""One engine in a fresh process: `python -m benchmarks.throughput.worker arrays population.parquet warm.parquet`.

Gets ready on the small file, then times one run on the large one, and prints what it took as JSON. CPU seconds and memory
are those of the process and of every process that it started.
"""

import json
import sys
import time
from pathlib import Path

from benchmarks.throughput.engines import ENGINES

__all__ = ["cpu_of", "memory_mb_of", "tree"]

TICK = 100.0  # of a second, as Linux counts CPU time in /proc


def tree(root: int) -> list[int]:
    """The process and all that it started, as far as they still run."""
    found, todo = [], [root]
    while todo:
        process = todo.pop()
        found.append(process)
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            try:
                todo += [int(n) for n in children.read_text().split()]
            except OSError:  # the thread ended between the look and the reading
                continue
    return found


def cpu_of(processes: list[int]) -> float:
    """CPU seconds of these processes so far, in their own code and in the kernel."""
    ticks = 0
    for process in processes:
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICK


def memory_mb_of(processes: list[int]) -> float:
    """Resident memory of these processes now."""
    pages = 0
    for process in processes:
        try:
            pages += int(Path(f"/proc/{process}/statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
    return pages * 4096 / 1e6


def cpu() -> float:
    """Of this process to the microsecond, of those that it started to the hundredth."""
    return time.process_time() + cpu_of(tree(int(Path("/proc/self").readlink().name))[1:])


def main(engine: str, file: str, warm: str) -> None:
    start = time.perf_counter()
    ENGINES[engine](Path(warm))()
    ready = time.perf_counter() - start
    work = ENGINES[engine](Path(file))
    cpu_before, wall_before = cpu(), time.perf_counter()
    totals = work()
    wall, used = time.perf_counter() - wall_before, cpu() - cpu_before
    sys.stdout.write(json.dumps({"engine": engine, "ready": ready, "wall": wall, "cpu": used, "totals": totals}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:4])
