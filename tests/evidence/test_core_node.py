"""A node of Bitcoin Core, as its REST and RPC answer: real blocks, and spent outputs that are invented in the form that it gives them."""

import json
from base64 import b64encode
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.answers import Written

from adit.evidence.sources.core_node import Node, blocks, node_at, prevouts, tip_height
from adit.evidence.sources.core_spent import Prevout, parse_spent, spent_in
from adit.evidence.sources.fetching import Response, parse_json
from adit.terms.errors import AditError, BadInput, Unavailable

BLOCKS = Path(__file__).parents[2] / "examples" / "chain" / "blocks"
URL = "http://127.0.0.1:8332"
SCRIPT = bytes.fromhex("76a914751e76e8199196d454941c45d1b3a323f1433bd688ac")
SPENT = ((), (Prevout(1, SCRIPT), Prevout(2_099_999_997_690_000, b"")), (Prevout(5_000_000_000, b"\x51" * 300),))


def raw(height: int) -> bytes:
    return (BLOCKS / f"{height}.raw").read_bytes()


def hash_of(block: bytes) -> str:
    return sha256(sha256(block[:80]).digest()).digest()[::-1].hex()


def compact(n: int) -> bytes:
    return (
        bytes([n])
        if n < 253
        else b"\xfd" + n.to_bytes(2, "little")
        if n < 65_536
        else b"\xfe" + n.to_bytes(4, "little")
    )


def as_rest(spent: tuple[tuple[Prevout, ...], ...]) -> bytes:
    """As `/rest/spenttxouts/<hash>.bin` writes them: an empty list for the coinbase, then one a transaction."""
    out = compact(len(spent))
    for prevs in spent:
        out += compact(len(prevs))
        out += b"".join(p.amount_sat.to_bytes(8, "little") + compact(len(p.script)) + p.script for p in prevs)
    return out


def as_rpc(spent: tuple[tuple[Prevout, ...], ...]) -> dict[str, Any]:
    """As `getblock` tells them at verbosity 3, with amounts in BTC of eight places."""
    txs: list[dict[str, Any]] = [{"vin": [{"coinbase": "00", "sequence": 0}]}]
    for prevs in spent[1:]:
        vins = [
            {
                "prevout": {
                    "value": f"#{p.amount_sat // 10**8}.{p.amount_sat % 10**8:08}#",
                    "scriptPubKey": {"hex": p.script.hex()},
                }
            }
            for p in prevs
        ]
        txs.append({"vin": vins})
    return {"tx": txs}


class Core:
    """A node with some blocks, whatever their heights; it answers as Bitcoin Core does, errors too."""

    def __init__(self, chain: dict[int, bytes], *, rest: bool = True, cookie: str = "__cookie__:secret") -> None:
        self.chain = chain
        self.rest = rest
        self.cookie = cookie
        self.hashes = {height: hash_of(block) for height, block in chain.items()}
        self.override: dict[str, Written] = {}
        self.asked: list[Request] = []

    def __call__(self, request: Request, seconds: float) -> Response:
        self.asked.append(request)
        path = request.full_url.removeprefix(URL)
        if (key := next((k for k in self.override if k in path + str(request.data)), None)) is not None:
            return self.override[key]
        return self.rpc(request) if request.data else self.get(path)

    def get(self, path: str) -> Written:
        if not self.rest:
            return Written(b"", 404)
        what, _, which = path.removeprefix("/rest/").rpartition("/")
        key = which.partition(".")[0]
        if which == "chaininfo.json":
            return Written(json.dumps({"chain": "main", "blocks": max(self.chain)}).encode())
        if what == "blockhashbyheight":
            found = self.hashes.get(int(key))
            return (
                Written(json.dumps({"blockhash": found}).encode())
                if found
                else Written(b"Block height out of range\r\n", 404)
            )
        block = next((self.chain[h] for h, x in self.hashes.items() if x == key), None)
        if block is None:
            return Written(f"{key} not found\r\n".encode(), 404)
        return Written(block if what == "block" else as_rest(SPENT))

    def rpc(self, request: Request) -> Written:
        assert isinstance(request.data, bytes)
        if request.get_header("Authorization") != f"Basic {b64encode(self.cookie.encode()).decode()}":
            return Written(b"", 401)
        asked = json.loads(request.data)
        match asked["method"], asked["params"]:
            case "getblockcount", []:
                return self.result(max(self.chain))
            case "getblockhash", [height] if height in self.hashes:
                return self.result(self.hashes[height])
            case "getblock", [key, 0] if key in self.hashes.values():
                return self.result(next(self.chain[h] for h, x in self.hashes.items() if x == key).hex())
            case "getblock", [key, 3] if key in self.hashes.values():
                return self.result(as_rpc(SPENT))
            case "getblockhash", _:
                return self.error(-8, "Block height out of range")
        return self.error(-5, "Block not found")

    @staticmethod
    def result(value: Any) -> Written:
        text = json.dumps({"result": value, "error": None, "id": "adit"}).replace('"#', "").replace('#"', "")
        return Written(text.encode())

    @staticmethod
    def error(code: int, message: str) -> Written:
        return Written(
            json.dumps({"result": None, "error": {"code": code, "message": message}, "id": "adit"}).encode(), 500
        )


@pytest.fixture
def cookie(tmp_path: Path) -> Path:
    path = tmp_path / ".cookie"
    path.write_text("__cookie__:secret", encoding="utf-8")
    return path


TWO = {227835: raw(227835), 227836: raw(227836)}


def nodes(cookie: Path) -> list[Node]:
    return [node_at(URL), node_at(f"{URL}/", cookie=cookie)]


def test_the_blocks_come_as_they_are_over_either_way(cookie: Path) -> None:
    for node in nodes(cookie):
        assert list(blocks(node, 227835, 227836, opener=Core(TWO))) == list(TWO.values())
        assert tip_height(node, opener=Core(TWO)) == 227836


def test_a_block_is_asked_for_only_when_it_is_wanted() -> None:
    core = Core(TWO)
    found = blocks(node_at(URL), 227835, 227836, opener=core)
    assert core.asked == []
    next(found)
    assert [r.full_url.removeprefix(URL) for r in core.asked] == [
        "/rest/blockhashbyheight/227835.json",
        f"/rest/block/{core.hashes[227835]}.bin",
    ]


def test_what_was_spent_comes_to_the_satoshi_over_either_way(cookie: Path) -> None:
    for node in nodes(cookie):
        assert list(prevouts(node, 227835, 227836, opener=Core(TWO))) == [SPENT, SPENT]


def test_a_block_of_nothing_but_its_coinbase_spends_nothing() -> None:
    """The bytes as programs that speak this form have them in their tests."""
    assert parse_spent(bytes.fromhex("0100"), "x") == ((),)


prevs = st.lists(st.builds(Prevout, st.integers(0, 21 * 10**14), st.binary(max_size=600)), max_size=4).map(tuple)


@given(st.lists(prevs, max_size=80).map(lambda rest: ((), *rest)))
def test_both_forms_say_the_same(spent: tuple[tuple[Prevout, ...], ...]) -> None:
    told = json.dumps(as_rpc(spent)).replace('"#', "").replace('#"', "")
    assert parse_spent(as_rest(spent), "x") == spent == spent_in(parse_json(told.encode(), "x"), "x")


@given(st.binary(max_size=60))
def test_whatever_bytes_come_are_spent_outputs_or_a_bad_input(data: bytes) -> None:
    try:
        spent = parse_spent(data, "x")
    except BadInput:
        return
    assert len(as_rest(spent)) <= len(data)


@pytest.mark.parametrize("end", [0, 1, 2, 10, 40, -1])
def test_spent_outputs_that_break_off_are_refused(end: int) -> None:
    with pytest.raises(BadInput, match="break off"):
        parse_spent(as_rest(SPENT)[:end], "x")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (as_rest(SPENT) + b"\x00", "1 bytes follow the spent outputs"),
        (b"\x01\x01" + (21 * 10**14 + 1).to_bytes(8, "little") + b"\x00", "An input spends 2100000000000001 satoshi"),
        (b"\xff" + b"\xff" * 8, "break off"),
    ],
)
def test_spent_outputs_that_cannot_be_are_refused(data: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        parse_spent(data, "x")


def _block(value: Any, script: Any = "51") -> dict[str, Any]:
    return {"tx": [{"vin": [{"prevout": {"value": value, "scriptPubKey": {"hex": script}}}]}]}


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (
            {"tx": [{"vin": [{"txid": "00", "vout": 0}]}]},
            "does not say what its inputs spend",
        ),  # verbosity 2, or a pruned node
        ({"tx": ["00"]}, "does not say what its inputs spend"),
        ("00", "does not say what its inputs spend"),
        (_block(Decimal("0.000000001")), "An input spends 1E-9 BTC"),
        (_block(Decimal("-1")), "An input spends -1 BTC"),
        (_block(21_000_001), "An input spends 21000001 BTC"),
        (_block("1.0"), "An input spends 1.0 BTC"),
        (_block(1, "5"), "The node gives no bytes"),
        (_block(1, None), "The node gives no bytes"),
    ],
)
def test_a_block_that_does_not_tell_what_it_should_is_refused(block: Any, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        spent_in(block, "x")


# Nothing is believed ------------------------------------------------------------------------------------------------
def test_another_block_than_was_asked_for_is_refused(cookie: Path) -> None:
    for node in nodes(cookie):
        core = Core(TWO)
        core.chain = {227835: raw(227836), 227836: raw(227835)}
        with pytest.raises(BadInput, match="The block at height 227835 does not hash to 0000"):
            next(blocks(node, 227835, 227836, opener=core))


def test_a_block_that_broke_off_in_its_header_is_refused() -> None:
    core = Core(TWO)
    core.chain = {227835: raw(227835)[:80]}
    with pytest.raises(BadInput, match="does not hash to"):
        next(blocks(node_at(URL), 227835, 227835, opener=core))


def test_a_block_that_does_not_follow_the_one_before_is_a_reorganisation() -> None:
    core = Core({1: raw(227835), 2: raw(169482)})
    found = blocks(node_at(URL), 1, 2, opener=core)
    next(found)
    with pytest.raises(Unavailable, match=r"The chain was reorganised at height 2 while it was read\.\nRun it again"):
        next(found)


@pytest.mark.parametrize(("first", "last"), [(-1, 5), (5, 4)])
def test_heights_out_of_order_are_refused(first: int, last: int) -> None:
    core = Core(TWO)
    with pytest.raises(BadInput, match="are no heights in order"):
        next(blocks(node_at(URL), first, last, opener=core))
    assert core.asked == []


# What a node says ---------------------------------------------------------------------------------------------------
def test_a_height_that_the_node_has_not_reached(cookie: Path) -> None:
    for node in nodes(cookie):
        with pytest.raises(
            BadInput, match=r"The node says: Block height out of range\nAsk for heights that the node has reached"
        ):
            next(blocks(node, 900_000, 900_000, opener=Core(TWO)))


@pytest.mark.parametrize(
    ("override", "kind", "said"),
    [
        ({"/rest/block/": Written(b"00 not available (pruned data)\r\n", 404)}, BadInput, "thrown these blocks away"),
        (
            {"/rest/": Written(b"Service temporarily unavailable: Loading block index...", 503)},
            Unavailable,
            "still starting: Service",
        ),
        ({"/rest/": Written(b"Work queue depth exceeded", 500)}, BadInput, "The node says: Work queue depth exceeded"),
        ({"blockhash": Written(b'{"blockhash": "../../etc/passwd"}')}, BadInput, "gives no hash for height 227835"),
        ({"blockhash": Written(b"<html>")}, BadInput, "is not JSON"),
        ({"blockhash": Written(b"[]")}, BadInput, "gives no hash for height 227835"),
        (
            {"/rest/": Written(b"", 302, Location="http://169.254.169.254/latest")},
            BadInput,
            "169.254.169.254 is not asked",
        ),
    ],
)
def test_what_rest_can_say_instead(override: dict[str, Written], kind: type[AditError], said: str) -> None:
    core = Core(TWO)
    core.override = override
    with pytest.raises(kind) as error:
        next(blocks(node_at(URL), 227835, 227835, opener=core))
    assert said in str(error.value)
    assert error.value.todo


def test_a_node_without_rest_says_how_to_have_it() -> None:
    with pytest.raises(BadInput, match=r"Set rest=1 in bitcoin\.conf"):
        next(blocks(node_at(URL), 227835, 227835, opener=Core(TWO, rest=False)))
    core = Core(TWO)
    core.override = {"spenttxouts": Written(b"", 404)}
    with pytest.raises(BadInput, match=r"What was spent needs Bitcoin Core 30\. Set rest=1"):
        next(prevouts(node_at(URL), 227835, 227835, opener=core))


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Core.error(-28, "Loading block index…"), Unavailable, "still starting: Loading block index…"),
        (Core.error(-1, "Block not available (pruned data)"), BadInput, "thrown these blocks away"),
        (Core.error(-32601, "Method not found"), BadInput, "The node says: Method not found"),
        (Written(b"", 403), BadInput, "refuses the cookie"),
        (Written(b"busy", 503), Unavailable, "answered with status 503"),
        (Written(b"<html>"), BadInput, "is not JSON"),
        (Written(b"{}"), BadInput, "The answer is none of Bitcoin Core"),
        (Written(b'{"result": null, "error": "odd"}'), BadInput, "The node says:"),
        (Core.result(True), BadInput, "gives no hash"),
        (Written(b"", 307, Location=f"{URL}/other"), Unavailable, "sends the request elsewhere"),
    ],
)
def test_what_rpc_can_say_instead(cookie: Path, answer: Written, kind: type[AditError], said: str) -> None:
    core = Core(TWO)
    core.override = {"getblockhash": answer}
    with pytest.raises(kind) as error:
        next(blocks(node_at(URL, cookie=cookie), 227835, 227835, opener=core))
    assert said in str(error.value)
    assert error.value.todo
    assert "secret" not in str(error.value)


def test_a_cookie_of_an_earlier_start_is_refused_and_never_told(cookie: Path) -> None:
    with pytest.raises(BadInput, match="A node writes it anew at each start") as error:
        next(blocks(node_at(URL, cookie=cookie), 1, 1, opener=Core(TWO, cookie="__cookie__:newer")))
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("content", [None, b"", b"secret", b"a:b\nc:d", b"\xff:\xfe"])
def test_what_is_no_cookie_file(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "none"
    if content is not None:
        path.write_bytes(content)
    core = Core(TWO)
    with pytest.raises(BadInput, match="cookie file") as error:
        next(blocks(node_at(URL, cookie=path), 1, 1, opener=core))
    assert "secret" not in str(error.value)
    assert core.asked == []


def test_a_node_that_does_not_run() -> None:
    def nobody(request: Request, seconds: float) -> Response:
        raise URLError("Connection refused")

    with pytest.raises(Unavailable, match=r"does not answer \(Connection refused\)"):
        tip_height(node_at(URL), opener=nobody)


# Where a node may be ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8332",
        "http://localhost:8332/",
        "http://[::1]:8332",
        "http://127.8.9.1",
        "https://node.example:443",
    ],
)
def test_a_node_on_this_machine_or_over_tls_is_asked(url: str) -> None:
    assert node_at(url).url == url.rstrip("/")


@pytest.mark.parametrize(
    "url", ["http://node.example:8332", "http://10.0.0.5:8332", "http://127.0.0.1.example", "http://0.0.0.0:8332"]
)
def test_plain_http_elsewhere_is_refused_until_its_host_is_named(url: str) -> None:
    with pytest.raises(BadInput, match="is not this machine, and http:// would let others") as error:
        node_at(url)
    assert "tunnel" in error.value.todo
    with pytest.raises(BadInput):
        node_at(url, plain_host="other.example")
    host = url.removeprefix("http://").partition(":")[0]
    assert node_at(url, plain_host=host.upper()).door.plain_hosts == {host}


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8332", "ftp://127.0.0.1", "http://user:secret@127.0.0.1:8332", "http://127.0.0.1:8332/wallet/x", "http://127.0.0.1:x", "http://"]
)  # fmt: skip
def test_what_is_no_address_of_a_node(url: str) -> None:
    with pytest.raises(BadInput, match="This is not the address of a node") as error:
        node_at(url)
    assert error.value.todo == "Write it as http://127.0.0.1:8332; a password is not written into it."
    assert "secret" not in str(error.value)


def test_blocks_of_a_node_become_receipts_with_their_payers() -> None:
    """Two real blocks that follow one another, as a node gives them; the spent outputs are invented, one for each input."""
    from adit.evidence.chain.block import read_block
    from adit.evidence.chain.receipts import Scan, address_of
    from adit.evidence.chain.watched import watch
    from adit.evidence.sources import node_blocks
    from adit.terms.addresses import decode

    chain = {227_835: raw(227_835), 227_836: raw(227_836)}
    core = Core(chain)
    for height, block in chain.items():
        inputs = [t.inputs for t in read_block(block, "").transactions]
        spent = ((), *(tuple(Prevout(1000 + k, SCRIPT) for k, _ in enumerate(ins)) for ins in inputs[1:]))
        core.override[f"/rest/spenttxouts/{core.hashes[height]}.bin"] = Written(as_rest(spent))
    paid = decode("1NG3vKL2DSpWGc75ySAVcmhqGtmRfYCbrL").script  # output 1 of a transaction of block 227,835
    scan = Scan(watch([paid]), "mainnet")
    node = node_at(URL)
    for batch in node_blocks.read(node, 227_835, 227_836, opener=core):
        scan.take(batch)
    named = node_blocks.payers(node, 227_835, 227_836, scan.spent(), lambda s: address_of(s, "mainnet"), opener=core)
    scan.name_payers(named)
    found = scan.found(start_height=227_835, tip=-1, min_confirmations=1, difficulty_at=lambda _height: None)
    (receipt,) = found.receipts
    assert (receipt.height, receipt.vout, receipt.confirmations) == (227_835, 1, 2)
    assert receipt.payers == (address_of(SCRIPT, "mainnet"),)
    short = ((), *([()] * (len(read_block(chain[227_835], "").transactions) - 1)))
    core.override[f"/rest/spenttxouts/{core.hashes[227_835]}.bin"] = Written(as_rest(short))
    with pytest.raises(BadInput, match="tells 0 spent outputs for a transaction of"):
        node_blocks.payers(node, 227_835, 227_836, scan.spent(), lambda s: s.hex(), opener=core)
