"""A visit to a site: planned for an inspector, then filed with what was found."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from adit.register.records import Inspection
from adit.register.store import Books
from adit.terms.errors import Forbidden, Refused

__all__ = ["cancel", "file", "plan"]


def plan(books: Books, id_: str, *, site: str, inspector: str, on: date, why: str) -> None:
    """Plan a visit on a day."""
    books.state(id_, Inspection(site, inspector, "planned"), since=on, new=True, why=why)


def file(
    books: Books,
    id_: str,
    *,
    machines_found: int,
    reading_wh: int | None,
    protocol: str,
    photos: Sequence[dict[str, Any]],
    on: date,
) -> None:
    """File what was found. Raises Forbidden for another inspector than the one it was planned for, Refused where it is filed."""
    stated = books.current(Inspection, id_)
    if stated.record.inspector != books.hand:
        raise Forbidden("The visit is planned for another inspector.", todo="Have it planned anew for you.")
    if stated.record.state != "planned":
        raise Refused(
            f"The visit was {stated.record.state} already.", name="wrong state", todo="Correct it by a note beside it."
        )
    books.state(
        id_,
        replace(
            stated.record, state="filed", machines_found=machines_found, reading_wh=reading_wh, protocol=protocol, photos=tuple(photos)
        ),
        since=on,
    )  # fmt: skip


def cancel(books: Books, id_: str, *, on: date, why: str) -> None:
    """Call the visit off."""
    stated = books.current(Inspection, id_)
    if stated.record.state != "planned":
        raise Refused(f"The visit was {stated.record.state} already.", name="wrong state")
    books.state(id_, replace(stated.record, state="cancelled"), since=on, why=why)
