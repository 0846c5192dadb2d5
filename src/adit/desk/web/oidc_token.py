"""The ID token of a provider (OpenID Connect Core 3.1.3.7): what it says is believed after every check, or not at all.

The signature is worked out by joserfc; which keys and algorithms may be used, and what the claims have to say, stands here.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, Protocol

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from adit.desk.web.pages import N_
from adit.terms.errors import BadInput

__all__ = ["BEGIN_AGAIN", "Claims", "Keys", "checked", "is_subject", "refuse"]

LEEWAY_S = 60  # that the provider's clock may differ from ours
OLDEST_S = 600  # of a token: it was made for this sign-in
RSA_BITS_MIN = 2048
BEGIN_AGAIN = N_("Begin again at the sign-in page. If it happens again, tell an administrator what it says here.")

_ALGORITHMS: dict[str, type[RSAKey] | type[ECKey] | type[OKPKey]] = {"RS256": RSAKey, "ES256": ECKey, "EdDSA": OKPKey}
Claims = Mapping[str, Any]


class Keys(Protocol):
    """The keys with which the provider signs; `anew`: those that it has now, if it was not asked a moment ago."""

    def __call__(self, *, anew: bool) -> Sequence[Mapping[str, Any]]: ...


def refuse(where: str) -> NoReturn:
    """Raise BadInput at this check."""
    raise BadInput(N_("What the other side says of you does not hold."), where=where, todo=BEGIN_AGAIN)


class _Signatures(jws.JWSRegistry):
    """Three algorithms with keys in pairs, and no others: none of those whose key both sides hold, and never none."""

    max_header_length = 4096

    def __init__(self) -> None:
        super().__init__(algorithms=[*_ALGORITHMS], strict_check_header=False)

    def get_alg(self, name: str) -> Any:
        if name not in _ALGORITHMS:
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]


_signatures = _Signatures()


def checked(token: str, keys: Keys, *, issuer: str, client: str, nonce: str, now: float) -> Claims:
    """The claims of a token, after its signature and every claim that a sign-in rests on were checked; `now` in seconds since 1970.

    Raises BadInput, whose place names the check that failed.
    """
    claims = _signed(token, keys)
    if claims.get("iss") != issuer:
        refuse("iss")
    audience = claims.get("aud")
    audience = [audience] if isinstance(audience, str) else audience
    if not isinstance(audience, list) or client not in audience:
        refuse("aud")
    if claims.get("azp", None if len(audience) > 1 else client) != client:
        refuse("azp")  # a token for several is ours only where it says so
    if _seconds(claims, "exp") + LEEWAY_S <= now:
        refuse("exp")
    if not now - OLDEST_S - LEEWAY_S <= _seconds(claims, "iat") <= now + LEEWAY_S:
        refuse("iat")
    if "nbf" in claims and _seconds(claims, "nbf") > now + LEEWAY_S:
        refuse("nbf")
    if claims.get("nonce") != nonce:
        refuse("nonce")
    if not is_subject(claims.get("sub")):
        refuse("sub")
    return claims


def is_subject(name: object) -> bool:
    """Whether a provider may call somebody so: up to 255 signs of ASCII."""
    return isinstance(name, str) and 0 < len(name) <= 255 and name.isascii() and name.isprintable()


def _seconds(claims: Claims, name: str) -> float:
    """A moment, in seconds since 1970; what is none is refused (NaN is later and earlier than nothing)."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e12 < value < 1e12:
        refuse(name)
    return float(value)


def _signed(token: str, keys: Keys) -> Claims:
    """The claims of a token that one of the keys signed."""
    try:
        found = jws.extract_compact(token.encode(), None, _signatures)
        header: object = found.headers()
    except (JoseError, ValueError, RecursionError):
        refuse("token")
    if not isinstance(header, dict):
        refuse("token")
    if "crit" in header or "b64" in header:
        refuse("crit")
    algorithm, name = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in _ALGORITHMS:
        refuse("alg")
    key = _key(keys(anew=False), algorithm, name) or _key(keys(anew=True), algorithm, name)
    if key is None:
        refuse("kid")
    try:
        holds = jws.validate_compact(found, key, registry=_signatures)
    except (JoseError, ValueError):
        holds = False
    if not holds:
        refuse("signature")
    try:
        claims = json.loads(found.payload or b"")
    except (ValueError, RecursionError):
        refuse("token")
    if not isinstance(claims, dict):
        refuse("token")
    return claims


def _key(keys: Sequence[Mapping[str, Any]], algorithm: str, name: object) -> Key | None:
    """The key of this name for this algorithm. Without a name: the only one there is for it, or none."""
    kind = _ALGORITHMS[algorithm]
    fitting = [
        k for k in keys
        if k.get("kty") == kind.key_type and k.get("use", "sig") == "sig" and k.get("alg", algorithm) == algorithm
        and (name is None or k.get("kid") == name) and _long_enough(k)
    ]  # fmt: skip
    if len(fitting) != 1:
        return None
    try:
        return kind.import_key(dict(fitting[0]))
    except (JoseError, ValueError, KeyError, TypeError):
        return None


def _long_enough(key: Mapping[str, Any]) -> bool:
    if key.get("kty") != "RSA":
        return True
    modulus = str(key.get("n", ""))
    try:
        return int.from_bytes(urlsafe_b64decode(modulus + "=" * (-len(modulus) % 4))).bit_length() >= RSA_BITS_MIN
    except ValueError:
        return False
