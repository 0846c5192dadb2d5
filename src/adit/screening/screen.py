"""Screens subjects: every check, against every list, every time. What comes out is a receipt, and CLEAR only where nothing at all is open.

There is no argument by which a check is left out. A check that ends with an error has said nothing, and nothing is not clear: it holds.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from adit.evidence.watchlists.entries import Entry
from adit.screening import ownership
from adit.screening.addresses import ENGINE as ADDRESSES
from adit.screening.addresses import AddressIndex, address_hits, index_of
from adit.screening.clearings import Settled, sort_hits, waiver_for
from adit.screening.hits import Hit
from adit.screening.loading import Loaded
from adit.screening.matching import ENGINE as NAMES
from adit.screening.matching import EntryIndex, hits, index_entries, stood
from adit.screening.owner_hits import owner_hits
from adit.screening.ownership import Holding
from adit.screening.receipts import ListSeen, Outcome, Receipt
from adit.screening.second_engine import Seconded, SecondEngine, candidates, either, seconded
from adit.screening.states import seen
from adit.screening.subjects import Subject

__all__ = [
    "Found",
    "Owners",
    "Ready",
    "direct",
    "in_order",
    "prepare",
    "receipt_of",
    "screen",
    "screen_all",
    "standing",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ready:
    """Lists that were loaded on a day, with everything that asks them. `missing`: what could not be made ready, so that nobody is clear."""

    lists: tuple[ListSeen, ...]
    held: Mapping[str, str]  # id of a mandatory list that is not fresh -> why, in a sentence
    names: EntryIndex | None
    addresses: AddressIndex | None
    second: tuple[SecondEngine, ...]
    missing: tuple[str, ...]
    digests: tuple[str, ...]  # of the entries, in the order of the index

    @property
    def engine(self) -> str:
        """Everything that is asked, with versions."""
        return " ".join((NAMES, ADDRESSES, ownership.ENGINE, *(e.name for e in self.second)))


@dataclass(frozen=True, slots=True)
class Found:
    """What the checks of one subject found, and which of them said nothing."""

    hits: tuple[Hit, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Owners:
    """The declared graph: subjects by their digest, and what they own of one another, by digest too."""

    subjects: Mapping[str, Subject]
    holdings: tuple[Holding, ...]


def prepare(loaded: Sequence[Loaded], second: Sequence[SecondEngine] = (), missing: Sequence[str] = ()) -> Ready:
    """Make lists ready to be asked. `second`: further engines, each of which has to answer; `missing`: what is known to be lacking."""
    lacking = list(missing)
    lists = tuple(seen(each.state) for each in loaded if each.state.mandatory or each.version is not None)
    held = {
        each.state.list_id: f"The list {each.state.list_id} is {each.state.state.value}. {' '.join(each.state.why)}".rstrip()
        for each in loaded
        if each.state.holds
    }
    if not any(each.state.mandatory for each in loaded):
        lacking.append("The office has no mandatory list.")
    entries = [e for each in loaded if each.version is not None for e in each.version.entries]
    names = _asked("index of names", lacking, lambda: index_entries(entries))
    addresses = _asked("index of addresses", lacking, lambda: index_of(entries))
    return Ready(lists, held, names, addresses, tuple(second), tuple(lacking), tuple(e.digest for e in entries))


def standing(ready: Ready, on: date) -> frozenset[str]:
    """The digests of the entries that are searched and stand on a day."""
    entries = ready.names.entries if ready.names is not None else ()
    return frozenset(d for d, e in zip(ready.digests, entries, strict=False) if stood(e, on))


def direct(subject: Subject, ready: Ready, on: date) -> Found:
    """What the lists say of a subject itself: by name, number and text, by the address, by every further engine."""
    missing: list[str] = []
    found: tuple[Hit, ...] = ()
    index, addresses = ready.names, ready.addresses
    if index is None or addresses is None:
        return Found((), ("The lists are not ready to be asked.",))
    if subject.names or subject.identifiers:
        found = _asked("check of names", missing, lambda: hits(subject, index, on=on)) or ()
        near = _asked("choice of near names", missing, lambda: _near(subject, index, on)) if ready.second else None
        for engine in ready.second if near is not None else ():
            said = _second(subject, near or (), engine, missing)
            if said is not None:
                missing += said.missing
                found = either(found, said)
    if subject.address:
        found += _asked("check of addresses", missing, lambda: address_hits(subject, addresses, on)) or ()
    return Found(in_order(found), tuple(missing))


def _second(subject: Subject, near: Sequence[Entry], engine: SecondEngine, missing: list[str]) -> Seconded | None:
    return _asked(f"check by {engine.name}", missing, lambda: seconded(subject, near, engine))


def _near(subject: Subject, index: EntryIndex, on: date) -> list[Entry]:
    """The entries that the further engines are asked about: those that stand on the day and are at all near."""
    return [e for e in candidates(subject, index) if stood(e, on)]


def _order(hit: Hit) -> tuple[int, str, str, str, str, str]:
    return -hit.score, hit.list_id, hit.entry_id, hit.by, hit.engine, hit.entry_name


def in_order(found: Iterable[Hit]) -> tuple[Hit, ...]:
    """Hits in an order of their own, each once: the likeliest first."""
    return tuple(sorted(dict.fromkeys(found), key=_order))


def _asked(what: str, missing: list[str], work: Callable[[], T]) -> T | None:
    """The answer of a check; None and a sentence among `missing` where it ended with an error."""
    try:
        return work()
    except Exception as error:  # whatever it is: what did not end has cleared nobody
        missing.append(f"The {what} did not end ({type(error).__name__}: {error}).")
        return None


def screen(subject: Subject, ready: Ready, settled: Settled, owners: Owners, *, at: datetime, on: date) -> Receipt:
    """Screen one subject. `at` is the moment, `on` the legal day, `owners` the graph as far as it is declared."""
    [receipt] = screen_all([subject], ready, settled, owners, at=at, on=on)
    return receipt


def screen_all(
    subjects: Sequence[Subject], ready: Ready, settled: Settled, owners: Owners, *, at: datetime, on: date
) -> list[Receipt]:
    """Screen several subjects with all owners above them; a receipt for each, in their order."""
    known = {**owners.subjects, **{s.digest: s for s in subjects}}
    above = _above((s.digest for s in subjects), owners.holdings)
    found = {d: direct(known[d], ready, on) for d in above if d in known}
    owned = _owned(known, above, found, settled, owners.holdings, on)
    return [
        receipt_of(s, _together(found[s.digest], owned(s)), ready, settled, at=at, on=on)
        for s in subjects
    ]  # fmt: skip


def _together(found: Found, owned: Found) -> Found:
    return Found((*found.hits, *owned.hits), (*found.missing, *owned.missing))


def _above(digests: Iterable[str], holdings: Sequence[Holding]) -> frozenset[str]:
    """These and everybody who owns anything of them, through however many layers."""
    of: dict[str, list[str]] = {}
    for h in holdings:
        of.setdefault(h.owned, []).append(h.owner)
    seen_: set[str] = set()
    waiting = list(digests)
    while waiting:
        id_ = waiting.pop()
        if id_ not in seen_:
            seen_.add(id_)
            waiting += of.get(id_, ())
    return frozenset(seen_)


def _owned(
    known: Mapping[str, Subject],
    above: frozenset[str],
    found: Mapping[str, Found],
    settled: Settled,
    holdings: Sequence[Holding],
    on: date,
) -> Callable[[Subject], Found]:
    """What ownership says of each subject: who is taken for listed, and who cannot be told of since an owner could not be checked."""
    relevant = [h for h in holdings if h.owned in above]
    seeds: dict[str, tuple[Hit, ...]] = {}
    for digest, its in found.items():
        sorted_ = sort_hits(its.hits, settled, on)
        if open_ := (*sorted_.open, *(h for h, _ in sorted_.confirmed)):
            seeds[digest] = open_
    lacking: list[str] = []
    reached = _asked("check of owners", lacking, lambda: ownership.reached_by_listed(seeds, relevant))

    def of(subject: Subject) -> Found:
        owners_ = _above([subject.digest], relevant) - {subject.digest}
        missing = [] if not owners_ else list(lacking)
        missing += [
            f"An owner of {_called(subject)} is declared, and nothing is stated of it."
            if o not in known
            else f"Its owner {_called(known[o])}: {sentence}"
            for o in sorted(owners_)
            for sentence in ([""] if o not in known else found[o].missing)
        ]
        at = (reached or {}).get(subject.digest)
        told = _asked("check of owners", missing, lambda: tuple(owner_hits(subject, at, known, seeds))) if at else ()
        return Found(told or (), tuple(missing))

    return of


def _called(subject: Subject) -> str:
    return subject.address or (subject.names[0] if subject.names else subject.identifiers[0][1])


def receipt_of(subject: Subject, found: Found, ready: Ready, settled: Settled, *, at: datetime, on: date) -> Receipt:
    """The receipt for what was found. The order of outcomes: what people confirmed, what nobody can know, what people have to look at, clear."""
    sorted_ = sort_hits(found.hits, settled, on)
    lists = {s.list_id: s for s in ready.lists}
    waived = {i: w for i in ready.held if (w := waiver_for(lists[i], settled.waivers, on))}
    holds = [*ready.missing, *found.missing, *(why for i, why in ready.held.items() if i not in waived)]
    told = tuple(_told(h) for h in sorted_.open)
    let = tuple(
        f"{ready.held[i]} Two people let hits be looked at until {w.expires_on} ({w.id}): {w.reason}" for i, w in waived.items()
    )  # fmt: skip
    if sorted_.confirmed:
        outcome = Outcome.LISTED
        reasons = tuple(f"{_told(h)} Two people confirmed it ({c.id})." for h, c in sorted_.confirmed) + told
    elif holds:
        outcome, reasons = Outcome.HOLD, (*holds, *let, *told)
    elif sorted_.open or waived:
        outcome, reasons = Outcome.REVIEW, (*told, *let)
    else:
        outcome = Outcome.CLEAR
        reasons = tuple(f"{_told(h)} Two people found it to be somebody else ({c.id})." for h, c in sorted_.cleared)
    pairs = tuple(dict.fromkeys((h.entry, c.id) for h, c in sorted_.cleared))
    return Receipt(subject.digest, at, ready.engine, ready.lists, found.hits, pairs, outcome, reasons)


def _told(hit: Hit) -> str:
    return f"{' '.join(hit.words)} List {hit.list_id}, entry {hit.entry_id}."
