"""Screening of names beside nomenklatura, in one run: recall and false alerts on the UN list, names a second against 20,000, and addresses.

    python -m benchmarks.screening_names --un un_consolidated.csv --ofac ofac_sdn_names.parquet

The UN list is not open data and is not part of the project: a table with the columns dataid, kind, name, aliases is named on the command line,
or the list is read from the folder where `adit screen lists` keeps it. Where there is none, the quality is not measured, and that is said.
The names that are screened are made by `names_distorted`, whose hashes also part them into a tuning and a held-out half.

The threshold of the engine is the least multiple of ten at which at most 0.5 % of the strangers of the tuning half are found. While the score
was made, single cases of the tuning half alone were looked at; of the held-out half the totals were seen and no case.
"""

import argparse
import platform
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from adit.evidence.watchlists.entries import Entry, ListedName
from adit.screening.matching import THRESHOLD, hits, index_entries
from adit.screening.names.index import build, search
from adit.screening.subjects import Subject
from benchmarks.names_distorted import Case, Listed, held_out, negatives, persons, positives

PEERS = (("ofac", (900, 950)), ("logic-v2", (600, 700, 850)))
NAMES_HELD = 20_884  # as many as OFAC's list of 2021 has with all aliases


class Scored:
    """The scores of an engine: of each positive with its own person, of each negative with the nearest of all."""

    def __init__(self, own: Callable[[Case], int], nearest: Callable[[Case], int], cases: Sequence[Case]) -> None:
        began = time.process_time()
        self.scores = [(c, own(c) if c.number else nearest(c)) for c in cases]
        self.seconds = time.process_time() - began

    def row(self, name: str, least: int) -> str:
        cells = []
        for chosen in (lambda c: True, lambda c: not held_out(c), held_out):
            own = [s for c, s in self.scores if c.number and chosen(c)]
            strangers = [s for c, s in self.scores if not c.number and chosen(c)]
            found, alerts = sum(s >= least for s in own), sum(s >= least for s in strangers)
            cells.append(f"{found / len(own):.4f} ({len(own) - found} missed) | {100 * alerts / len(strangers):.2f} %")
        return f"| {name} from {least} | {' | '.join(cells)} |"


def adit(listed: Sequence[Listed], cases: Sequence[Case]) -> Scored:
    """Our own engine: the index finds every name that scores at least 500."""
    flat = [(n, person.number) for person in listed for n in person.names]
    index = build(n for n, _ in flat)
    search(index, flat[0][0], 500)  # compiles

    def own(case: Case) -> int:
        return max((n.score for n in search(index, case.text, 500) if flat[n.place][1] == case.number), default=0)

    return Scored(own, lambda case: next((n.score for n in search(index, case.text, 500)), 0), cases)


def peer(algorithm: str, listed: Sequence[Listed], cases: Sequence[Case]) -> Scored:
    """An algorithm of nomenklatura: each positive with its own person, each negative with the 50 that our index finds nearest, and no other.

    The shortlist is to the peer's advantage in false alerts: it is asked about no person that our engine puts behind fifty others.
    """
    proxy: Any = import_module("followthemoney").EntityProxy
    engine: Any = import_module("nomenklatura.matching").get_algorithm(algorithm)
    config = engine.default_config()

    def entity(names: Sequence[str]) -> Any:
        identity = sha256("|".join(names).encode()).hexdigest()  # the library remembers by id
        properties = {"name": [names[0]], "alias": list(names[1:])}
        return proxy.from_dict({"id": identity, "schema": "Person", "properties": properties})

    made = {person.number: entity(person.names) for person in listed}
    flat = [(n, person.number) for person in listed for n in person.names]
    index = build(n for n, _ in flat)

    def compare(text: str, numbers: Iterable[str]) -> int:
        asked = entity([text])
        return max((int(1000 * engine.compare(asked, made[n], config).score) for n in numbers), default=0)

    def nearest(case: Case) -> int:
        near = list(dict.fromkeys(flat[n.place][1] for n in search(index, case.text, 300)))
        return compare(case.text, near[:50])

    return Scored(lambda case: compare(case.text, [case.number]), nearest, cases)


def by_kind(every: Scored, engines: Sequence[tuple[str, int, Scored]]) -> Iterable[str]:
    """Recall for each kind of distortion: of every name in every way by adit, and of the positives above by each engine."""
    total = Counter(c.kind for c, _ in every.scores if c.number)
    found = Counter(c.kind for c, s in every.scores if c.number and s >= THRESHOLD)
    yield f"| kind | every name, adit | {' | '.join(f'{name} from {least}' for name, least, _ in engines)} |"
    yield "|---|---|" + "---|" * len(engines)
    for kind, count in total.items():
        cells = [f"{found[kind] / count:.4f} of {count}"]
        for _, least, scored in engines:
            own = [s for c, s in scored.scores if c.kind == kind and c.number]
            cells.append(f"{sum(s >= least for s in own)} of {len(own)}")
        yield f"| {kind} | {' | '.join(cells)} |"


def throughput(names: Sequence[str], asked: Sequence[str]) -> str:
    """Names a second on one core, with every hit explained in words."""
    entries = [Entry("made_up", str(i), "person", (ListedName(n),)) for i, n in enumerate(names)]
    began = time.perf_counter()
    index = index_entries(entries)
    built = time.perf_counter() - began
    subjects = [Subject("person", (n,)) for n in asked]
    hits(subjects[0], index)  # compiles
    best = 0.0
    told = 0
    for _ in range(3):
        began = time.process_time()
        told = sum(len(hits(s, index)) for s in subjects)
        best = max(best, len(subjects) / (time.process_time() - began))
    return f"| {best:,.0f} names/s against {len(names):,} names, {told} hits of {len(subjects)} names told in words; index built in {built:.1f} s |"


def addresses(count: int = 1_000_000) -> str:
    """Exact look-ups of addresses a second on one core, none of them listed, against the invented ones of a list of a thousand."""
    from adit.screening.addresses import index_of

    signs = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

    def made(number: int) -> str:
        return "1" + "".join(signs[(number * 7919 + 104729 * place) // (place + 1) % 58] for place in range(33))

    from adit.evidence.watchlists.entries import ListedAddress

    index = index_of(
        Entry("made_up", str(i), "address", (), addresses=(ListedAddress("XBT", made(i)),)) for i in range(1000)
    )
    texts = [made(10_000 + i) for i in range(count)]
    index.many(texts[:10])
    began = time.process_time()
    index.many(texts)
    return f"| {count / (time.process_time() - began) / 1e6:.1f} M addresses/s |"


def reused_id(algorithm: str) -> str:
    """What a listed person scores under an id that somebody else had before: asked of the library as it is, and through the wrapper."""
    from adit.screening.second_engine import nomenklatura, seconded

    proxy: Any = import_module("followthemoney").EntityProxy
    library: Any = import_module("nomenklatura.matching").get_algorithm(algorithm)
    listed, other = "Frank Kakolele Bwambale", "Quite Somebody Else"
    entry = Entry("made_up", "1", "person", (ListedName(listed),))

    def entity(id_: str, text: str) -> Any:
        return proxy.from_dict({"id": id_, "schema": "Person", "properties": {"name": [text]}})

    bare, wrapped = 0.0, 0
    for text in (other, listed):
        bare = library.compare(entity("asked", text), entity("listed", listed), library.default_config()).score
        said = seconded(Subject("person", (text,)), (entry,), nomenklatura(algorithm))
        assert said.missing == (), said.missing
        wrapped = max((h.score for h in said.hits), default=0)
    return f"| {algorithm} | {bare:.1f} | {wrapped} of 1000 |"


def listed_persons(file: Path | None, root: Path | None) -> list[Listed]:
    """The persons of the UN list: of the table that was named, or of the folder of lists; none, if neither is there."""
    if file is not None:
        return persons(file)
    from datetime import UTC, datetime

    from adit.screening import store
    from adit.screening.loading import load_all

    loaded = {e.state.list_id: e.version for e in load_all(root or store.folder(), datetime.now(UTC).date())}
    un = loaded.get("un_sc")
    return (
        [Listed(e.entry_id, tuple(n.text for n in e.names)) for e in un.entries if e.kind == "person" and e.names]
        if un
        else []
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--un", type=Path, help="table with the columns dataid, kind, name, aliases")
    parser.add_argument("--lists", type=Path, help="folder of `adit screen lists`, where the UN list may be")
    parser.add_argument(
        "--ofac",
        type=Path,
        help="Parquet with the columns name, type, program: where strangers are taken from (public domain)",
    )
    chosen = parser.parse_args()
    print(
        f"{platform.machine()}, Python {platform.python_version()}, numba {version('numba')}, nomenklatura {_version('nomenklatura')}\n"
    )
    listed = listed_persons(chosen.un, chosen.lists)
    ofac = _ofac(chosen.ofac)
    if listed:
        strangers = negatives(ofac, listed)
        _quality(listed, [*positives(listed), *strangers], positives(listed, all_kinds=True))
    else:
        print(
            "The UN list is not here, so quality was not measured: name it with --un, or fetch it with `adit screen lists --refresh`.\n"
        )
    names = list(dict.fromkeys([*(n for p in listed for n in p.names), *(n for n, _, _ in ofac)]))
    asked = [c.text for c in negatives(ofac, listed)]
    names += [
        c for n in range(20) for c in (f"{a.split()[-1]} {b}" for a, b in zip(asked, asked[n + 1 :], strict=False))
    ]
    held = list(dict.fromkeys(names))[:NAMES_HELD]
    print("| one core, process time, best of three |\n|---|")
    print(throughput(held, asked[::6]))
    print(addresses())
    if _version("nomenklatura") != "not installed":
        print(
            "\n| a listed person under an id that was used before | the library | through the wrapper |\n|---|---|---|"
        )
        for algorithm, _ in PEERS:
            print(reused_id(algorithm))


def _quality(listed: Sequence[Listed], cases: Sequence[Case], every_kind: Sequence[Case]) -> None:
    strangers = Counter(c.kind for c in cases if not c.number)
    positive = sum(bool(c.number) for c in cases)
    print(
        f"{len(listed)} persons, {sum(len(p.names) for p in listed)} names; {positive} positives; strangers: {dict(strangers)}\n"
    )
    print(
        "| engine | recall | false alerts | tuning half: recall | false alerts | held-out half: recall | false alerts |"
    )
    print("|---|---|---|---|---|---|---|")
    ours = adit(listed, cases)
    for least in sorted({THRESHOLD - 10, THRESHOLD, THRESHOLD + 10}):
        print(ours.row("adit", least))
    engines = [("adit", THRESHOLD, ours)]
    for algorithm, levels in PEERS:
        try:
            scored = peer(algorithm, listed, cases)
        except ImportError as error:
            print(f"| {algorithm}: not installed ({error}) | | | | | | |")
            continue
        for least in levels:
            print(scored.row(f"nomenklatura {algorithm}", least))
        engines.append((algorithm, levels[0], scored))
        sys.stdout.flush()
    print("\nBy kind of distortion:\n")
    for row in by_kind(adit(listed, every_kind), engines):
        print(row)
    print()


def _ofac(file: Path | None) -> list[tuple[str, str, str]]:
    if file is None:
        return []
    import pyarrow.parquet as parquet

    rows = parquet.read_table(file, columns=["name", "type", "program"]).to_pylist()
    return [(r["name"], r["type"] or "", r["program"] or "") for r in rows]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
