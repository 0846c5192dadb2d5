"""The policy lab in the desk: a scenario is chosen, perhaps with a line laid over it, and run; the report is read here. Nothing of it decides a case."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk import jobs, trying
from adit.desk.lab_css import lab_css
from adit.desk.offline import policy
from adit.desk.web.forms import Form, Sent
from adit.desk.web.hands import Hand, LawTrier
from adit.desk.web.pages import N_, office_of, page, redirect, words_of
from adit.desk.web.running import failure, is_running, running_part
from adit.engines.database import named
from adit.lab.store import read_scenario, scenario_names
from adit.terms.errors import AditError, BadInput, NotFound

__all__ = ["router"]

router = APIRouter(prefix="/lab", include_in_schema=False)
LISTED = 30


@router.get("")
def lab(request: Request, who: LawTrier) -> Response:
    return _lab(request, who, {"scenario": "ru_levy", "draws": "200", "months": "60"}, None)


def _lab(request: Request, who: Hand, filled: Any, error: AditError | None) -> Response:
    with office_of(request).reading() as connection:
        held = named(
            connection,
            "SELECT * FROM desk.job WHERE kind = %s AND hand = %s ORDER BY made_at DESC, id LIMIT %s",
            (trying.LAB, who.code, LISTED),
        )
    words = words_of(request)
    scenarios = [(s.name, _named(words.language, s.title, s.title_ru)) for s in map(read_scenario, scenario_names())]
    return page(
        request, "lab/list.html", status=422 if error else 200, scenarios=scenarios, jobs=held, filled=filled,
        error=" ".join(words.told(text) for text in (error.what, error.todo) if text) if error else "", where=error.where if error else "",
        titles={j["id"]: _title(request, j) for j in held}, draws=trying.DRAWS, months=trying.MONTHS,
    )  # fmt: skip


def _named(language: str, english: str, russian: str) -> str:
    return russian if language == "ru" and russian else english


def _title(request: Request, job: dict[str, Any]) -> str:
    return _named(words_of(request).language, job["arguments"]["title"], job["arguments"]["title_ru"])


@router.post("")
def run(request: Request, who: LawTrier, sent: Sent) -> Response:
    """Have a scenario run, or say at once why it cannot be."""
    try:
        draws, months = (
            _number(sent, name, *ends) for name, ends in (("draws", trying.DRAWS), ("months", trying.MONTHS))
        )
        if sent["scenario"] not in scenario_names():
            raise BadInput(N_("There is no such scenario."), where="scenario")
        scenario = _asked(sent, draws, months)
    except BadInput as error:
        return _lab(request, who, sent, error)
    job = trying.start(office_of(request), who.code, scenario, sent["line"], curve=sent["curve"] == "yes", key=sent.key)
    return redirect(f"/lab/{job}", "Started.")


def _asked(sent: Form, draws: int, months: int) -> Any:
    try:
        return trying.asked(sent["scenario"], sent["line"], draws, months)
    except AditError as error:
        raise BadInput(error.what, where="line", todo=error.todo) from error


def _number(sent: Form, name: str, least: int, most: int) -> int:
    text = sent[name]
    if not text.isdecimal() or len(text) > 9 or not least <= int(text) <= most:
        raise BadInput(f"Give a whole number from {least} to {most}.", where=name)
    return int(text)


def _job(request: Request, who: Hand, id_: str) -> dict[str, Any]:
    """A run of the hand's own."""
    job = jobs.find(office_of(request), id_)
    if job["kind"] != trying.LAB or job["hand"] != who.code:
        raise NotFound("There is no such job.")
    return job


@router.get("/{id_}")
def job_page(request: Request, who: LawTrier, id_: str, part: bool = False) -> Response:
    """How far a run is, and where its report lies; with `part` only how far, for a page that asks while it is running."""
    job = _job(request, who, id_)
    running, error = is_running(job), failure(request, job["error"])
    if part:
        return running_part(request, "lab/progress.html", running=running, job=job, error=error)
    return page(
        request, "lab/job.html", job=job, running=running, error=error, title=_title(request, job), tables=trying.TABLES
    )


@router.post("/{id_}/cancel")
def cancel(request: Request, who: LawTrier, id_: str, sent: Sent) -> Response:
    """Stop a run; nothing of it is kept."""
    assert sent is not None
    _job(request, who, id_)
    jobs.cancel(office_of(request), id_)
    return redirect(f"/lab/{id_}", "Cancelled.")


@router.get("/{id_}/report")
def report(request: Request, who: LawTrier, id_: str) -> Response:
    """The report of a run, as it was made."""
    job = _job(request, who, id_)
    if job["state"] != "done":
        raise NotFound("There is no report yet.")
    return Response(
        trying.kept(office_of(request), id_, f"report.{words_of(request).language}.html"),
        media_type="text/html",
        headers={"Content-Security-Policy": f"{policy(lab_css())}; frame-ancestors 'none'"},
    )


@router.get("/{id_}/{table}.csv")
def table(request: Request, who: LawTrier, id_: str, table: str) -> Response:
    """One of the tables of a run."""
    job = _job(request, who, id_)
    if table not in trying.TABLES or job["state"] != "done":
        raise NotFound("There is no such table.")
    return Response(
        trying.kept(office_of(request), id_, f"{table}.csv"),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{table}.csv"'},
    )
