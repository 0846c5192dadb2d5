"""One step of a settlement: what goes on needs a `Cleared`, what stops needs the receipts of everybody. There is no third way.

Pure: the records, the evidence, the time and the hand are given; what comes back is to be entered. `bar` says what stands in the way, as a finding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from adit.register.records import Settlement, SettlementStep
from adit.screening.receipts import Cleared, ListSeen, Outcome, Receipt
from adit.settlement.clearance import not_clear, require_cleared, require_recent
from adit.settlement.dossier import Dossier, everybody
from adit.settlement.evidence import Evidence, plain
from adit.settlement.needs import NEEDS, back
from adit.settlement.obstacles import bar, near_listed
from adit.settlement.states import ARROWS, PAUSES, State, onward, unpaid, where_it_was
from adit.terms.errors import BadInput, Refused

__all__ = ["Taken", "go_on", "stop"]


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: the settlement as it stands now, the step, and the receipts that it stands on."""

    settlement: Settlement
    step: SettlementStep
    receipts: tuple[Receipt, ...]


def go_on(
    dossier: Dossier,
    to: State,
    cleared: Cleared,
    *,
    evidence: Evidence,
    newest: Sequence[ListSeen],
    at: datetime,
    on: date,
    hand: str,
) -> Taken:
    """Go on to a state of the line, or back to it from a pause. `at` is the moment, `on` the legal day.

    Raises Refused where something stands in the way or evidence is missing, Forbidden for a hand that may not authorise.
    """
    receipts = require_cleared(cleared, everybody(dossier), newest, at)
    _require_arrow(dossier, to)
    if not onward(dossier.state, to):
        raise BadInput(f"{to} is where a settlement stops; nobody goes on to it.", todo="Stop it there instead.")
    obstacle = bar(dossier, to, evidence)
    if obstacle is not None:
        raise Refused(obstacle.reason, name="barred", todo=f"The settlement goes to {obstacle.to}.")
    if dossier.state in PAUSES:
        changes, reason = back(dossier, to), "nothing stands in the way any more"
    else:
        changes, reason = NEEDS[to](dossier, evidence, on, hand)
    return _taken(dossier, to, changes, reason, "", evidence, receipts, hand)


def stop(
    dossier: Dossier,
    to: State,
    receipts: Sequence[Receipt],
    *,
    evidence: Evidence,
    reason: str,
    cites: str = "",
    at: datetime,
    on: date,
    hand: str,
) -> Taken:
    """Stop it: hold, review, refuse, let expire, recall, dispute, freeze. Everybody is screened for that too, whatever comes of it.

    Raises Refused where the state stopped at does not fit what was found.
    """
    found = require_recent(receipts, everybody(dossier), at)
    _require_arrow(dossier, to)
    if onward(dossier.state, to):
        raise BadInput(f"{to} is not where a settlement stops.", todo="Go on to it with a clearance.")
    if not reason.strip():
        raise BadInput(
            "A settlement is stopped for a reason.", where="reason", todo="Say why, as those concerned will read it."
        )
    _require_ground(dossier, to, found, evidence, on)
    s = dossier.settlement
    changes: dict[str, Any] = {"before": ""}
    if to in PAUSES:
        changes["before"] = s.before or s.state
    if to in (State.HOLD, State.REVIEW) and State(changes["before"]) is State.TRAVEL_RULE_ACKED:
        changes["first_hand"] = ""  # what the first hand saw is no longer what stands
    return _taken(dossier, to, changes, reason, cites, evidence, found, hand)


def _taken(
    dossier: Dossier,
    to: State,
    changes: Mapping[str, Any],
    reason: str,
    cites: str,
    evidence: Evidence,
    receipts: tuple[Receipt, ...],
    hand: str,
) -> Taken:
    settlement = replace(dossier.settlement, state=to.value, **changes)
    step = SettlementStep(
        dossier.id, dossier.steps + 1, dossier.state.value, to.value, hand, reason, cites, plain(evidence)
    )  # fmt: skip
    return Taken(settlement, step, receipts)


def _require_arrow(dossier: Dossier, to: State) -> None:
    s = dossier.settlement
    if (dossier.state, to) not in ARROWS:
        raise Refused(
            f"No arrow leads from {s.state} to {to}.",
            name="no arrow",
            todo="Look at where it stands, and take the next step.",
        )
    if dossier.state in PAUSES and to not in PAUSES and onward(dossier.state, to) and to.value != s.before:
        raise Refused(f"From {s.state} it goes back to {s.before}, and not to {to}.", name="no arrow")
    if dossier.state in PAUSES and to is State.REFUSED and not unpaid(dossier.state, s.before):
        raise Refused(
            "It was paid before it was stopped: it stays frozen.", name="paid", todo="Dispute it, or report it."
        )


# What stopping needs ----------------------------------------------------------------------------------------------
def _require_ground(dossier: Dossier, to: State, receipts: Sequence[Receipt], evidence: Evidence, on: date) -> None:
    """Refuse to stop where that state does not fit what was found."""
    s = dossier.settlement
    found = {r.outcome for _, r in not_clear(everybody(dossier), receipts)}
    hit = bool(found & {Outcome.REVIEW, Outcome.LISTED})
    if to is State.HOLD and Outcome.HOLD not in found:
        raise Refused("Nothing holds it: every list was fresh and every check ended.", name="no ground")
    if to is State.FROZEN and not hit and not near_listed(evidence.exposures):
        raise Refused("Nobody was hit, so that nothing is frozen.", name="no ground")
    if to is State.REVIEW and not hit:
        obstacle = bar(dossier, where_it_was(dossier.state, s.before), evidence, ahead=True)
        if obstacle is None or obstacle.to != State.REVIEW.value:
            raise Refused("There is nothing to look at.", name="no ground")
    if to is State.EXPIRED:
        if where_it_was(dossier.state, s.before) is not State.AUTHORISED:
            raise Refused("Only what was authorised and not paid expires.", name="no ground", todo="Recall it instead.")
        if s.pay_by is None or on <= s.pay_by:
            raise Refused(f"It may be paid until {s.pay_by}.", name="no ground")
    if to is State.RECALLED and not unpaid(dossier.state, s.before):
        raise Refused("It was paid and cannot be recalled.", name="paid", todo="Dispute it.")
