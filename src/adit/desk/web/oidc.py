"""Sign-in through a provider of others: OpenID Connect, with a code that comes back and PKCE (RFC 7636).

What the provider says is believed for one thing only: which of the accounts that an administrator has linked this is. Nobody gets an
account by signing in elsewhere.
"""

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit, urlunsplit

from adit.desk.office import Office
from adit.desk.web.oidc_provider import BACK, Provider, back
from adit.desk.web.oidc_token import BEGIN_AGAIN, checked, is_subject, refuse
from adit.desk.web.pages import N_
from adit.engines.database import named
from adit.journal.entries import Draft
from adit.journal.writer import Transaction
from adit.terms.errors import BadInput, NotFound, Refused

__all__ = ["BACK", "PENDING", "Asked", "Outsider", "Provider", "ask", "link", "take_back"]

PENDING = timedelta(minutes=10)  # for somebody to sign in over there
_SIMPLE = re.compile("[a-z_]{1,40}")  # an error of the provider; anything else could be written by anybody


@dataclass(frozen=True, slots=True)
class Asked:
    """A sign-in that was begun: the address over there, and the cookie that binds what comes back to this browser."""

    address: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Outsider:
    """Who the provider says it is. `strong`: more than a password was asked for there."""

    issuer: str
    subject: str
    strong: bool
    goes_to: str


# Beginning and coming back ----------------------------------------------------------------------------------------
def ask(office: Office, provider: Provider, goes_to: str) -> Asked:
    """Begin a sign-in. Raises Unavailable where the provider does not say where to."""
    place = provider.endpoint("authorization_endpoint")
    cookie, state, nonce = (secrets.token_urlsafe(32) for _ in range(3))
    verifier, now = secrets.token_urlsafe(48), office.now()
    with office.reading() as connection:
        connection.execute("DELETE FROM desk.oidc_pending WHERE made_at <= %s", [now - PENDING])
        connection.execute(
            "INSERT INTO desk.oidc_pending (browser, state, nonce, verifier, goes_to, made_at) VALUES (%s, %s, %s, %s, %s, %s)",
            (_hash(cookie), _hash(state), nonce, verifier, goes_to, now),
        )
    query = {
        "response_type": "code", "scope": "openid", "client_id": office.settings.oidc_client, "redirect_uri": back(office),
        "state": state, "nonce": nonce, "code_challenge": _challenge(verifier), "code_challenge_method": "S256",
    }  # fmt: skip
    if office.settings.oidc_acr:
        query["acr_values"] = office.settings.oidc_acr
    parts = urlsplit(place)
    together = "&".join(p for p in (parts.query, urlencode(query)) if p)
    return Asked(urlunsplit((parts.scheme, parts.netloc, parts.path, together, "")), cookie)


def take_back(
    office: Office, provider: Provider, *, cookie: str, state: str, code: str, issuer: str = "", error: str = ""
) -> Outsider:
    """Who came back. Raises BadInput, whose place names the check that failed, and Unavailable.

    What was pending is taken by its cookie and its state together, and once: a state that somebody guesses, or another browser, takes
    nothing and destroys nothing.
    """
    with office.reading() as connection:
        found = named(
            connection,
            "DELETE FROM desk.oidc_pending WHERE browser = %s AND state = %s AND made_at > %s RETURNING nonce, verifier, goes_to",
            (_hash(cookie), _hash(state), office.now() - PENDING),
        )
    if not found:
        raise BadInput(
            N_("This sign-in was not begun in this browser, is over, or took too long."),
            where="state",
            todo=BEGIN_AGAIN,
        )
    if issuer and issuer != office.settings.oidc_issuer:  # RFC 9207
        refuse("iss of the answer")
    if error or not code:
        raise BadInput(
            N_("The other side did not sign you in."),
            where=error if _SIMPLE.fullmatch(error) else "code",
            todo=BEGIN_AGAIN,
        )
    [row] = found
    token = provider.token_for(code, row["verifier"])
    settings, now = office.settings, office.now().timestamp()
    claims = checked(
        token, provider.keys, issuer=settings.oidc_issuer, client=settings.oidc_client, nonce=row["nonce"], now=now
    )
    ways, level = claims.get("amr"), claims.get("acr")
    strong = (isinstance(ways, list) and "mfa" in ways) or level in office.settings.oidc_acr.split()
    return Outsider(office.settings.oidc_issuer, str(claims["sub"]), strong, str(row["goes_to"]))


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(_hash(verifier)).decode().rstrip("=")


# Linking ----------------------------------------------------------------------------------------------------------
def link(office: Office, hand: str, subject: str, *, by: str, key: str, digest: bytes) -> None:
    """Link an account to what the provider calls its owner, or to nothing; whoever is signed in to it has to sign in again.

    That it was linked is entered; the name over there is not, since it may say who somebody is. Raises NotFound for an account that is
    not open, BadInput for what is no subject, Refused where another account has it.
    """
    issuer = office.settings.oidc_issuer
    if not issuer:
        raise NotFound(N_("This office has no sign-in through others."))
    if subject and not is_subject(subject):
        raise BadInput(
            N_("This is not what a provider calls somebody."), where="subject",
            todo=N_("Copy what the sign-in page told them, or the claim sub of the provider: up to 255 letters and signs of ASCII."),
        )  # fmt: skip

    def work(transaction: Transaction) -> dict[str, str]:
        if not transaction.query("SELECT 1 FROM desk.account WHERE hand = %s AND closed_at IS NULL", (hand,)):
            raise NotFound(N_("There is no such account, or it is closed."))
        if subject and transaction.query(
            "SELECT 1 FROM desk.account WHERE issuer = %s AND external_subject = %s AND hand <> %s",
            (issuer, subject, hand),
        ):
            raise Refused(
                N_("Another account is linked to this subject."),
                name="subject taken",
                todo=N_("Unlink that one first."),
            )
        transaction.append(
            Draft("account", hand, by, {"act": "linked outside" if subject else "unlinked outside", "issuer": issuer})
        )
        transaction.later(
            "UPDATE desk.account SET issuer = %s, external_subject = %s WHERE hand = %s",
            (issuer if subject else None, subject or None, hand),
        )
        transaction.later("DELETE FROM desk.session WHERE hand = %s", (hand,))
        return {}

    office.write(work, key=key, digest=digest)
