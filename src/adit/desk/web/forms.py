"""The forms of the desk: read, known to come from a page of ours, and entered once by the hand that sent them."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from hmac import compare_digest
from typing import Annotated, Any

from fastapi import Depends, Request

from adit.desk.office import new_id
from adit.desk.web.hands import Hand, anyone
from adit.desk.web.pages import office_of
from adit.journal.writer import Transaction
from adit.register.procedures import proposals
from adit.register.procedures.proposals import Statement
from adit.register.store import Books
from adit.terms.errors import BadInput, Forbidden

__all__ = ["Form", "Sent", "check_origin", "enter", "form", "propose"]


_EXACT = ("password", "old", "new")  # passwords, which are what they are with their blanks


class Form(Mapping[str, str]):
    """The fields of a form that was sent: text without blanks around it, but for passwords. `key` names the request, so that it counts once."""

    def __init__(self, fields: Mapping[str, str], many: Mapping[str, list[str]]) -> None:
        self._fields = fields
        self._many = many

    def __getitem__(self, name: str) -> str:
        return self._fields.get(name, "")

    def __iter__(self) -> Any:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def all(self, name: str) -> list[str]:
        return self._many.get(name, [])

    @property
    def key(self) -> str:
        key = self["key"]
        if not re.fullmatch(r"[A-Za-z0-9_-]{16,64}", key):
            raise BadInput("The form has no key.", todo="Go back, load the page anew, and send it again.")
        return f"form {key}"

    @property
    def digest(self) -> bytes:
        """Of all that was filled in: the same key with other fields is another request."""
        held = sorted((n, v) for n, vs in self._many.items() for v in vs if n != "csrf")
        return sha256(repr(held).encode()).digest()

    def needed(self, name: str, label: str) -> str:
        """A field that has to be filled in. Raises BadInput, with the field as its place."""
        if not self[name]:
            raise BadInput(f"{label}: nothing is filled in.", where=name)
        return self[name]


async def form(request: Request) -> Form:
    """The form of a request, after the check that it came from a page of ours."""
    who = anyone(request)
    sent = await request.form()
    texts = [(k, v) for k, v in sent.multi_items() if isinstance(v, str)]
    check_origin(request)
    if who is not None and not _same(dict(texts).get("csrf", ""), who.csrf):
        raise Forbidden(
            "This form did not come from a page of the desk, or is too old.",
            todo="Go back, load the page anew, and send it again.",
        )
    many: dict[str, list[str]] = {}
    for name, value in texts:
        if "\0" in name + value:
            raise BadInput("Something in this form cannot be read.", where=name.replace("\0", ""))
        many.setdefault(name, []).append(value if name in _EXACT else value.strip().replace("\r\n", "\n"))
    return Form({n: vs[-1] for n, vs in many.items()}, many)


def check_origin(request: Request) -> None:
    """Raise Forbidden where a browser says that the request comes from another place."""
    origin = request.headers.get("origin")
    if (
        origin
        and origin != "null"
        and origin.rstrip("/") != str(request.base_url).rstrip("/")
        and origin.rstrip("/") != office_of(request).settings.url.rstrip("/")
    ):
        raise Forbidden("This request came from another site.", todo="Open the desk at its own address.")
    # a host beside this one is a stranger too
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise Forbidden("This request came from another site.", todo="Open the desk at its own address.")


def _same(a: str, b: str) -> bool:
    return bool(b) and compare_digest(a.encode(), b.encode())


Sent = Annotated[Form, Depends(form)]


def enter(request: Request, who: Hand, sent: Form, work: Callable[[Books, date], object]) -> str:
    """Have the work of a form entered: once, however often it is sent; the id that the work gave back that once. Raises what it refuses."""
    office = office_of(request)
    today = office.today()

    def done(transaction: Transaction) -> dict[str, str]:
        made = work(Books(transaction, who.code), today)
        return {"id": made} if isinstance(made, str) else {}

    return str(office.write(done, key=sent.key, digest=sent.digest).answer.get("id", ""))


def propose(
    request: Request,
    who: Hand,
    sent: Form,
    about: str,
    reason: str,
    made: Callable[[Books, date], tuple[str, Sequence[Statement]]],
) -> None:
    """Have what a form decides proposed: the act and its statements, for a second hand to approve."""
    proposal = new_id("proposal")

    def work(books: Books, on: date) -> None:
        act, statements = made(books, on)
        proposals.propose(books, proposal, about=about, act=act, statements=statements, reason=reason, since=on)

    enter(request, who, sent, work)
