"""What stands in the way of a settlement beside screening: unknown owners, the law, the contract's sum, coins that came from listed addresses.

Each obstacle is a finding: the state that it leads to, a sentence, the article if there is one. What is merely missing raises, and the settlement waits.
"""

from adit.settlement.bounds import HOPS_MAX, UNRESOLVED_PPM
from adit.settlement.dossier import Dossier, named_in
from adit.settlement.evidence import Bar, Evidence, Exposure
from adit.settlement.owners import unknown_owners
from adit.settlement.states import State
from adit.terms.errors import Refused

__all__ = ["bar"]


def bar(dossier: Dossier, to: State, evidence: Evidence, *, ahead: bool = False) -> Bar | None:
    """Why it cannot come to a state, or None. `ahead`: look at what the evidence at hand bars from now on, and ask for none."""
    if ahead:
        return _exposed(evidence.exposures)
    match to:
        case State.IDENTIFIED:
            unknown = unknown_owners(
                named_in(dossier.settlement, dossier.contract), dossier.participants, dossier.stakes
            )
            if unknown:
                raise Refused(" ".join(unknown), name="owners unknown", todo="Declare the owners, up to persons.")
        case State.CONTRACT_LINKED:
            found = _by_law(dossier, evidence) or _by_sum(dossier)
            if (
                found is None and dossier.state is State.REVIEW
            ):  # back from where coins were looked at: with coins that are clean
                found = _by_coins(dossier, evidence)
            return found
        case State.AUTHORISED if dossier.state is State.TRAVEL_RULE_ACKED:
            return _by_law(dossier, evidence)  # the law of the day on which it is authorised, too
        case State.SCREENED if dossier.state is State.CONTRACT_LINKED:
            return _by_coins(dossier, evidence)
    return None


def _by_law(dossier: Dossier, evidence: Evidence) -> Bar | None:
    ruling, s = evidence.ruling, dossier.settlement
    if ruling is None:
        raise Refused(
            "The regime of the day was not asked.", name="evidence missing", todo="Ask it with the facts of the papers."
        )
    if ruling.regime != s.regime or (ruling.regime_status != "in force" and not s.trial):
        raise Refused(
            f"The settlement stands under {s.regime}, and {ruling.regime} ({ruling.regime_status}) was asked.", name="regime",
            todo="A real settlement is decided by the act that is in force, a trial by its own.",
        )  # fmt: skip
    if not ruling.allowed:
        return Bar(State.REFUSED.value, ruling.reason, ruling.cites)
    if ruling.needs_unk and not dossier.contract.unk:
        raise Refused(
            "The contract has to be registered with a bank, and its unique number is missing.",
            name="unk",
            todo="Enter the number.",
        )
    return None


def _by_sum(dossier: Dossier) -> Bar | None:
    c = dossier.contract
    total = dossier.others_minor + dossier.settlement.value_minor
    if total > c.value_minor:
        return Bar(
            State.REFUSED.value,
            f"With this payment {_money(total)} {c.currency} would be paid under contract {c.number}, which is for {_money(c.value_minor)} {c.currency}.",
        )
    return None


def _money(minor: int) -> str:
    return f"{minor // 100:,}.{minor % 100:02}"


def _by_coins(dossier: Dossier, evidence: Evidence) -> Bar | None:
    traced = {e.address for e in evidence.exposures}
    missing = [a["address"] for a in dossier.settlement.from_addresses if a["address"] not in traced]
    if missing:
        raise Refused(
            f"The coins at {missing[0]} were not traced.",
            name="evidence missing",
            todo="Trace them with the blocks that show where they came from.",
        )
    return _exposed(evidence.exposures)


def _exposed(exposures: tuple[Exposure, ...]) -> Bar | None:
    """Coins that came from listed ones in few transactions, or of which half or more has a past that nobody saw: people look."""
    near = sorted((e for e in exposures if e.hops is not None and e.hops <= HOPS_MAX), key=lambda e: e.hops or 0)
    for e in near:
        fifo = "not followed" if e.fifo_sat is None else e.fifo_sat
        return Bar(
            State.REVIEW.value,
            f"Coins at {e.address} came from {e.listed} ({e.entry}) in {e.hops} transactions: of {e.held_sat} satoshi poison {e.poison_sat},"
            f" haircut {e.haircut_sat}, first in first out {fifo}, not resolved {e.unresolved_sat}.",
        )
    for e in exposures:
        if e.unresolved_sat * 1_000_000 >= UNRESOLVED_PPM * e.held_sat:
            return Bar(
                State.REVIEW.value,
                f"Of {e.held_sat} satoshi at {e.address} the blocks at hand do not show where {e.unresolved_sat} came from.",
            )
    return None
