"""`adit screen lists`: the lists that screening rests on, how fresh each is, and how a newer one comes in."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit import __version__
from adit.cli.output import as_warning, format_option, log, progress, say, write_csv, write_json, write_table
from adit.cli.screen_telling import harmless
from adit.terms.errors import AditError, BadInput

if TYPE_CHECKING:
    from adit.screening.loading import Loaded
    from adit.screening.registry import ListSpec, Registry

__all__ = ["lists"]

_COLUMNS = ("list", "mandatory", "state", "content date", "age", "rows", "sha256", "why", "what to do")


@click.command()
@click.option(
    "--folder", "root", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Where the lists lie."
)
@click.option("--list", "list_id", metavar="ID", help="The one list that --add, --refresh or --accept is about.")
@click.option(
    "--add",
    "added",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Take in this file of the list.",
)
@click.option("--refresh", is_flag=True, help="Fetch from the publishers what is mandatory and what is held.")
@click.option(
    "--accept", "hash_", metavar="SHA256", help="Take a SUSPECT file that merely differs; needs --by twice, and --why."
)
@click.option("--by", multiple=True, metavar="NAME", help="Who accepts it: two people.")
@click.option("--why", default="", metavar="TEXT", help="Why they accept it.")
@format_option
@click.pass_context
def lists(
    context: click.Context,
    root: Path | None,
    list_id: str | None,
    added: Path | None,
    refresh: bool,
    hash_: str | None,
    by: tuple[str, ...],
    why: str,
    format_: str,
) -> None:
    """Show every list with its state: FRESH, STALE, MISSING, SUSPECT or RETIRED. Only FRESH lets a screening end in clear.

    The day of a list is read from inside its file. --refresh asks the publishers; what comes is kept, good or not, and
    judged. Exit code 1: a mandatory list is not FRESH, or one could not be fetched.

    \b
    Example:
      adit screen lists
      adit screen lists --folder lists --add examples/screening/national.csv --list national
    """
    from adit.screening import configured, store
    from adit.screening.loading import load_all

    where = root or store.folder()
    now = datetime.now(UTC).replace(microsecond=0)
    if (added or hash_) and not list_id:
        raise BadInput("It is not said which list this is.", todo="Add --list ID; adit screen lists names them.")
    if (by or why) and not hash_:
        raise BadInput("Nothing is accepted: it is not said which file.", todo="Add --accept SHA256.")
    registry = configured.registry_of(where)
    failed = False
    if added and list_id:
        _add(where, registry.spec(list_id), registry, added, now)
    if hash_ and list_id:
        taken = store.accept(where, registry.spec(list_id), hash_, by, why, now)
        log(f"{list_id}: accepted by {' and '.join(taken.by)}")
    if refresh:
        failed = _refresh(where, registry, list_id, now)
    with progress("reading the lists"):
        loaded = load_all(where, now.date())
    _write(loaded, where, now, format_)
    context.exit(1 if failed or any(each.state.holds for each in loaded) else 0)


def _add(where: Path, spec: "ListSpec", registry: "Registry", file: Path, now: datetime) -> None:
    from adit.screening import configured, store

    try:
        content = file.read_bytes()
    except OSError as error:
        raise BadInput(
            f"The file cannot be read ({error.strerror}).", where=str(file), todo="Check the path."
        ) from error
    arrival = store.add(where, spec, content, origin=file.name, fetched_at_utc=now, strangers=registry.strangers)
    configured.remember(where, registry, now.date())
    log(
        f"{spec.id}: {arrival.rows or 0:,} entries of {arrival.content_date or 'an unknown day'}, sha256 {arrival.sha256}"
    )


def _refresh(where: Path, registry: "Registry", list_id: str | None, now: datetime) -> bool:
    """Whether one of the lists could not be fetched; each failure is told and the others go on."""
    from adit.screening import configured, store

    configured.remember(where, registry, now.date())
    usual = (s for s in registry.lists if s.addresses and (s.mandatory or store.history_of(where, s).arrivals))
    asked = [registry.spec(list_id)] if list_id else list(usual)
    failed = False
    for spec in asked:
        try:
            with progress(f"asking {spec.publisher}"):
                arrival = store.refresh(where, spec, now, strangers=registry.strangers)
            log(
                f"{spec.id}: {arrival.rows or 0:,} entries of {arrival.content_date or 'an unknown day'}, sha256 {arrival.sha256}"
            )
        except AditError as error:
            failed = True
            log(as_warning(f"{spec.id}: {error.what} {error.todo}"))
    return failed


def _write(loaded: "tuple[Loaded, ...]", where: Path, now: datetime, format_: str) -> None:
    states = [each.state for each in loaded]
    held = [s.list_id for s in states if s.holds]
    if format_ == "json":
        rows: list[dict[str, Any]] = [asdict(s) | {"holds": s.holds} for s in states]
        write_json({"adit": __version__, "on": now.date(), "folder": str(where), "hold": bool(held), "lists": rows})
        return
    cells = [
        (s.list_id, s.mandatory, s.state.value, s.content_date, s.age_days, s.rows, s.sha256, " ".join(s.why), s.todo)
        for s in states
    ]
    if format_ == "csv":
        write_csv(_COLUMNS, cells)
        return
    shown = [
        (
            i,
            "yes" if m else "",
            st if st == "FRESH" or not m else as_warning(st),
            str(d or ""),
            f"{a} d" if a is not None else "",
            f"{r:,}" if r else "",
            h[:12],
            harmless(w),
            t,
        )
        for i, m, st, d, a, r, h, w, t in cells
    ]
    write_table("", _COLUMNS, shown, right=("age", "rows"))
    say(f"HOLD: nothing is cleared, because of {', '.join(held)}." if held else "Every mandatory list is fresh.")
