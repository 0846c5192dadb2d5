"""Canaries: a list or an engine that misses an entry, finds a stranger or fails with an error makes the list SUSPECT."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from tests.screening.list_files import un

from adit.evidence.watchlists.entries import Entry, ListedName
from adit.evidence.watchlists.readers import reader
from adit.screening import configured, store
from adit.screening.canaries import Find, check, exact
from adit.screening.loading import load
from adit.screening.states import State
from adit.screening.subjects import Subject

TODAY = date(2026, 11, 29)
REGISTRY = configured.registry_of(Path("/nonexistent"))
SPEC = REGISTRY.spec("un_sc")
ENTRIES = reader("un").read(un(TODAY), "un_sc").entries


def said(entries: Sequence[Entry], matcher: object = exact) -> str:
    return " ".join(f.sentence for f in check(SPEC, entries, REGISTRY.strangers, matcher))  # type: ignore[arg-type]


def test_a_good_list_with_a_good_engine() -> None:
    assert said(ENTRIES) == ""


def test_the_plainest_engine() -> None:
    entries = (Entry("x", "1", "person", (ListedName("Invented  Person"),), identifiers=(("inn", "770708389312"),)),)
    find = exact(entries)
    assert find(Subject("person", ("INVENTED person",))) == {"1"}
    assert find(Subject("person", ("Person Invented",))) == set()
    assert find(Subject("person", ("Somebody",), identifiers=(("inn", "770708389312"),))) == {"1"}
    assert find(Subject("person", ("Somebody",), identifiers=(("ogrn", "770708389312"),))) == set()


def test_an_engine_that_lost_the_end_of_the_list() -> None:
    def short(entries: Sequence[Entry]) -> Find:
        return exact(entries[:-1])

    assert said(ENTRIES, short) == (
        "KOREA MINING DEVELOPMENT TRADING CORPORATION (entry KPe.001) is in the file and was not found by its name. "
        "KOREA MINING DEVELOPMENT TRADING CORPORATION (entry KPe.001) does not find itself."
    )


def test_an_engine_that_finds_everybody() -> None:
    def greedy(entries: Sequence[Entry]) -> Find:
        return lambda subject: {e.entry_id for e in entries}

    assert "who is on no list, was found as entry" in said(ENTRIES, greedy)
    assert len(check(SPEC, ENTRIES, REGISTRY.strangers, greedy)) == len(REGISTRY.strangers)


def test_an_engine_that_finds_nobody() -> None:
    def blind(entries: Sequence[Entry]) -> Find:
        return lambda subject: ()

    assert "AL-QAIDA (entry QDe.004) is in the file and was not found by its name." in said(ENTRIES, blind)


def test_an_engine_that_fails_has_failed_its_canary() -> None:
    def broken(entries: Sequence[Entry]) -> Find:
        def find(subject: Subject) -> Collection[str]:
            raise ZeroDivisionError("division by zero")

        return find

    assert said(ENTRIES, broken) == "The check of the list itself failed (ZeroDivisionError: division by zero)."
    assert "MemoryError" in said(ENTRIES, lambda entries: (_ for _ in ()).throw(MemoryError("no room")))


def test_the_engine_of_the_day_is_asked_at_each_load(tmp_path: Path) -> None:
    now = datetime(2026, 11, 29, 9, tzinfo=UTC)
    store.add(tmp_path, SPEC, un(TODAY), origin="test", fetched_at_utc=now, strangers=REGISTRY.strangers)
    assert load(tmp_path, SPEC, TODAY, strangers=REGISTRY.strangers).state.state is State.FRESH
    blind = load(tmp_path, SPEC, TODAY, strangers=REGISTRY.strangers, matcher=lambda entries: lambda subject: ())
    assert blind.state.state is State.SUSPECT
    assert blind.state.holds
    assert blind.state.todo == "Look at the file and fetch it again. It cannot be accepted as it is."
    hash_ = blind.state.sha256
    store.accept(tmp_path, SPEC, hash_, ("Anna", "Boris"), "the file itself is good", now)
    blind = load(tmp_path, SPEC, TODAY, strangers=REGISTRY.strangers, matcher=lambda entries: lambda subject: ())
    assert blind.state.state is State.SUSPECT  # whatever two people say
