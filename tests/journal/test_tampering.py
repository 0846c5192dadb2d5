"""An insider with all rights over the database: whatever is changed is found, and the entry named; by the office, and by others without Adit."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.databases import fresh, written_by
from tests.journal.test_writer import entering

from adit.engines.database import Connection, Database
from adit.journal import store
from adit.journal import verify as script

pytestmark = pytest.mark.slow

INSIDER = "SET session_replication_role = replica; "  # no trigger sees it


@pytest.fixture
def office(tmp_path: Path) -> tuple[Database, store.Key]:
    database, key = fresh(), store.open_key(tmp_path, "office")
    with written_by(database) as writer:
        for i in range(30):
            writer.write(entering(*(f"{i}.{n}" for n in range(10))), key=str(i))
        with database.opened() as connection:
            store.make_checkpoint(connection, key, datetime(2025, 4, 1, tzinfo=UTC))
        writer.write(entering("after the checkpoint"), key="after")
    return database, key


def tampered(database: Database, statement: str) -> list[str]:
    with database.opened("") as connection:
        connection.execute(INSIDER + statement)
    with database.opened() as connection:
        return store.verify(connection)[2]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE journal.entry SET hand = 'officer-2' WHERE seq = 7", "entry 7 was changed"),
        ("UPDATE journal.entry SET valid_from = '2020-01-01' WHERE seq = 7", "entry 7 was changed"),
        ("UPDATE journal.payload SET body = '{\"text\":\"other\"}' WHERE seq = 7", "entry 7 does not say what was entered"),
        ("UPDATE journal.payload p SET body = q.body, salt = q.salt FROM journal.payload q WHERE (p.seq, q.seq) IN ((7, 8), (8, 7))", "entry 7 does not say"),
        ("DELETE FROM journal.payload WHERE seq = 7", "what entry 7 says is gone"),
        ("UPDATE journal.payload SET body = NULL, salt = NULL, erased_by = 9 WHERE seq = 7", ""),
        ("DELETE FROM journal.payload WHERE seq = 7; DELETE FROM journal.entry WHERE seq = 7", "entry 7 is missing"),
        ("DELETE FROM journal.payload WHERE seq > 250; DELETE FROM journal.entry WHERE seq > 250", "the tail is cut: a checkpoint was signed over 300 entries, and 251"),
        ("UPDATE journal.entry SET seq = 1007 WHERE seq = 7; UPDATE journal.entry SET seq = 7 WHERE seq = 8; UPDATE journal.entry SET seq = 8 WHERE seq = 1007", "entry 7 was changed"),
        ("UPDATE journal.tile SET hashes = overlay(hashes placing '\\x00'::bytea from 100)", "tile 0/0"),
        ("UPDATE journal.tile SET root = sha256('other')", "tile 0/0"),
        ("INSERT INTO journal.tile (level, index, root, hashes) SELECT 0, 1, root, hashes FROM journal.tile", "tile 0/1"),
        ("INSERT INTO journal.tile (level, index, root, hashes) SELECT 1, 0, root, hashes FROM journal.tile", "tile 1/0"),
        ("DELETE FROM journal.tile", "tile 0/0"),
    ],
)  # fmt: skip
def test_the_office_finds_it(office: tuple[Database, store.Key], statement: str, found: str):
    faults = tampered(office[0], statement)
    assert any(f.startswith(found) for f in faults) if found else faults == []


def test_a_history_made_anew_is_found_by_its_checkpoint(office: tuple[Database, store.Key]):
    """All hashes worked out anew from entry 5 on, as only somebody can who has read this program."""
    database, _ = office

    def forge(connection: Connection) -> None:
        from adit.journal.leaf import Leaf, body_text, commitment, leaf_text
        from adit.journal.leaf import leaf_hash as hashed

        rows = connection.execute(
            "SELECT seq, kind, subject, hand, valid_from, valid_to, recorded_at_utc, commitment, previous FROM journal.entry WHERE seq >= 5 ORDER BY seq"
        ).fetchall()
        [(salt,)] = connection.execute("SELECT salt FROM journal.payload WHERE seq = 5").fetchall()
        body, previous = body_text({"text": "forged"}), rows[0][8]
        for i, row in enumerate(rows):
            seq, kind, subject, hand, since, until, moment, said, _ = row
            leaf = Leaf(
                seq, kind, subject, hand, since, until, moment, commitment(salt, body) if i == 0 else said, previous
            )
            previous = hashed(leaf_text(leaf))
            connection.execute(
                "UPDATE journal.entry SET commitment = %s, previous = %s, leaf_hash = %s WHERE seq = %s",
                (leaf.body, leaf.previous, previous, leaf.seq),
            )
        connection.execute("UPDATE journal.payload SET body = %s WHERE seq = 5", [body])
        connection.execute("DELETE FROM journal.tile")

    with database.opened("") as connection:
        connection.execute(INSIDER)
        forge(connection)
    with database.opened() as connection:
        assert store.verify(connection)[2] == [
            "the log is not the one whose checkpoint was signed over 300 entries",
            "tile 0/0 is not that of what lies below it",
        ]


# Others, without Adit ---------------------------------------------------------------------------------------------
def run(folder: Path, key: str, *earlier: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), str(folder), key, *map(str, earlier)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def exported(office: tuple[Database, store.Key], tmp_path: Path) -> tuple[Path, str]:
    database, key = office
    folder = tmp_path / "export"
    with database.opened() as connection:
        store.export(connection, folder)
    return folder, key.verifier


def edited(folder: Path, change: Callable[[list[str]], list[str]]) -> None:
    file = folder / "entries.jsonl"
    file.write_text("\n".join(change(file.read_text(encoding="utf-8").splitlines())) + "\n", encoding="utf-8")


def without(line: str, key: str) -> str:
    return json.dumps(json.loads(line) | {"salt": None, key: None}, ensure_ascii=False)


def test_the_script_is_short_and_alone():
    text = Path(script.__file__).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 100
    assert "adit" not in text.replace("without Adit", "").lower()


def test_an_export_is_verified_by_others(exported: tuple[Path, str]):
    assert run(*exported) == (0, "intact: 301 entries, in the order in which they were entered\n")
    edited(exported[0], lambda lines: [*lines[:7], without(lines[7], "body"), *lines[8:]])  # erased by law
    assert run(*exported)[0] == 0


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda lines: [*lines[:7], lines[7].replace("officer-1", "officer-2"), *lines[8:]], "entry 8 does not follow"),
        (lambda lines: [*lines[:7], lines[7].replace('0.7\\"', '0.9\\"'), *lines[8:]], "entry 7 does not say what was entered"),
        (lambda lines: [*lines[:7], *lines[8:]], "entry 8 is not where it should stand"),
        (lambda lines: [*lines[:7], lines[8], lines[7], *lines[9:]], "entry 8 is not where it should stand"),
        (lambda lines: [*lines[:7], lines[3], *lines[7:]], "entry 3 is not where it should stand"),
        (lambda lines: lines[:250], "the tail is cut: 250 of 300 entries are here"),
        (lambda lines: [*lines[:299], lines[299].replace("officer-1", "officer-2"), *lines[300:]], "the first 300 entries are not those of the checkpoint"),
        (lambda lines: ["{not json", *lines], "could not verify"),
    ],
)  # fmt: skip
def test_others_find_it(exported: tuple[Path, str], change: Callable[[list[str]], list[str]], found: str):
    edited(exported[0], change)
    code, told = run(*exported)
    assert code == (2 if found.startswith("could") else 1)
    assert found in told


def test_an_old_state_that_is_put_back_is_found_by_a_newer_checkpoint(
    office: tuple[Database, store.Key], tmp_path: Path
):
    database, key = office
    with database.opened() as connection:
        store.export(connection, tmp_path / "old")
        (tmp_path / "newer.txt").write_text(
            store.make_checkpoint(connection, key, datetime(2025, 4, 2, tzinfo=UTC)), encoding="utf-8"
        )
    edited(tmp_path / "old", lambda lines: lines[:-1])
    assert run(tmp_path / "old", key.verifier)[0] == 0  # by its own checkpoint nothing is missing
    assert run(tmp_path / "old", key.verifier, tmp_path / "newer.txt") == (
        1,
        "the tail is cut: 300 of 301 entries are here\n",
    )


def test_another_key_is_refused(exported: tuple[Path, str], tmp_path: Path):
    other = store.open_key(tmp_path / "another", "office")
    code, told = run(exported[0], other.verifier)
    assert code == 2
    assert "the signature of office does not hold" in told
