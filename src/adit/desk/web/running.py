"""What pages tell of work that runs in the background: whether it still does, the part that asks again, and what went wrong."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from adit.desk import jobs
from adit.desk.web.pages import page, words_of

__all__ = ["failure", "is_running", "running_part"]


def is_running(job: Mapping[str, Any]) -> bool:
    """Whether it has not ended yet."""
    return job["state"] in ("waiting", "running")


def failure(request: Request, error: str | None) -> str:
    """Why it was not done, in the language of the page: a mistake of ours by its number. Empty where nothing went wrong."""
    words = words_of(request)
    if error and error.startswith(jobs.MISTAKE):
        return words.gettext(
            "A mistake of ours. Tell the office the number {number}.", number=error.removeprefix(jobs.MISTAKE)
        )
    return words.told(error or "")


def running_part(request: Request, template: str, *, running: bool, **context: Any) -> Response:
    """The part of a page that asks again while the work runs; once it has ended the browser loads the whole page."""
    response = page(request, template, running=running, **context)
    if not running:
        response.headers["HX-Refresh"] = "true"
    return response
