"""The decisions as a list: by month, and by the answer to one question."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk.cases import first_months, names_of
from adit.desk.listing import PAGE, one_moment
from adit.desk.web.filters import address, asked, chosen, entry_in, kept, month_in
from adit.desk.web.hands import Reader
from adit.desk.web.languages import Words
from adit.desk.web.pages import N_, office_of, page
from adit.regime.act import Regime
from adit.terms.fields import questions

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/decisions")
def decisions_page(request: Request, who: Reader, after: str = "") -> Response:
    """The decisions, the newest first, with the answer to one question; how often each answer was given in a month."""
    office, values = office_of(request), asked(request, "/decisions")
    month = str(month_in(values, "month", first_months(office.today(), 1)[0])) if "month" in values else ""
    grouped = _grouped(office.regime)
    question = chosen(values, "question", grouped, empty="may_mine" if "may_mine" in grouped else grouped[0])
    with one_moment(office) as (connection, size):
        below = entry_in({"after": after}, "after", size) if after else size
        where = "upper_inf(d.known) AND (%(month)s = '' OR d.period = %(month)s)"
        given = {
            "month": month,
            "question": question,
            "answer": values.get("answer", ""),
            "below": below,
            "limit": PAGE + 1,
        }
        rows = connection.execute(
            f"SELECT d.id, d.party, d.period, lower(d.valid), d.entry, {_ANSWER}, EXISTS (SELECT FROM register.decision n WHERE n.party = d.party"
            " AND n.period = d.period AND n.entry > d.entry AND upper_inf(n.known))"
            f" FROM register.decision d WHERE {where} AND d.entry < %(below)s AND (%(answer)s = '' OR {_ANSWER} = %(answer)s)"
            " ORDER BY d.entry DESC LIMIT %(limit)s", given,
        ).fetchall()  # fmt: skip
        counts = connection.execute(
            f"SELECT {_ANSWER}, count(*) FROM register.decision d WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12", given
        ).fetchall() if month else []  # fmt: skip
        names = names_of(connection, [r[1] for r in rows[:PAGE]]) if who.may("see who a party is") else {}
        mine = kept(connection, who.code, "/decisions")
    further = str(rows[PAGE - 1][4]) if len(rows) > PAGE else ""
    return page(
        request, "register/decisions.html", rows=rows[:PAGE], names=names, counts=counts, month=month, months=first_months(office.today(), 24),
        question=question, questions=grouped, answer=values.get("answer", ""), size=size, kept=mine, here=address("/decisions", values),
        link=lambda **more: address("/decisions", values, **more), more_address=address("/decisions", values, after=further) if further else "",
        said=_said,
    )  # fmt: skip


_ANSWER = "coalesce(d.answers->%(question)s->>'open', d.answers->>%(question)s, 'not asked')"
_OPEN = {"does not say": N_("does not say"), "fact missing": N_("fact missing"), "not asked": N_("not asked")}


def _grouped(regime: Regime) -> tuple[str, ...]:
    """The questions whose answers are words, which can be counted."""
    return tuple(q for q, f in questions().items() if f.kind in ("word", "yes or no") and q in regime.rules)


def _said(w: Words, question: str, answer: str) -> str:
    """An answer as people read it."""
    if answer in _OPEN:
        return w.gettext(_OPEN[answer])
    return w.word(question, answer == "true" if answer in ("true", "false") else answer)
