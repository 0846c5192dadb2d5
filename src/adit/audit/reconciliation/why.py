"""Why a line or a receipt is what it is, in English or Russian: what the chain shows, and what it does not."""

from adit.audit.reconciliation.holders import UNLISTED, standing
from adit.audit.reconciliation.reconcile import Reconciliation
from adit.audit.reconciliation.statuses import How, PaidBy, Status, called
from adit.audit.reconciliation.words import coins, days, phrase, whole
from adit.evidence.sources.declared import KINDS, month_text
from adit.terms.addresses import encode
from adit.terms.days import day_of
from adit.terms.errors import BadInput
from adit.terms.language import day, period_in

__all__ = ["address_of", "outpoint", "payer_text", "pool_of", "why_alone", "why_not_declared", "why_paired"]


def why_not_declared(found: Reconciliation, r: int, status: Status, language: str = "en") -> str:
    """Why a receipt has no line."""
    why = phrase(f"unsaid {status.key}", language, **_said(found, r, language))
    return why if status is Status.OWN_TRANSFER else f"{why} {payer_text(found, r, language)}"


def why_paired(found: Reconciliation, i: int, r: int, status: Status, language: str = "en") -> str:
    """Why a line and a receipt are a pair, and what is odd about it."""
    how, said = How(int(found.pairs.how[i])), _said(found, r, language)
    why = phrase(f"found by {how.key}", language, **said)
    if how in (How.AMOUNT_AND_DAY, How.NEAR_AMOUNT_AND_DAY) and found.days_apart[i]:
        why += phrase("odd apart", language, days=days(int(found.days_apart[i]), language))
    why += _odd(found, i, status, said, language)
    named = int(found.table.line_script[i])
    if named >= 0 and named != int(found.table.receipt_script[r]):
        why += phrase("odd address", language, address=address_of(found, named, language))
    if found.contradicts[i]:
        what = called(KINDS[found.declared.kind[i]], PaidBy(int(found.classes.paid_by[r])), language)
        why += phrase("odd called", language, what=what)
    return f"{why}. {payer_text(found, r, language)}"


def _odd(found: Reconciliation, i: int, status: Status, said: dict[str, str], language: str) -> str:
    """What a pair lacks to be a plain match: that which decided its status."""
    late = int(found.days_late[i])
    if status is Status.AMOUNT_DIFFERS:
        return phrase("odd amount", language, declared=coins(int(found.declared.amount_sat[i]), language))
    if status is Status.ADDRESS_NOT_PROVEN:
        return phrase("odd not_proven", language, **said)
    if status is Status.RECEIPT_NOT_MATURE:
        return phrase("odd not_mature", language, **said)
    if not late:
        return ""
    month = period_in(month_text(int(found.declared.month[i])), language)
    key = "odd began_later" if late > 0 else "odd ended_before"
    return phrase(key, language, month=month, days=days(abs(late), language))


def why_alone(found: Reconciliation, i: int, seen: int, status: Status, language: str = "en") -> str:
    """Why a line has no receipt; `seen` is one that it claims, or -1."""
    t = found.table
    script = int(t.receipt_script[seen]) if seen >= 0 and t.line_vout[i] >= 0 else int(t.line_script[i])
    return phrase(
        f"alone {_reason(found, i, script, status)}",
        language,
        address=address_of(found, script, language) if script >= 0 else "",
        window=days(found.allowance.window_days, language),
        other=found.declared.line_id[int(found.pairs.line[seen])] if status is Status.DECLARED_TWICE else "",
    )


def _reason(found: Reconciliation, i: int, script: int, status: Status) -> str:
    """Of the reasons for which a line may be alone the one that holds; `script`: of the address by which it was judged, or -1."""
    t = found.table
    if status is Status.OFFCHAIN_STATEMENT:
        return "offchain"
    if status is Status.ADDRESS_OF_ANOTHER_MINER:
        return "another_miner"
    if status is Status.DECLARED_TWICE:
        return "same_output" if t.line_vout[i] >= 0 else "taken"
    if status is Status.ADDRESS_NOT_PROVEN:
        stands = standing(t, t.line_script[[i]], t.line_miner[[i]], t.line_start[[i]], t.line_end[[i]])
        return "not_listed" if int(stands[0]) == UNLISTED else "not_proven"
    if t.line_tx[i] >= 0:
        return "transaction"
    return "at_address" if script >= 0 else "at_any"


def payer_text(found: Reconciliation, r: int, language: str = "en") -> str:
    """Who paid, and what the chain does not show."""
    paid_by = PaidBy(int(found.classes.paid_by[r]))
    payers = int(found.receipts.payer_first[r + 1] - found.receipts.payer_first[r])
    key = "payers other" if paid_by is PaidBy.OTHER and payers != 1 else f"payer {paid_by.key}"
    return phrase(key, language, pool=pool_of(found, r), payers=whole(payers, language))


def _said(found: Reconciliation, r: int, language: str) -> dict[str, str]:
    return {
        "amount": coins(int(found.receipts.amount_sat[r]), language),
        "day": day(day_of(int(found.table.receipt_day[r])), language),
        "address": address_of(found, int(found.table.receipt_script[r]), language),
        "confirmations": whole(int(found.receipts.confirmations[r]), language),
        "maturity": whole(found.allowance.maturity, language),
    }


def pool_of(found: Reconciliation, r: int) -> str:
    """The pool that paid a receipt, empty where none of the list did."""
    place = int(found.classes.pool[r])
    return found.classes.pools[place] if place >= 0 else ""


def outpoint(found: Reconciliation, r: int) -> str:
    """The output of a receipt, as people write it."""
    return f"{found.receipts.txid.at(r).hex()}:{int(found.receipts.vout[r])}"


def address_of(found: Reconciliation, script: int, language: str = "en") -> str:
    """The address of a script, or the script itself where it has none."""
    held: bytes = found.table.scripts[script]
    try:
        return encode(held, found.receipts.network)
    except BadInput:
        return phrase("script", language, script=held.hex())
