"""Screening as a service of the office: its lists and their indexes, made once for each version; what two people decided; who owns whom.

Whoever asks gets receipts, and every hit that people have to look at is entered for them. Nothing that an office is told turns any of it off.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from stat import S_ISDIR
from threading import RLock
from weakref import WeakKeyDictionary

from adit.desk.office import Office, new_id
from adit.desk.screening_subjects import subjects_about
from adit.engines.database import Connection
from adit.journal.writer import Transaction
from adit.register.procedures.screenings import enter_hits
from adit.register.records import Clearing as ClearingRecord
from adit.register.records import HitReview, Participant, Share, Stake
from adit.register.records import Waiver as WaiverRecord
from adit.register.store import Books, listed
from adit.screening.clearings import Clearing, Settled, Waiver
from adit.screening.configured import registry_of, remember
from adit.screening.hits import Hit
from adit.screening.loading import Loaded, load_all
from adit.screening.matching import matcher
from adit.screening.ownership import Holding
from adit.screening.receipts import ListSeen, Receipt
from adit.screening.screen import Owners, Ready, prepare, screen_all, standing
from adit.screening.screen_delta import stamp_of
from adit.screening.second_engine import SecondEngine, nomenklatura
from adit.screening.subjects import Subject
from adit.terms.errors import AditError

__all__ = [
    "HAND", "OfficeScreener", "Standing", "about_of_participants", "enter_reviews", "folder", "owners_of", "review_of", "screened", "settled_of", "standing_of",
]  # fmt: skip

HAND = "office-000001"  # nobody's: the office itself found them
_OWNERS = 20_000  # above those who are screened at once: a graph that is larger is an error, and holds


@dataclass(frozen=True, slots=True)
class Standing:
    """The lists as they stand on a day, ready to be asked."""

    on: date
    loaded: tuple[Loaded, ...]
    ready: Ready
    entries: frozenset[str]  # digests of those that stand
    stamp: str
    wrong: str = ""  # with the configuration, so that no list is known

    def day_of(self, list_id: str) -> date | None:
        """The day of the version that is searched."""
        return next((x.version.content_date for x in self.loaded if x.state.list_id == list_id and x.version), None)


def folder(office: Office) -> Path:
    """Where the office's lists lie."""
    return office.settings.folder / "watchlists"


# Lists ------------------------------------------------------------------------------------------------------------
_kept: "WeakKeyDictionary[Office, tuple[object, Standing]]" = WeakKeyDictionary()
_lock = RLock()


def standing_of(office: Office) -> Standing:
    """The office's lists today. Read anew as soon as any of their files, or the day, is another."""
    root, today = folder(office), office.today()
    with _lock:
        key = (today, _files(root))
        held = _kept.get(office)
        if held is None or held[0] != key:
            made = _loaded(root, today)
            held = ((today, _files(root)), made)  # reading them may have written which lists are mandatory
            _kept[office] = held
        return held[1]


def _files(root: Path) -> tuple[tuple[str, int, int], ...]:
    """Every file of the lists with its time and size, but for what follows from others and for drafts."""
    found: list[tuple[str, int, int]] = []
    for path in sorted(p for p in root.rglob("*") if p.parent.name != "parsed" and not p.name.startswith(".")):
        with suppress(FileNotFoundError):  # it went away since it was seen: then it is not there
            stat = path.stat()
            if not S_ISDIR(stat.st_mode):
                found.append((str(path.relative_to(root)), stat.st_mtime_ns, stat.st_size))
    return tuple(found)


def _loaded(root: Path, today: date) -> Standing:
    try:
        registry = registry_of(root)
        if root.is_dir():
            remember(root, registry, today)
        loaded = load_all(root, today, matcher=matcher)
    except Exception as error:  # whatever it is: lists that cannot be read have cleared nobody
        what = error.what if isinstance(error, AditError) else f"{type(error).__name__}: {error}"
        wrong = f"{error.where}: {what}" if isinstance(error, AditError) and error.where else what
        ready = prepare((), (), (f"The lists cannot be read: {wrong}",))
        return Standing(today, (), ready, frozenset(), stamp_of(ready, ()), wrong)
    engines, missing = _further(registry.engines)
    ready = prepare(loaded, engines, missing)
    entries = standing(ready, today)
    return Standing(today, loaded, ready, entries, stamp_of(ready, entries))


def _further(names: Iterable[str]) -> tuple[list[SecondEngine], list[str]]:
    """The further engines that the office has added, and which of them cannot be had."""
    engines: list[SecondEngine] = []
    missing: list[str] = []
    for name in names:
        try:
            engines.append(nomenklatura(name))
        except AditError as error:
            missing.append(error.what)
    return engines, missing


# What people decided ----------------------------------------------------------------------------------------------
def settled_of(connection: Connection, on: date, subjects: Sequence[str]) -> Settled:
    """What two people decided of these subjects, and which waivers stand."""
    held: dict[str, tuple[Clearing, ...]] = {}
    for c in listed(
        connection, ClearingRecord, "subject = ANY(%s)", [list(subjects)], on=on, order="entry", limit=1_000_000
    ):
        r = c.record
        held[r.subject] = (
            *held.get(r.subject, ()), Clearing(c.id, r.subject, r.listed, r.engine, r.outcome, r.expires_on),
        )  # fmt: skip
    given = listed(connection, WaiverRecord, "state = 'given' AND act = 'look' AND expires_on >= %s", [on], on=on)
    waivers = tuple(
        Waiver(w.id, w.record.list_id, w.record.sha256, w.record.list_state, w.record.reason, w.record.expires_on)
        for w in given
    )
    return Settled(held, waivers)


# Owners -----------------------------------------------------------------------------------------------------------
def about_of_participants(connection: Connection, digests: Sequence[str]) -> dict[str, str]:
    """The participants of settlements that are these subjects: id -> digest."""
    found = listed(
        connection, Participant, "subject = ANY(%s) AND upper_inf(valid)", [list(digests)], order="id", limit=_OWNERS
    )
    return {p.id: p.record.subject for p in found}


def owners_of(connection: Connection, ids: Iterable[str]) -> Owners:
    """The declared graph above these participants and parties: whoever owns anything of them, through however many layers.

    Raises OverflowError for a graph that nobody could look through.
    """
    asked = sorted(set(ids))
    stakes = _above(connection, Stake, [i for i in asked if i.startswith("participant-")])
    stakes += _above(connection, Share, [i for i in asked if i.startswith("party-")])
    named = sorted({*asked, *(i for s in stakes for i in (s.owner, s.owned))})
    subjects = subjects_about(connection, named)
    digests = {i: s.digest for i, s in subjects.items()}
    holdings = [
        # one of whom nothing is stated is named by its id, which no subject is: that holds
        Holding(digests.get(s.owner, s.owner), digests.get(s.owned, s.owned), s.share_ppm, s.control)
        for s in stakes
    ]
    return Owners({s.digest: s for s in subjects.values()}, tuple(dict.fromkeys(holdings)))


def _above(connection: Connection, kind: type[Stake] | type[Share], ids: Sequence[str]) -> list[Stake | Share]:
    found: list[Stake | Share] = []
    layer, seen = list(ids), set(ids)
    while layer:
        of = listed(connection, kind, "owned = ANY(%s) AND upper_inf(valid)", [layer], order="id", limit=_OWNERS)
        found += [s.record for s in of]
        layer = sorted({s.record.owner for s in of} - seen)
        seen.update(layer)
        if len(found) >= _OWNERS:
            raise OverflowError(f"{_OWNERS} owners and more are declared")
    return found


# Asking -----------------------------------------------------------------------------------------------------------
class OfficeScreener:
    """What screens for the office's settlements: `settlement.running.Screener`. Hits are entered for people to look at."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def lists(self, at: datetime) -> Sequence[ListSeen]:
        """The lists as the office has them now."""
        return standing_of(self._office).ready.lists

    def screen(self, subjects: Sequence[Subject], at: datetime) -> Sequence[Receipt]:
        """A receipt for each subject, with all owners that are declared above it."""
        office, now = self._office, standing_of(self._office)
        with office.reading() as connection:
            abouts = about_of_participants(connection, [s.digest for s in subjects])
        receipts = screened(office, now, subjects, abouts, at=at)
        of = {digest: id_ for id_, digest in abouts.items()}
        known = {s.digest: s for s in subjects}
        enter_reviews(
            office, now, [(of.get(h.subject, h.subject_name), known[h.subject], h) for r in receipts for h in r.hits]
        )
        return receipts


def screened(
    office: Office, now: Standing, subjects: Sequence[Subject], abouts: Iterable[str], *, at: datetime
) -> list[Receipt]:
    """Screen subjects with the owners above these ids, by what stands. A graph that cannot be had holds all of them."""
    ready, owners = now.ready, Owners({}, ())
    with office.reading() as connection:
        try:
            owners = owners_of(connection, abouts)
        except (OverflowError, AditError) as error:
            ready = replace(ready, missing=(*ready.missing, f"The owners could not be read ({error})."))
        everybody = sorted({*(s.digest for s in subjects), *owners.subjects})
        settled = settled_of(connection, now.on, everybody)
    return screen_all(subjects, ready, settled, owners, at=at, on=now.on)


def review_of(now: Standing, about: str, subject: Subject, hits: Sequence[Hit]) -> HitReview:
    """What people look at: hits of one subject, entry and engine, told by the likeliest, with everything that any of them says."""
    best = max(hits, key=lambda h: h.score)
    words = dict.fromkeys(w for h in (best, *hits) for w in h.words)
    return HitReview(
        about, subject.digest, subject.kind, best.subject_name, best.list_id, best.entry_id, best.entry, best.entry_name, best.engine, best.score,
        best.by, "\n".join(words), now.day_of(best.list_id), best.listed_on,
    )  # fmt: skip


def enter_reviews(
    office: Office,
    now: Standing,
    found: Sequence[tuple[str, Subject, Hit]],
    *,
    hand: str = HAND,
    key: str = "",
    with_it: Callable[[Transaction], None] = lambda _: None,
) -> list[str]:
    """Enter hits for people to look at, each once; the ids of those that are open now and were not. `with_it` is done in the same transaction."""
    grouped: dict[tuple[str, str, str], list[tuple[str, Subject, Hit]]] = {}
    for item in found:
        grouped.setdefault((item[2].subject, item[2].entry, item[2].engine), []).append(item)
    if not grouped and not key:
        return []
    reviews = {
        new_id("hitreview"): review_of(now, items[0][0], items[0][1], [h for _, _, h in items])
        for items in grouped.values()
    }

    def work(transaction: Transaction) -> dict[str, list[str]]:
        with_it(transaction)
        return {"opened": enter_hits(Books(transaction, hand), reviews, on=now.on)}

    of = sha256(json.dumps([*map(list, grouped), now.on.isoformat(), new_id("hits")]).encode()).hexdigest()
    return list(office.write(work, key=key or f"hits {of}").answer["opened"])
