"""The provider of an office: what it says of itself, its keys, and the token that it gives for a code."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote_plus, urlencode

from adit.desk.office import Office
from adit.desk.sealing import ABOUT_PROVIDER
from adit.desk.web import outgoing
from adit.desk.web.oidc_token import BEGIN_AGAIN, refuse
from adit.desk.web.pages import N_
from adit.terms.errors import BadInput, Unavailable

__all__ = ["BACK", "Provider", "back"]

BACK = "/sign-in/outside/back"  # where the provider sends people: known to it, so it stays
KEPT = timedelta(minutes=10)  # what a provider says of itself
ANEW = timedelta(minutes=1)  # after which keys are asked for again, for a key that is not among them
AFTER_FAILURE = timedelta(seconds=15)  # in which a provider that did not answer is not asked
_UNREADABLE = N_("The other side sends what cannot be read.")


def back(office: Office) -> str:
    """The whole address to which people are sent back."""
    return office.settings.url.rstrip("/") + BACK


class Provider:
    """The provider of an office: where it says its endpoints are, and its keys. Both are kept for ten minutes."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._lock = Lock()
        self._configuration: tuple[datetime, Mapping[str, Any]] | None = None
        self._keys: tuple[datetime, Sequence[Mapping[str, Any]]] | None = None
        self._failed_at: datetime | None = None

    def endpoint(self, name: str) -> str:
        """One of its addresses. Raises Unavailable."""
        place = self._said().get(name)
        schemes = ("https://", "http://") if self._office.settings.outgoing_private else ("https://",)
        if not isinstance(place, str) or not place.startswith(schemes):
            raise Unavailable(N_("The other side does not say where to sign in."), where=name, todo=BEGIN_AGAIN)
        return place

    def keys(self, *, anew: bool) -> Sequence[Mapping[str, Any]]:
        """The keys with which it signs; `anew`: asked for again, unless that was done a moment ago. Raises Unavailable."""
        place = self.endpoint("jwks_uri")
        with _Turn(self._lock):
            if self._keys is None or not self._fresh(self._keys[0], ANEW if anew else KEPT):
                found = self._fetch(place).get("keys")
                if not isinstance(found, list):
                    raise Unavailable(_UNREADABLE, where="jwks_uri", todo=BEGIN_AGAIN)
                self._keys = self._office.now(), [k for k in found if isinstance(k, dict)]
            return self._keys[1]

    def token_for(self, code: str, verifier: str) -> str:
        """The ID token for a code. Raises BadInput where the provider refuses the code, Unavailable where it does not answer."""
        settings, place = self._office.settings, self.endpoint("token_endpoint")
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back(self._office),
            "code_verifier": verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        if not settings.oidc_secret_file:
            fields["client_id"] = settings.oidc_client
        elif "client_secret_basic" in (
            self._said().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        ):
            pair = f"{quote_plus(settings.oidc_client)}:{quote_plus(self._secret())}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            fields |= {"client_id": settings.oidc_client, "client_secret": self._secret()}
        answer = outgoing.send(
            "POST",
            place,
            headers=headers,
            content=urlencode(fields).encode(),
            allow_private=settings.outgoing_private,
            inside=settings.inside,
        )
        if answer.status >= 500:
            raise Unavailable(
                N_("The other side does not answer."), where=f"token_endpoint {answer.status}", todo=BEGIN_AGAIN
            )
        if answer.status != 200:
            raise BadInput(
                N_("The other side did not sign you in."), where=f"token_endpoint {answer.status}", todo=BEGIN_AGAIN
            )
        token = _json(answer.body).get("id_token")
        if not isinstance(token, str):
            refuse("id_token")
        return token

    def _secret(self) -> str:
        try:
            text = Path(self._office.settings.oidc_secret_file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise Unavailable(
                N_("The office cannot read its secret for the other side."), todo=N_("Tell an administrator.")
            ) from error
        return self._office.keys.unseal(text, ABOUT_PROVIDER)

    def _said(self) -> Mapping[str, Any]:
        issuer = self._office.settings.oidc_issuer
        with _Turn(self._lock):
            if self._configuration is None or not self._fresh(self._configuration[0], KEPT):
                found = self._fetch(issuer.rstrip("/") + "/.well-known/openid-configuration")
                if found.get("issuer") != issuer:
                    raise Unavailable(
                        N_("The other side says that it is somebody else."), where="issuer", todo=BEGIN_AGAIN
                    )
                self._configuration = self._office.now(), found
            return self._configuration[1]

    def _fresh(self, at: datetime, kept: timedelta) -> bool:
        return timedelta(0) <= self._office.now() - at < kept

    def _fetch(self, url: str) -> Mapping[str, Any]:
        if self._failed_at is not None and self._fresh(self._failed_at, AFTER_FAILURE):
            raise Unavailable(N_("The other side does not answer."), where=url, todo=BEGIN_AGAIN)
        self._failed_at = self._office.now()
        answer = outgoing.send(
            "GET",
            url,
            headers={"Accept": "application/json"},
            allow_private=self._office.settings.outgoing_private,
            inside=self._office.settings.inside,
        )
        if answer.status != 200:
            raise Unavailable(N_("The other side does not answer."), where=f"{url} {answer.status}", todo=BEGIN_AGAIN)
        found = _json(answer.body)
        self._failed_at = None
        return found


class _Turn:
    """A turn to ask the provider; waits for it, but not for ever."""

    def __init__(self, lock: Lock) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=outgoing.WHOLE_S):
            raise Unavailable(N_("The other side does not answer."), todo=BEGIN_AGAIN)

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unavailable(_UNREADABLE, todo=BEGIN_AGAIN) from error
    if not isinstance(found, dict):
        raise Unavailable(_UNREADABLE, todo=BEGIN_AGAIN)
    return found
