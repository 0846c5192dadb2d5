"""`adit screen name` and `adit screen address`: who on the lists this may be, in words; the lists themselves stand beside."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adit.cli.output import format_option, progress
from adit.cli.screen_lists import lists
from adit.terms.errors import AditError, BadInput

if TYPE_CHECKING:
    from adit.screening.hits import Hit
    from adit.screening.loading import Loaded
    from adit.screening.matching import EntryIndex
    from adit.screening.subjects import Subject

__all__ = ["screen"]

_KINDS = ("person", "organisation", "bank", "vessel")
lists_option = click.option(
    "--lists", "root", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Where the lists lie, if not where `adit screen lists` keeps them."
)  # fmt: skip
on_option = click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Ask which entries stood on that day. Without it: which stand now."
)  # fmt: skip


@click.group()
def screen() -> None:
    """Who a counterparty may be on the lists, and whose an address is. Finds and explains; people decide."""


screen.add_command(lists)


@screen.command("name")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--kind", type=click.Choice(_KINDS), default="person", show_default=True, help="What bears the name.")
@click.option("--country", "countries", multiple=True, metavar="XX", help="ISO 3166 alpha-2; may be given twice.")
@click.option("--born", default="", metavar="DAY", help="1970, 1970-05 or 1970-05-01.")
@click.option(
    "--id",
    "identifiers",
    multiple=True,
    metavar="KIND=NUMBER",
    help="inn=..., ogrn=..., lei=..., imo=..., bic=..., passport=...",
)
@click.option("--second", metavar="ALGORITHM", help="Ask nomenklatura too (extra `screening`): logic-v2 or ofac.")
@lists_option
@on_option
@format_option
def by_name(
    names: tuple[str, ...], kind: str, countries: tuple[str, ...], born: str, identifiers: tuple[str, ...], second: str | None,
    root: Path | None, on: datetime | None, format_: str,
) -> None:  # fmt: skip
    """Search the lists for a name, in Latin or Cyrillic letters, in any order and spelling. Several names are all of one party.

    Birth and country never hide a name that is near: they are told beside it. Exit code 1: an entry was found, or a mandatory list is not
    FRESH, so that nothing is cleared.

    \b
    Example:
      adit screen name "Иванов Юрий Петрович" --born 1970 --country RU
      adit screen name "OOO Romashka" --kind organisation --id inn=7707083893
    """
    from adit.cli.screen_telling import write
    from adit.screening.matching import ENGINE, THRESHOLD, hits, index_entries
    from adit.screening.subjects import Subject

    subject = Subject(kind, names, _born(born), tuple(_country(c) for c in countries), tuple(_numbers(identifiers)))
    loaded = _loaded(root)
    with progress("reading the names"):
        index = index_entries(e for each in loaded if each.version for e in each.version.entries)
    found = hits(subject, index, on=_day(on))
    missing: tuple[str, ...] = ()
    for algorithm in dict.fromkeys((*_engines(root), *([second] if second else []))):
        found, lacking = _seconded(subject, index, found, algorithm, _day(on))
        missing += lacking
    write(subject, loaded, found, missing, f"{ENGINE}, from {THRESHOLD} of 1000 on", format_)


@screen.command("address")
@click.argument("address")
@lists_option
@on_option
@format_option
def by_address(address: str, root: Path | None, on: datetime | None, format_: str) -> None:
    """Search the lists for an address of a coin: by the key, script or account that it stands for, in any coin.

    Exit code 1: an entry was found, or a mandatory list is not FRESH, so that nothing is cleared.

    \b
    Example:
      adit screen address 1BoatSLRHtKNngkdXEeobR76b53LETtpyT
    """
    from adit.cli.screen_telling import write
    from adit.screening.addresses import ENGINE, address_hits, index_of
    from adit.screening.subjects import Subject

    subject = Subject("address", address=address)
    loaded = _loaded(root)
    with progress("reading the addresses"):
        index = index_of(e for each in loaded if each.version for e in each.version.entries)
    write(subject, loaded, address_hits(subject, index, _day(on)), (), ENGINE, format_)


def _loaded(root: Path | None) -> "tuple[Loaded, ...]":
    from adit.screening import store
    from adit.screening.loading import load_all

    with progress("reading the lists"):
        return load_all(root or store.folder(), datetime.now(UTC).date())


def _engines(root: Path | None) -> tuple[str, ...]:
    """The further engines that the office has added: nothing is clear before each of them has answered."""
    from adit.screening import store
    from adit.screening.configured import registry_of

    return registry_of(root or store.folder()).engines


def _seconded(
    subject: "Subject", index: "EntryIndex", found: "tuple[Hit, ...]", algorithm: str, on: date | None
) -> "tuple[tuple[Hit, ...], tuple[str, ...]]":
    """The hits of both engines, and what the second one did not answer. If it cannot be had at all, that is what is missing."""
    from adit.screening.matching import stood
    from adit.screening.second_engine import candidates, either, nomenklatura, seconded

    near = [e for e in candidates(subject, index) if stood(e, on)]
    try:
        said = seconded(subject, near, nomenklatura(algorithm))
    except AditError as error:
        return found, (error.what,)
    return either(found, said), said.missing


def _day(on: datetime | None) -> date | None:
    return on.date() if on else None


def _born(text: str) -> str:
    born = text.strip()
    if born and not _is_date(born):
        raise BadInput(f"'{text}' is no day of birth.", where="--born", todo="Write 1970, 1970-05 or 1970-05-01.")
    return born


def _is_date(text: str) -> bool:
    """Whether it is a year, a month or a day that exists."""
    try:
        date.fromisoformat(f"{text}-01-01"[:10] if len(text) in (4, 7) else text)
    except ValueError:
        return False
    return len(text) in (4, 7, 10) and text[4:5] in ("", "-")


def _country(text: str) -> str:
    if len(text) != 2 or not text.isascii() or not text.isalpha():
        raise BadInput(f"'{text}' is no country.", where="--country", todo="Write two letters, as RU or KZ.")
    return text.upper()


def _numbers(texts: tuple[str, ...]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for text in texts:
        kind, equals, number = text.partition("=")
        if not equals or not kind.strip() or not number.strip():
            raise BadInput(
                f"'{text}' does not say which number it is.", where="--id", todo="Write it as inn=7707083893."
            )
        found.append((kind.strip().lower(), number.strip()))
    return found
