"""Runs over everybody whom the office screens: how far they are, what came of them, starting and stopping one."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk import jobs, screening_runs
from adit.desk.screening_runs import JOB
from adit.desk.web.forms import Sent
from adit.desk.web.hands import Screener, ScreeningReader
from adit.desk.web.pages import office_of, page, redirect
from adit.desk.web.running import failure, is_running, running_part
from adit.engines.database import named
from adit.register.records import Rescreening
from adit.register.store import listed
from adit.terms.errors import NotFound

__all__ = ["router"]

router = APIRouter(prefix="/screening/runs", include_in_schema=False)


@router.get("")
def runs_page(request: Request, who: ScreeningReader, part: bool = False) -> Response:
    """Runs over everybody with how far they are; with `part` only that, for a page that asks while one is running."""
    office = office_of(request)
    with office.reading() as connection:
        found = named(
            connection,
            "SELECT j.*, coalesce(a.name, '') AS by FROM desk.job j LEFT JOIN desk.account a USING (hand) WHERE kind = %s ORDER BY made_at DESC, id LIMIT 30",
            [JOB],
        )
        entered = listed(connection, Rescreening, limit=30)
    running = any(map(is_running, found))
    if part:
        return running_part(
            request, "screening/runs_part.html", running=running, jobs=found, told=partial(failure, request)
        )
    return page(
        request, "screening/runs.html", jobs=found, running=running, told=partial(failure, request), entered=entered,
        due=screening_runs.is_due(office),
    )  # fmt: skip


@router.post("")
def start_run(request: Request, who: Screener, sent: Sent) -> Response:
    """Have everybody screened again."""
    screening_runs.start(office_of(request), who.code, key=sent.key)
    return redirect("/screening/runs", "Started.")


@router.post("/{id_}/cancel")
def cancel_run(request: Request, who: Screener, id_: str, sent: Sent) -> Response:
    """Stop a run after the step that it is at. What it found stays; the next run goes on from there."""
    assert sent is not None
    office = office_of(request)
    if jobs.find(office, id_)["kind"] != JOB:
        raise NotFound("There is no such job.")
    jobs.cancel(office, id_)
    return redirect("/screening/runs", "Cancelled.")
