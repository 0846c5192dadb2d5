"""`make bench`: measures the figures that the project sets itself and rewrites the table of benchmarks/README.md.

Whole commands are timed as fresh processes, after one run that warms the file cache; the median is quoted. Nothing here
asserts: a missed figure is printed as missed.
"""

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = ROOT / ".venv" / "bin"
CASE = [
    "--on",
    "2025-02-01",
    "--fact",
    "actor=citizen",
    "--fact",
    "region=Moscow",
    "--fact",
    "mining_energy_kwh_per_month=6001",
]
Line = tuple[str, str, str, str, str]


def timed(run: Callable[[], object], times: int) -> list[float]:
    """Seconds of each of so many runs, after one that is not counted."""
    run()
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return sorted(seconds)


def command(*arguments: str) -> Callable[[], object]:
    return lambda: quietly(*arguments)


def line(what: str, seconds: list[float], target: float, unit: str = "s") -> Line:
    scale = 1000 if unit == "ms" else 1
    middle, low, high = (scale * f for f in (statistics.median(seconds), seconds[0], seconds[-1]))
    verdict = "met" if middle < target else "missed"
    return what, f"{middle:.3g} {unit}", f"{low:.3g} to {high:.3g}", f"under {target:g} {unit}", verdict


def in_process() -> list[list[float]]:
    """One decision in a running process: one question with its explanation, and the whole vocabulary."""
    from adit import law
    from adit.decision.decide import decide
    from adit.terms.days import parse_period

    regime, period = law.load("ru/law"), parse_period("2025-02-01")
    facts = {"actor": "citizen", "region": "Moscow", "mining_energy_kwh_per_month": 6001}

    def ask(*questions: str) -> Callable[[], object]:
        return lambda: decide(regime, facts, period, questions=questions)

    return [timed(ask("may_mine"), 2000), timed(ask(), 2000)]


def quietly(*arguments: str, cwd: Path = ROOT, environment: dict[str, str] | None = None) -> None:
    subprocess.run(
        arguments, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
    )


def fresh_demo() -> list[float]:
    """`make demo` in a fresh clone with the wheels already downloaded: environment, installation and the job itself."""
    with tempfile.TemporaryDirectory() as folder:
        wheels, clone = Path(folder) / "wheels", Path(folder) / "adit"
        quietly(str(BIN / "python"), "-m", "pip", "download", "-d", str(wheels), "-r", str(ROOT / "requirements.lock"))
        quietly("git", "clone", "-q", str(ROOT), str(clone))
        environment = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
        start = time.perf_counter()
        quietly("make", "demo", cwd=clone, environment=environment)
        return [time.perf_counter() - start]


def test_fast() -> list[float]:
    start = time.perf_counter()
    subprocess.run(["make", "test-fast"], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return [time.perf_counter() - start]


def main() -> None:
    python, adit = str(BIN / "python"), str(BIN / "adit")
    one, every = in_process()
    with tempfile.TemporaryDirectory() as out:
        compare = timed(command(adit, "compare", "--out", out), 5)
    percentile = one[int(len(one) * 0.99)] * 1000
    lines = [
        line("`make demo`, fresh clone, after download", fresh_demo(), 60),
        line("`adit compare --out`, warm", compare, 5),
        line("`adit decide`, as a command", timed(command(adit, "decide", *CASE), 9), 0.4),
        line(f"one decision in a process, with explanation (99 % under {percentile:.2g} ms)", one, 0.3, "ms"),
        line("the whole vocabulary in a process, with explanations", every, 1, "ms"),
        line("`adit law check ru/law`, with proofs", timed(command(adit, "law", "check", "ru/law"), 5), 10),
        line("`import adit`, as a fresh process", timed(command(python, "-c", "import adit"), 9), 0.15),
        line("a fresh process that imports nothing", timed(command(python, "-c", "pass"), 9), 0.15),
        line("`make test-fast`", test_fast(), 180),
    ]
    write(lines)


def write(lines: list[Line]) -> None:
    """Replace the table between the markers, and print it."""
    header = ["| what | median | least to most | target | |", "|---|---|---|---|---|"]
    table = header + [f"| {' | '.join(cells)} |" for cells in lines]
    packages = ", ".join(f"{name} {version(name)}" for name in ("adit", "click", "duckdb", "jinja2", "rich"))
    machine = f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python {platform.python_version()}"
    made = f"Measured {time.strftime('%Y-%m-%d')} on {machine}; {packages}."
    readme = ROOT / "benchmarks" / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition("<!-- table -->\n")
    _, _, after = rest.partition("<!-- end of table -->")
    partial = readme.with_suffix(".partial")
    partial.write_text(
        f"{before}<!-- table -->\n{made}\n\n" + "\n".join(table) + f"\n<!-- end of table -->{after}", encoding="utf-8"
    )
    shutil.move(partial, readme)
    sys.stdout.write("\n".join([made, "", *table]) + "\n")


if __name__ == "__main__":
    main()
