"""A second engine of names beside ours, nomenklatura: an entry that either finds is found, and an engine that fails leaves nothing clear.

That library remembers what it made of an entity under the entity's id, so that a listed person under an id that had been used before scored
0.0. Every entity that goes to it from here bears the hash of its content as its id.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from typing import Any, Protocol

from adit.evidence.watchlists.entries import Entry
from adit.evidence.watchlists.ftm_out import entities_of
from adit.screening.ftm_subjects import entity_of
from adit.screening.hits import Hit
from adit.screening.matching import EntryIndex, named
from adit.screening.subjects import Subject
from adit.terms.errors import BadInput

__all__ = ["CANDIDATES", "LEAST", "SecondEngine", "Seconded", "candidates", "either", "nomenklatura", "seconded"]

WIDE = 500  # the score in our engine from which the second one is asked: far below where ours speaks
CANDIDATES = 200  # entries at most; more would be a name that says nothing, and is told
LEAST = {
    "logic-v2": 700,
    "ofac": 900,
}  # thousandths at which an algorithm of the library finds, measured in benchmarks/screening_names.py

Entity = Mapping[str, Any]


class SecondEngine(Protocol):
    """What is asked of a second engine: its name with version, from which score it finds, and how near two entities are."""

    @property
    def name(self) -> str: ...

    @property
    def least(self) -> int: ...

    def compare(self, ours: Entity, theirs: Entity) -> float:
        """From 0 to 1."""


@dataclass(frozen=True, slots=True)
class Seconded:
    """What a second engine said. With `missing` it has not answered for everything: the check counts as MISSING, and the subject is on HOLD."""

    engine: str
    hits: tuple[Hit, ...]
    missing: tuple[str, ...] = ()


def candidates(subject: Subject, index: EntryIndex) -> tuple[Entry, ...]:
    """The entries that the second engine is asked about: those whose names are at all near, whether or not they still stand."""
    near = sorted(named(subject, index, WIDE).items(), key=lambda item: (-item[1].score, item[0]))
    return tuple(index.entries[place] for place, _ in near)


def seconded(subject: Subject, entries: Sequence[Entry], engine: SecondEngine) -> Seconded:
    """What the engine finds among these entries. Whatever it does wrong is told as missing, and never taken for an all-clear."""
    hits: list[Hit] = []
    missing: list[str] = []
    if len(entries) > CANDIDATES:
        missing.append(f"{len(entries)} entries are near; {engine.name} was asked about the nearest {CANDIDATES}.")
    for entry in entries[:CANDIDATES]:
        try:
            score = _thousandths(engine.compare(_by_content(entity_of(subject)), _by_content(_entity(entry))))
        except Exception as error:  # whatever it is: an engine that did not answer has not cleared anybody
            missing.append(
                f"{engine.name} failed on entry {entry.entry_id} of {entry.list_id} ({type(error).__name__}: {error})."
            )
            continue
        if score >= engine.least:
            hits.append(_hit(subject, entry, engine, score))
    return Seconded(engine.name, tuple(hits), tuple(missing))


def either(ours: Iterable[Hit], second: Seconded) -> tuple[Hit, ...]:
    """The hits of both engines. Where both found an entry, ours tells it, and says that the other agrees."""
    kept: list[Hit] = []
    others = {(h.list_id, h.entry_id): h for h in second.hits}
    for hit in ours:
        other = others.pop((hit.list_id, hit.entry_id), None)
        if other is not None:
            said = f"{second.engine} finds it too ({other.score} of 1000)."
            hit = Hit(
                hit.subject, hit.list_id, hit.entry_id, hit.entry, f"{hit.engine} {second.engine}", hit.score, hit.subject_name,
                hit.entry_name, (*hit.words, said), hit.listed_on, hit.by,
            )  # fmt: skip
        kept.append(hit)
    return (*kept, *others.values())


def nomenklatura(algorithm: str = "logic-v2") -> SecondEngine:
    """The engine of that library. Raises BadInput where the extra is not installed or has no such algorithm: the check is then missing."""
    try:
        proxy: Any = import_module("followthemoney").EntityProxy
        library: Any = import_module("nomenklatura.matching")
    except ImportError as error:
        raise BadInput(
            f"The second engine is not installed ({error}).",
            todo="pip install 'adit[screening]'; it needs ICU and a compiler.",
        ) from error
    found = library.get_algorithm(algorithm)
    if found is None or algorithm not in LEAST:
        raise BadInput(
            f"The second engine has no algorithm {algorithm!r}.", todo=f"Write one of {', '.join(sorted(LEAST))}."
        )
    config = found.default_config()

    def score(ours: Entity, theirs: Entity) -> float:
        pair = [proxy.from_dict({**e, "properties": dict(e["properties"])}) for e in (ours, theirs)]
        return float(found.compare(pair[0], pair[1], config).score)

    return _Library(f"nomenklatura/{version('nomenklatura')}/{algorithm}", LEAST[algorithm], score)


class _Library:
    """The library with one of its algorithms."""

    def __init__(self, name: str, least: int, score: Any) -> None:
        self.name = name
        self.least = least
        self._score = score

    def compare(self, ours: Entity, theirs: Entity) -> float:
        return float(self._score(ours, theirs))


def _entity(entry: Entry) -> Entity:
    return next(entities_of(entry))


def _by_content(entity: Entity) -> Entity:
    said = json.dumps([entity["schema"], entity["properties"]], sort_keys=True, ensure_ascii=False)
    return {**entity, "id": sha256(said.encode()).hexdigest()}


def _thousandths(score: float) -> int:
    if not 0 <= score <= 1:  # a score that is no number is caught here too
        raise ValueError(f"its score is {score}, which is not between 0 and 1")
    return int(score * 1000)


def _hit(subject: Subject, entry: Entry, engine: SecondEngine, score: int) -> Hit:
    names = ", ".join(n.text for n in entry.names)
    words = (
        f"{engine.name} gives {score} of 1000 for {', '.join(subject.names)} and {names}; it does not say which words met.",
    )
    return Hit(
        subject.digest, entry.list_id, entry.entry_id, entry.digest, engine.name, score, ", ".join(subject.names),
        entry.names[0].text if entry.names else entry.entry_id, words, entry.listed_on,
    )  # fmt: skip
