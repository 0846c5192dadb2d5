"""Takes a settlement one step further: screens everybody, asks the law, and enters what follows, be it the next state or the reason why not.

The office gives what it has: how to read and write, a screener, time and hand. Not for: deciding what evidence is (`evidence`), or who is listed.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Protocol

from adit.engines.database import Connection
from adit.journal.writer import Transaction, Work, Written
from adit.regime.act import Regime
from adit.screening.receipts import ListSeen, Outcome, Receipt, cleared
from adit.screening.subjects import Subject
from adit.settlement.cells import require_seen
from adit.settlement.clearance import not_clear, require_recent
from adit.settlement.dossier import Dossier, Named, everybody
from adit.settlement.eligibility import rule_on
from adit.settlement.evidence import Evidence, plain
from adit.settlement.obstacles import bar
from adit.settlement.owners import owned_by_listed
from adit.settlement.secrets_refused import refuse_secrets
from adit.settlement.states import ARROWS, PAUSES, State, next_on_the_line, onward, unpaid
from adit.settlement.store import answered, dossier, enter_step
from adit.settlement.transitions import Taken, go_on, stop
from adit.terms.errors import BadInput, KeyReused, Refused

__all__ = ["Desk", "Screener", "advance", "decide_step"]


class Screener(Protocol):
    """What screens. It answers for each subject, whatever happens: a check that does not end is an answer that holds."""

    def screen(self, subjects: Sequence[Subject], at: datetime) -> Sequence[Receipt]: ...

    def lists(self, at: datetime) -> Sequence[ListSeen]:
        """The lists as the office has them now."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a step is taken with. No part of it turns a check off."""

    reading: Callable[[], AbstractContextManager[Connection]]
    write: Callable[[Work, str], Written]
    new_id: Callable[[str], str]
    screener: Screener
    act: Callable[[str], Regime]  # by its name
    moment: Callable[[], datetime]
    legal_day: Callable[[], date]


def advance(
    desk: Desk,
    id_: str,
    *,
    hand: str,
    key: str,
    to: State | None = None,
    evidence: Evidence = Evidence(),  # noqa: B008 - frozen
    reason: str = "",
    cites: str = "",
) -> dict[str, Any]:
    """Take a settlement to its next state, or to `to`; what was entered. The same key enters nothing twice.

    A hit, a list that is not fresh, a refusal of the law do not raise: they are entered as the state to which they lead. Raises Refused where
    evidence is missing, or where it stands on hold or in review and nothing has changed.
    """
    refuse_secrets({"reason": reason, "cites": cites, "evidence": plain(evidence)})
    for name, text in (("reason", reason), ("cites", cites)):
        require_seen(text, name)
    asked = _digest(id_, hand, to, reason, cites, evidence)
    with desk.reading() as connection:
        before = answered(connection, key, asked)
        if before is not None:
            return before
        of = dossier(connection, id_)
    at, on = desk.moment(), desk.legal_day()
    if evidence.ruling is None:
        evidence = replace(evidence, ruling=rule_on(of, desk.act(of.settlement.regime), on))
    receipts = desk.screener.screen([n.subject for n in everybody(of)], at)
    taken = decide_step(
        of,
        to,
        receipts,
        newest=desk.screener.lists(at),
        evidence=evidence,
        reason=reason,
        cites=cites,
        at=at,
        on=on,
        hand=hand,
    )
    step, screenings = desk.new_id("settlementstep"), [desk.new_id("screening") for _ in taken.receipts]

    def work(transaction: Transaction) -> dict[str, Any]:
        return enter_step(transaction, of, taken, step=step, screenings=screenings, hand=hand, on=on) | {"asked": asked}

    answer = dict(desk.write(work, key).answer)
    if answer.pop("asked", asked) != asked:  # another request with this key came in between
        raise KeyReused("This key was used for another request.", todo="Send a new key with a new request.")
    return answer


def _digest(id_: str, hand: str, to: State | None, reason: str, cites: str, evidence: Evidence) -> str:
    """What was asked for and by whom. Not what is worked out for it: lists change, and blocks are added, before it is sent again."""
    seen = evidence.observation.txid if evidence.observation else ""
    stated = [id_, hand, to, reason, cites, seen, plain(evidence.acknowledgement), plain(evidence.papers)]
    return sha256(json.dumps(stated, ensure_ascii=False).encode()).hexdigest()


def decide_step(
    of: Dossier,
    to: State | None,
    receipts: Sequence[Receipt],
    *,
    newest: Sequence[ListSeen],
    evidence: Evidence,
    reason: str = "",
    cites: str = "",
    at: datetime,
    on: date,
    hand: str,
) -> Taken:
    """The step that follows from what was found. What was asked for (`to`) is taken only where nothing else follows first."""
    named = everybody(of)
    held = not_clear(named, require_recent(receipts, named, at))
    if to is not None and not onward(of.state, to):
        found = to in PAUSES or (to is State.REFUSED and any(r.outcome is not Outcome.HOLD for _, r in held))
        said = reason or (_told(of, held) if found else "")  # what somebody decides has a reason of his own
        return stop(of, to, receipts, evidence=evidence, reason=said, cites=cites, at=at, on=on, hand=hand)
    if held:
        at_stop = _stopped_at(of, held[0][1].outcome)
        if at_stop is of.state or (of.state, at_stop) not in ARROWS:
            raise Refused(
                f"It stays in {of.state}. {_told(of, held)}",
                name="still stopped",
                todo="Settle the hits, or load the lists.",
            )
        return stop(of, at_stop, receipts, evidence=evidence, reason=_told(of, held), at=at, on=on, hand=hand)
    goal = to or _goal(of)
    clearance = cleared([n.subject for n in named], receipts)
    obstacle = bar(of, goal, evidence)
    if obstacle is not None:
        return stop(
            of, State(obstacle.to), receipts, evidence=evidence, reason=obstacle.reason, cites=obstacle.cites, at=at, on=on, hand=hand
        )  # fmt: skip
    return go_on(of, goal, clearance, evidence=evidence, newest=newest, at=at, on=on, hand=hand)


def _goal(of: Dossier) -> State:
    s = of.settlement
    if of.state in PAUSES:
        return State(s.before)
    if of.state is State.TRAVEL_RULE_ACKED and not s.first_hand:
        return State.TRAVEL_RULE_ACKED
    if of.state is State.DISPUTED:
        return State.OBSERVED
    following = next_on_the_line(of.state)
    if following is None:
        raise BadInput(f"{of.id} is {of.state}: nothing follows.", todo="Enter another settlement.")
    return following


def _stopped_at(of: Dossier, worst: Outcome) -> State:
    """Where the worst that was found leads from here."""
    frozen = (of.state, State.FROZEN) in ARROWS and (
        of.state is not State.HOLD or (State(of.settlement.before), State.FROZEN) in ARROWS
    )
    if worst is Outcome.HOLD:
        return State.HOLD
    if frozen:
        return State.FROZEN
    if worst is Outcome.LISTED and (of.state, State.REFUSED) in ARROWS and unpaid(of.state, of.settlement.before):
        return State.REFUSED
    return of.state if of.state is State.FROZEN else State.REVIEW


def _told(of: Dossier, held: Sequence[tuple[Named, Receipt]]) -> str:
    """Who is not clear and why, and whom that takes with it by the 50 % rule."""
    alike: dict[str, list[str]] = {}
    for n, r in held:
        alike.setdefault(" ".join(r.reasons) or r.outcome.value, []).append(_called(of, n))
    told = [f"{', '.join(names)}: {why}" for why, names in alike.items()]
    hit = [n.about for n, r in held if r.outcome in (Outcome.REVIEW, Outcome.LISTED) and n.about in of.participants]
    for id_, ppm in sorted(owned_by_listed(hit, of.stakes).items()):
        told.append(f"{of.participants[id_].name} belongs to them for {ppm / 10_000:g} %.")
    return " ".join(told)


def _called(of: Dossier, named: Named) -> str:
    return of.participants[named.about].name if named.about in of.participants else named.about
