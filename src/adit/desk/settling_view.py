"""A settlement as its page shows it: the line of its states, who owns whom, receipts with the lists behind them, and where its coins came from."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adit.desk.settling_words import CALLED
from adit.desk.trace_view import WIDTH
from adit.desk.web.languages import Words
from adit.register.records import Screening, SettlementStep
from adit.register.store import Stated
from adit.settlement.dossier import Dossier, named_in
from adit.settlement.money import in_units
from adit.settlement.states import LINE, State, where_it_was
from adit.tracing.telling import btc, phrase

__all__ = [
    "WIDTH", "Coins", "Mark", "Node", "ReceiptLine", "coins_of", "latest", "line_of", "lists_of", "money_in", "origins_of", "owners_tree",
    "receipt_lines", "told_to_all", "whom_it_concerns",
]  # fmt: skip

Steps = Sequence[tuple[Stated[SettlementStep], datetime]]
DEEPEST = 12  # layers of owners that are drawn


@dataclass(frozen=True, slots=True)
class Mark:
    """One state on the line: when it was reached, by whose hand; whether it stands there now."""

    state: str
    called: str
    at: datetime | None
    hands: tuple[str, ...]
    here: bool


def line_of(of: Dossier, steps: Steps, entered: datetime) -> list[Mark]:
    """The ten states in their order. A state counts as reached once it was, also while the settlement is stopped beside the line."""
    reached: dict[State, tuple[datetime, tuple[str, ...]]] = {State.DRAFT: (entered, (of.settlement.prepared_by,))}
    for step, at in steps:
        to = State(step.record.to_state)
        if to in LINE and State(step.record.from_state) in LINE:
            earlier = (
                reached[to][1] if step.record.from_state == to.value else ()
            )  # the first hand, and then the second
            reached[to] = (at, (*earlier, step.record.hand))
    now = where_it_was(of.state, of.settlement.before)
    marks = [(s, reached.get(s)) for s in LINE]
    return [Mark(s.value, CALLED[s], r[0] if r else None, r[1] if r else (), s is now) for s, r in marks]


@dataclass(frozen=True, slots=True)
class Node:
    """A participant in the picture of owners, with the share that it holds of the one above, and what the screening of it ended in."""

    id: str
    name: str
    kind: str
    share_ppm: int | None
    control: bool
    outcome: str
    owners: tuple["Node", ...]


def owners_tree(of: Dossier, outcomes: Mapping[str, str]) -> list[Node]:
    """Everybody that the papers name, each with its owners below, through all layers. A ring of owners is cut where it closes."""

    def node(id_: str, share: int | None, control: bool, above: tuple[str, ...]) -> Node:
        p = of.participants.get(id_)
        held = [s for s in of.stakes if s.owned == id_] if id_ not in above and len(above) < DEEPEST else []
        return Node(
            id_, p.name if p else id_, p.kind if p else "", share, control, outcomes.get(id_, ""),
            tuple(node(s.owner, s.share_ppm, s.control, (*above, id_)) for s in sorted(held, key=lambda s: -s.share_ppm)),
        )  # fmt: skip

    return [node(i, None, False, ()) for i in named_in(of.settlement, of.contract)]


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A receipt: whose, what it ended in, and in words why. `hits` are (sentences, list, entry, score)."""

    about: str
    name: str
    outcome: str
    engine: str
    at: str
    receipt: str
    hits: tuple[tuple[str, str, str, int], ...]
    reasons: tuple[str, ...]
    cleared: int


def receipt_lines(of: Dossier, receipts: Sequence[Stated[Screening]]) -> list[ReceiptLine]:
    """The receipts of a step, those that are not clear first."""
    order = {"listed": 0, "review": 1, "hold": 2, "clear": 3}
    found = [_receipt_line(of, r.record) for r in receipts]
    return sorted(found, key=lambda r: (order[r.outcome], r.name))


def _receipt_line(of: Dossier, r: Screening) -> ReceiptLine:
    said = json.loads(r.said)
    hits = tuple((" ".join(h["words"]), str(h["list_id"]), str(h["entry_id"]), int(h["score"])) for h in said["hits"])
    p = of.participants.get(r.about)
    return ReceiptLine(
        r.about, p.name if p else r.about, r.outcome, r.engine, r.screened_at_utc, r.receipt, hits, tuple(said["reasons"]), len(said["cleared"])
    )  # fmt: skip


def whom_it_concerns(receipts: Sequence[ReceiptLine]) -> list[tuple[str, tuple[str, ...]]]:
    """Why those who are not clear are not, each sentence once, with the names of whom it is about; the rarest first."""
    found: dict[str, list[str]] = {}
    for r in receipts:
        for why in r.reasons if r.outcome != "clear" else ():
            found.setdefault(why, []).append(r.name)
    return sorted(((why, tuple(names)) for why, names in found.items()), key=lambda x: len(x[1]))


def money_in(words: Words) -> Callable[[int, str], str]:
    """Amounts of a currency with its code, their digits in groups."""

    def said(count: int, currency: str) -> str:
        whole, _, part = in_units(count, currency).partition(".")
        point = "," if words.language == "ru" else "."
        return f"{words.number(int(whole))}{point + part if part else ''}\N{NO-BREAK SPACE}{currency}"

    return said


def lists_of(receipts: Sequence[Stated[Screening]]) -> list[dict[str, Any]]:
    """The lists that were asked, each once, those that were not fresh first."""
    found = {(x["list_id"], x["sha256"]): x for r in receipts for x in r.record.lists}
    return sorted(found.values(), key=lambda x: (x["state"] == "FRESH", not x["mandatory"], x["list_id"]))


def told_to_all(step: SettlementStep, receipts: Sequence[Stated[Screening]]) -> bool:
    """Whether the reason of a step may be read by those concerned: it says nothing that screening said of anybody."""
    for r in receipts:
        if r.record.outcome != "clear":
            said = json.loads(r.record.said)["reasons"] or [r.record.outcome]
            if any(sentence in step.reason for sentence in said):
                return False
    return True


def latest(steps: Steps, name: str) -> tuple[Any, datetime | None]:
    """The newest evidence of a name that a step was taken on, and when; None where no step had any."""
    for step, at in reversed(steps):
        found = step.record.evidence.get(name)
        if found:
            return found, at
    return None, None


@dataclass(frozen=True, slots=True)
class Coins:
    """The coins of one address as a step saw them: three numbers on one scale, the grade in words, what would clear it."""

    address: str
    grade: str
    held: str
    bars: tuple[tuple[str, str, float, float], ...]  # label, what is said, width that is known, width that is open
    listed: str
    entry: str
    hops: int | None
    paths: tuple[str, ...]
    clears: tuple[str, ...]


def origins_of(evidence: Sequence[Mapping[str, Any]], of: Dossier, language: str) -> list[tuple[str, str, str]]:
    """Whether coins that are said to be mined were, and by whom: (address, grade in words, its parts)."""
    names = {p.party: p.name for p in of.participants.values() if p.party}

    def part(p: Mapping[str, Any]) -> str:
        by = f", {names.get(p['party'], p['party'])}" if p["party"] else ""
        return f"{btc(int(p['amount_sat']), language)}: {phrase('grade ' + p['grade'], language)}{by}"

    return [
        (str(e["address"]), phrase(f"grade {e['grade']}", language), "; ".join(part(p) for p in e.get("parts", ())))
        for e in evidence
    ]


def coins_of(evidence: Sequence[Mapping[str, Any]], language: str) -> list[Coins]:
    """Stored exposures in words and widths. What is not resolved could belong to each of the numbers, and is drawn behind it."""
    return [_coins(e, language) for e in evidence]


def _coins(e: Mapping[str, Any], language: str) -> Coins:
    held, beyond = int(e["held_sat"]), int(e["unresolved_sat"])

    def bar(code: str, known: int | None, beyond: int) -> tuple[str, str, float, float]:
        sat = known or 0
        said = btc(sat, language)
        if beyond:
            said = phrase("with unresolved", language, known=said, beyond=btc(beyond, language))
        first = round(min(sat, held) / held * WIDTH, 1) if held else 0.0
        rest = round(beyond / held * WIDTH, 1) if held else 0.0
        return phrase(f"measure {code}", language), said, first, min(rest, WIDTH - first)

    return Coins(
        address=str(e["address"]),
        grade=phrase(f"grade {e['grade']}", language) if e.get("grade") else "",
        held=btc(held, language),
        bars=(
            bar("poison", e["poison_sat"], 0),
            bar("haircut", e["haircut_sat"], beyond),
            bar("fifo", e.get("fifo_sat"), beyond),
        ),
        listed=str(e.get("listed", "")),
        entry=str(e.get("entry", "")),
        hops=e.get("hops"),
        paths=tuple(e.get("paths", ())),
        clears=tuple(phrase(f"clear {code}", language) for code in e.get("clears", ())),
    )
