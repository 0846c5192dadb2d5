"""A run that was interrupted goes on; two runs are never mixed; a month is there whole or not at all."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest

from adit import law
from adit.decision.assess import Assessment, assess
from adit.engines.duckdb import DuckDB
from adit.terms.days import months_between
from adit.terms.errors import BadInput

ASKED = ("must_register", "profit_tax_rub", "tax_this_period_rub")
MONTHS = "2025-10..2026-02"


class Breaks(DuckDB):
    """The power goes while the n-th folder is written: half of it is there."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.left = after

    def write(self, sql: str, folder: Path, *, by: Sequence[str] = ()) -> None:
        super().write(sql, folder, by=by)
        self.left -= 1
        if self.left < 0:
            for file in folder.rglob("*.parquet"):
                file.write_bytes(file.read_bytes()[:-7])
            raise KeyboardInterrupt


@pytest.fixture
def population(tmp_path: Path) -> Path:
    chance = Random(2)
    lines = ["subject,period,actor,mining_energy_kwh_per_month,coins_btc,mining_costs_rub"]
    for n in range(25):
        for month in ("2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03"):
            coins = chance.choice(["0.5", "1", "0.00000001", "1.25", "", "x"]) if n % 5 == 0 else "0.75"
            period = "soon" if (n, month) == (3, "2026-03") else month
            lines.append(f"m{n},{period},company,{chance.randrange(9000)},{coins},{chance.randrange(10**6)}")
    file = tmp_path / "population.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def run(
    population: Path,
    out: Path,
    engine: DuckDB | None = None,
    *,
    months: str = MONTHS,
    asked: Sequence[str] = ASKED,
    known: date | None = None,
    digest: str = "1",
    fresh: bool = False,
) -> Assessment:
    with engine or DuckDB() as running:
        return assess(
            law.load("ru/law"), population, months_between(months), running, out,
            asked=asked, known=known, digest=digest, fresh=fresh,
        )  # fmt: skip


def parts(out: Path) -> dict[str, list[dict[str, object]]]:
    files = sorted(p for name in ("decided", "rejected") for p in (out / name).rglob("*.parquet"))
    return {f.relative_to(out).as_posix(): pq.ParquetFile(f).read().to_pylist() for f in files}


@pytest.mark.parametrize("after", range(0, 12, 2))
def test_it_goes_on_where_it_stopped(after: int, population: Path, tmp_path: Path):
    whole = run(population, tmp_path / "whole")
    assert whole.rejected > 10
    assert len(parts(tmp_path / "whole")) > 10
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        run(population, out, Breaks(after))
    placed = {name: (out / name).stat().st_mtime_ns for name in parts(out)}
    assert parts(out).items() <= parts(tmp_path / "whole").items()
    assert run(population, out) == whole
    assert parts(out) == parts(tmp_path / "whole")
    assert {name: (out / name).stat().st_mtime_ns for name in placed} == placed
    assert not (out / ".work").exists()


def test_a_finished_run_is_only_added_up_again(population: Path, tmp_path: Path):
    whole = run(population, tmp_path / "out")
    engine = Breaks(0)
    assert run(population, tmp_path / "out", engine) == whole


def test_a_month_that_was_taken_away_is_written_again(population: Path, tmp_path: Path):
    whole = run(population, tmp_path / "out")
    held = parts(tmp_path / "out")
    place = tmp_path / "out" / "decided" / "period=2026-01"
    place.rename(tmp_path / "elsewhere")
    assert run(population, tmp_path / "out") == whole
    assert parts(tmp_path / "out") == held


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("months", {"months": "2025-10..2026-01"}),
        ("questions", {"asked": ("must_register",)}),
        ("population digest", {"digest": "2"}),
        ("known", {"known": date(2025, 1, 1)}),
    ],
)
def test_another_run_is_refused_and_fresh_begins_anew(key: str, change: dict, population: Path, tmp_path: Path):
    run(population, tmp_path / "out")
    with pytest.raises(BadInput, match=rf"Another run stands here \({key}: [\s\S]*--fresh"):
        run(population, tmp_path / "out", **change)
    other = run(population, tmp_path / "out", fresh=True, **change)
    assert other == run(population, tmp_path / "clean", **change)
    assert parts(tmp_path / "out") == parts(tmp_path / "clean")


def test_folders_that_no_run_left_are_not_touched(population: Path, tmp_path: Path):
    mine = tmp_path / "decided" / "letter.txt"
    mine.parent.mkdir()
    mine.write_text("dear sir")
    for fresh in (False, True):
        with pytest.raises(BadInput, match=r"already a 'decided' here[\s\S]*another folder"):
            run(population, tmp_path, fresh=fresh)
    assert mine.read_text() == "dear sir"


@pytest.mark.parametrize("text", ["", "[]", '{"run": {}}', '{"run": {}, "months": {"2025-01": 5}}'])
def test_a_manifest_that_cannot_be_read(text: str, population: Path, tmp_path: Path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "run.json").write_text(text)
    with pytest.raises(BadInput, match=r"manifest cannot be read[\s\S]*--fresh"):
        run(population, tmp_path / "out")
    assert run(population, tmp_path / "out", fresh=True).decided > 0


def test_the_manifest_names_the_run_and_what_each_month_holds(population: Path, tmp_path: Path):
    result = run(population, tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "run.json").read_text())
    assert manifest["run"]["regime digest"] == law.load("ru/law").digest
    assert sum(m["decided"] for m in manifest["months"].values()) == result.decided
    assert manifest["months"]["unreadable"] == {"decided": 0, "rejected": 1}
    assert "2025-09" in manifest["months"]  # it counts in the sums, and its rejects are told
    assert manifest["months"]["2025-09"]["decided"] == 0
    assert result.rows == result.decided + result.rejected + result.other_months
    assert result.other_months > 25
