"""One block in plain Python: eleven real ones against their own index, the first 4,313, and blocks in which something does not hold."""

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.chain.made_blocks import (
    bare,
    block,
    chain_of,
    coinbase,
    early_blocks,
    index,
    real_blocks,
    script,
    transaction,
)  # fmt: skip

from adit.evidence.chain.block import check, claimed_height, double_sha256, merkle_root, read_block
from adit.evidence.chain.difficulty import difficulty_of, next_bits, proof_holds, target_of, work_of
from adit.evidence.chain.heights import difficulty_at, fees_sat, heights_at
from adit.evidence.sources.epochs import subsidy_sat
from adit.terms.errors import BadInput

SAT = Decimal(100_000_000)


@pytest.mark.parametrize("row", index(), ids=lambda row: row["height"])
def test_a_real_block_is_as_its_index_says(row):
    height = int(row["height"])
    seen = read_block(real_blocks()[height], row["file"])
    check(seen, "mainnet", row["file"])
    coinbase_sat = sum(o.amount_sat for o in seen.coinbase.outputs)
    assert seen.hash[::-1].hex() == row["hash"]
    assert seen.time_utc == datetime.fromisoformat(row["time_utc"])
    assert (seen.version, f"0x{seen.bits:08x}") == (int(row["version"]), row["bits"])
    assert (len(seen.transactions), seen.size) == (int(row["txs"]), int(row["size"]))
    assert coinbase_sat == Decimal(row["coinbase_out_btc"]) * SAT
    between = heights_at(seen.bits, int(seen.time_utc.timestamp()))
    assert between is not None
    assert between[0] <= height <= between[1]
    assert difficulty_of(seen.bits) == pytest.approx(difficulty_at(height), rel=1e-12)
    assert fees_sat(coinbase_sat, *between) == coinbase_sat - subsidy_sat(height)


def test_a_height_is_taken_only_where_the_version_allows_it():
    claimed = {
        h: (b := read_block(raw, "")) and claimed_height(b.version, b.coinbase.inputs[0].script)
        for h, raw in real_blocks().items()
    }
    assert claimed == {h: None if h in (169482, 227835) else h for h in real_blocks()}
    old = read_block(real_blocks()[227835], "")  # of version 1: what stands there is a time
    assert claimed_height(2, old.coinbase.inputs[0].script) == 1_364_140_153


@pytest.mark.parametrize(
    ("said", "height"),
    [(b"\x03\x2b\xb5\x0a", 701739), (b"\x51", 1), (b"\x60", 16), (b"\x00", 0), (b"\x01\x11", 17), (b"\x02\xe8\x03", 1000), (b"\x04\x00\x00\x00\x80", None), (b"\x09" + bytes(9), None), (b"\x03\x01", None), (b"", None)],
)  # fmt: skip
def test_heights_as_bip34_writes_them(said, height):
    assert claimed_height(2, said) == height


def test_the_first_4313_blocks_follow_each_other_from_the_genesis_block():
    prev = bytes(32)
    for raw in early_blocks():
        seen = read_block(raw, "early")
        check(seen, "mainnet", "early")
        assert seen.prev_hash == prev
        prev = seen.hash
    assert prev[::-1].hex().startswith("00000000")


def test_witnesses_are_checked_where_there_are_some():
    checked = {h: check(read_block(raw, ""), "mainnet", "") for h, raw in real_blocks().items()}
    assert {h for h, done in checked.items() if done} == {481829, 702861}
    raw = bytearray(real_blocks()[702861])
    raw[-6] ^= 1  # a byte of the last witness: neither txid nor Merkle root sees it
    with pytest.raises(BadInput, match="The witnesses are not those that the coinbase commits to"):
        check(read_block(bytes(raw), ""), "mainnet", "")


def test_targets_and_work():
    assert target_of(0x1D00FFFF) == 0xFFFF << 208
    assert target_of(0x01003456) == 0
    assert target_of(0x04923456) == 0, "negative"
    assert target_of(0xFF123456) == 0, "beyond 256 bits"
    assert work_of(0x1D00FFFF) == 4_295_032_833, "2^48 / 65535, not 2^32"
    assert difficulty_of(0x1B0404CB) == pytest.approx(16_307.420938524, rel=1e-12)
    assert not proof_holds(bytes(32), 0x207FFFFF, "mainnet"), "easier than the main network ever was"


def test_the_next_target_by_known_answers():
    # Bitcoin Core, pow_tests.cpp: an epoch of its own, one held at the easiest, one fourfold quicker, one fourfold slower
    assert next_bits(0x1D00FFFF, 1261130161, 1262152739) == 0x1D00D86A
    assert next_bits(0x1D00FFFF, 1231006505, 1233061996) == 0x1D00FFFF
    assert next_bits(0x1C05A3F4, 1279008237, 1279297671) == 0x1C0168FD
    assert next_bits(0x1C387F6F, 1263163443, 1269211443) == 0x1D00E1FD


def broken(name):
    whole = chain_of(1)[0]
    paid = transaction([(b"\x01" * 32, 0)], [(script(7), 5)])
    other = transaction([(b"\x01" * 32, 1)], [(script(7), 5)])
    first = coinbase(0, [(script(1), 5)])
    rich = coinbase(0, [(script(1), 2_100_000_000_000_001)])
    return {
        "truncated": whole[:-3],
        "no header": whole[:50],
        "trailing": whole + b"\x00",
        "nothing": whole[:80] + b"\x00",
        "many transactions": whole[:80] + b"\xff" + b"\xff" * 8 + whole[81:],
        "overflow": whole[:80] + b"\xfe" + b"\xff" * 4 + whole[81:],
        "long form": whole[:80] + b"\xfd\x01\x00" + whole[81:],
        "absurd script": whole[: 81 + 4 + 1 + 36] + b"\xfe\x00\x00\x00\x7f" + whole[81 + 4 + 1 + 37 :],
        "two coinbases": block(bytes(32), [first, coinbase(1, [(script(1), 5)])]),
        "no coinbase": block(bytes(32), [paid]),
        "too much": block(bytes(32), [rich]),
        "other root": block(bytes(32), [first], root=b"\x02" * 32),
        "repeated": block(bytes(32), [first, paid, other, other]),
        "no proof": whole[:76] + (int.from_bytes(whole[76:80], "little") + unproven(whole)).to_bytes(4, "little") + whole[80:],
        "witness without commitment": witnessed(),
    }[name]  # fmt: skip


def unproven(whole):
    """How much to add to the nonce so that the proof does not hold."""
    for more in range(1, 100):
        header = whole[:76] + (int.from_bytes(whole[76:80], "little") + more).to_bytes(4, "little")
        if not proof_holds(double_sha256(header), 0x207FFFFF, "regtest"):
            return more
    raise AssertionError


def witnessed():
    paid = transaction([(b"\x01" * 32, 0)], [(script(7), 5)], witness=b"sig")
    without = transaction([(b"\x01" * 32, 0)], [(script(7), 5)])
    first = coinbase(0, [(script(1), 5)])
    return block(bytes(32), [first, paid], root=merkle_root([bare(first), bare(without)])[0])


BROKEN = {
    "truncated": "The block ends after .* bytes; 4 more are needed",
    "no header": "The block ends after 50 bytes; 80 more are needed at 0",
    "trailing": "1 bytes follow the last transaction",
    "nothing": "The block has no transaction",
    "many transactions": "At 80 the block claims 18,446,744,073,709,551,615 transactions, more than its bytes can hold",
    "overflow": "At 80 the block claims 4,294,967,295 transactions",
    "long form": "The number of transactions at 80 is not written in its shortest form",
    "absurd script": "claims 2,130,706,432 bytes, more than its bytes can hold",
    "two coinbases": "The first transaction of a block, and no other, is its coinbase",
    "no coinbase": "The first transaction of a block, and no other, is its coinbase",
    "too much": "pays 2,100,000,000,000,001 satoshi, more than there will ever be",
    "other root": "The transactions are not those of the header: their Merkle root is another",
    "repeated": "The block repeats transactions at its end",
    "no proof": "The header has no proof of work: its hash is not below the target 207fffff of regtest",
    "witness without commitment": "There are witnesses and the coinbase commits to none",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_block_in_which_something_does_not_hold(name):
    with pytest.raises(BadInput, match=BROKEN[name]) as bad:
        check(read_block(broken(name), "my.raw"), "regtest", "my.raw")
    assert bad.value.where == "my.raw"
    assert bad.value.todo


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail_otherwise(data):
    with pytest.raises(BadInput):
        check(read_block(data, ""), "mainnet", "")


@given(st.integers(0, 18_000), st.integers(1, 255))
def test_no_changed_byte_of_a_real_block_goes_unseen(at, change):
    raw = bytearray(real_blocks()[169482])
    raw[at] ^= change
    with pytest.raises(BadInput):
        check(read_block(bytes(raw), ""), "mainnet", "")
