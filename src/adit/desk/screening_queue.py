"""The hits that wait, as each hand may know them: what the hash has drawn to be looked at again is, to a third hand, a hit like any other."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from adit.desk.web.hands import Hand
from adit.engines.database import Connection
from adit.register.procedures import screenings
from adit.register.records import HitReview
from adit.register.store import Stated, count

__all__ = ["again_for", "counts_for", "veiled"]


def counts_for(connection: Connection, who: Hand, on: date) -> dict[str, int]:
    """What waits, as this hand may know it: what it may look at again is among the open ones."""
    due = screenings.due_again(connection, on)
    mine = [c for c in due if who.code not in (c.record.proposed_by, c.record.decided_by)]
    return {
        "open": count(connection, HitReview, "state = 'open' AND upper_inf(valid)")
        + (len(mine) if who.may("screen") else 0),
        "proposed": count(connection, HitReview, "state = 'proposed' AND upper_inf(valid)"),
        "again": len(due) - len(mine),
    }


def again_for(connection: Connection, who: Hand, on: date) -> list[str]:
    """The hits that this hand looks at again without being told so."""
    return [
        c.record.hitreview
        for c in screenings.due_again(connection, on)
        if who.code not in (c.record.proposed_by, c.record.decided_by)
    ]


def veiled(found: Stated[HitReview], blind: Collection[str]) -> Stated[HitReview]:
    """A hit as whoever looks at it again sees it: as one that nobody has looked at."""
    if found.id not in blind:
        return found
    return replace(
        found, record=replace(found.record, state="open", outcome="", reason="", proposed_by="", decided_by="")
    )
