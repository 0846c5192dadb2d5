"""Blocks and what their inputs spent, asked of a node of Bitcoin Core: over REST, or over RPC where a cookie file is given.

REST needs `rest=1` in the node's configuration, and for what was spent Bitcoin Core 30; RPC needs Bitcoin Core 23 for that. Both give
the block's own bytes, and they are believed only so far: each has to hash to what the node calls it, and to follow the one before.
A node on this machine is asked without TLS. One elsewhere is so only where the user named its host for that, because
the cookie and the blocks could be read and changed on the way.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from adit.evidence.sources.core_spent import Prevout, bytes_of, parse_spent, spent_in
from adit.evidence.sources.fetching import Door, Opener, ask, parse_json
from adit.terms.errors import BadInput, Unavailable

__all__ = ["Node", "blocks", "node_at", "prevouts", "tip_height"]

_BYTES_MAX = 256_000_000  # RPC writes a block as text, with every script twice
_SECONDS = 120.0
_WARMING_UP = -28  # of Bitcoin Core, src/rpc/protocol.h


@dataclass(frozen=True, slots=True)
class Node:
    """A node and how it is asked. With a cookie file it is asked over RPC; the file is read at each request, since a node writes it anew."""

    url: str
    cookie: Path | None
    door: Door


def node_at(url: str, *, cookie: Path | None = None, plain_host: str | None = None) -> Node:
    """The node at an address such as http://127.0.0.1:8332. Raises BadInput for plain http to a host that was not named for it."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise _no_address(url) from error
    if parts.scheme not in ("http", "https") or not host or parts.username is not None or parts.path not in ("", "/"):
        raise _no_address(url)
    plain = frozenset({host}) if _loopback(host) or host == (plain_host or "").lower() else frozenset[str]()
    if parts.scheme == "http" and host not in plain:
        raise BadInput(
            f"{host} is not this machine, and http:// would let others read and change what it says.",
            where=url,
            todo="Use https://, or a tunnel to this machine, or name the host as one whose network you trust.",
        )
    return Node(url.rstrip("/"), cookie, Door((host,), _BYTES_MAX, _SECONDS, plain, any_port=True))


def blocks(node: Node, first_height: int, last_height: int, *, opener: Opener | None = None) -> Iterator[bytes]:
    """The raw blocks of these heights, in order, the last one too.

    Raises BadInput for heights or blocks that the node does not have, or one that is not what it should be; Unavailable where the node
    does not answer or the chain was reorganised meanwhile.
    """
    before: bytes | None = None
    for height, hash_ in _hashes(node, first_height, last_height, opener):
        block = _block(node, hash_, opener)
        found = sha256(sha256(block[:80]).digest()).digest()
        if len(block) < 81 or found[::-1].hex() != hash_:
            raise BadInput(
                f"The block at height {height} does not hash to {hash_}.", where=node.url, todo="Check the node."
            )
        if before is not None and block[4:36] != before:
            raise Unavailable(
                f"The chain was reorganised at height {height} while it was read.", where=node.url, todo="Run it again."
            )
        before = found
        yield block


def prevouts(
    node: Node, first_height: int, last_height: int, *, opener: Opener | None = None
) -> Iterator[tuple[tuple[Prevout, ...], ...]]:
    """For each of these blocks, for each of its transactions, what its inputs spend, in the order of the inputs; nothing for a coinbase.

    Raises as `blocks` does.
    """
    for height, hash_ in _hashes(node, first_height, last_height, opener):
        if node.cookie is None:
            yield parse_spent(_rest(node, f"spenttxouts/{hash_}.bin", opener), f"{node.url}, block {height}")
        else:
            yield spent_in(_rpc(node, "getblock", [hash_, 3], opener), f"{node.url}, block {height}")


def tip_height(node: Node, *, opener: Opener | None = None) -> int:
    """The height of the last block that the node has."""
    if node.cookie is not None:
        height = _rpc(node, "getblockcount", [], opener)
    else:
        info = parse_json(_rest(node, "chaininfo.json", opener), node.url)
        height = info.get("blocks") if isinstance(info, dict) else None
    if isinstance(height, bool) or not isinstance(height, int):
        raise BadInput("The node gives no height.", where=node.url, todo="Check that it is Bitcoin Core.")
    return height


def _hashes(node: Node, first: int, last: int, opener: Opener | None) -> Iterator[tuple[int, str]]:
    if not 0 <= first <= last:
        raise BadInput(f"{first} to {last} are no heights in order.", todo="Give the first height, then the last.")
    for height in range(first, last + 1):
        if node.cookie is not None:
            answer = _rpc(node, "getblockhash", [height], opener)
        else:
            text = parse_json(_rest(node, f"blockhashbyheight/{height}.json", opener), node.url)
            answer = text.get("blockhash") if isinstance(text, dict) else None
        if not isinstance(answer, str) or len(answer) != 64 or not set(answer) <= set("0123456789abcdef"):
            raise BadInput(
                f"The node gives no hash for height {height}.", where=node.url, todo="Check that it is Bitcoin Core."
            )
        yield height, answer


def _block(node: Node, hash_: str, opener: Opener | None) -> bytes:
    if node.cookie is None:
        return _rest(node, f"block/{hash_}.bin", opener)
    text = _rpc(node, "getblock", [hash_, 0], opener)
    return bytes_of(text, f"{node.url}, block {hash_}")


# REST -------------------------------------------------------------------------------------------------------------
def _rest(node: Node, path: str, opener: Opener | None) -> bytes:
    answer = ask(f"{node.url}/rest/{path}", node.door, opener=opener)
    if answer.status == 200:
        return answer.body
    said = _said(answer.body)
    if answer.status == 503:
        raise Unavailable(f"The node is still starting: {said}", where=node.url, todo="Try again in a minute.")
    if answer.status == 404 and not said:
        todo = "Set rest=1 in bitcoin.conf and start it again, or give its cookie file to ask over RPC."
        if path.startswith("spenttxouts"):
            todo = f"What was spent needs Bitcoin Core 30. {todo}"
        raise BadInput("The node does not answer to REST, or not to this.", where=f"{node.url}/rest/{path}", todo=todo)
    raise BadInput(f"The node says: {said or answer.status}", where=f"{node.url}/rest/{path}", todo=_advice(said))


# RPC --------------------------------------------------------------------------------------------------------------
def _rpc(node: Node, method: str, params: list[Any], opener: Opener | None) -> Any:
    content = json.dumps({"jsonrpc": "1.0", "id": "adit", "method": method, "params": params}).encode()
    headers = {"Authorization": _authorization(node), "Content-Type": "application/json"}
    answer = ask(f"{node.url}/", node.door, content=content, headers=headers, opener=opener)
    if answer.status in (401, 403):
        raise BadInput(
            "The node refuses the cookie.",
            where=node.url,
            todo="A node writes it anew at each start: give the file .cookie of the one that runs now, and allow this machine (rpcallowip).",
        )
    if answer.status not in (200, 404, 500):  # Bitcoin Core answers errors of a method with 404 or 500
        raise Unavailable(f"The node answered with status {answer.status}.", where=node.url, todo="Try again later.")
    reply = parse_json(answer.body, node.url)
    if not isinstance(reply, dict) or "result" not in reply:
        raise BadInput("The answer is none of Bitcoin Core.", where=node.url, todo="Check the address and the port.")
    if error := reply.get("error"):
        code, said = (
            (error.get("code"), _said(str(error.get("message")).encode())) if isinstance(error, dict) else (0, "")
        )
        if code == _WARMING_UP:
            raise Unavailable(f"The node is still starting: {said}", where=node.url, todo="Try again in a minute.")
        raise BadInput(f"The node says: {said}", where=f"{node.url}, {method}", todo=_advice(said))
    return reply["result"]


def _authorization(node: Node) -> str:
    assert node.cookie is not None
    try:
        text = node.cookie.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            "The cookie file cannot be read.",
            where=str(node.cookie),
            todo="It is the file .cookie in the data folder of a node that runs, readable by its user alone.",
        ) from error
    if ":" not in text or "\n" in text:
        raise BadInput("This is no cookie file.", where=str(node.cookie), todo="Give the file .cookie of the node.")
    return f"Basic {b64encode(text.encode()).decode()}"


# both -------------------------------------------------------------------------------------------------------------
def _said(body: bytes) -> str:
    """What a node says of an error, short and on one line."""
    return " ".join(body[:300].decode("utf-8", "replace").split())


def _advice(said: str) -> str:
    if "pruned" in said:
        return "The node has thrown these blocks away. Ask for later ones, or a node that keeps all."
    if "out of range" in said:
        return "Ask for heights that the node has reached."
    return "Check the node and the heights."


def _no_address(url: str) -> BadInput:
    return BadInput(
        "This is not the address of a node.",
        where=url.rpartition("@")[2][:200],
        todo="Write it as http://127.0.0.1:8332; a password is not written into it.",
    )


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
