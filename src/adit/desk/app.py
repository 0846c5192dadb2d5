"""The application: the pages and the API of one office, in one process."""

import logging
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.staticfiles import StaticFiles

from adit import __version__
from adit.desk import api, pages
from adit.desk.jobs import Worker
from adit.desk.office import Office
from adit.desk.rounds import Rounds
from adit.desk.web.errors import add_error_pages, steps_of
from adit.desk.web.headers import Around

__all__ = ["create_app", "routers", "set_up_logs"]

_LOGGED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "method",
        "route",
        "status",
        "ms",
        "kind",
        "number",
        "steps",
        "job",
        "hand",
        "size",
    }
)


def create_app(office: Office, *, close_with_app: bool = False, work: bool = False) -> FastAPI:
    """The application over an open office.

    `close_with_app`: the office is closed when the server ends. `work`: this process does jobs too, and goes its rounds.
    """

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        at_work: list[Worker | Rounds] = [Worker(office), Rounds(office)] if work else []
        for thread in at_work:
            thread.start()
        yield
        for thread in at_work:
            await run_in_threadpool(thread.stop)
        if close_with_app:
            office.close()

    app = FastAPI(
        title="Adit", version=__version__, docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json", lifespan=living,
        description="The register of miners: decisions with their reasons, declarations, entries with proofs.",
    )  # fmt: skip
    app.state.office = office
    app.add_middleware(Around, office=office)
    add_error_pages(app)
    for router in routers():
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    return app


def routers() -> Iterator[APIRouter]:
    """The routes of every module of the pages and of the API."""
    for package in (api, pages):  # routes are tried in their order, and programs ask oftenest
        for module in sorted(m.name for m in iter_modules(package.__path__)):
            yield import_module(f"{package.__name__}.{module}").router


def _only_what_names_nobody(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {k: v for k, v in event.items() if k in _LOGGED}


class _Others(logging.Handler):
    """What libraries have to say, as lines of ours. Of an error where it happened; its words may hold what somebody filled in."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        try:
            structlog.get_logger().log(
                record.levelno,
                record.getMessage() if error is None else "error in a library",
                kind=record.name if error is None else f"{record.name} {type(error).__name__}",
                steps=[] if error is None else steps_of(error),
            )
        except Exception:
            self.handleError(record)


def set_up_logs(*, level: int = logging.INFO) -> None:
    """Logs as JSON lines on standard error, with the fields that are allowed and no others."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_what_names_nobody,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    root = logging.getLogger()
    if not any(isinstance(h, _Others) for h in root.handlers):
        root.addHandler(_Others(logging.WARNING))
