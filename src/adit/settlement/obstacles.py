"""What stands in the way of a settlement beside screening: unknown owners, the law, the contract's sum, coins that came from listed addresses.

Each obstacle is a finding: the state that it leads to, a sentence, the article if there is one. What is merely missing raises, and the settlement waits.
"""

from adit.settlement.bounds import HOPS_MAX, UNRESOLVED_PPM
from adit.settlement.dossier import Dossier, named_in
from adit.settlement.evidence import Bar, Evidence, Exposure
from adit.settlement.money import in_units
from adit.settlement.owners import unknown_owners
from adit.settlement.roles import misplaced
from adit.settlement.states import PAUSES, State
from adit.terms.errors import Refused

__all__ = ["bar", "near_listed"]


def bar(dossier: Dossier, to: State, evidence: Evidence, *, ahead: bool = False) -> Bar | None:
    """Why it cannot come to a state, or None. `ahead`: look at what the evidence at hand bars from now on, and ask for none."""
    if ahead:
        return _exposed(evidence.exposures)
    if dossier.state in PAUSES and (
        dossier.stopped_for_coins or (dossier.state is State.REVIEW and to is State.CONTRACT_LINKED)
    ):  # back from where coins were looked at: with coins that are clean
        still = _by_coins(dossier, evidence)
        if still is not None:
            raise Refused(
                f"It stays in {dossier.state}. {still.reason}", name="still stopped",
                todo="Give more blocks, or refuse the settlement with a reason.",
            )  # fmt: skip
    match to:
        case State.IDENTIFIED:
            _require_parties(dossier)
        case State.CONTRACT_LINKED:
            return _by_law(dossier, evidence) or _by_sum(dossier)
        case State.AUTHORISED if dossier.state is State.TRAVEL_RULE_ACKED:
            _require_parties(dossier)  # nobody has taken an owner away meanwhile
            return _by_law(dossier, evidence)  # the law of the day on which it is authorised, too
        case State.SCREENED if dossier.state is State.CONTRACT_LINKED:
            return _by_coins(dossier, evidence)
        case State.OBSERVED if dossier.state is State.AUTHORISED:  # clean coins may have been shown, and others sent
            near = near_listed(evidence.exposures)
            return Bar(State.FROZEN.value, near) if near else None
    return None


def _require_parties(dossier: Dossier) -> None:
    """Raise Refused where somebody stands in a part that is not his, or too little is known of who owns whom."""
    wrong = misplaced(dossier.settlement, dossier.contract, dossier.participants)
    if wrong:
        raise Refused(" ".join(wrong), name="roles", todo="Recall the settlement, and enter it as the contract has it.")
    unknown = unknown_owners(named_in(dossier.settlement, dossier.contract), dossier.participants, dossier.stakes)
    if unknown:
        raise Refused(" ".join(unknown), name="owners unknown", todo="Declare the owners, up to persons.")


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
            f"With this payment {_money(total, c.currency)} would be paid under contract {c.number}, which is for {_money(c.value_minor, c.currency)}.",
        )
    return None


def _money(minor: int, currency: str) -> str:
    whole, point, part = in_units(minor, currency).partition(".")
    return f"{int(whole):,}{point}{part} {currency}"


def _by_coins(dossier: Dossier, evidence: Evidence) -> Bar | None:
    traced = {e.address for e in evidence.exposures}
    missing = [a["address"] for a in dossier.settlement.from_addresses if a["address"] not in traced]
    if missing:
        raise Refused(
            f"The coins at {missing[0]} were not traced.",
            name="evidence missing",
            todo="Trace them with the blocks that show where they came from.",
        )
    return _exposed(evidence.exposures) or _by_origin(dossier, evidence)


def _by_origin(dossier: Dossier, evidence: Evidence) -> Bar | None:
    """Coins that are said to be mined, and were not, or by somebody else: people look. Nothing is asked where nobody is said to have mined them."""
    miner = dossier.settlement.miner
    if miner is None:
        return None
    p = dossier.participant(miner)
    traced = {o.address for o in evidence.origins}
    missing = [a["address"] for a in dossier.settlement.from_addresses if a["address"] not in traced]
    if missing and p.party:
        raise Refused(
            f"{p.name} is registered and said to have mined the coins at {missing[0]}, and they were not followed back.", name="evidence missing",
            todo="Trace them with the blocks in which they were mined.",
        )  # fmt: skip
    for o in evidence.origins:
        if o.grade == "not from mining":
            return Bar(
                State.REVIEW.value,
                f"{p.name} is said to have mined the coins at {o.address}, and not all of them come from mining.",
            )
        if p.party and o.grade == "mined, miner not registered":
            return Bar(
                State.REVIEW.value,
                f"The coins at {o.address} were mined to addresses that the register does not know, not to those of {p.name}.",
            )
        other = next((m.party for m in o.parts if p.party and m.party and m.party != p.party), "")
        if other:
            return Bar(State.REVIEW.value, f"The coins at {o.address} were mined by {other}, and not by {p.name}.")
    return None


def near_listed(exposures: tuple[Exposure, ...]) -> str:
    """The coins that are nearest to listed ones, with the three numbers; empty where none is near."""
    near = sorted((e for e in exposures if e.hops is not None and e.hops <= HOPS_MAX), key=lambda e: e.hops or 0)
    if not near:
        return ""
    e = near[0]
    fifo = "not followed" if e.fifo_sat is None else e.fifo_sat
    return (
        f"Coins at {e.address} came from {e.listed} ({e.entry}) in {e.hops} transactions: of {e.held_sat} satoshi poison {e.poison_sat},"
        f" haircut {e.haircut_sat}, first in first out {fifo}, not resolved {e.unresolved_sat}."
    )


def _exposed(exposures: tuple[Exposure, ...]) -> Bar | None:
    """Coins that came from listed ones in few transactions, or of which half or more has a past that nobody saw: people look."""
    near = near_listed(exposures)
    if near:
        return Bar(State.REVIEW.value, near)
    for e in exposures:
        if e.unresolved_sat * 1_000_000 >= UNRESOLVED_PPM * e.held_sat:
            return Bar(
                State.REVIEW.value,
                f"Of {e.held_sat} satoshi at {e.address} the blocks at hand do not show where {e.unresolved_sat} came from.",
            )
    return None
