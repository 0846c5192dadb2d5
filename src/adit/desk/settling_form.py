"""The form of a new settlement: what was typed so far, in steps, and the papers that come of it. Nothing is entered before it is sent whole."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from adit.desk.office import new_id
from adit.desk.settling import network_of
from adit.regime.act import Regime
from adit.register.records import TradeContract
from adit.settlement.dossier import Dossier, named_in
from adit.settlement.eligibility import rule_on
from adit.settlement.evidence import Ruling
from adit.settlement.messages.ivms101 import payload
from adit.settlement.messages.ivms101_rules import breaches
from adit.settlement.owners import unknown_owners
from adit.settlement.papers import read_papers
from adit.settlement.parties import read_participants, read_stakes
from adit.settlement.roles import misplaced
from adit.settlement.states import State, is_counted
from adit.settlement.store import Papers
from adit.terms.errors import AditError, BadInput

__all__ = [
    "KINDS",
    "STEPS",
    "Draft",
    "Looked",
    "Own",
    "check_parties",
    "draft_of",
    "looked_over",
    "papers_of",
    "place_of",
]

STEPS = ("parties", "owners", "contract", "payment", "check")
KINDS = ("organisation", "person", "bank", "vessel")
PARTIES_MOST, OWNERS_MOST = 20, 40
_TEXTS = ("kind", "name", "country", "inn", "ogrn", "lei", "bic", "imo", "born", "place", "authority", "no_owners")
_CONTRACT = ("kind", "number", "signed_on", "exporter", "importer", "currency", "value", "value_rub", "unk", "goods")
_PAYMENT = ("payer", "payee", "payer_bank", "payee_bank", "miner", "amount_sat", "value", "to_address", "invoice", "invoiced_on")  # fmt: skip
_MONEY = ("value", "value_rub", "amount_sat")


@dataclass(frozen=True, slots=True)
class Own:
    """The party for which it is entered, as the register has it: its own name, numbers and ties are not for the form to say."""

    party: str
    name: str
    inn: str
    ogrn: str
    place: str
    country: str
    state_tied: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed so far. `again`: the settlement under whose contract this one pays, with the people of that one."""

    fields: Mapping[str, str]
    parties: int
    owners: int
    again: str
    people: Mapping[str, tuple[str, str]]  # p0, p1 … -> name, kind
    known: Mapping[str, str]  # p0, p1 … -> id in the register

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def steps(self) -> tuple[str, ...]:
        return STEPS[3:] if self.again else STEPS


def draft_of(fields: Mapping[str, str], own: Own, earlier: Dossier | None, *, add: str = "") -> Draft:
    """What was typed, as a draft; `add` gives room for one more of `parties` or `owners`."""
    held = {
        n: v for n, v in fields.items() if re.fullmatch(r"(p\d{1,2}|o\d{1,2}|contract|payment)_[a-z_]{2,20}|regime", n)
    }
    if earlier is not None:
        ids = dict.fromkeys(named_in(earlier.settlement, earlier.contract))
        known = {f"p{i}": id_ for i, id_ in enumerate(ids)}
        people = {k: (earlier.participants[i].name, earlier.participants[i].kind) for k, i in known.items()}
        return Draft(_with_earlier(held, earlier, known), len(known), 0, earlier.id, people, known)
    held |= {
        n: v
        for n, v in (("p0_name", own.name), ("p0_inn", own.inn), ("p0_ogrn", own.ogrn), ("p0_country", own.country))
        if v
    }
    if "p0_kind" not in held:
        held |= {"p0_kind": "organisation", "p0_place": own.place}
    parties = _count(held, "p", PARTIES_MOST, 2, add == "parties")
    owners = _count(held, "o", OWNERS_MOST, 1, add == "owners")
    people = {f"p{i}": (held.get(f"p{i}_name", ""), held.get(f"p{i}_kind", "")) for i in range(parties)}
    return Draft(held, parties, owners, "", people, {})


def _count(held: Mapping[str, str], letter: str, most: int, least: int, more: bool) -> int:
    numbers = [int(m[1]) for n in held if (m := re.fullmatch(rf"{letter}(\d+)_\w+", n))]
    return min(max(least, max(numbers, default=-1) + 1) + more, most)


def _with_earlier(held: Mapping[str, str], of: Dossier, known: Mapping[str, str]) -> dict[str, str]:
    """What the next payment of a contract has in common with an earlier one, unless something else was typed."""
    key = {i: k for k, i in known.items()}
    s = of.settlement
    same = {
        "payer": s.payer,
        "payee": s.payee,
        "payer_bank": s.payer_bank,
        "payee_bank": s.payee_bank,
        "miner": s.miner,
    }
    before = {f"payment_{n}": key[i] for n, i in same.items() if i is not None} | {"payment_to_address": s.to_address}
    return {**before, **held, "regime": s.regime}


# Papers -----------------------------------------------------------------------------------------------------------
def _data(draft: Draft, own: Own, earlier: Dossier | None) -> dict[str, Any]:
    """The form as the plain data that a file of papers has."""
    payment: dict[str, Any] = {n: draft[f"payment_{n}"] for n in _PAYMENT if draft[f"payment_{n}"]}
    for name in _MONEY:
        if name in payment:
            payment[name] = _number(payment[name])
    payment["from_addresses"] = draft["payment_from"].split()
    payment["vessels"] = [k for k, (_, kind) in draft.people.items() if kind == "vessel"]
    if earlier is not None:
        people: dict[str, Any] = {k: {"id": i} for k, i in draft.known.items()}
        return {"contract": {"id": earlier.settlement.contract}, "participants": people, "payment": payment}
    contract = {n: draft[f"contract_{n}"] for n in _CONTRACT if draft[f"contract_{n}"]}
    contract |= {n: _number(contract[n]) for n in _MONEY if n in contract}
    return {"contract": contract, "participants": _participants(draft, own), "payment": payment}


def _participants(draft: Draft, own: Own) -> dict[str, Any]:
    people: dict[str, Any] = {}
    for i in range(draft.parties):
        at = f"p{i}"
        if i and not any(draft[f"{at}_{n}"] for n in _TEXTS[1:]):
            continue  # room that nobody filled
        others = [n.strip() for n in draft[f"{at}_other_names"].split(";") if n.strip()]
        people[at] = {n: draft[f"{at}_{n}"] for n in _TEXTS if draft[f"{at}_{n}"]} | {
            "other_names": others, "state_tied": draft[f"{at}_state_tied"] == "yes", "in_pilot": draft[f"{at}_in_pilot"] == "yes",
            "owners": [],
        }  # fmt: skip
    people["p0"] |= {"party": own.party, "state_tied": own.state_tied}
    for j in range(draft.owners):
        at = f"o{j}"
        owned, owner = draft[f"{at}_owned"], draft[f"{at}_owner"]
        if not (owned or owner or draft[f"{at}_share"]):
            continue
        if owned not in people or owner not in people:
            raise BadInput("It is not said who owns whom.", where=f"{at}_owner", todo="Choose both.")
        people[owned]["owners"].append(
            {"of": owner, "share": draft[f"{at}_share"].replace(",", "."), "control": draft[f"{at}_control"] == "yes"}
        )
    return people


def _number(text: str) -> str:
    return re.sub(r"[\s_]", "", text).replace(",", ".")


def check_parties(draft: Draft, own: Own, step: str) -> None:
    """Raise BadInput for people, or owners, that cannot be read, before the next step is shown."""
    if draft.again or step not in STEPS[:2]:
        return
    people = _participants(draft, own)
    ids, _, _ = read_participants(people, new_id)
    if step == "owners":
        read_stakes(people, ids, new_id)


def papers_of(
    draft: Draft, own: Own, earlier: Dossier | None, act: Regime, hand: str, contract_of: Callable[[str], TradeContract]
) -> Papers:
    """The papers of the whole form. Raises BadInput with the place of what cannot be read. A trial may be of a test network, what is real may not."""
    if not draft["payment_to_address"]:
        raise BadInput("An address is missing.", where="payment.to_address", todo="Copy it whole from the wallet.")
    try:
        network = network_of(draft["payment_to_address"]) if act.status != "in force" else "mainnet"
    except BadInput as error:
        raise BadInput(error.what, where="payment.to_address", todo=error.todo) from error
    return read_papers(
        _data(draft, own, earlier), act=act, hand=hand, new_id=new_id, uetr=str(uuid4()), network=network, contract_of=contract_of
    )  # fmt: skip


_PLACES = ((r"participants\.(p\d+)\.owners\b.*", "o0_owner"), (r"participants\.(p\d+)\.other_names.*", r"\1_other_names"),
           (r"participants\.(p\d+)\.(\w+)", r"\1_\2"), (r"participants\.(p\d+)", r"\1_name"), (r"payment\.from_addresses.*", "payment_from"),
           (r"(contract|payment)\.(\w+).*", r"\1_\2"))  # fmt: skip


def place_of(where: str) -> tuple[str, str]:
    """The field of the form that a place in the papers is, and the step on which it stands."""
    field = next((re.sub(p, to, where) for p, to in _PLACES if re.fullmatch(p, where)), where)
    steps = {"p": "parties", "o": "owners", "c": "contract", "r": "contract"}
    return field, "payment" if field.startswith("payment_") else steps.get(field[:1], "check")


# Looking it over --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Looked:
    """What would come of it: the papers as a dossier, what the law answers today, and what is missing in a sentence each."""

    of: Dossier
    ruling: Ruling | None
    missing: tuple[str, ...]


def looked_over(papers: Papers, act: Regime, on: date, earlier: Dossier | None) -> Looked:
    """The papers before they are sent: nobody is screened for it, so that nothing of that can be read from it."""
    others_minor = _paid_before(earlier) if earlier else 0
    people = {**(earlier.participants if earlier else {}), **papers.participants}
    stakes = (*(earlier.stakes if earlier else ()), *papers.stakes.values())
    of = Dossier(*papers.settlement, papers.contract[1], people, stakes, others_minor=others_minor)
    missing = [
        *misplaced(of.settlement, of.contract, people),
        *unknown_owners(named_in(of.settlement, of.contract), people, stakes),
    ]
    try:
        ruling: Ruling | None = rule_on(of, act, on)
    except AditError as error:
        ruling = None
        missing.append(f"{error.what} {error.todo}".strip())
    if ruling is not None and ruling.needs_unk and not of.contract.unk:
        missing.append("The contract has to be registered with a bank, and its unique number is missing.")
    missing += breaches(payload(of), on)
    total = others_minor + of.settlement.value_minor
    if total > of.contract.value_minor:
        missing.append("With this payment more would be paid than the contract is for.")
    return Looked(of, ruling, tuple(missing))


def _paid_before(earlier: Dossier) -> int:
    """What the other payments under the contract take, the earlier one among them."""
    s = earlier.settlement
    return earlier.others_minor + (s.value_minor if is_counted(State(s.state), s.before) else 0)
