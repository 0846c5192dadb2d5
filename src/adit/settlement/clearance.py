"""What a step stands on: receipts of this day for everybody, against the lists as they are now. Without them there is no step, and no way to ask for one.

Not here: screening itself, and what it finds.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from adit.screening.receipts import Cleared, ListSeen, Outcome, Receipt
from adit.settlement.bounds import SCREENED_WITHIN
from adit.settlement.dossier import Named
from adit.terms.errors import Refused

__all__ = ["by_subject", "not_clear", "require_cleared", "require_recent"]

_CLOCKS_APART = timedelta(minutes=5)
_ANEW = "Screen everybody anew; the settlement waits."


def require_cleared(
    cleared: Cleared, named: Sequence[Named], newest: Sequence[ListSeen], at: datetime
) -> tuple[Receipt, ...]:
    """The receipts of a `Cleared`, one for each that is named. Raises Refused unless it is one, is of everybody, of this day and of the newest lists."""
    if not isinstance(cleared, Cleared):
        raise Refused(
            "A settlement goes on with a clearance in its hand, or not at all.", name="not cleared", todo=_ANEW
        )
    receipts = require_recent(cleared.receipts, named, at)
    held = not_clear(named, receipts)
    if held:
        raise Refused(f"{held[0][0].about} is not clear.", name="not cleared", todo=_ANEW)
    _against_the_newest(receipts, newest)
    return receipts


def require_recent(receipts: Sequence[Receipt], named: Sequence[Named], at: datetime) -> tuple[Receipt, ...]:
    """One receipt for each that is named, whatever its outcome. Raises Refused where one is missing, too old, or from a time to come."""
    if not named:
        raise Refused(
            "Nobody is named who could be screened.", name="not screened", todo="Name parties, banks and addresses."
        )
    of = by_subject(receipts)
    found: list[Receipt] = []
    for n in named:
        receipt = of.get(n.subject.digest)
        if receipt is None:
            raise Refused(f"{n.about} has not been screened as it is stated now.", name="not screened", todo=_ANEW)
        age = at - receipt.screened_at_utc
        if not -_CLOCKS_APART <= age <= SCREENED_WITHIN:
            raise Refused(
                f"{n.about} was screened at {receipt.screened_at_utc:%Y-%m-%d %H:%M} UTC, which is not of this day.",
                name="screened too long ago",
                todo=_ANEW,
            )
        found.append(receipt)
    return tuple(found)


def not_clear(named: Sequence[Named], receipts: Sequence[Receipt]) -> list[tuple[Named, Receipt]]:
    """Those who are not clear, the worst first: what two people confirmed, then what people have to look at, then what nobody knows."""
    of = by_subject(receipts)
    held = [(n, r) for n in named if (r := of[n.subject.digest]).outcome is not Outcome.CLEAR]
    order = (Outcome.LISTED, Outcome.REVIEW, Outcome.HOLD)
    return sorted(held, key=lambda pair: order.index(pair[1].outcome))


def by_subject(receipts: Sequence[Receipt]) -> dict[str, Receipt]:
    """The receipts by the digest of what was screened; of two of one subject, the later."""
    return {r.subject: r for r in sorted(receipts, key=lambda r: r.screened_at_utc)}


def _against_the_newest(receipts: Sequence[Receipt], newest: Sequence[ListSeen]) -> None:
    """Refuse receipts that saw another version of a list than the office has now, or not every mandatory one, or any that was not fresh."""
    mandatory = [seen for seen in newest if seen.mandatory]
    if not mandatory:
        raise Refused(
            "The office has no mandatory list, so that nobody can be cleared.", name="no lists", todo="Load the lists."
        )
    for now in mandatory:
        if now.state != "FRESH":
            raise Refused(
                f"The list {now.list_id} is {now.state}.",
                name="list not fresh",
                todo="Load it anew; the settlement stays on hold.",
            )
    hashes = {seen.list_id: seen.sha256 for seen in newest}
    for receipt in receipts:
        seen_by = {seen.list_id: seen for seen in receipt.lists}
        for now in mandatory:
            if now.list_id not in seen_by or seen_by[now.list_id].state != "FRESH":
                raise Refused(
                    f"A screening did not ask the list {now.list_id}, or not while it was fresh.",
                    name="list not asked",
                    todo=_ANEW,
                )
        for seen in receipt.lists:
            if seen.list_id in hashes and seen.sha256 != hashes[seen.list_id]:
                raise Refused(
                    f"The list {seen.list_id} has changed since this was screened.",
                    name="older than the lists",
                    todo=_ANEW,
                )
