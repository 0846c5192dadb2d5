"""How a screening is told: who was asked for, in which lists, what was found and why, and whether anything stands in the way of an all-clear."""

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from adit import __version__
from adit.cli.output import as_bold, as_dim, as_warning, counted, log, say, write_csv, write_json

if TYPE_CHECKING:
    from adit.screening.hits import Hit
    from adit.screening.loading import Loaded
    from adit.screening.subjects import Subject

__all__ = ["harmless", "write"]

_COLUMNS = ("score", "by", "list", "entry", "listed name", "asked name", "listed on", "content date", "engine", "words")


def harmless(text: str) -> str:
    """A text of strangers as it may be printed: signs that steer a terminal or turn the order of letters round are shown by their numbers."""
    return "".join(f"<U+{ord(c):04X}>" if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in text)


def write(
    subject: "Subject", loaded: "Sequence[Loaded]", hits: "Sequence[Hit]", missing: Sequence[str], engine: str, format_: str
) -> None:  # fmt: skip
    """Tell it and leave, with exit code 1 if an entry was found or a check is missing."""
    held = [
        *(f"{e.state.list_id} is {e.state.state}: {' '.join(e.state.why)}" for e in loaded if e.state.holds),
        *missing,
    ]
    dates = {e.state.list_id: e.version.content_date for e in loaded if e.version}
    if format_ == "json":
        write_json(_data(subject, loaded, hits, held, engine))
    elif format_ == "csv":
        write_csv(_COLUMNS, [_row(h, dates.get(h.list_id)) for h in hits])
    else:
        _table(subject, loaded, hits, dates)
    if format_ != "json":
        for reason in held:
            log(as_warning(f"HOLD: {harmless(reason)}"))
    raise SystemExit(1 if hits or held else 0)


def _data(
    subject: "Subject", loaded: "Sequence[Loaded]", hits: "Sequence[Hit]", held: Sequence[str], engine: str
) -> dict[str, Any]:  # fmt: skip
    return {
        "adit": __version__,
        "engine": engine,
        "subject": {**asdict(subject), "digest": subject.digest},
        "lists": [
            {
                "list": e.state.list_id, "state": str(e.state.state), "mandatory": e.state.mandatory, "sha256": e.state.sha256,
                "content_date": e.version.content_date if e.version else None, "entries": len(e.version.entries) if e.version else 0,
            }
            for e in loaded
        ],
        "hits": [{**asdict(h), "words": list(h.words)} for h in hits],
        "hold": list(held),
    }  # fmt: skip


def _row(hit: "Hit", content_date: Any) -> list[Any]:
    return [
        hit.score, hit.by, hit.list_id, hit.entry_id, hit.entry_name, hit.subject_name, hit.listed_on, content_date, hit.engine,
        " ".join(hit.words),
    ]  # fmt: skip


def _table(subject: "Subject", loaded: "Sequence[Loaded]", hits: "Sequence[Hit]", dates: dict[str, Any]) -> None:
    said = [subject.address, *subject.names, subject.kind, subject.born and f"born {subject.born}", *subject.countries]
    say(as_bold(harmless(", ".join(s for s in [*said, *(f"{k} {n}" for k, n in subject.identifiers)] if s))))
    searched = [e for e in loaded if e.version]
    entries = sum(len(e.version.entries) for e in searched if e.version)
    each = ", ".join(f"{e.state.list_id} of {dates[e.state.list_id]} ({e.state.state})" for e in searched)
    say(as_dim(f"{counted(entries, 'entry')} searched: {each or 'no list is there'}"))
    for hit in hits:
        say()
        since = f", listed {hit.listed_on}" if hit.listed_on else ""
        say(
            f"{as_bold(f'{hit.score:>4}')}  {as_bold(harmless(hit.entry_name))}  {hit.list_id} {harmless(hit.entry_id)}{since}"
        )
        for sentence in hit.words:
            say(f"      {harmless(sentence)}")
    say()
    entries_found = len({(h.list_id, h.entry_id) for h in hits})
    say(f"{counted(entries_found, 'entry')} may be meant." if hits else "No entry was found.")
