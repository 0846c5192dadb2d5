"""Recognises what must never be handed to an office: private keys, seeds, transactions that wait to be signed or sent. It says which kind, never the value.

What is refused is looked for in every text, in names of keys too, at any depth. Where something may be a key it is refused: a mistyped key is one.
Hashes, transaction ids, addresses and the numbers of parties are none of these.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from adit.settlement.seed_phrases import is_phrase
from adit.terms.addresses import from_base58check
from adit.terms.errors import BadInput

__all__ = ["Secret", "refuse_secrets", "secrets_in"]

_BASE58 = "123456789A-HJ-NP-Za-km-z"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a private key", re.compile(rf"(?<![0-9A-Za-z])(?:[59][{_BASE58}]{{50}}|[KLc][{_BASE58}]{{51}})(?![0-9A-Za-z])")),
    ("an encrypted private key", re.compile(rf"(?<![0-9A-Za-z])6P[{_BASE58}]{{56}}(?![0-9A-Za-z])")),
    ("an extended private key", re.compile(rf"(?<![A-Za-z])[xyzutvXYZUTV]prv[{_BASE58}]{{20,}}")),
    ("a transaction to be signed", re.compile(r"c\s*H\s*N\s*i\s*d\s*P\s*[89+/A-Za-z](?:\s*[A-Za-z0-9+/=_-]){8,}")),
    ("a transaction to be signed", re.compile(r"(?i)(?<![0-9a-f])70736274ff[0-9a-f]{8,}")),
    # version, inputs of 41 bytes at least, outputs, lock time: four bytes of version and 56 more are the least of a transaction
    ("a raw transaction", re.compile(r"(?i)(?<![0-9a-f])(?:0x)?0[1-3]000000(?:0001)?(?!0{8})[0-9a-f]{104,}")),
    ("a raw transaction", re.compile(r"(?i)(?<![0-9a-f])0x(?:0[1-4])?f[89][0-9a-f]{160,}")),
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----")),
)
_HEX_KEY = re.compile(r"(?i)(?<![0-9a-fx])(?:0x)?[0-9a-f]{64}(?![0-9a-f])")
_NEAR = 60  # letters before a number within which a word says that it is a key
_SAYS_KEY = re.compile(
    r"(?i)(?:priv(?:ate)?[\s_-]*key|secret(?:[\s_-]*(?:key|exponent))?|\bpriv\b|\bseed\b|\bwif\b|master[\s_-]*key|mnemonic"
    r"|(?:приватн|закрыт|секретн)\w*\s+ключ|сид[\s-]*фраз)"
)
_KEY_NAMES = frozenset(
    {
        "privatekey", "privkey", "secretkey", "secret", "seed", "seedphrase", "seedwords", "mnemonic", "mnemonicphrase", "recoveryphrase", "wif", "xprv",
        "masterkey", "spendkey", "viewkey", "keystore", "psbt", "rawtx", "rawtransaction", "txhex", "signedtransaction", "signedtx", "приватныйключ",
        "закрытыйключ", "секретныйключ", "сидфраза",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 12  # words of a seed phrase
_BASE58_TOKEN = re.compile(rf"[{_BASE58}]+")
_HEX_TOKEN = re.compile(r"(?i)(?:0x)?[0-9a-f]+")
_MINI = re.compile(rf"(?<![0-9A-Za-z])S[{_BASE58}]{{29}}(?![0-9A-Za-z])")  # of coins made of metal
# first bytes and length of what is a key, and would be found where it stands in one piece
_KEYS = {(0x80, 33), (0x80, 34), (0xEF, 33), (0xEF, 34), (0x01, 39)}
_EXTENDED = re.compile(r"[xyzutvXYZUTV]prv")
_MOST_PIECES, _LONGEST_KEY, _LONGEST_HEX = 40, 112, 400


@dataclass(frozen=True, slots=True)
class Secret:
    """That something secret was handed in: of which kind, and in which field. Its value is nowhere."""

    kind: str
    where: str


def refuse_secrets(value: Any, where: str = "", log: Callable[[Secret], None] = lambda _: None) -> None:
    """Raise BadInput where anything in plain data is a secret, and have its kind and place logged; the value is neither told nor kept."""
    found = next(secrets_in(value, where), None)
    if found is not None:
        log(found)
        raise BadInput(
            f"This holds {found.kind}. Adit takes none: it was not read further, and is not kept.",
            where=found.where,
            todo="Take it out. Whoever has seen it can spend the coins: move them to a new key.",
        )


def secrets_in(value: Any, where: str = "") -> Iterator[Secret]:
    """Every secret in plain data, texts and names of fields alike."""
    if isinstance(value, str):
        yield from (Secret(kind, where) for kind in _kinds(value))
    elif isinstance(value, bytes | bytearray):
        yield from secrets_in(bytes(value).hex(), where)
        yield from secrets_in(bytes(value).decode("utf-8", "ignore"), where)
    elif isinstance(value, Mapping):
        for position, (name, held) in enumerate(value.items(), start=1):
            yield from _field(str(name), held, where, position)
        words = [v for v in value.values() if isinstance(v, str) and _WORD.fullmatch(v)]
        if len(words) >= _SHORTEST:  # a word a field
            yield from secrets_in(" ".join(words), where)
    elif isinstance(value, list | tuple | set | frozenset):
        for i, held in enumerate(value):
            yield from secrets_in(held, f"{where}[{i}]")
        if all(isinstance(v, str) and _WORD.fullmatch(v) for v in value):
            yield from secrets_in(" ".join(value), where)


def _field(name: str, held: Any, where: str, position: int) -> Iterator[Secret]:
    named = list(_kinds(name))
    place = f"{where}.{f'field {position}' if named else name}".lstrip(
        "."
    )  # a name that is a key itself is not repeated
    yield from (Secret(kind, place) for kind in named)
    plain = re.sub(r"[\s_.-]", "", name).lower()
    if plain in _KEY_NAMES and held not in (None, "", [], {}):
        yield Secret("something that is called a key", place)
    yield from secrets_in(held, place)
    if isinstance(held, str) and _SAYS_KEY.search(name):
        yield from (Secret("a private key", place) for _ in _HEX_KEY.finditer(held))


def _kinds(written: str) -> Iterator[str]:
    text = "".join(c for c in unicodedata.normalize("NFKC", written) if unicodedata.category(c) != "Cf")
    yield from (kind for kind, pattern in _PATTERNS if pattern.search(text))
    for number in _HEX_KEY.finditer(text):
        if _SAYS_KEY.search(text[max(0, number.start() - _NEAR) : number.start()]):
            yield "a private key"
    if any(sha256(f"{m[0]}?".encode()).digest()[0] == 0 for m in _MINI.finditer(text)):
        yield "a private key"
    yield from _in_pieces(text)
    if is_phrase(text):
        yield "a seed phrase"


def _in_pieces(text: str) -> Iterator[str]:
    """Keys and raw transactions that blanks, lines or marks take apart. A key is right by its checksum then: much could be joined to what looks like one."""
    tokens = re.findall(r"[0-9A-Za-z]+", text)
    for i, first in enumerate(tokens):
        if first[0] in "59KLc6xyzutvXYZUTV" and _BASE58_TOKEN.fullmatch(first) and len(first) < 111:
            joined = first
            for token in tokens[i + 1 : i + _MOST_PIECES]:
                joined += token
                if len(joined) > _LONGEST_KEY or not _BASE58_TOKEN.fullmatch(token):
                    break
                if _EXTENDED.match(joined) and len(joined) > 24:
                    yield "an extended private key"
                    return
                if len(joined) >= 51 and _is_key(joined):
                    yield "a private key"
                    return
        if first[:2].lower() in ("01", "02", "03", "0x") and _HEX_TOKEN.fullmatch(first):
            joined = first
            for token in tokens[i + 1 :]:
                if not _HEX_TOKEN.fullmatch(token) or len(joined) > _LONGEST_HEX:
                    break
                joined += token
            if joined != first and any(
                pattern.match(joined) for kind, pattern in _PATTERNS if kind == "a raw transaction"
            ):
                yield "a raw transaction"
                return


def _is_key(text: str) -> bool:
    try:
        held = from_base58check(text)
    except BadInput:
        return False
    return (held[0], len(held)) in _KEYS
