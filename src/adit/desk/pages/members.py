"""The register as a list, with its export; the filters of lists that somebody saves."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from adit.desk.exports import Row, download, preamble
from adit.desk.listing import (
    KINDS,
    PAGE,
    REGISTERS,
    Member,
    Wanted,
    counts,
    every_member,
    members,
    one_moment,
    region_name,
    region_names,
    wanted,
)
from adit.desk.web.filters import LABELS, address, asked, forget, keep, kept
from adit.desk.web.forms import Sent
from adit.desk.web.hands import Anybody, Reader
from adit.desk.web.languages import Words
from adit.desk.web.pages import N_, office_of, page, redirect, words_of
from adit.settlement.secrets_refused import refuse_secrets
from adit.terms.places import municipalities

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
PATH = "/members"
NAMED = {"miners": N_("miners"), "operators": N_("operators")}
Form = Annotated[str, Query(alias="format")]


@router.get("/members")
def members_page(request: Request, who: Reader, after: str = "", form: Form = "") -> Response:
    """Who stands in the register: filtered, a hundred at a time, or all of it as a file."""
    office, words, values = office_of(request), words_of(request), asked(request, PATH)
    with one_moment(office) as (connection, size):
        want = wanted(values, office.today(), size, names=who.may("see who a party is"))
        if form:
            head = preamble(
                office,
                words,
                words.gettext("Register"),
                on=want.on,
                known=want.known or size,
                asked=_told(words, values),
            )
            return download(f"members-{want.on}", form, _rows(words, want, head, every_member(connection, want)))
        lines = members(connection, want, after=after, limit=PAGE + 1)
        held = counts(connection, want)
        mine = kept(connection, who.code, PATH)
    further = lines[PAGE - 1].id if len(lines) > PAGE else ""
    return page(
        request, "register/members.html", want=want, values=values, lines=lines[:PAGE], counts=held, named=NAMED, kinds=KINDS, registers=REGISTERS,
        size=size, kept=mine, here=address(PATH, values), link=lambda **more: address(PATH, values, **more),
        more_address=address(PATH, values, after=further) if further else "", begun=bool(after), regions=region_names(words),
        municipalities=_municipalities(words, want.region),
    )  # fmt: skip


def _told(words: Words, values: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(words.gettext(LABELS[name]), value) for name, value in values.items()]


def _municipalities(words: Words, iso: str) -> list[tuple[str, str]]:
    found = (
        [(m.key, m.name_ru if words.language == "ru" else m.name_en) for m in municipalities(iso) if not m.within]
        if iso
        else []
    )
    return sorted(found, key=lambda m: m[1])


def _rows(words: Words, want: Wanted, head: list[Row], lines: Iterator[Member]) -> Iterator[Row]:
    """The list as it goes into a file: who somebody is only where that may be shown."""
    _ = words.gettext
    names = (_("Name"), _("INN")) if want.names else ()
    yield from head
    yield (
        _("Number"), _("Register"), _("Party"), *names, _("Kind"), _("Region"), _("Machines"), _("Power, kW"), _("Entered"),
    )  # fmt: skip
    for m in lines:
        who = (m.name, m.inn) if want.names else ()
        where = ", ".join(region_name(words, r) for r in m.regions)
        yield (
            m.number, _(NAMED[m.register]), m.party, *who, words.word("actor", m.kind), where, m.machines, Decimal(m.power_w) / 1000, m.since,
        )  # fmt: skip


# Saved filters ----------------------------------------------------------------------------------------------------
@router.post("/filters")
def save_filter(request: Request, who: Anybody, sent: Sent) -> Response:
    """Save what a list is asked for, under a name of one's own."""
    refuse_secrets(dict(sent))
    with office_of(request).reading() as connection:
        there = keep(connection, who.code, sent["list"], sent["name"], sent["query"])
    return redirect(there, "Saved.")


@router.post("/filters/delete")
def delete_filter(request: Request, who: Anybody, sent: Sent) -> Response:
    """Delete a filter of one's own."""
    with office_of(request).reading() as connection:
        there = forget(connection, who.code, sent["list"], sent["name"])
    return redirect(there, "Saved.")
