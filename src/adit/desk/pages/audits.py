"""The audit of a party at the desk: energy, machines and declarations of the register held together, for whoever sees the register."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.audit.telling import amount, btc, phrase
from adit.desk.audit_view import WIDTH, site_view
from adit.desk.cases import first_months, person
from adit.desk.party_audit import party_audit
from adit.desk.web.fields import month_of
from adit.desk.web.hands import Reader
from adit.desk.web.pages import language_of, office_of, page
from adit.register.records import Machine
from adit.register.store import listed
from adit.terms.errors import BadInput

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
MONTHS = 12  # that are held together


@router.get("/parties/{id_}/audit")
def audit_page(request: Request, who: Reader, id_: str, month: str = "") -> Response:
    """What the records of a party come to in a month, and in the months before it together."""
    office, language = office_of(request), language_of(request)
    today = office.today()
    with office.reading() as connection:
        whom = person(connection, id_, today)
        name = whom.name if who.may("see who a party is") else whom.id
        since = min(
            (m.valid_from for m in listed(connection, Machine, "owner = %s", [id_], limit=100_000)), default=None
        )
        months = [m for m in first_months(today, MONTHS)[::-1] if since is None or m.end > since]
        chosen = month_of(month) if month else (months or first_months(today, 1))[-1]
        up_to = [m for m in months if m.start <= chosen.start] if chosen in months else [chosen]
        why_not = None
        view = None
        try:
            answer = party_audit(connection, id_, name, up_to)
            view = site_view(answer, 0, len(up_to) - 1, language)
        except BadInput as error:
            why_not = error
    return page(
        request,
        "parties/audit.html",
        whom=whom,
        name=name,
        months=months,
        chosen=chosen,
        view=view,
        why_not=why_not,
        width=WIDTH,
        say=lambda key, **parts: phrase(key, language, **parts),
        btc=lambda sat: btc(sat, language),
        figure=lambda value, unit: amount(value, unit, language),
    )
