"""Files of Bitcoin Core: the key, the mark, room reserved ahead, an end inside a block; and raw blocks one a file."""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.chain.made_blocks import EXAMPLES, KEY, chain_of, early_blocks, framed, real_blocks, with_key

from adit.evidence.chain.layout import hex_of
from adit.evidence.chain.marks import diagnosis, likely_key, xored
from adit.evidence.sources import blk_files, raw_blocks
from adit.evidence.sources.block_bytes import read_bytes
from adit.terms.errors import BadInput


def hashes(batches):
    return [hex_of(h) for batch in batches for h in batch.hash]


def faults(batches):
    return [str(f) for batch in batches for f in batch.faults]


def files(folder: Path, *contents: bytes, key: bytes | None = None) -> Path:
    for i, content in enumerate(contents):
        (folder / f"blk{i:05}.dat").write_bytes(content)
    if key is not None:
        (folder / "xor.dat").write_bytes(key)
    return folder


def test_the_first_file_of_the_chain_is_read_whole():
    [batch] = blk_files.read(EXAMPLES / "blk00000_first1MB.dat")
    assert batch.faults == ()
    assert len(batch.hash) == 4313
    assert hex_of(batch.hash[0]) == "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"


@pytest.mark.slow
def test_with_and_without_key_and_one_by_one_it_is_the_same(tmp_path):
    plain = (EXAMPLES / "blk00000_first1MB.dat").read_bytes()
    keyed = files(tmp_path, with_key(plain), key=KEY)
    one_by_one = tmp_path / "raw"
    one_by_one.mkdir()
    for i, raw in enumerate(early_blocks()):
        (one_by_one / f"{i:05}.raw").write_bytes(raw)
    expected = hashes(blk_files.read(EXAMPLES / "blk00000_first1MB.dat"))
    assert hashes(blk_files.read(keyed)) == expected
    assert hashes(raw_blocks.read(one_by_one)) == expected


def test_real_blocks_in_a_keyed_file_are_those_of_the_raw_files(tmp_path):
    folder = files(tmp_path, with_key(framed(list(real_blocks().values()), "f9beb4d9")), key=KEY)
    assert hashes(blk_files.read(folder)) == hashes(raw_blocks.read(EXAMPLES / "blocks"))


def test_a_key_of_noughts_is_no_key(tmp_path):
    folder = files(tmp_path, framed(chain_of(3)), key=bytes(8))
    assert len(hashes(blk_files.read(folder, network="regtest"))) == 3


def test_files_come_in_the_order_of_their_numbers(tmp_path):
    blocks = chain_of(3)
    for number, raw in zip((99999, 100000, 2), blocks, strict=True):
        (tmp_path / f"blk{number:05}.dat").write_bytes(framed([raw]))
    (tmp_path / "rev00002.dat").write_bytes(b"undo")
    assert [b.source for b in blk_files.read(tmp_path, network="regtest")] == [
        "blk00002.dat",
        "blk99999.dat",
        "blk100000.dat",
    ]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 40), st.integers(0, 40), st.booleans())
def test_room_between_and_after_blocks_is_passed_over(before, after, keyed):
    """A node reserves room with noughts on disk, which read as the key."""
    blocks = chain_of(2)
    key = KEY if keyed else bytes(8)
    one, two = (framed([b]) for b in blocks)
    body = with_key(one, key)
    start = len(body) + before
    shifted = bytes(b ^ key[(start + i) % 8] for i, b in enumerate(two))
    with tempfile.TemporaryDirectory() as name:
        folder = files(Path(name), body + bytes(before) + shifted + bytes(after), key=key)
        assert len(hashes(blk_files.read(folder, network="regtest"))) == 2


@pytest.mark.parametrize("at_once", [64, 200, 333, 1024])
def test_blocks_lie_across_what_is_read_at_once(tmp_path, monkeypatch, at_once):
    monkeypatch.setattr(blk_files, "_AT_ONCE", at_once)
    blocks = chain_of(20)
    content = framed(blocks[:9]) + bytes(77) + framed(blocks[9:])
    folder = files(tmp_path, bytes(b ^ KEY[i % 8] for i, b in enumerate(content)) + bytes(50), key=KEY)
    assert len(hashes(blk_files.read(folder, network="regtest"))) == 20


def test_an_end_inside_a_block_is_an_error_unless_it_is_said_and_the_newest(tmp_path):
    blocks = chain_of(4)
    cut = framed(blocks[2:])[:-20]
    newest = files(tmp_path, framed(blocks[:2]), cut)
    with pytest.raises(BadInput, match=r"The file ends inside a block that begins at \d+") as bad:
        hashes(blk_files.read(newest, network="regtest"))
    assert bad.value.where.endswith("blk00001.dat")
    assert "--incomplete" in bad.value.todo
    batches = list(blk_files.read(newest, network="regtest", incomplete=True))
    assert len(hashes(batches)) == 3
    assert [f.split(": ")[0] for f in faults(batches)] == ["blk00001.dat"]
    files(tmp_path, cut, framed(blocks[:2]))
    with pytest.raises(BadInput, match="ends inside a block"):
        hashes(blk_files.read(tmp_path, network="regtest", incomplete=True))


def xor_cases():
    early = (EXAMPLES / "blk00000_first1MB.dat").read_bytes()[:30_000]
    made = framed(chain_of(2))
    return {
        "no key beside": (with_key(early), None, "The file is XOR-ed, with what looks like the key a1b2c3d4e5f60718, and there is no xor.dat beside it"),
        "another key": (with_key(early), b"\x01" * 8, "The key 0101010101010101 of xor.dat is not the one that the file was XOR-ed with, which looks like a1b2c3d4e5f60718"),
        "not XOR-ed": (early, KEY, "The file is not XOR-ed, but xor.dat beside it has the key a1b2c3d4e5f60718"),
        "short key": (early, b"\x01" * 7, "The key has 7 bytes; 8 are expected"),
        "another network": (made, None, "The file begins with fabfb5da, the mark of regtest, and not with that of mainnet"),
        "another coin": (bytes.fromhex("fbc0b6db") + early[4:], None, "The file begins with fbc0b6db, the mark of Litecoin"),
        "no blocks": (b"PK\x03\x04" + bytes(range(200)), None, "The file begins with 504b0304, which is the mark of no network"),
        "noughts": (bytes(5_000), None, "There is no block in it, nothing but noughts"),
        "empty": (b"", None, "The file is empty"),
        "absurd length": (early[:4] + b"\xff\xff\xff\x7f" + early[8:], None, "At 0 a block of 2,147,483,647 bytes is announced; there is none of that size"),
        "rubbish between": (early[:293] + b"rubbish!" + early[293:], None, "At 293 neither a block begins nor reserved room"),
    }  # fmt: skip


@pytest.mark.parametrize("name", xor_cases())
def test_a_file_that_cannot_be_read_says_why(name, tmp_path):
    content, key, expected = xor_cases()[name]
    with pytest.raises(BadInput, match=expected) as bad:
        hashes(blk_files.read(files(tmp_path, content, key=key)))
    assert bad.value.where
    assert bad.value.todo


def test_an_empty_folder_and_no_file(tmp_path):
    with pytest.raises(BadInput, match=r"There is no blk\*\.dat in the folder"):
        hashes(blk_files.read(tmp_path))
    with pytest.raises(BadInput, match="There is no such file"):
        hashes(blk_files.read(tmp_path / "blk00000.dat"))
    with pytest.raises(BadInput, match="There is no block in the folder"):
        hashes(raw_blocks.read(tmp_path))


def test_the_key_shows_in_the_noughts_of_a_recent_hash():
    recent = framed([real_blocks()[702861]], "f9beb4d9")
    assert likely_key(with_key(recent)) == KEY
    assert likely_key(recent) is None, "there is nothing to take off"
    assert likely_key(b"short") is None
    assert diagnosis(recent, bytes(8), "regtest")[1] == "Pass --network mainnet."


@given(st.binary(min_size=8, max_size=8), st.binary(max_size=50), st.integers(0, 100))
def test_the_key_turns_with_the_position(key, data, position):
    held = np.frombuffer(data, np.uint8).copy()
    xored(held, key, position)
    assert held.tobytes() == bytes(b ^ key[(position + i) % 8] for i, b in enumerate(data))


def test_raw_blocks_may_be_hexadecimal_text(tmp_path):
    raw = real_blocks()[169482]
    (tmp_path / "one.hex").write_text(raw.hex() + "\n", encoding="ascii")
    assert read_bytes(tmp_path / "one.hex") == raw
    assert hashes(raw_blocks.read(tmp_path)) == ["0000000000000756935f1ee9d5987857b604046f846d3df56d024cdb5f368665"]
    (tmp_path / "one.hex").write_text(raw.hex()[:-1], encoding="ascii")
    with pytest.raises(BadInput, match="The hexadecimal text has an odd length"):
        read_bytes(tmp_path / "one.hex")


def test_a_raw_file_larger_than_any_block_is_not_taken_into_memory(tmp_path):
    large = tmp_path / "large.raw"
    with large.open("wb") as file:
        file.truncate(5_000_000_000)
    with pytest.raises(BadInput, match="The file has 5,000,000,000 bytes, which is more than a block may have"):
        read_bytes(large)
    (tmp_path / "none.raw").touch()
    with pytest.raises(BadInput, match="The file is empty"):
        read_bytes(tmp_path / "none.raw")
    with pytest.raises(BadInput, match="The file cannot be read"):
        read_bytes(tmp_path / "absent.raw")


@pytest.mark.slow
def test_a_file_of_five_gigabytes_streams(tmp_path):
    """Three blocks at the beginning, three at the end, and reserved room between, on a file system that keeps holes."""
    blocks, size = chain_of(6), 5_000_000_000
    with (tmp_path / "blk00000.dat").open("wb") as file:
        file.write(framed(blocks[:3]))
        file.seek(size - len(framed(blocks[3:])))
        file.write(framed(blocks[3:]))
    code = (
        "import sys; from pathlib import Path; from adit.evidence.sources import blk_files\n"
        "print(sum(len(b.hash) for b in blk_files.read(Path(sys.argv[1]), network='regtest')))\n"
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True, text=True
    ).stdout.split()
    assert told[0] == "6"
    assert int(told[1]) < 600_000, f"{told[1]} kB held"


@pytest.mark.slow
def test_a_file_of_three_hundred_megabytes_takes_no_more_memory_than_a_small_one(tmp_path):
    raws = framed([real_blocks()[h] for h in (383616, 437303, 481815, 481829, 702861)], "f9beb4d9")
    code = (
        "import sys; from pathlib import Path; from adit.evidence.sources import blk_files\n"
        "print(sum(len(b.hash) for b in blk_files.read(Path(sys.argv[1]))))\n"
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )
    held = {}
    for times in (8, 60):
        folder = tmp_path / str(times)
        folder.mkdir()
        with (folder / "blk00000.dat").open("wb") as file:
            for _ in range(times):
                file.write(raws)
        told = subprocess.run(
            [sys.executable, "-c", code, str(folder)], check=True, capture_output=True, text=True
        ).stdout.split()
        assert int(told[0]) == 5 * times
        held[times] = int(told[1])
    assert held[60] < held[8] + 60_000, held
