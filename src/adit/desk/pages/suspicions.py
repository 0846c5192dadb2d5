"""Suspicions of laundering, for those who handle them: what is due, the case with its signs, the proposal, the decision, the report.

Nobody else is told that a case exists: for every other role these pages are closed, and no page of a party names one.
"""

import json
from datetime import date, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.decision.suspicion.report import Subject, goaml, neutral
from adit.decision.suspicion.typologies import open_at, typologies
from adit.desk import jobs, suspecting
from adit.desk.cases import first_months, names_of, person
from adit.desk.office import Office
from adit.desk.reporter import read_reporter
from adit.desk.web.fields import month_of, whole_of
from adit.desk.web.forms import Sent, enter
from adit.desk.web.hands import Watcher
from adit.desk.web.pages import language_of, office_of, page, redirect
from adit.engines.database import Connection, named
from adit.journal import store as journal
from adit.register.procedures import suspicions
from adit.register.records import Alert, Suspicion
from adit.register.store import Books, Stated, listed, one
from adit.terms.errors import AditError, BadInput, NotFound

__all__ = ["router"]

router = APIRouter(prefix="/suspicions", include_in_schema=False)
SHOWN = 200


@router.get("")
def list_page(request: Request, who: Watcher, ended: bool = False) -> Response:
    """What is open, by the day that its report is due; alerts that weigh too little for a case; how far the looking is."""
    office = office_of(request)
    today = office.today()
    with office.reading() as connection:
        found = suspecting.open_of(connection) if not ended else _ended(connection)
        alone = _alone(connection)
        names = names_of(connection, [*(s.record.party for s in found), *(a.record.party for a in alone)])
        work = named(
            connection, "SELECT * FROM desk.job WHERE kind = %s ORDER BY made_at DESC LIMIT 3", [suspecting.JOB]
        )  # fmt: skip
    language = language_of(request)
    return page(
        request, "suspicions/list.html", found=found, alone=alone, names=names, ended=ended, jobs=work,
        months=first_months(today, 12), alert_said=lambda a: suspecting.said(a.record, language),
        signs=[(t, t.says[language]) for t in typologies(office.settings.regime, today)], open_at=open_at(today),
        chain=(office.settings.folder / suspecting.RECEIPTS).is_file(), receipts=suspecting.RECEIPTS,
    )  # fmt: skip


def _ended(connection: Connection) -> list[Stated[Suspicion]]:
    return listed(connection, Suspicion, "upper_inf(valid) AND state IN ('reported', 'closed')", limit=SHOWN)


def _alone(connection: Connection) -> list[Stated[Alert]]:
    """Alerts that are part of no case."""
    return listed(
        connection, Alert,
        "upper_inf(valid) AND NOT EXISTS (SELECT FROM register.suspicion s WHERE s.party = alert.party AND upper_inf(s.known) AND upper_inf(s.valid)"
        " AND s.alerts @> to_jsonb(alert.id))",
        limit=SHOWN,
    )  # fmt: skip


@router.post("/look")
def look(request: Request, who: Watcher, sent: Sent) -> Response:
    """Look at a month of the whole register, in the background."""
    office, month = office_of(request), month_of(sent["month"])
    arguments = {"first": month.start.isoformat(), "end": month.end.isoformat()}
    jobs.add(office, who.code, suspecting.JOB, arguments, key=sent.key)
    return redirect("/suspicions", "Started.")


@router.get("/{id_}")
def case_page(request: Request, who: Watcher, id_: str) -> Response:
    return _case(request, who.code, id_)


def _case(request: Request, hand: str, id_: str, error: AditError | None = None) -> Response:
    office, language = office_of(request), language_of(request)
    with office.reading() as connection:
        found = _one(connection, id_)
        whom = person(connection, found.record.party, office.today())
        alerts = _alerts(connection, found.record)
        entries = journal.entries_about(connection, [id_])
    return page(
        request, "suspicions/case.html", found=found, whom=whom, alerts=alerts, entries=entries, error=error,
        mine=found.record.holder == hand, alert_said=lambda a: suspecting.said(a.record, language), clears=_clears(office, alerts, language),
        status=422 if error else 200,
    )  # fmt: skip


def _one(connection: Connection, id_: str) -> Stated[Suspicion]:
    if not id_.startswith("suspicion-"):
        raise NotFound("There is no such case.")
    return one(connection, Suspicion, id_)


def _alerts(connection: Connection, case: Suspicion) -> list[Stated[Alert]]:
    return listed(connection, Alert, "id = ANY(%s) AND upper_inf(valid)", [list(case.alerts)], order="month, sign")


def _clears(office: Office, alerts: list[Stated[Alert]], language: str) -> dict[str, str]:
    """Sign -> what would clear it."""
    days = {a.record.sign: date.fromisoformat(f"{a.record.month}-01") for a in alerts}
    return {
        t.id: t.clears[language]
        for sign, on in days.items()
        for t in typologies(office.settings.regime, on)
        if t.id == sign
    }


@router.post("/{id_}/take")
def take(request: Request, who: Watcher, id_: str, sent: Sent) -> Response:
    enter(
        request,
        who,
        sent,
        lambda books, on: suspicions.take_up(books, id_, on=on, seen=whole_of(sent, "seen", "Entry")),
    )
    return redirect(f"/suspicions/{id_}", "It is yours now.")


@router.post("/{id_}/leave")
def leave(request: Request, who: Watcher, id_: str, sent: Sent) -> Response:
    enter(request, who, sent, lambda books, on: suspicions.give_back(books, id_, on=on, why=sent["why"]))
    return redirect(f"/suspicions/{id_}", "Left to others.")


@router.post("/{id_}/propose")
def propose(request: Request, who: Watcher, id_: str, sent: Sent) -> Response:
    """Propose how it ends; another decides."""
    try:
        enter(
            request, who, sent,
            lambda books, on: suspicions.propose(
                books, id_, outcome=sent["outcome"], reason=sent["reason"], action=sent["action"], on=on, seen=whole_of(sent, "seen", "Entry")
            ),
        )  # fmt: skip
    except BadInput as error:
        return _case(request, who.code, id_, error)
    return redirect(f"/suspicions/{id_}", "Proposed: another of you has to decide it.")


@router.post("/{id_}/decide")
def decide(request: Request, who: Watcher, id_: str, sent: Sent) -> Response:
    """Decide what was proposed. The report is made from the case as it stands at that moment."""
    office = office_of(request)
    made_at = office.now()

    def work(books: Books, on: date) -> None:
        connection = books.transaction.connection
        stated = books.current(Suspicion, id_, seen=whole_of(sent, "seen", "Entry"))
        report = _report(connection, office, stated.record, on, made_at) if stated.record.outcome == "report" else None
        suspicions.decide(books, id_, agreed=sent["agreed"] == "yes", answer=sent["answer"], report=report, on=on)

    try:
        enter(request, who, sent, work)
    except BadInput as error:
        return _case(request, who.code, id_, error)
    return redirect(f"/suspicions/{id_}", "Decided.")


def _report(connection: Connection, office: Office, case: Suspicion, on: date, made_at: datetime) -> dict[str, object]:
    whom = person(connection, case.party, on)
    subject = Subject(whom.party.kind, whom.name, whom.inn, whom.ogrn, whom.address, whom.party.country)
    signs = [
        {
            "sign": a.record.sign, "rule": a.record.rule, "month": a.record.month, "value": a.record.value, "unit": a.record.unit,
            "threshold": a.record.threshold, "points": a.record.points, "said": suspecting.said(a.record, "en"), "evidence": list(a.record.evidence),
        }
        for a in _alerts(connection, case)
    ]  # fmt: skip
    return neutral(case.reference, made_at, subject, signs, case.reason, case.action)


@router.get("/{id_}/report.json")
def report_json(request: Request, who: Watcher, id_: str) -> Response:
    """The report as neutral data, as it was decided."""
    with office_of(request).reading() as connection:
        case = _reported(connection, id_)
    return _file(json.dumps(case.report, ensure_ascii=False, indent=1), f"{case.reference}.json", "application/json")


@router.get("/{id_}/report.xml")
def report_xml(request: Request, who: Watcher, id_: str) -> Response:
    """The same for a unit that receives reports with goAML."""
    office = office_of(request)
    with office.reading() as connection:
        case = _reported(connection, id_)
    assert case.report is not None
    return _file(goaml(case.report, read_reporter(office.settings.folder)), f"{case.reference}.xml", "application/xml")


def _reported(connection: Connection, id_: str) -> Suspicion:
    case = _one(connection, id_).record
    if case.report is None:
        raise NotFound("This case has no report.", todo="A report is made when it is decided that there is one.")
    return case


def _file(content: str | bytes, name: str, kind: str) -> Response:
    return Response(
        content,
        media_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
