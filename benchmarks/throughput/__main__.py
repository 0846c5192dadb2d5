"""`make bench-throughput`: all engines on one population in one run; writes the table of benchmarks/README.md.

Every figure comes from a fresh process, the engines taking turns; medians are quoted. Nothing here asserts a speed: a missed
figure is printed as missed. That the exact engines give the same totals is asserted.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.throughput.engines import ENGINES, Totals, missing
from benchmarks.throughput.population import write_population
from benchmarks.throughput.worker import memory_mb_of, tree

ROOT = Path(__file__).parents[2]
DATA = ROOT / "benchmarks" / ".data"
README = ROOT / "benchmarks" / "README.md"
CHECKED, WARM = 100_000, 100_000
NAMES = {
    "arrays": "whole assessment, Adit `arrays` reader, streamed",
    "sql": "whole assessment, Adit `sql` reader on DuckDB",
    "sql-by-hand": "whole assessment, best hand-written DuckDB SQL",
    "openfisca32": "whole assessment, OpenFisca float32, as shipped",
    "openfisca64": "whole assessment, OpenFisca float64, patched",
    "spark": "whole assessment, Adit `sql` reader on Spark local[2]",
    "scan": "bare scan of the same columns, DuckDB",
    "read": "bare read of the same columns into memory, pyarrow",
    "arrays-memory": "calculation alone, Adit `arrays` reader",
    "openfisca32-memory": "calculation alone, OpenFisca float32",
    "openfisca64-memory": "calculation alone, OpenFisca float64",
}
EXACT = ("arrays", "sql", "sql-by-hand", "spark", "arrays-memory")
PACKAGES = ("adit", "duckdb", "numba", "numpy", "openfisca-core", "pyarrow", "pyspark")


@dataclass
class Run:
    """One engine in one fresh process."""

    cpu: float
    wall: float
    peak_mb: float
    ready: float  # seconds of imports, compiling or loading code, and the run on the small file
    totals: Totals


# Running ----------------------------------------------------------------------------------------------------------
def run(engine: str, file: Path, warm: Path, environment: dict[str, str] | None = None) -> Run:
    """Run an engine in a process of its own and watch the memory of the process tree every 50 ms."""
    command = [sys.executable, "-m", "benchmarks.throughput.worker", engine, str(file), str(warm)]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, env={**os.environ, **(environment or {})})
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, memory_mb_of(tree(process.pid)))
            time.sleep(0.05)
        said.seek(0)
        if process.returncode:
            raise SystemExit(f"{engine} ended with {process.returncode}; its message stands above.")
        told = json.loads(said.read().splitlines()[-1])
    return Run(told["cpu"], told["wall"], peak, told["ready"], told["totals"])


def population(rows: int) -> Path:
    """The population of about so many rows, made once."""
    file = DATA / f"{rows}.parquet"
    if not file.is_file():
        DATA.mkdir(exist_ok=True)
        say(f"writing {file.relative_to(ROOT)}")
        write_population(file, rows)
    return file


def say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")


def measured(engines: Sequence[str], file: Path, repeats: int) -> dict[str, list[Run]]:
    """So many rounds, the engines taking turns. Stops where two exact engines give different totals."""
    runs: dict[str, list[Run]] = {engine: [] for engine in engines}
    warm = population(WARM)
    for n in range(repeats):
        say(f"round {n + 1} of {repeats}, load {os.getloadavg()[0]:.1f}")
        for engine in engines:
            runs[engine].append(run(engine, file, warm))
    exact = {e: [dict(sorted(r.totals.items())) for r in runs[e]] for e in engines if e in EXACT}
    first = next(iter(exact.values()))[0] if exact else {}
    for engine, totals in exact.items():
        if any(t != first for t in totals):
            raise SystemExit(f"{engine} gives other totals than {next(iter(exact))}: {totals} and {first}")
    return runs


def checked(wide: bool) -> dict[str, Any]:
    """The row-by-row check, in a process of its own."""
    say(f"checking {CHECKED:,} rows one by one, OpenFisca {'float64' if wide else 'float32'}")
    command = [sys.executable, "-m", "benchmarks.throughput.check", str(population(CHECKED)), "64" if wide else "32"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return dict(json.loads(told))


def compiled_anew(warm: Path) -> float:
    """Seconds until the arrays reader is ready where nothing was kept from an earlier process."""
    with tempfile.TemporaryDirectory() as empty:
        return run("arrays", warm, warm, {"XDG_CACHE_HOME": empty}).ready


# Telling ----------------------------------------------------------------------------------------------------------
def middle(runs: Sequence[Run], what: str) -> float:
    return float(statistics.median(getattr(r, what) for r in runs))


def line(engine: str, runs: Sequence[Run], rows: int) -> str:
    cpu, wall = ([getattr(r, what) for r in runs] for what in ("cpu", "wall"))
    cells = [
        NAMES[engine],
        f"{middle(runs, 'cpu'):.2f}",
        f"{min(cpu):.2f} to {max(cpu):.2f}",
        f"{middle(runs, 'wall'):.2f}",
        f"{min(wall):.2f} to {max(wall):.2f}",
        f"{rows / middle(runs, 'wall') / 1e6:.1f} M",
        f"{middle(runs, 'peak_mb'):.0f}",
        f"{middle(runs, 'ready'):.2f}",
    ]
    return f"| {' | '.join(cells)} |"


def targets(runs: dict[str, list[Run]], large: tuple[int, Run] | None) -> list[str]:
    """Each target with what was seen, in CPU seconds and in seconds on the clock, and whether it was met."""
    cpu, wall, peak = ({e: middle(r, what) for e, r in runs.items()} for what in ("cpu", "wall", "peak_mb"))
    lines = ["| target | CPU | wall | |", "|---|---|---|---|"]

    def row(what: str, over: str, under: str, least: float) -> None:
        by_cpu, by_wall = cpu[over] / cpu[under], wall[over] / wall[under]
        lines.append(f"| {what} | {by_cpu:.2f} | {by_wall:.2f} | {verdict([by_cpu >= least, by_wall >= least])} |")

    row("`arrays` is at least 1.5 times faster than OpenFisca float64, file to totals", "openfisca64", "arrays", 1.5)
    rival = min(("openfisca32-memory", "openfisca64-memory"), key=lambda e: wall[e])
    row(f"calculation alone at least 4 times faster than {NAMES[rival].split(', ')[1]}", rival, "arrays-memory", 4)
    row("`sql` is no slower than SQL by hand (1 or more)", "sql-by-hand", "sql", 1)
    peaks = f"{peak['arrays']:.0f} MB"
    if large:
        peaks += f", at {large[0] / 1e6:.0f} M rows {large[1].peak_mb:.0f} MB"
    most = max(peak["arrays"], large[1].peak_mb if large else 0)
    lines.append(
        f"| `arrays` needs at most 1 GB, whatever the length of the file | {peaks} | | {verdict([most <= 1000])} |"
    )
    lines.append(f"| `sql` needs at most 1 GB | {peak['sql']:.0f} MB | | {verdict([peak['sql'] <= 1000])} |")
    lines.append(
        f"| `arrays`, times a bare scan | {cpu['arrays'] / cpu['scan']:.2f} | {wall['arrays'] / wall['scan']:.2f} | stated |"
    )
    if "spark" in runs:
        lines.append(
            f"| Spark local[2], times DuckDB | {cpu['spark'] / cpu['sql']:.2f} | {wall['spark'] / wall['sql']:.2f} | stated |"
        )
    return lines


def verdict(met: Sequence[bool]) -> str:
    return "met" if all(met) else "missed" if not any(met) else "met in one of two"


def row_check(checks: Sequence[dict[str, Any]]) -> list[str]:
    """How many cells are wrong, and by how much, on the rows that were checked one by one."""
    [differ] = {json.dumps(c["differ"]) for c in checks}
    exact = ", ".join(f"`{name}` {n}" for name, n in json.loads(differ).items())
    lines = [
        f"Cells of {checks[0]['rows']:,} rows x 8 answers that differ from the `case` reader: {exact}. OpenFisca:",
        "",
    ]
    lines += ["| answer | float32: wrong | off by up to | float64: wrong | off by up to |", "|---|---|---|---|---|"]
    for name, (wrong, worst) in checks[0]["off"].items():
        wide_wrong, wide_worst = checks[1]["off"][name]
        lines.append(f"| {name} | {wrong:,} | {worst:,.2f} RUB | {wide_wrong:,} | {wide_worst:,.2f} RUB |")
    return lines


def totals_off(runs: dict[str, list[Run]]) -> str:
    """How far OpenFisca's total of the month's taxes is off."""
    exact = runs["arrays"][0].totals["tax_month"]
    told = [
        f"{name} by {runs[e][0].totals['tax_month'] - exact:+,.0f} RUB"
        for e, name in (("openfisca32", "float32"), ("openfisca64", "float64"))
    ]
    return f"Of {exact:,} RUB of tax in all months OpenFisca is off: {', '.join(told)}."


def versions() -> str:
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    machine = f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python {platform.python_version()}"
    return f"Measured {time.strftime('%Y-%m-%d')} on {machine}; {', '.join(found)}."


def write(text: str) -> None:
    """Put the text between the markers."""
    before, _, rest = README.read_text(encoding="utf-8").partition("<!-- throughput -->\n")
    _, _, after = rest.partition("<!-- end of throughput -->")
    partial = README.with_suffix(".partial")
    partial.write_text(f"{before}<!-- throughput -->\n{text}\n<!-- end of throughput -->{after}", encoding="utf-8")
    partial.replace(README)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throughput", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="miner-months (default 10 million)")
    parser.add_argument("--repeats", type=int, default=5, help="rounds (default 5)")
    parser.add_argument("--large", type=int, default=100_000_000, help="rows of one more run of arrays; 0: none")
    parser.add_argument("--no-write", action="store_true", help="leave benchmarks/README.md alone")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    absent = {e: why for e in ENGINES if (why := missing(e))}
    for engine, why in absent.items():
        say(f"{engine} is left out: {why}")
    warm, file = population(WARM), population(given.rows)
    anew = compiled_anew(warm)
    checks = [checked(False), checked(True)]
    runs = measured([e for e in ENGINES if e not in absent], file, given.repeats)
    large = None
    if given.large:
        say(f"arrays on {given.large:,} rows")
        large = (given.large, run("arrays", population(given.large), warm))
    lines = [
        f"{versions()} {given.rows / 1e6:g} M rows, medians of {given.repeats} runs; load at the start {load:.1f}.",
        "",
        "| what | CPU s | least to most | wall s | least to most | rows/s | peak MB | ready after s |",
        "|---|---|---|---|---|---|---|---|",
        *(line(engine, runs[engine], given.rows) for engine in NAMES if engine in runs),
        *(f"| {NAMES[e]} | not run: {why} | | | | | | |" for e, why in absent.items()),
    ]
    if large:
        name = f"whole assessment, Adit `arrays` reader, {large[0] / 1e6:g} M rows, once"
        lines.append(line("arrays", [large[1]], large[0]).replace(NAMES["arrays"], name))
    lines += ["", *targets(runs, large), ""]
    lines += [f"The `arrays` reader is ready after {anew:.1f} s where it has to compile its loop first."]
    lines += [totals_off(runs), "", *row_check(checks)]
    text = "\n".join(lines)
    sys.stdout.write(text + "\n")
    if not given.no_write:
        write(text)


if __name__ == "__main__":
    main()
