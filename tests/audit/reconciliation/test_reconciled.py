"""Known answers, by hand: what becomes of each line and each receipt."""

import csv
from pathlib import Path

import pytest
from tests.audit.reconciliation.ledger import address, ledger, pool_address, reconciled, tables_of, txid

from adit.audit.reconciliation.reconcile import Reconciliation, reconcile
from adit.audit.reconciliation.statuses import Allowance, How, PaidBy, Status
from adit.audit.reconciliation.sums import site_months
from adit.audit.reconciliation.telling import LineRow, contradictions, lines, receipts
from adit.evidence.sources.claims import claims_of
from adit.evidence.sources.declared import declared_of
from adit.evidence.sources.pools import read_pools
from adit.evidence.sources.receipts import read_receipts, receipts_of
from adit.terms.errors import BadInput


def said(found: Reconciliation) -> dict[str, str]:
    """Of each line its status, and the first sign of its transaction's name if it has a receipt."""
    names = {f"{txid(f't{n}')}:{vout}": f"t{n}:{vout}" for n in range(1, 10) for vout in range(3)}
    paired = {row.line_id: f" {names[row.outpoint]}" if row.days_apart is not None else "" for row in lines(found)}
    return {row.line_id: row.status.text + paired[row.line_id] for row in lines(found)}


def left(found: Reconciliation) -> list[tuple[str, str]]:
    return [(row.status.text, row.paid_by.text) for row in receipts(found) if not row.line_id]


def line(found: Reconciliation, line_id: str) -> LineRow:
    return next(row for row in lines(found) if row.line_id == line_id)


# Pairing ----------------------------------------------------------------------------------------------------------
@ledger()
def test_an_output_is_found_by_its_name_whatever_the_day(found: Reconciliation) -> None:
    """
    address  A  from 2023-01-01
    receipt  t1:1  2024-01-10  700 sat  to A  by pool
    receipt  t2:0  2024-03-10  700 sat  to A  by pool
    line     L1    2024-03-10  700 sat  pool  in t1:1
    """
    assert said(found) == {"L1": "matched late t1:1"}
    assert line(found, "L1").how is How.TRANSACTION_AND_OUTPUT
    assert line(found, "L1").days_late == 51  # 10 January to 1 March 2024, 21 + 29 + 1 days
    assert left(found) == [("receipt not declared", "pool payout")]


def test_days_late_count_from_the_receipt_to_the_first_day_of_the_month_declared() -> None:
    found = reconciled(
        """
        address  A  from 2023-01-01
        receipt  t1  2024-01-31  700 sat  to A
        receipt  t2  2024-03-01  800 sat  to A
        line     L1  2024-02     700 sat  pool  at A
        line     L2  2024-02     800 sat  pool  at A
        """
    )
    assert said(found) == {"L1": "matched late t1:0", "L2": "matched late t2:0"}
    assert (line(found, "L1").days_late, line(found, "L2").days_late) == (1, -1)
    assert "declared for 2024-02, which began 1 day later" in line(found, "L1").why
    assert "declared for 2024-02, which had ended 1 day before" in line(found, "L2").why


@ledger(window_days=3)
def test_taking_the_nearest_first_would_leave_a_line_alone(found: Reconciliation) -> None:
    """
    The second line is nearest to the first receipt, but then the first line would have none.

    address  A  from 2023-01-01
    receipt  t1  2024-01-10  500 sat  to A
    receipt  t2  2024-01-14  500 sat  to A
    line     L1  2024-01-08  500 sat  pool  at A
    line     L2  2024-01-11  500 sat  pool  at A
    """
    assert said(found) == {"L1": "matched t1:0", "L2": "matched t2:0"}
    assert [line(found, i).days_apart for i in ("L1", "L2")] == [2, 3]


@ledger(window_days=3)
def test_the_window_is_a_bound_and_its_last_day_is_in_it(found: Reconciliation) -> None:
    """
    address  A  from 2023-01-01
    receipt  t1  2024-01-10  500 sat  to A
    receipt  t2  2024-01-20  600 sat  to A
    line     L1  2024-01-13  500 sat  pool  at A
    line     L2  2024-01-24  600 sat  pool  at A
    """
    assert said(found) == {"L1": "matched t1:0", "L2": "declared without receipt"}
    assert line(found, "L2").why.startswith(
        "Within 3 days of the days of the line the receipts show no such amount at bc1q"
    )


@ledger()
def test_of_two_alike_the_first_by_name_has_it_and_the_other_is_declared_twice(found: Reconciliation) -> None:
    """
    address  A  from 2023-01-01
    receipt  t1  2024-01-10  500 sat  to A
    line     Lb  2024-01-10  500 sat  pool  at A
    line     La  2024-01-10  500 sat  pool  at A
    """
    assert said(found) == {"La": "matched t1:0", "Lb": "declared twice"}
    assert line(found, "Lb").why.endswith("is another line's; the nearest one is that of line La.")


@ledger()
def test_of_two_receipts_alike_the_lower_block_and_output_goes_first(found: Reconciliation) -> None:
    """
    address  A  from 2023-01-01
    receipt  t1:2  2024-01-10  500 sat  to A  height 830002
    receipt  t2:1  2024-01-10  500 sat  to A  height 830001
    receipt  t3:0  2024-01-10  500 sat  to A  height 830001
    line     L1    2024-01-10  500 sat  pool  at A
    """
    assert said(found) == {"L1": "matched t3:0"}


@ledger()
def test_a_line_for_a_month_lies_around_a_line_for_a_day(found: Reconciliation) -> None:
    """
    Most pairs, then fewest days: the line for the month can have either receipt, the one for the day only the second.

    address  A  from 2023-01-01
    receipt  t1  2024-01-02  500 sat  to A
    receipt  t2  2024-01-15  500 sat  to A
    line     L1  2024-01     500 sat  pool  at A
    line     L2  2024-01-15  500 sat  pool  at A
    """
    assert said(found) == {"L1": "matched t1:0", "L2": "matched t2:0"}


@ledger()
def test_a_line_without_address_may_have_any_of_its_miner_and_takes_nothing_from_the_others(
    found: Reconciliation,
) -> None:
    """
    address  A  of M1  from 2023-01-01
    address  B  of M1  from 2023-01-01
    address  C  of M2  from 2023-01-01
    receipt  t1  2024-01-10  500 sat  to A
    receipt  t2  2024-01-10  500 sat  to B
    receipt  t3  2024-01-10  500 sat  to C
    line     L1  2024-01-10  500 sat  pool
    line     L2  2024-01-10  500 sat  pool  at A
    line     L3  2024-01-10  500 sat  pool
    """
    assert said(found) == {"L1": "matched t2:0", "L2": "matched t1:0", "L3": "declared without receipt"}
    assert line(found, "L3").why.endswith("at any address of the miner that is not another line's.")


@ledger()
def test_a_transaction_without_output_pays_a_miner_by_amount(found: Reconciliation) -> None:
    """
    One transaction of a pool pays many: each line has its own miner's, and a single one of another amount is told.

    address  A  of M1  from 2023-01-01
    address  B  of M2  from 2023-01-01
    receipt  t1:0  2024-01-10  500 sat  to B  by pool
    receipt  t1:1  2024-01-10  500 sat  to A  by pool
    receipt  t2:0  2024-01-11  900 sat  to A  by pool
    line     L1    2024-01     500 sat  pool  in t1
    line     L2    2024-01     901 sat  pool  in t2
    line     L3    2024-01     500 sat  pool  in t1  of M2
    line     L4    2024-01     500 sat  pool  in t9
    """
    assert said(found) == {
        "L1": "matched t1:1",
        "L2": "amount differs t2:0",
        "L3": "matched t1:0",
        "L4": "declared without receipt",
    }
    assert line(found, "L1").how is How.TRANSACTION_AND_AMOUNT
    assert line(found, "L2").difference_sat == 1


@ledger()
def test_who_names_an_output_is_held_to_it(found: Reconciliation) -> None:
    """
    address  A  from 2023-01-01
    receipt  t1:0  2024-01-10  500 sat  to A
    line     L1    2024-01-10  500 sat  pool  at A  in t1:2
    """
    assert said(found) == {"L1": "declared without receipt"}
    assert line(found, "L1").why.endswith("a line is held to what it names.")
    assert left(found) == [("receipt not declared", "not known")]


def test_a_near_amount_counts_only_where_a_tolerance_is_stated() -> None:
    table = """
        address  A  from 2023-01-01
        receipt  t1  2024-01-10  1000 sat  to A
        receipt  t2  2024-01-10  1003 sat  to A
        line     L1  2024-01-10  1003 sat  pool  at A
        line     L2  2024-01-10   990 sat  pool  at A
        line     L3  2024-01-10  1011 sat  pool  at A
        """
    assert said(reconciled(table)) == {
        "L1": "matched t2:0", "L2": "declared without receipt", "L3": "declared without receipt",
    }  # fmt: skip
    near = reconciled(table, Allowance(tolerance_sat=10))
    assert said(near) == {"L1": "matched t2:0", "L2": "matched t1:0", "L3": "declared without receipt"}
    assert line(near, "L2").how is How.NEAR_AMOUNT_AND_DAY
    assert line(near, "L2").difference_sat == -10


def test_the_legal_day_begins_where_the_place_says() -> None:
    table = """
        address  A  from 2023-01-01
        receipt  t1  2024-01-31  700 sat  to A  clock 20:00
        line     L1  2024-02     700 sat  pool  at A
        """
    assert said(reconciled(table)) == {"L1": "matched late t1:0"}
    irkutsk = reconciled(table, Allowance(utc_offset_minutes=480))
    assert said(irkutsk) == {"L1": "matched t1:0"}
    assert [row.day for row in receipts(irkutsk)] == ["2024-02-01"]


# Statuses ---------------------------------------------------------------------------------------------------------
@ledger()
def test_two_lines_name_one_output(found: Reconciliation) -> None:
    """
    The right amount goes before the first by name.

    address  A  from 2023-01-01
    receipt  t1:0  2024-01-10  500 sat  to A
    line     L1    2024-01-10  501 sat  pool  in t1:0
    line     L2    2024-01-10  500 sat  pool  in t1:0
    """
    assert said(found) == {"L1": "declared twice", "L2": "matched t1:0"}
    assert line(found, "L1").outpoint == f"{txid('t1')}:0"
    assert line(found, "L1").why == "Line L2 names the same output and agrees with it better, or comes first."


@ledger()
def test_the_reward_without_its_fees_is_another_amount(found: Reconciliation) -> None:
    """
    address  A  from 2023-01-01
    receipt  t1:0  2024-01-10  640,000,000 sat  to A  by nobody
    line     L1    2024-01-10  625,000,000 sat  own_block  in t1:0
    """
    assert said(found) == {"L1": "amount differs t1:0"}
    (month,) = site_months(found)
    assert (month.amount_differs_sat, month.receipts_amount_differs_sat) == (625_000_000, 640_000_000)
    assert (month.matched_sat, month.own_blocks) == (0, 1)
    assert "6.40000000 BTC on 2024-01-10; declared are 6.25000000 BTC" in line(found, "L1").why


@ledger()
def test_control_is_proven_for_days_and_not_for_ever(found: Reconciliation) -> None:
    """
    address  A  from 2024-01-10  to 2024-01-20
    address  B
    receipt  t1  2024-01-09  501 sat  to A
    receipt  t2  2024-01-10  502 sat  to A
    receipt  t3  2024-01-19  503 sat  to A
    receipt  t4  2024-01-20  504 sat  to A
    receipt  t5  2024-01-15  505 sat  to B
    receipt  t6  2024-01-21  506 sat  to A
    line     L1  2024-01-09  501 sat  pool  at A
    line     L2  2024-01-10  502 sat  pool  at A
    line     L3  2024-01-19  503 sat  pool  at A
    line     L4  2024-01-20  504 sat  pool  at A
    line     L5  2024-01-15  505 sat  pool  at B
    line     L6  2024-01-25  777 sat  pool  at B
    line     L7  2024-01-25  777 sat  pool  at Z
    """
    assert said(found) == {
        "L1": "address not proven t1:0",
        "L2": "matched t2:0",
        "L3": "matched t3:0",
        "L4": "address not proven t4:0",
        "L5": "address not proven t5:0",
        "L6": "address not proven",
        "L7": "address not proven",
    }
    assert left(found) == [("address not proven", "not known")]
    assert "the miner has not proven to control bc1q" in line(found, "L6").why
    assert line(found, "L7").why.endswith(
        "stands in no list of addresses: the chain may not have been searched for it."
    )


@ledger()
def test_the_coins_of_another_miner_cannot_be_declared(found: Reconciliation) -> None:
    """
    address  A  of M2  from 2023-01-01
    receipt  t1:0  2024-01-10  500 sat  to A
    receipt  t2:0  2024-01-11  600 sat  to A
    line     L1  2024-01-10  500 sat  pool  at A
    line     L2  2024-01-10  500 sat  pool  in t1:0
    line     L3  2024-01-10  500 sat  pool  at A  of M2
    line     L4  2024-01-11  600 sat  pool  in t2
    """
    assert said(found) == {
        "L1": "address of another miner",
        "L2": "address of another miner",
        "L3": "matched t1:0",
        "L4": "declared without receipt",
    }
    assert left(found) == [("receipt not declared", "not known")]


@ledger()
def test_an_address_changes_hands(found: Reconciliation) -> None:
    """
    address  A  of M1  from 2023-01-01  to 2024-01-12
    address  A  of M2  from 2024-01-12
    receipt  t1  2024-01-11  500 sat  to A
    receipt  t2  2024-01-13  500 sat  to A
    line     L1  2024-01-13  500 sat  pool  at A
    line     L2  2024-01-11  500 sat  pool  at A  of M2
    """
    assert said(found) == {"L1": "matched t1:0", "L2": "matched t2:0"}
    assert [line(found, i).days_apart for i in ("L1", "L2")] == [2, 2]


@ledger()
def test_a_proof_of_another_counts_from_its_day_on(found: Reconciliation) -> None:
    """
    address  A  of M1
    address  A  of M2  from 2024-01-20
    receipt  t1  2024-01-15  500 sat  to A
    receipt  t2  2024-01-25  600 sat  to A
    line     L1  2024-01     500 sat  pool  at A
    line     L2  2024-01     600 sat  pool  at A
    """
    assert said(found) == {"L1": "address not proven t1:0", "L2": "address of another miner"}
    assert left(found) == [("receipt not declared", "not known")]


@ledger()
def test_an_address_that_two_have_proven_is_told(found: Reconciliation) -> None:
    """
    address  A  of M1  from 2023-01-01
    address  A  of M2  from 2023-06-01
    receipt  t1  2024-01-11  500 sat  to A
    """
    (row,) = receipts(found)
    assert (row.miner_id, row.status) == ("M1", Status.RECEIPT_NOT_DECLARED)
    assert row.why.endswith("Several miners have proven to control this address.")


@ledger()
def test_a_statement_from_outside_the_chain_is_paired_with_nothing(found: Reconciliation) -> None:
    """
    address  A  from 2023-01-01
    receipt  t1  2024-01-11  500 sat  to A
    line     L1  2024-01     500 sat  offchain_statement  at A
    """
    assert said(found) == {"L1": "offchain statement"}
    assert line(found, "L1").why.endswith("it needs a statement of whoever holds the coins.")
    assert left(found) == [("receipt not declared", "not known")]


@ledger()
def test_a_coinbase_counts_after_a_hundred_confirmations(found: Reconciliation) -> None:
    """
    address  A  from 2023-01-01
    receipt  t1  2024-01-11  625,000,000 sat  to A  by nobody  deep 99
    receipt  t2  2024-01-12  625,000,001 sat  to A  by nobody  deep 100
    receipt  t3  2024-01-13  625,000,002 sat  to A  by nobody  deep 1
    receipt  t4  2024-01-13  7 sat  to A  by pool  deep 1
    line     L1  2024-01-11  625,000,000 sat  own_block  at A
    line     L2  2024-01-12  625,000,001 sat  own_block  at A
    line     L3  2024-01-13  7 sat  pool  at A
    """
    assert said(found) == {"L1": "receipt not mature t1:0", "L2": "matched t2:0", "L3": "matched t4:0"}
    assert left(found) == [("receipt not mature", "own coinbase")]
    assert [m.own_blocks for m in site_months(found)] == [0, 1]  # of no site, of S1


# Who paid ---------------------------------------------------------------------------------------------------------
@ledger()
def test_each_class(found: Reconciliation) -> None:
    """
    Height 840000 halves the subsidy to 3.125 BTC.

    address  A  from 2023-01-01
    address  B  from 2023-01-01
    receipt  t1:0  2024-01-01  625,000,000 sat  to A  by nobody  height 839999
    receipt  t2:0  2024-05-01  312,500,000 sat  to A  by nobody  height 840000
    receipt  t3:0  2024-05-01  312,499,999 sat  to A  by nobody  height 840000
    receipt  t4:0  2024-05-01  300,000,000 sat  to A  by nobody  height 840001
    receipt  t4:1  2024-05-01   20,000,000 sat  to B  by nobody  height 840001
    receipt  t5:0  2024-05-02  50 sat  to A  by pool
    receipt  t6:0  2024-05-02  51 sat  to A  by B
    receipt  t7:0  2024-05-02  52 sat  to A  by stranger
    receipt  t8:0  2024-05-02  53 sat  to A  by stranger
    receipt  t9:0  2024-05-02  54 sat  to A  by ?
    line     L8    2024-05-02  53 sat  rented  at A
    """
    assert [row.paid_by for row in receipts(found)] == [
        PaidBy.OWN_COINBASE,
        PaidBy.OWN_COINBASE,
        PaidBy.COINBASE_SHARE,
        PaidBy.OWN_COINBASE,
        PaidBy.OWN_COINBASE,
        PaidBy.POOL_PAYOUT,
        PaidBy.OWN_TRANSFER,
        PaidBy.OTHER,
        PaidBy.RENTED,
        PaidBy.NOT_KNOWN,
    ]
    assert [row.pool for row in receipts(found) if row.pool] == ["AntPool"]
    assert [row.status for row in receipts(found)][6] is Status.OWN_TRANSFER
    assert [m.own_blocks for m in site_months(found)] == [1, 2, 0]
    assert list(contradictions(found)) == []


@pytest.mark.parametrize(
    ("kind", "payer", "what"),
    [
        ("pool", "stranger", "called mined in a pool, paid by somebody who is no pool of the list"),
        ("pool", "A", "called mined in a pool, paid from the miner's own addresses"),
        ("pool", "nobody", ""),  # a share of a coinbase: some pools pay so
        ("own_block", "nobody", "called an own block, of a coinbase that pays others too"),
        ("own_block", "pool", "called an own block, paid by a pool"),
        (
            "own_block",
            "stranger",
            "called an own block, paid by an ordinary transaction of somebody who is no pool of the list",
        ),
        ("rented", "pool", "called rent of hash rate, paid by a pool"),
        ("rented", "stranger", ""),
        ("other", "pool", "called other income, paid by a pool"),
        ("other", "stranger", ""),
        ("pool", "pool", ""),
        ("pool", "?", ""),  # what is not known contradicts nothing
        ("own_block", "?", ""),
    ],
)
def test_what_a_line_calls_itself_against_who_paid(kind: str, payer: str, what: str) -> None:
    found = reconciled(
        f"""
        address  A  from 2023-01-01
        receipt  t1  2024-01-10  500 sat  to A  by {payer}
        line     L1  2024-01-10  500 sat  {kind}  at A
        """
    )
    assert [c.what for c in contradictions(found)] == ([what] if what else [])
    assert said(found) == {"L1": "matched t1:0"}
    if what:
        assert what in line(found, "L1").why


def test_a_withdrawal_called_mined_is_told_with_what_the_chain_does_not_show() -> None:
    found = reconciled(
        """
        address  A  from 2023-01-01
        receipt  t1  2024-01-10  50,000,000 sat  to A  by exchange
        line     L1  2024-01-10  50,000,000 sat  pool  at A
        """
    )
    assert line(found, "L1").why == (
        "The chain shows this amount at the miner's address: 0.50000000 BTC on 2024-01-10; it is called mined in a pool, paid by "
        "somebody who is no pool of the list. The payer is not in the list of pools; a pool may pay from an address that is not in it."
    )


def test_one_payer_of_several_in_the_list_is_enough() -> None:
    tables = tables_of("address A from 2023-01-01\nreceipt t1 2024-01-10 500 sat to A by stranger")
    tables["receipt"][0]["payers"] += f";{pool_address()};{address('another')}"
    found = reconcile(declared_of([]), receipts_of(tables["receipt"]), claims_of(tables["address"]), read_pools())
    assert [row.paid_by for row in receipts(found)] == [PaidBy.POOL_PAYOUT]


# Sums, bounds, nothing --------------------------------------------------------------------------------------------
@ledger()
def test_the_sums_of_a_month(found: Reconciliation) -> None:
    """
    address  A  site S1  from 2023-01-01
    address  B  of M2  from 2023-01-01
    receipt  t1  2024-01-10  100 sat  to A  by pool
    receipt  t2  2024-01-31  200 sat  to A  by pool
    receipt  t3  2024-01-20  400 sat  to A  by stranger
    receipt  t4  2024-01-21  800 sat  to A  by A
    line     L1  2024-01-10  100 sat  pool  at A
    line     L2  2024-02-01  200 sat  pool  at A
    line     L3  2024-01     1600 sat  offchain_statement
    line     L4  2024-01-15  3200 sat  pool  at A
    line     L5  2024-01-15  6400 sat  pool  at B
    line     L6  2024-01-10  100 sat  pool  at A
    """
    january, february = site_months(found)
    assert (january.miner_id, january.site_id, january.month, january.lines, january.receipts) == (
        "M1",
        "S1",
        "2024-01",
        5,
        4,
    )
    assert (january.declared_sat, january.received_sat) == (11_400, 1_500)
    assert (january.matched_sat, january.offchain_sat, january.declared_without_receipt_sat) == (100, 1_600, 3_200)
    assert (january.of_another_miner_sat, january.declared_twice_sat, january.late_sat) == (6_400, 100, 0)
    assert (january.receipts_matched_sat, january.receipts_late_sat) == (100, 200)
    assert (january.receipts_not_declared_sat, january.own_transfers_sat) == (400, 800)
    assert {c.text: s for c, s in january.received_by_class_sat.items() if s} == {
        "pool payout": 300, "own transfer": 800, "other": 400,
    }  # fmt: skip
    assert {c.text: s for c, s in january.matched_by_class_sat.items() if s} == {"pool payout": 300}
    assert (february.month, february.declared_sat, february.late_sat, february.received_sat) == ("2024-02", 200, 200, 0)


def test_sums_are_exact_beyond_64_bits() -> None:
    most = 2_100_000_000_000_000
    rows = "\n".join(f"line L{i} 2024-01 {most} sat other" for i in range(6000))
    (month,) = site_months(reconciled(rows))
    assert month.declared_sat == month.declared_without_receipt_sat == 6000 * most > 2**63


def test_nothing_held_against_nothing() -> None:
    found = reconcile(declared_of([]), receipts_of([]), claims_of([]), read_pools())
    assert (list(lines(found)), list(receipts(found)), list(contradictions(found)), site_months(found)) == (
        [],
        [],
        [],
        (),
    )


def test_lines_alone_and_receipts_alone() -> None:
    alone = reconciled(
        "line L1 2024-01 500 sat pool in t1:0\nline L2 2024-01 500 sat pool\nline L3 2024-01 5 sat pool in t1"
    )
    assert set(said(alone).values()) == {"declared without receipt"}
    assert left(reconciled("receipt t1 2024-01-10 500 sat to A")) == [("address not proven", "not known")]


@pytest.mark.parametrize(
    ("allowed", "message"),
    [
        ({"window_days": -1}, "window_days is -1.\nIt runs from 0 to 366."),
        ({"window_days": 400}, "window_days is 400.\nIt runs from 0 to 366."),
        ({"tolerance_sat": -5}, "tolerance_sat is -5.\nIt runs from 0 to 100000000."),
        ({"utc_offset_minutes": 900}, "No place is 900 minutes from UTC.\nIrkutsk is 480."),
    ],
)
def test_an_allowance_that_cannot_be_meant(allowed: dict[str, int], message: str) -> None:
    with pytest.raises(BadInput) as error:
        Allowance(**allowed)
    assert str(error.value) == message


# Real blocks ------------------------------------------------------------------------------------------------------
def test_real_receipts_of_blocks_on_disk(tmp_path: Path) -> None:
    """Four receipts that `adit chain receipts` finds in the example's real blocks; the lines that declare them are invented.

    Block 333961 pays F2Pool 25.02550879 BTC, block 370661 Braiins Pool 25.21732470 BTC (subsidy 25 BTC); the other two are ordinary payments.
    """
    from adit.evidence.chain.receipts import COLUMNS, Scan, cells, with_payers
    from adit.evidence.chain.watched import watch
    from adit.evidence.sources import declared_addresses, raw_blocks

    folder = Path(__file__).parents[3] / "examples" / "chain"
    scan = Scan(watch(declared_addresses.read(folder / "addresses.csv").scripts), "mainnet")
    for batch in raw_blocks.read(folder / "blocks", network="mainnet"):
        scan.take(batch)
    with_payers(scan, raw_blocks.read(folder / "blocks", network="mainnet"))
    path = tmp_path / "receipts.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(
            [str(c).lower() if isinstance(c, bool) else c for c in cells(r)] for r in scan.found(tip=702960).receipts
        )
    f2pool, braiins, payee = (
        "1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY",
        "1CK6KHY6MHgYvmRQ4PAafKYDrg1ejbH1cE",
        "bc1qxfzx7twqndgnlytp639jz63z2av0gm67hzujme",
    )
    claimed = [
        {"address": a, "miner_id": m, "proven_from": "2009-01-03"}
        for a, m in ((f2pool, "F2Pool"), (braiins, "Braiins"), (payee, "Invented"))
    ]
    common = {"site_id": "S1", "month": "2014-12", "kind": "own_block"}
    declared = [
        {**common, "line_id": "L1", "miner_id": "F2Pool", "amount_sat": "2502550879", "address": f2pool},
        {**common, "line_id": "L2", "miner_id": "Braiins", "amount_sat": "2500000000", "month": "2015-08",
         "txid": "6cce059b2477baf58485ddb7bcdddab90ec47f98ca05c1536c0fc5c0b2f397e2", "vout": "0"},
        {**common, "line_id": "L3", "miner_id": "Invented", "amount_sat": "117281", "month": "2021-10", "kind": "pool"},
    ]  # fmt: skip
    found = reconcile(declared_of(declared), read_receipts(path), claims_of(claimed), read_pools())
    assert [(row.line_id, row.status.text, row.days_late) for row in lines(found)] == [
        ("L1", "matched", 0),
        ("L2", "amount differs", 0),
        ("L3", "matched late", 1),
    ]
    assert line(found, "L2").difference_sat == -21_732_470  # the fees were left out
    assert [(row.height, row.paid_by.text) for row in receipts(found)] == [
        (227_835, "other"),
        (333_961, "own coinbase"),
        (370_661, "own coinbase"),
        (702_861, "other"),
    ]
    assert [c.line_id for c in contradictions(found)] == ["L3"]
    assert sum(m.own_blocks for m in site_months(found)) == 2
