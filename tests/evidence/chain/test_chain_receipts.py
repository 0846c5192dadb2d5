"""Receipts: who was paid, how deep, by whom; what waits for confirmations and what a reorganisation takes back."""

from pathlib import Path

from tests.evidence.chain.made_blocks import (
    BITS,
    START_S,
    bare,
    block,
    chain_of,
    coinbase,
    early_blocks,
    framed,
    real_blocks,
    script,
    transaction,
)  # fmt: skip
from tests.evidence.chain.test_chain_kernels import columns

from adit.evidence.chain.block import read_block
from adit.evidence.chain.receipts import Found, Scan, address_of, cells, with_payers
from adit.evidence.chain.watched import watch
from adit.evidence.sources import blk_files
from adit.terms.addresses import decode


def found(blocks, scripts, *, network="regtest", payers=True, **how) -> Found:
    scan = Scan(watch(scripts), network)
    batches = [columns([b], network) for b in blocks]
    for batch in batches:
        scan.take(batch)
    if payers:
        with_payers(scan, batches)
    return scan.found(**how)


def hash_of(raw):
    return read_block(raw, "").hash


def test_a_coinbase_counts_after_a_hundred_confirmations():
    blocks = chain_of(102)
    seen = found(blocks, [script(1)])
    assert [(r.height, r.confirmations) for r in seen.receipts] == [(0, 102), (1, 101), (2, 100)]
    assert [r.height for r in seen.waiting] == list(range(3, 102))
    assert found(blocks[:99], [script(1)]).receipts == ()
    assert len(found(blocks[:99], [script(1)], tip=198).receipts) == 99, "the asker knows that the chain went on"
    assert seen.proven
    assert (seen.blocks, seen.transactions, seen.tip) == (102, 102, 101)


def test_a_payment_counts_at_once_unless_more_is_asked():
    first = chain_of(1, pays=script(1))
    paid = transaction([(bare(coinbase(0, [(script(1), 5_000_000_000)])), 0)], [(script(7), 30), (script(8), 20)])
    blocks = [*first, block(hash_of(first[0]), [coinbase(1, [(script(2), 50)]), paid], time_s=START_S + 600)]
    [receipt] = found(blocks, [script(8)]).receipts
    assert cells(receipt) == (
        bare(paid)[::-1].hex(), 1, 1, "2023-11-14T22:23:20Z", address_of(script(8), "regtest"), script(8).hex(), 20, False, 1,
        address_of(script(1), "regtest"),
    )  # fmt: skip
    assert decode(receipt.address).script == script(8)
    assert found(blocks, [script(8)], payers=False).receipts[0].payers == (), "not known is not none"
    seen = found(blocks, [script(8)], min_confirmations=2)
    assert (len(seen.receipts), len(seen.waiting)) == (0, 1)


def test_payers_are_named_once_in_the_order_of_the_inputs_and_those_unseen_are_left_out():
    sources = transaction([(b"\x09" * 32, 0)], [(script(11), 1), (script(12), 2), (script(11), 3), (b"\x51", 4)])
    spends = [(bare(sources), 1), (bare(sources), 0), (b"\x08" * 32, 5), (bare(sources), 2), (bare(sources), 3)]
    paid = transaction(spends, [(script(7), 5)], witness=b"")
    raw = block(bytes(32), [coinbase(0, [(script(2), 50)]), sources, paid])
    [receipt] = found([raw], [script(7)]).receipts
    assert receipt.payers == (address_of(script(12), "regtest"), address_of(script(11), "regtest"), "51")


def test_a_payer_is_found_through_a_transaction_with_a_witness():
    without = transaction([(b"\x09" * 32, 0)], [(script(11), 1)])
    paid = transaction([(bare(without), 0)], [(script(7), 5)])
    first = coinbase(0, [(script(2), 50)])
    root = read_block(block(bytes(32), [first, without, paid]), "").merkle_root
    raw = block(
        bytes(32), [first, transaction([(b"\x09" * 32, 0)], [(script(11), 1)], witness=b"sig"), paid], root=root
    )
    assert found([raw], [script(7)]).receipts[0].payers == (address_of(script(11), "regtest"),)


def test_a_reorganisation_takes_receipts_back():
    common = chain_of(3)
    paid = transaction([(b"\x09" * 32, 0)], [(script(7), 5)])
    loses = block(hash_of(common[-1]), [coinbase(3, [(script(1), 50)]), paid], time_s=START_S + 1800)
    wins = chain_of(2, first=3, prev=hash_of(common[-1]), pays=script(2), text=b"/other/")
    before, after = found([*common, loses], [script(7)]), found([*common, loses, *wins], [script(7)])
    assert [r.confirmations for r in before.receipts] == [1]
    assert after.receipts == ()
    assert [(r.height, r.confirmations, r.amount_sat) for r in after.withdrawn] == [(3, 0, 5)]
    assert after.lost_blocks == (hash_of(loses)[::-1].hex(),)


def test_a_block_that_is_there_twice_pays_once():
    blocks = chain_of(101)
    assert len(found([*blocks, *blocks], [script(1)]).receipts) == 2


def test_a_transaction_that_is_there_twice_counts_where_it_came_last():
    """Before BIP-30 it happened twice on the main network that a coinbase was repeated; the first one is lost."""
    first = block(bytes(32), [coinbase(0, [(script(1), 50)])])
    again = block(hash_of(first), [coinbase(0, [(script(1), 50)])], version=1, time_s=START_S + 600)
    seen = found([first, again], [script(1)], tip=200)
    assert [(r.height, r.confirmations) for r in seen.receipts] == [(1, 200)]
    assert [f.what for f in seen.faults] == ["output 0 is there twice; the deeper one does not count"]


def test_the_first_payment_of_all_is_found_with_the_script_of_its_payer():
    """Block 170: ten coins to a bare key, spent from the coinbase of block 9, which paid a bare key too."""
    raw = early_blocks()[170]
    spent = read_block(early_blocks()[9], "").coinbase.outputs[0]
    to = read_block(raw, "").transactions[1].outputs[0].script
    seen = found(early_blocks()[:300], [to], network="mainnet")
    [receipt] = [r for r in seen.receipts if not r.coinbase]
    assert receipt.txid == "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16"
    assert (receipt.height, receipt.amount_sat, receipt.address, receipt.payers) == (
        170,
        1_000_000_000,
        "",
        (spent.script.hex(),),
    )


def test_a_real_pool_s_address_has_its_block():
    seen = found(
        real_blocks().values(), [decode("1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY").script], network="mainnet", tip=400_000
    )
    assert [(r.height, r.amount_sat, r.coinbase) for r in seen.receipts] == [(333961, 2_502_550_879, True)]
    assert seen.pieces == 10


def test_a_bad_block_takes_its_receipts_with_it(tmp_path: Path):
    blocks = chain_of(101)
    blocks[0] = blocks[0][:-5] + bytes([blocks[0][-5] ^ 1]) + blocks[0][-4:]
    (tmp_path / "blk00000.dat").write_bytes(framed(blocks))
    scan = Scan(watch([script(1)]), "regtest")
    for batch in blk_files.read(tmp_path, network="regtest"):
        scan.take(batch)
    seen = scan.found()
    assert [r.height for r in seen.receipts] == [1]
    assert [f.where for f in seen.faults] == ["blk00000.dat at 8"]
    assert BITS == 0x207FFFFF
