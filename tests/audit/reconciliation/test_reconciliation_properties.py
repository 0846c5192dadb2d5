"""What holds of every reconciliation: order counts for nothing, no satoshi is lost, a receipt more never costs a match."""

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from tests.audit.reconciliation.ledger import address, pool_address, txid

from adit.audit.reconciliation.reconcile import Reconciliation, reconcile
from adit.audit.reconciliation.statuses import Allowance, Status
from adit.audit.reconciliation.sums import site_months
from adit.audit.reconciliation.telling import contradictions, lines, receipts
from adit.evidence.sources.claims import claims_of
from adit.evidence.sources.declared import declared_of
from adit.evidence.sources.pools import read_pools
from adit.evidence.sources.receipts import receipts_of
from adit.terms.days import day_of

Rows = list[dict[str, str]]
FIRST = 19_723  # 2024-01-01
names = st.sampled_from(("A", "B", "C"))
miners = st.sampled_from(("M1", "M2"))
amounts = st.sampled_from((500, 501, 502, 900))


@st.composite
def ledgers(draw: Any, tied: bool = True) -> tuple[Rows, Rows, Rows]:
    claimed = [
        {
            "address": address(name),
            "miner_id": draw(miners),
            "site_id": draw(st.sampled_from(("", "S1"))),
            "proven_from": draw(st.sampled_from(("", "2023-01-01", "2024-01-20"))),
        }
        for name in draw(st.lists(names, max_size=4))
    ]
    received = [
        {
            "txid": txid(f"t{i // 2}"),
            "vout": str(i % 2),
            "height": str(830_000 + draw(st.integers(0, 2))),
            "block_time_utc": f"{day_of(FIRST + draw(st.integers(0, 45)))} 10:00:00",
            "address": address(draw(names)),
            "amount_sat": str(draw(amounts)),
            "coinbase": "false" if payer else "true",
            "confirmations": str(draw(st.sampled_from((5, 500)))),
            "payers": payer,
        }
        for i, payer in enumerate(
            draw(st.lists(st.sampled_from(("", pool_address(), address("A"), address("X"))), max_size=8))
        )
    ]
    declared = []
    for i in range(draw(st.integers(0, 8))):
        day = day_of(FIRST + draw(st.integers(0, 45)))
        named = draw(st.sampled_from(("none", "none", "none", "transaction", "output"))) if tied else "none"
        declared.append(
            {
                "line_id": f"L{i}",
                "site_id": draw(st.sampled_from(("S1", "S2"))),
                "miner_id": draw(miners),
                "month": f"{day:%Y-%m}",
                "day": str(day) if draw(st.booleans()) else "",
                "amount_sat": str(draw(amounts)),
                "kind": draw(st.sampled_from(("pool", "own_block", "rented", "other"))),
                "address": address(draw(names)) if draw(st.integers(0, 3)) else "",
                "txid": "" if named == "none" else txid(f"t{draw(st.integers(0, 4))}"),
                "vout": str(draw(st.integers(0, 1))) if named == "output" else "",
            }
        )
    return declared, received, claimed


def held(ledger: tuple[Rows, Rows, Rows], **allowed: int) -> Reconciliation:
    declared, received, claimed = ledger
    return reconcile(
        declared_of(declared), receipts_of(received), claims_of(claimed), read_pools(), Allowance(**allowed)
    )


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(ledgers(), st.randoms(use_true_random=False), st.sampled_from((0, 3)))
def test_the_order_of_rows_counts_for_nothing(ledger: tuple[Rows, Rows, Rows], chance: Random, tolerance: int) -> None:
    one = held(ledger, tolerance_sat=tolerance)
    shuffled = tuple(chance.sample(rows, len(rows)) for rows in ledger)
    other = held(shuffled, tolerance_sat=tolerance)  # type: ignore[arg-type]
    assert sorted(map(repr, lines(one))) == sorted(map(repr, lines(other)))
    assert sorted(map(repr, receipts(one))) == sorted(map(repr, receipts(other)))
    assert sorted(map(repr, contradictions(one))) == sorted(map(repr, contradictions(other)))
    assert site_months(one) == site_months(other)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(ledgers(), st.sampled_from((0, 3)))
def test_no_satoshi_is_lost_and_none_counts_twice(ledger: tuple[Rows, Rows, Rows], tolerance: int) -> None:
    found = held(ledger, tolerance_sat=tolerance)
    of_lines = (
        "matched_sat", "late_sat", "amount_differs_sat", "not_mature_sat", "not_proven_sat", "of_another_miner_sat",
        "declared_twice_sat", "declared_without_receipt_sat", "offchain_sat",
    )  # fmt: skip
    of_receipts = (
        "receipts_matched_sat", "receipts_late_sat", "receipts_amount_differs_sat", "receipts_not_mature_sat",
        "receipts_not_proven_sat", "receipts_not_declared_sat", "own_transfers_sat",
    )  # fmt: skip
    for month in site_months(found):
        assert month.declared_sat == sum(getattr(month, name) for name in of_lines)
        assert month.received_sat == sum(getattr(month, name) for name in of_receipts)
        assert month.received_sat == sum(month.received_by_class_sat.values())
        assert sum(month.matched_by_class_sat.values()) == month.receipts_matched_sat + month.receipts_late_sat
    assert sum(m.declared_sat for m in site_months(found)) == sum(int(row["amount_sat"]) for row in ledger[0])
    assert sum(m.received_sat for m in site_months(found)) == sum(int(row["amount_sat"]) for row in ledger[1])
    # A pair is a pair on both sides, with one status.
    for i, r in enumerate(found.pairs.receipt.tolist()):
        assert r < 0 or (found.pairs.line[r] == i and found.receipt_status[r] == found.line_status[i])
    assert (found.pairs.receipt >= 0).sum() == (found.pairs.line >= 0).sum()


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(ledgers(), st.integers(0, 45), names, amounts)
def test_a_receipt_more_never_costs_a_match(ledger: tuple[Rows, Rows, Rows], day: int, name: str, amount: int) -> None:
    declared, received, claimed = ledger
    more = {
        "txid": txid("one more"), "vout": "0", "height": "830001", "block_time_utc": f"{day_of(FIRST + day)} 10:00:00",
        "address": address(name), "amount_sat": str(amount), "coinbase": "false", "confirmations": "500",
    }  # fmt: skip
    before, after = held(ledger), held((declared, [*received, more], claimed))
    assert (after.pairs.receipt >= 0).sum() >= (before.pairs.receipt >= 0).sum()


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(ledgers(tied=False))
def test_lines_by_amount_are_paired_as_the_best_assignment_of_all_would(ledger: tuple[Rows, Rows, Rows]) -> None:
    """Over all addresses and miners at once, where the code goes group by group: most pairs, then fewest days."""
    found = held(ledger)
    t = found.table
    lines_count, receipts_count = len(t.line_rank), len(t.receipt_rank)
    alone, never = 10_000, 10_000_000
    costs = np.full((lines_count, receipts_count + lines_count), alone)
    for i in range(lines_count):
        for r in range(receipts_count):
            away = max(t.line_start[i] - t.receipt_day[r], t.receipt_day[r] - t.line_end[i], 0)
            costs[i, r] = away if away <= 3 and _may(found, ledger, i, r) else never
    chosen = costs[linear_sum_assignment(costs)]
    assert (found.pairs.receipt >= 0).sum() == (chosen < alone).sum()
    assert found.days_apart.sum() == chosen[chosen < alone].sum()


def _may(found: Reconciliation, ledger: tuple[Rows, Rows, Rows], i: int, r: int) -> bool:
    """Whether line and receipt may be a pair, from the rows themselves."""
    declared, received, claimed = ledger
    line, receipt = declared[i], received[r]
    if line["amount_sat"] != receipt["amount_sat"] or line["address"] not in ("", receipt["address"]):
        return False
    day = receipt["block_time_utc"][:10]
    here = [c for c in claimed if c["address"] == receipt["address"]]
    proven = {c["miner_id"] for c in here if c["proven_from"] and c["proven_from"] <= day}
    mine = line["miner_id"] in proven or (not proven and line["miner_id"] in {c["miner_id"] for c in here})
    return mine or (not here and line["address"] != "")


def test_of_many_lines_alike_each_has_the_receipt_of_its_day() -> None:
    """A payout of one amount each day for four years, and a line for the day after the last."""
    days = range(1500)
    common = {"amount_sat": "500", "address": address("A")}
    received = [
        {**common, "txid": txid(f"t{d}"), "vout": "0", "height": str(830_000 + d), "block_time_utc": f"{day_of(FIRST + d)} 10:00:00",
         "coinbase": "false", "confirmations": "500"}
        for d in days[1:]
    ]  # fmt: skip
    declared = [
        {**common, "line_id": f"L{d:04}", "site_id": "S1", "miner_id": "M1", "month": f"{day_of(FIRST + d + 1):%Y-%m}",
         "day": str(day_of(FIRST + d + 1)), "kind": "pool"}
        for d in days
    ]  # fmt: skip
    claimed = [{"address": address("A"), "miner_id": "M1", "proven_from": "2023-01-01"}]
    found = held((declared, received, claimed))
    assert (found.pairs.receipt >= 0).sum() == 1499
    assert found.days_apart.sum() == 0
    leftover = [row for row in lines(found) if row.days_apart is None]
    assert [(row.line_id, row.status) for row in leftover] == [("L1499", Status.DECLARED_TWICE)]
