"""Each sign of the table as a measurement of what is known: a value, the figures of its sentence, and the evidence. It judges nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from adit.decision.suspicion.sight import Paid, Sight

__all__ = ["LOOKED_AT", "SIGNS", "Figure", "Sign"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a sentence as a whole count and its unit; a word has no unit, and may be another in Russian."""

    value: int | str
    unit: str = ""
    in_russian: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """A value to hold against the threshold, with what it is told by and rests on: entries of the journal, transactions."""

    value: int
    figures: Mapping[str, Figure]
    evidence: tuple[str, ...]


def _sat(amount: int) -> Figure:
    return Figure(amount, "sat")


def _kwh(energy_wh: int) -> Figure:
    return Figure(energy_wh // 1000, "kWh")


def _entries(*numbers: int) -> tuple[str, ...]:
    return tuple(f"entry {n}" for n in numbers)


def _transactions(*txids: str) -> tuple[str, ...]:
    return tuple(f"transaction {t}" for t in txids if t)


# By register, audit and decision ----------------------------------------------------------------------------------
def _above_energy(s: Sight) -> Iterator[Sign]:
    if s.audit is not None and s.audit.beyond_sat > 0:
        figures = {
            "amount": _sat(s.audit.beyond_sat),
            "month": Figure(s.month, "month"),
            "chance": _chance(s.audit.chance),
        }
        yield Sign(s.audit.beyond_sat, figures, _entries(*s.audit.entries))


_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def _chance(p: float) -> Figure:
    """A probability, told downwards in powers of ten: the bounds are not known so exactly that more would mean anything."""
    if p >= 0.001:
        return Figure(f"{p * 100:.1f} %", in_russian=f"{p * 100:.1f} %".replace(".", ","))
    power = next((n for n in range(4, 10) if p >= 10.0**-n), 9) - 1
    return Figure(f"under 1 in 10{_RAISED[power]}", in_russian=f"менее 1 из 10{_RAISED[power]}")


def _without_coins(s: Sight) -> Iterator[Sign]:
    if s.energy_wh is not None and not any(d.amount_sat for d in s.declared):
        figures = {"energy": _kwh(s.energy_wh), "month": Figure(s.month, "month")}
        yield Sign(s.energy_wh // 1000, figures, _entries(*s.energy_entries))


def _address_of_many(s: Sight) -> Iterator[Sign]:
    for shared in s.shared:
        figures = {"address": Figure(shared.address), "parties": Figure(shared.parties, "count")}
        yield Sign(shared.parties, figures, _entries(*shared.entries))


def _changed_early(s: Sight) -> Iterator[Sign]:
    if s.registered_on is None:
        return
    for old in s.addresses:
        after = [a for a in s.addresses if a.since >= (old.until or date.max) and a.address != old.address]
        if old.until is not None and after and old.until >= s.registered_on:
            days = (old.until - s.registered_on).days
            yield Sign(days, {"days": Figure(days, "count")}, _entries(old.entry, *(a.entry for a in after)))


def _while_barred(s: Sight) -> Iterator[Sign]:
    if s.decision is not None and s.decision.barred and s.energy_wh:
        figures = {
            "energy": _kwh(s.energy_wh),
            "month": Figure(s.month, "month"),
            "why": Figure(s.decision.why, in_russian=s.decision.in_russian),
        }
        yield Sign(s.energy_wh // 1000, figures, _entries(s.decision.entry, *s.energy_entries))


def _coin_of_other_machines(s: Sight) -> Iterator[Sign]:
    for d in s.declared:
        if d.amount_sat and d.algorithm and d.algorithm not in s.algorithms:
            figures = {
                "amount": Figure(d.amount_sat, f"sat {d.coin}"),
                "month": Figure(s.month, "month"),
                "algorithm": Figure(d.algorithm),
            }
            yield Sign(d.amount_sat, figures, _entries(d.entry))


# By the chain -----------------------------------------------------------------------------------------------------
def _paid_by(kind: str) -> Callable[[Sight], Iterator[Sign]]:
    def found(s: Sight) -> Iterator[Sign]:
        for p in s.paid or ():
            if p.kind == kind:
                yield Sign(p.amount_sat, _of_payment(p, s.month), _transactions(p.txid))

    return found


def _of_payment(p: Paid, month: str) -> dict[str, Figure]:
    listed = Figure(p.list_date.isoformat(), "day") if p.list_date else Figure("unknown date", in_russian="без даты")
    return {
        "amount": _sat(p.amount_sat),
        "month": Figure(month, "month"),
        "payer": Figure(p.payer),
        "list_date": listed,
    }


def _without_receipt(s: Sight) -> Iterator[Sign]:
    missing = [p for p in s.paid or () if p.kind == "none"]
    if missing:
        total = sum(p.amount_sat for p in missing)
        figures = {"amount": _sat(total), "month": Figure(s.month, "month")}
        yield Sign(total, figures, _transactions(*(p.txid for p in missing)))


def _many_into_one(s: Sight) -> Iterator[Sign]:
    for m in s.meetings or ():
        figures = {
            "parties": Figure(m.parties, "count"),
            "address": Figure(m.address),
            "amount": _sat(m.amount_sat),
            "txid": Figure(m.txids[0] if m.txids else ""),
        }
        yield Sign(m.parties, figures, _transactions(*m.txids))


def _near_a_listed_address(s: Sight) -> Iterator[Sign]:
    for e in s.exposures or ():
        figures = {
            "amount": _sat(e.amount_sat),
            "address": Figure(e.address),
            "hops": Figure(e.hops, "count"),
            "label": Figure(e.label),
            "share": Figure(e.share_ppm, "ppm"),
        }
        yield Sign(e.amount_sat, figures, _transactions(*e.txids))


def _round_trip(s: Sight) -> Iterator[Sign]:
    for r in s.returns or ():
        figures = {"amount": _sat(r.amount_sat), "through": Figure(r.through), "days": Figure(r.days, "count")}
        yield Sign(r.amount_sat, figures, _transactions(*r.txids))


SIGNS: Mapping[str, Callable[[Sight], Iterator[Sign]]] = {
    "coins-above-energy": _above_energy,
    "receipt-not-from-mining": _paid_by("other"),
    "energy-without-coins": _without_coins,
    "address-of-many": _address_of_many,
    "address-changed-early": _changed_early,
    "many-into-one": _many_into_one,
    "near-a-listed-address": _near_a_listed_address,
    "round-trip": _round_trip,
    "mined-while-barred": _while_barred,
    "coin-the-machines-cannot-make": _coin_of_other_machines,
    "rented-hash-rate": _paid_by("rent"),
    "declared-without-receipt": _without_receipt,
}
"""Sign of the table -> what measures it. A test holds the two together."""

LOOKED_AT: Mapping[str, Callable[[Sight], bool]] = {
    "register": lambda s: True,
    "audit": lambda s: s.audit is not None,
    "decision": lambda s: s.decision is not None,
    "chain": lambda s: s.paid is not None,
    "labels": lambda s: s.exposures is not None,
    "exchanges": lambda s: s.returns is not None,
    "tracing": lambda s: s.meetings is not None,
}
"""What a rule needs -> whether it was looked at."""
