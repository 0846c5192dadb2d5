"""The figures of the register, each with the table that holds it, and as files."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from adit.desk.cases import first_months
from adit.desk.exports import Row, download, preamble
from adit.desk.figure_tables import FEWER, KEPT_BACK, TABLES, Figures, Table, small_groups
from adit.desk.listing import region_names
from adit.desk.summed import MONTHS, Question, summed
from adit.desk.web.filters import LABELS, address, asked, chosen, kept, month_in, region_in
from adit.desk.web.forms import Sent
from adit.desk.web.hands import Reader
from adit.desk.web.languages import Words
from adit.desk.web.pages import office_of, page, redirect, words_of
from adit.terms.days import Period, months_between
from adit.terms.errors import BadInput, UnknownName

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
MOST_MONTHS = 36
Form = Annotated[str, Query(alias="format")]


@router.get("/figures")
def figures_page(request: Request, who: Reader, table: str = "", form: Form = "") -> Response:
    """The figures of some months, as they were last summed: as a page, or one of its tables as a file."""
    office, words, values = office_of(request), words_of(request), asked(request, "/figures")
    question = _question(values, office.today())
    if form and table not in TABLES:
        raise UnknownName("table", table, TABLES)
    sums, since = summed(office, question)
    of = Figures(question, sums, office.regime, words, who.may("see who a party is"), who.may("handle cases"))
    months = question.months
    if form:
        made = TABLES[table](of)
        told = [
            (words.gettext(LABELS[n]), v) for n, v in {**values, "from": str(months[0]), "to": str(months[-1])}.items()
        ]
        head = preamble(office, words, made.title, on=sums.on, known=sums.known, asked=told)
        return download(f"figures-{table}-{months[0]}-{months[-1]}", form, _as_rows(words, head, made))
    with office.reading() as connection:
        mine = kept(connection, who.code, "/figures")
    return page(
        request, "register/figures.html", tables=[build(of) for build in TABLES.values()], sums=sums, since=since, months=months,
        choices=first_months(office.today(), 36), by=question.by, region=question.region, regions=region_names(words), kept=mine,
        here=address("/figures", values), link=lambda **more: address("/figures", values, **more), values=values,
        small="" if of.shown else small_groups(words),
    )  # fmt: skip


@router.post("/figures")
def sum_anew(request: Request, who: Reader, sent: Sent) -> Response:
    """Sum the figures anew, of the register as it is now."""
    office, values = office_of(request), {n: sent[n] for n in ("from", "to", "region", "by") if sent[n]}
    summed(office, _question(values, office.today()), anew=True)
    return redirect("/figures", **values)


def _question(values: dict[str, str], today: date) -> Question:
    by = chosen(values, "by", ("month", "region"), empty="month")
    return Question(_months(values, today), region_in(values), by)


def _months(values: dict[str, str], today: date) -> tuple[Period, ...]:
    """The months that are asked for: the last that have ended, where nobody says. Raises BadInput."""
    ended = first_months(today, MONTHS)
    last = month_in(values, "to", max(ended[0], month_in(values, "from", ended[0])))
    first = month_in(values, "from", min(ended[-1], last) if "to" not in values else last)
    if first > last:
        raise BadInput(f"{first} is after {last}.", where="from", todo="Give the earlier month first.")
    if last.start > today:
        raise BadInput(f"{last} has not begun.", where="to", todo="Ask for months that have.")
    months = tuple(months_between(f"{first}..{last}"))
    if len(months) > MOST_MONTHS:
        raise BadInput(f"These are {len(months)} months.", where="from", todo=f"Ask for {MOST_MONTHS} at most.")
    return months


def _as_rows(words: Words, head: Sequence[Row], table: Table) -> list[Row]:
    whole = [[c.raw for c in table.whole]] if table.whole else []
    marked = any(c.raw in (FEWER, KEPT_BACK) for row in table.rows for c in row)
    note = f"{table.note} {small_groups(words)}" if marked else table.note
    return [*head, table.header, *([c.raw for c in row] for row in table.rows), *whole, (), (note,)]
