"""Ownership in words: through whom a listed one owns a subject, by how much and by which way of counting, as hits that people look at."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from adit.screening.hits import Hit
from adit.screening.ownership import ENGINE, Holding, Reached, percent
from adit.screening.subjects import Subject

__all__ = ["owner_hits"]

_TOLD = 12  # shares of a chain that are told one by one


def owner_hits(
    subject: Subject, reached: Reached, known: Mapping[str, Subject], listed: Mapping[str, Sequence[Hit]]
) -> Iterator[Hit]:
    """A hit for each entry that stands above a subject. None where listed ones hold too little of it, and enough is declared to know that."""
    if not reached.alerts:
        return
    words = tuple(_words(subject, reached, known))
    # a decision on it holds for this chain: whoever declares another share has it looked at again
    engine = f"{ENGINE} {sha256(repr(reached.chain).encode()).hexdigest()[:16]}"
    score = min(1000, max(reached.cascade_ppm, reached.product_ppm, reached.perhaps_ppm) // 1000)
    for digest in reached.listed:
        for hit in {h.entry: h for h in reversed(listed[digest])}.values():
            yield Hit(
                subject.digest, hit.list_id, hit.entry_id, hit.entry, engine, score, _name(subject), hit.entry_name,
                (f"{_name(known[digest])} may be {hit.entry_name} ({hit.score} of 1000).", *words), hit.listed_on, "ownership",
            )  # fmt: skip


def _words(subject: Subject, reached: Reached, known: Mapping[str, Subject]) -> Iterator[str]:
    yield from (_share(h, known) for h in reached.chain[:_TOLD])
    if len(reached.chain) > _TOLD:
        yield f"{len(reached.chain) - _TOLD} more shares lie between them."
    name = _name(subject)
    yield f"Together listed ones, and those taken for listed, hold {percent(reached.cascade_ppm)} of {name}."
    yield f"Multiplied along the paths their share is {percent(reached.product_ppm)}."
    if reached.declared_ppm > 1_000_000:
        yield f"The declared shares in {name} add up to {percent(reached.declared_ppm)}, which cannot be."
    elif reached.unknown_ppm:
        yield f"Of {percent(reached.unknown_ppm)} of {name} no owner is declared."
    if not reached.taken:
        yield "With what is not declared it could be half or more."


def _share(holding: Holding, known: Mapping[str, Subject]) -> str:
    owner, owned = (_name(known[i]) for i in (holding.owner, holding.owned))
    if holding.control:
        return f"{owner} controls {owned}, with {percent(holding.share_ppm)} declared."
    return f"{owner} owns {percent(holding.share_ppm)} of {owned}."


def _name(subject: Subject) -> str:
    return subject.address or (subject.names[0] if subject.names else subject.identifiers[0][1])
