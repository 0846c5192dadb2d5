"""Everybody is screened again after a list changed: how long it takes for the parties of a register, whole and by what is new.

    python -m benchmarks.rescreening [--subjects 100000] [--entries 6000] [--changed 60]

An office of its own is filled with invented parties. The lists are invented too, as long as the UN's and a larger national one. The first run
screens everybody whole, then a list changes in `changed` entries, then everybody is screened again. Both go through the office's job, with
PostgreSQL, journal and progress.
"""

import argparse
import random
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from adit.desk import screening_runs
from adit.desk.jobs import find, run_pending
from adit.desk.office import Office, Settings, open_office
from adit.desk.screening_service import folder, standing_of
from adit.journal.writer import Transaction
from adit.register.records import Identity, Party
from adit.register.store import Books
from adit.screening.configured import registry_of
from adit.screening.store import add

BATCH = 2_000
_FIRST = (
    "Ivan",
    "Petr",
    "Anna",
    "Olga",
    "Sergei",
    "Maria",
    "Timur",
    "Ruslan",
    "Aigul",
    "Dmitry",
    "Elena",
    "Pavel",
    "Nina",
    "Gleb",
    "Yana",
    "Omar",
)
_SYLLABLES = (
    "ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu", "cha", "gor", "lin", "mar", "nov", "pol", "ros", "sev",
    "tor", "ur", "vas", "yak", "zim", "bel", "dan",
)  # fmt: skip


def surname(chance: random.Random) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(3, 4))).title() + chance.choice(
        ("ov", "ev", "in", "sky", "enko")
    )


def person(chance: random.Random) -> str:
    return f"{chance.choice(_FIRST)} {surname(chance)} {chance.choice(_FIRST)}"


def un_file(day: str, names: list[str]) -> bytes:
    known = [("QDe.004", "AL-QAIDA"), ("KPe.001", "KOREA MINING DEVELOPMENT TRADING CORPORATION")]
    people = "".join(_entry("INDIVIDUAL", n, name, f"XXi.{n}") for n, name in enumerate(names))
    bodies = "".join(_entry("ENTITY", 90_000 + n, name, ref) for n, (ref, name) in enumerate(known))
    return (
        f'<?xml version="1.0"?><CONSOLIDATED_LIST dateGenerated="{day}T00:00:00.000Z"><INDIVIDUALS>{people}</INDIVIDUALS>'
        f"<ENTITIES>{bodies}</ENTITIES></CONSOLIDATED_LIST>"
    ).encode()


def _entry(tag: str, number: int, name: str, reference: str) -> str:
    return (
        f"<{tag}><DATAID>{number}</DATAID><FIRST_NAME>{name}</FIRST_NAME><REFERENCE_NUMBER>{reference}</REFERENCE_NUMBER></{tag}>"
    )  # fmt: skip


def national_file(day: str, names: list[str]) -> bytes:
    rows = "".join(f"{n},person,{name}\n" for n, name in enumerate(names))
    return f"# list: Invented; date: {day}; rows: {len(names)}\nid,kind,name\n{rows}".encode()


def give(office: Office, list_id: str, content: bytes) -> None:
    root = folder(office)
    registry = registry_of(root)
    arrival = add(root, registry.spec(list_id), content, origin="a benchmark", fetched_at_utc=office.now(), strangers=registry.strangers)  # fmt: skip
    assert arrival.good, arrival.faults


def fill(office: Office, count: int, chance: random.Random) -> None:
    for first in range(0, count, BATCH):
        names = [person(chance) for _ in range(min(BATCH, count - first))]

        def work(transaction: Transaction, first: int = first, names: list[str] = names) -> dict[str, int]:
            books = Books(transaction, "office-000001")
            for n, name in enumerate(names, start=first):
                party = f"party-{n:010}"
                books.state(party, Party("citizen"), since=office.today(), new=True)
                books.state(f"identity-{n:010}", Identity(party, name), since=office.today(), new=True)
            return {"entered": len(names)}

        office.write(work, key=f"fill {first}")


def run(office: Office, what: str) -> float:
    job = screening_runs.start(office, "office-000001", key=what)
    began = perf_counter()
    run_pending(office)
    took = perf_counter() - began
    done = find(office, job)
    assert done["state"] == "done", done["error"]
    result = done["result"]
    print(f"{what:34} {took:9.1f} s {result['subjects'] / took:9.0f} subjects/s   {result}", flush=True)
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--subjects", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=6_000)
    parser.add_argument("--changed", type=int, default=60)
    given = parser.parse_args()
    chance = random.Random(8)
    day = "2025-04-01"
    with tempfile.TemporaryDirectory(prefix="adit-rescreening-") as path:
        office = open_office(Settings(Path(path)), clock=lambda: datetime(2025, 4, 1, 9, tzinfo=UTC))
        try:
            names = [person(chance) for _ in range(given.entries)]
            give(office, "un_sc", un_file(day, names[:900]))
            give(office, "national", national_file(day, names[900:]))
            began = perf_counter()
            fill(office, given.subjects, chance)
            print(f"{given.subjects:,} parties entered in {perf_counter() - began:.0f} s", flush=True)
            began = perf_counter()
            standing_of(office)
            print(
                f"{given.entries + 2:,} entries loaded, checked and indexed in {perf_counter() - began:.1f} s",
                flush=True,
            )
            run(office, "everybody, against all entries")
            changed = names[900:]
            for place in chance.sample(range(len(changed)), given.changed):
                changed[place] = person(chance)
            give(office, "national", national_file(day, changed))
            run(office, f"after {given.changed} entries changed")
            run(office, "after nothing changed")
        finally:
            office.close()


if __name__ == "__main__":
    main()
