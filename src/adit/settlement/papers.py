"""Reads what a participant hands in, a contract with its parties and one payment, and makes records of it. Each number is checked as far as its form goes.

The file is plain data (TOML or JSON). Names of parties in it are its own; those that stand in the register already are named by their ids.
"""

from collections.abc import Callable, Mapping
from typing import Any

from adit.regime.act import Regime
from adit.register.records import Settlement, TradeContract
from adit.settlement.cells import day_in, list_in, number_in, one_of, only, table_in, text_in
from adit.settlement.dossier import address_subject
from adit.settlement.money import CURRENCIES, minor
from adit.settlement.parties import read_participants, read_stakes
from adit.settlement.roles import misplaced
from adit.settlement.secrets_refused import Secret, refuse_secrets
from adit.settlement.states import State
from adit.settlement.store import Papers
from adit.terms.addresses import decode, encode
from adit.terms.errors import BadInput, UnknownName
from adit.terms.identifiers import unk, unk_month

__all__ = ["read_papers"]

_TOP = ("regime", "contract", "participants", "payment")
_CONTRACT = (
    "id",
    "kind",
    "number",
    "signed_on",
    "exporter",
    "importer",
    "currency",
    "value",
    "value_rub",
    "unk",
    "goods",
)
_PAYMENT = (
    "payer", "payee", "payer_bank", "payee_bank", "miner", "vessels", "asset", "amount_sat", "value", "from_addresses", "to_address", "invoice",
    "invoiced_on",
)  # fmt: skip


def read_papers(
    data: Mapping[str, Any],
    *,
    act: Regime,
    hand: str,
    new_id: Callable[[str], str],
    uetr: str,
    contract_of: Callable[[str], TradeContract] | None = None,
    network: str = "mainnet",
    log: Callable[[Secret], None] = lambda _: None,
) -> Papers:
    """The records of a new settlement, a draft. Raises BadInput with the place of what cannot be read, and for anything that is a secret.

    `contract_of` gives a contract that stands in the register by its id. A settlement under an act that is not in force is a trial.
    `network` is that of the addresses: what is really paid is paid on the main one.
    """
    refuse_secrets(data, "", log)
    only(data, _TOP, "")
    people = table_in(data, "participants")
    ids, participants, known = read_participants(people, new_id)
    stakes = read_stakes(people, ids, new_id)
    contract, known_contract = _contract(table_in(data, "contract"), ids, new_id, contract_of)
    payment = _payment(table_in(data, "payment"), ids, contract[1].currency, network)
    settlement = Settlement(
        State.DRAFT.value, act.status != "in force", contract[0], act.id, act.status, act.digest, hand, uetr=uetr, **payment
    )  # fmt: skip
    wrong = misplaced(settlement, contract[1], participants)
    if wrong:
        raise BadInput(" ".join(wrong), where="payment", todo="Compare parties and payment with the contract.")
    return Papers(
        (new_id("settlement"), settlement),
        contract,
        participants,
        stakes,
        frozenset({*known, *([contract[0]] if known_contract else [])}),
    )


# Contract and payment ---------------------------------------------------------------------------------------------
def _contract(
    t: Mapping[str, Any],
    ids: Mapping[str, str],
    new_id: Callable[[str], str],
    contract_of: Callable[[str], TradeContract] | None,
) -> tuple[tuple[str, TradeContract], bool]:
    at = "contract"
    if "id" in t:
        only(t, ("id",), at)
        if contract_of is None:
            raise BadInput("No register is at hand to look the contract up in.", where="contract.id")
        id_ = text_in(t, "id", at)
        return (id_, contract_of(id_)), True
    only(t, _CONTRACT, at)
    kind = text_in(t, "kind", at)
    if kind not in ("export", "import"):
        raise UnknownName("kind of contract", kind, ("export", "import"), where="contract.kind")
    currency = text_in(t, "currency", at).upper()
    if currency not in CURRENCIES:
        raise BadInput(
            f"'{currency}' is no currency in which a contract is written.", where="contract.currency",
            todo="Write its three letters in ISO 4217, such as RUB or CNY.",
        )  # fmt: skip
    signed = day_in(t, "signed_on", at)
    number = number_in(unk, t, "unk", at)
    if number and unk_month(number) < signed.replace(day=1):
        raise BadInput(
            "A bank registered the contract before it was signed.",
            where="contract.unk",
            todo="Compare number and day with the papers.",
        )
    value = minor(t.get("value"), currency, "contract.value")
    in_rub = minor(t.get("value_rub", t["value"] if currency == "RUB" else None), "RUB", "contract.value_rub")
    if currency == "RUB" and in_rub != value:  # by value_rub it is asked whether a bank has to register it
        raise BadInput(
            "The contract is in roubles, and is worth something else in roubles.", where="contract.value_rub",
            todo="Leave it out: it is for contracts in another currency.",
        )  # fmt: skip
    contract = TradeContract(
        kind, text_in(t, "number", at), signed, one_of(ids, t, "exporter", at), one_of(ids, t, "importer", at), currency, value,
        in_rub, number, text_in(t, "goods", at, ""),
    )  # fmt: skip
    return (new_id("tradecontract"), contract), False


def _payment(t: Mapping[str, Any], ids: Mapping[str, str], currency: str, network: str) -> dict[str, Any]:
    at = "payment"
    only(t, _PAYMENT, at)
    asset = text_in(t, "asset", at, "BTC")
    if asset != "BTC":
        raise BadInput(
            f"{asset} cannot be seen on its chain here.",
            where="payment.asset",
            todo="Bitcoin alone is read from blocks; other assets wait.",
        )
    addresses = list_in(t, "from_addresses", at)
    if not addresses:
        raise BadInput(
            "The addresses that are paid from are missing.", where="payment.from_addresses", todo="Name each of them."
        )
    sources = [_address(a, f"payment.from_addresses[{i}]", network) for i, a in enumerate(addresses)]
    to = _address(t.get("to_address"), "payment.to_address", network)
    return {
        "payer": one_of(ids, t, "payer", at),
        "payee": one_of(ids, t, "payee", at),
        **{k: one_of(ids, t, k, at) if k in t else None for k in ("payer_bank", "payee_bank", "miner")},
        "vessels": tuple(one_of(ids, {"v": v}, "v", "payment.vessels") for v in list_in(t, "vessels", at)),
        "asset": asset,
        "amount_sat": _satoshi(t.get("amount_sat")),
        "value_minor": minor(t.get("value"), currency, "payment.value"),
        "from_addresses": tuple({"address": a, "subject": address_subject(a).digest} for a in dict.fromkeys(sources)),
        "to_address": to,
        "to_subject": address_subject(to).digest,
        "invoice": text_in(t, "invoice", at),
        "invoiced_on": day_in(t, "invoiced_on", at),
    }


def _satoshi(value: object) -> int:
    """The amount, a whole count of satoshi as text. Raises BadInput for anything else: a float, a number with a point, coins."""
    if not (isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 16):
        raise BadInput(
            "The amount is no whole count of satoshi.", where="payment.amount_sat", todo='Write it as text: "30000000".'
        )
    if not 0 < int(value) <= 2_100_000_000_000_000:
        raise BadInput(f"{value} satoshi is no amount that there can be.", where="payment.amount_sat")
    return int(value)


def _address(value: object, at: str, network: str) -> str:
    if not isinstance(value, str):
        raise BadInput("An address is missing.", where=at, todo="Copy it whole from the wallet.")
    try:
        found = decode(value)
    except BadInput as error:
        raise BadInput(error.what, where=at, todo=error.todo) from error
    if (found.network == "mainnet") != (network == "mainnet"):  # old addresses of the test networks look alike
        raise BadInput(
            f"This is an address of {found.network}.", where=at, todo=f"Settlements of this kind are paid on {network}."
        )
    return encode(found.script, network)  # one address has one text
