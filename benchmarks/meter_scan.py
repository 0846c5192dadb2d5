"""The scan of meters against a bare scan of one column of the same files: seconds, readings a second, peak memory, at two sizes.

The files hold invented readings: a thousand meters a file, sorted by meter and time, zstd. Each task runs in a process of its own, three times;
the least is told, and the time that all threads worked, which neighbours on the machine disturb less.
`python -m benchmarks.meter_scan --meters 20000 100000` prints a Markdown table.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).parent / ".data" / "meters"
HOURS = 8760
A_FILE = 1000  # meters
RUNS = 3
TASKS = {
    "duckdb": "one column summed, DuckDB",
    "polars": "one column summed, Polars",
    "adit": "adit: twenty figures of every meter",
    "judged": "adit meters scan, whole: figures, scores, list",
}


def made(number: int) -> Path:
    """One file of readings, made if it is not there: a daily shape, a season, and chance, by meter."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = DATA / f"part-{number:04d}.parquet"
    if file.is_file():
        return file
    rng = np.random.default_rng(number)
    hour = np.arange(HOURS)
    day = 0.3 + 0.5 * np.exp(-((((hour % 24) - 19) / 3.0) ** 2)) + 0.25 * np.exp(-((((hour % 24) - 8) / 2.0) ** 2))
    shape = (day * (1 + 0.3 * np.cos(2 * np.pi * hour / HOURS))).astype(np.float32)
    chance = rng.gamma(4.0, 0.25, 1 << 20).astype(
        np.float32
    )  # drawn once for a file, and begun elsewhere for each meter
    begins = rng.integers(0, len(chance) - HOURS, A_FILE)
    size = rng.lognormal(6.3, 0.6, A_FILE).astype(np.float32)
    wh = np.empty((A_FILE, HOURS), np.int32)
    for meter in range(A_FILE):
        wh[meter] = size[meter] * shape * chance[begins[meter] : begins[meter] + HOURS]
    wh[::200] += 3300  # some where a machine runs
    start = np.datetime64("2024-01-01T00:00", "us") + hour * np.timedelta64(1, "h")
    names = pa.array([f"M{number * A_FILE + i:07d}" for i in range(A_FILE)])
    table = pa.table(
        {
            "meter_id": pa.DictionaryArray.from_arrays(
                pa.array(np.repeat(np.arange(A_FILE, dtype=np.int32), HOURS)), names
            ),
            "start_utc": pa.array(np.tile(start, A_FILE)),
            "energy_wh": pa.array(wh.ravel()),
        }
    )
    partial = file.with_suffix(".partial")
    pq.write_table(table, partial, compression="zstd")
    partial.replace(file)
    return file


def once(task: str, files: list[Path]) -> Any:
    """Run one task over all files."""
    match task:
        case "duckdb":
            from adit.engines.duckdb import connect

            with connect(threads=2) as connection:
                listed = [str(f) for f in files]
                return connection.execute("SELECT sum(energy_wh) FROM read_parquet(?)", [listed]).fetchall()
        case "polars":
            polars: Any = import_module("polars")  # a peer that need not be there
            return polars.scan_parquet(files).select(polars.col("energy_wh").cast(polars.Int64).sum()).collect()
    from functools import partial

    from adit.audit.undeclared.findings import Asked, found_in
    from adit.audit.undeclared.scan import Settings, joined, scan_blocks, scan_span
    from adit.audit.undeclared.store import shipped_model
    from adit.engines.dense import check_readings, map_spans

    settings = Settings()
    total = check_readings(files)
    spans = (span for _, span in map_spans(files, partial(scan_span, settings=settings)))
    table = joined(scan_blocks(spans, settings))
    assert len(table.names) == len(files) * A_FILE
    assert np.isfinite(table.figures[:, :19]).all()
    return found_in(table, total, shipped_model(), Asked(0.005)) if task == "judged" else table


def peak_mb() -> float:
    """The most memory that this process ever held; a child's own, where getrusage would tell that of the parent before it."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return float("nan")


def child(task: str, meters: int) -> None:
    files = [DATA / f"part-{i:04d}.parquet" for i in range(meters // A_FILE)]
    if task in ("adit", "judged"):
        once(task, files[:1])  # machine code from the cache; the files are in the page cache for all alike
    seconds, worked = [], []
    for _ in range(RUNS):
        start, before = time.perf_counter(), time.process_time()
        once(task, files)
        seconds.append(time.perf_counter() - start)
        worked.append(time.process_time() - before)
    print(json.dumps({"seconds": min(seconds), "most": max(seconds), "cpu": min(worked), "mb": peak_mb()}))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--meters", type=int, nargs="+", default=[20_000, 100_000])
    arguments.add_argument("--child", choices=TASKS)
    chosen = arguments.parse_args()
    if chosen.child:
        child(chosen.child, chosen.meters[0])
        return
    DATA.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    with ProcessPoolExecutor(2) as pool:
        files = list(pool.map(made, range(max(chosen.meters) // A_FILE)))
    size = sum(f.stat().st_size for f in files)
    print(
        f"{len(files)} files, {size / 1e9:.2f} GB, made or found in {time.perf_counter() - start:.0f} s; {os.cpu_count()} cores\n"
    )
    for file in files:  # into the page cache
        file.read_bytes()
    head = ("meters x 8,760 h", "task", "seconds, least to most", "million readings a second", "times the bare scan")
    print("| " + " | ".join((*head, "CPU seconds of all threads", "times", "peak MB")) + " |")
    print("|---" * 8 + "|")
    for meters in chosen.meters:
        bare = bare_cpu = 0.0
        for task, title in TASKS.items():
            run = [sys.executable, "-m", "benchmarks.meter_scan", "--child", task, "--meters", str(meters)]
            done = subprocess.run(run, capture_output=True, text=True, check=False)
            if done.returncode:
                said = done.stderr.strip().splitlines()[-1:] or ["no word"]
                print(f"| {meters:,} | {title} | not run: {said[0][:80]} | | | | | |")
                continue
            told = json.loads(done.stdout)
            bare, bare_cpu = bare or told["seconds"], bare_cpu or told["cpu"]
            rate = meters * HOURS / told["seconds"] / 1e6
            print(
                f"| {meters:,} | {title} | {told['seconds']:.2f} to {told['most']:.2f} | {rate:.0f} | "
                f"{told['seconds'] / bare:.1f} | {told['cpu']:.2f} | {told['cpu'] / bare_cpu:.1f} | {told['mb']:.0f} |"
            )


if __name__ == "__main__":
    main()
