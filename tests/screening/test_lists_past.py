"""What was taken off a list is still known, with the day of the version that lacked it first."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from adit.screening import configured, store
from adit.screening.addresses import index_of
from adit.screening.past import past

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
A, B = "12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h", "1Kuf2Rd8mDyAViwBozGTNYnvWL8uYFrkVo"


def put(root: Path, days: int, *rows: str) -> None:
    spec = configured.registry_of(root).spec("national")
    day = NOW.date() + timedelta(days=days)
    text = f"# list: Invented; date: {day}; rows: {len(rows)}\nid,kind,name,addresses\n" + "".join(
        f"{r}\n" for r in rows
    )
    store.add(root, spec, text.encode(), origin="test", fetched_at_utc=NOW + timedelta(days=days))


def test_an_entry_and_an_address_that_were_taken_off(tmp_path: Path) -> None:
    spec = configured.registry_of(tmp_path).spec("national")
    many = [f"{n},person,Filler {n}," for n in range(40)]
    put(tmp_path, 0, *many, f"100,person,Stays,XBT:{A}|XBT:{B}", f"200,person,Goes,XBT:{B}", "300,person,Returns,")
    assert past(tmp_path, spec) == ()
    put(tmp_path, 1, *many, f"100,person,Stays,XBT:{A}")
    put(tmp_path, 2, *many, f"100,person,Stays,XBT:{A}", "300,person,Returns,")
    gone = past(tmp_path, spec)
    assert [(e.entry_id, e.delisted_on, [a.text for a in e.addresses]) for e in gone] == [
        ("100", date(2026, 11, 21), [B]),
        ("200", date(2026, 11, 21), [B]),
    ]
    index = index_of(gone)
    assert [f.stood for f in index.lookup(B, date(2026, 11, 20))] == [True, True]
    assert [f.stood for f in index.lookup(B, date(2026, 11, 21))] == [False, False]
    assert index.lookup(A) == ()


def test_a_broken_version_takes_nobody_off(tmp_path: Path) -> None:
    spec = configured.registry_of(tmp_path).spec("national")
    many = [f"{n},person,Filler {n}," for n in range(40)]
    put(tmp_path, 0, *many)
    put(tmp_path, 1, *many[:20])  # half of it: SUSPECT
    assert past(tmp_path, spec) == ()
    store.add(tmp_path, spec, b"<html></html>", origin="test", fetched_at_utc=NOW + timedelta(days=2))
    assert past(tmp_path, spec) == ()
