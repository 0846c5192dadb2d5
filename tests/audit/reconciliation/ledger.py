"""Reconciliations written as tables: the docstring of a test is the ledger under test.

    address  A  of M1 site S1 from 2023-01-01 to 2024-06-01   # without `from`: not proven; `to` and `site` may be left out
    receipt  t1:0  2024-01-31  1000 sat  to A  by pool         # by pool, stranger, nobody (a coinbase), A, or ? for not known
    line     L1  2024-01-30  1000 sat  pool  at A  in t1:0     # a day or a month; `at` and `in` may be left out; of M1 at S1

A name of an address or a transaction stands for one made of its hash. Lines are `of M1` and `site S1` unless they say otherwise.
"""

import inspect
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from adit.audit.reconciliation.reconcile import Reconciliation, reconcile
from adit.audit.reconciliation.statuses import Allowance
from adit.evidence.sources.claims import claims_of
from adit.evidence.sources.declared import declared_of
from adit.evidence.sources.pools import read_pools
from adit.evidence.sources.receipts import receipts_of
from adit.terms.addresses import encode

POOL = "AntPool"
Cells = dict[str, str]


def address(name: str) -> str:
    return encode(b"\x00\x14" + sha256(name.encode()).digest()[:20])


def txid(name: str) -> str:
    return sha256(name.encode()).hexdigest()


def pool_address() -> str:
    return next(a for pool, a in read_pools().by_script.values() if pool == POOL)


def reconciled(text: str, allowance: Allowance | None = None) -> Reconciliation:
    tables = tables_of(text)
    return reconcile(
        declared_of(tables["line"]), receipts_of(tables["receipt"]), claims_of(tables["address"]), read_pools(), allowance
    )  # fmt: skip


def ledger(**allowed: int) -> Callable[[Callable[[Reconciliation], None]], Callable[[], None]]:
    """The test is given what becomes of the ledger in its docstring."""

    def wrap(test: Callable[[Reconciliation], None]) -> Callable[[], None]:
        text = inspect.getdoc(test) or ""

        def run() -> None:
            test(reconciled(text, Allowance(**allowed)))

        run.__name__, run.__doc__ = test.__name__, text
        return run

    return wrap


def tables_of(text: str) -> dict[str, list[Cells]]:
    """The rows of the three tables, as a file would have them."""
    read: dict[str, Any] = {"address": _address, "receipt": _receipt, "line": _line}
    tables: dict[str, list[Cells]] = {name: [] for name in read}
    for row in text.splitlines():
        words = row.split()
        if words and words[0] in read:
            tables[words[0]].append(read[words[0]](words[1:]))
    assert any(tables.values()), "the ledger is empty"
    return tables


def _after(words: list[str], mark: str, otherwise: str = "") -> str:
    return words[words.index(mark) + 1] if mark in words else otherwise


def _address(words: list[str]) -> Cells:
    return {
        "address": address(words[0]),
        "miner_id": _after(words, "of", "M1"),
        "site_id": _after(words, "site"),
        "proven_from": _after(words, "from"),
        "proven_to": _after(words, "to"),
    }


def _receipt(words: list[str]) -> Cells:
    name, _, vout = words[0].partition(":")
    by = _after(words, "by", "?")
    payers = {"pool": pool_address(), "nobody": "", "?": ""}.get(by, address(by))
    return {
        "txid": txid(name),
        "vout": vout or "0",
        "height": _after(words, "height", "830000"),
        "block_time_utc": f"{words[1]}T{_after(words, 'clock', '12:00')}:00Z",
        "address": address(_after(words, "to")),
        "script_hex": "",
        "amount_sat": words[2].replace(",", ""),
        "coinbase": "true" if by == "nobody" else "false",
        "confirmations": _after(words, "deep", "1000"),
        "payers": payers,
    }


def _line(words: list[str]) -> Cells:
    name, _, vout = _after(words, "in").partition(":")
    at = _after(words, "at")
    return {
        "line_id": words[0],
        "site_id": _after(words, "site", "S1"),
        "miner_id": _after(words, "of", "M1"),
        "month": words[1][:7],
        "day": words[1] if len(words[1]) > 7 else "",
        "amount_sat": words[2].replace(",", ""),
        "kind": words[4],
        "address": address(at) if at else "",
        "txid": txid(name) if name else "",
        "vout": vout,
    }
