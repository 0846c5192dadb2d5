"""How answers leave the terminal: tables for people, JSON and CSV for programs; data to standard output, logs to standard error.

Rich is imported only where a table or a spinner is drawn, so that a single answer starts at once.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from adit.terms.language import LANGUAGES

__all__ = [
    "FORMATS",
    "amount",
    "as_bold",
    "as_dim",
    "as_warning",
    "counted",
    "format_option",
    "language_option",
    "log",
    "out_option",
    "printed",
    "progress",
    "require_proofs",
    "say",
    "table_or_json",
    "write_csv",
    "write_json",
    "write_out",
    "write_table",
]

FORMATS = ("table", "json", "csv")
WIDE = 160  # of a table that goes to a file or a pipe

format_option = click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True, help="How to answer."
)
table_or_json = click.option(
    "--format", "format_", type=click.Choice(FORMATS[:2]), default="table", show_default=True, help="How to answer."
)

language_option = click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="In which language to tell it.",
)


def _pages_or_data(_context: click.Context, _option: click.Parameter, files: tuple[Path, ...]) -> tuple[Path, ...]:
    from adit.terms.errors import BadInput

    for file in files:
        if file.suffix not in (".html", ".json"):
            raise BadInput(
                f"{file} is neither a page nor data.", todo="Write --out decision.html or --out decision.json."
            )
    return files


out_option = click.option(
    "--out",
    type=click.Path(path_type=Path),
    multiple=True,
    callback=_pages_or_data,
    metavar="FILE",
    help="Also write it: FILE.html is a page to read and print, FILE.json is what to keep. May be given twice.",
)


def as_bold(text: str) -> str:
    return click.style(text, bold=True)


def as_dim(text: str) -> str:
    return click.style(text, dim=True)


def as_warning(text: str) -> str:
    return click.style(text, fg="yellow")


def printed(value: Any) -> str:
    """A value as people read it: yes and no, digits in groups, days as 2025-05-01."""
    if value is None:
        return "does not say"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal | int):
        return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return str(value)


def amount(value: Any, unit: str) -> str:
    """A value with its unit; trailing zeros of exact decimals are left out except for kopecks."""
    if isinstance(value, Decimal):
        short = value.normalize()
        exponent = short.as_tuple().exponent
        if isinstance(exponent, int) and exponent > 0:
            short = short.quantize(Decimal(1))
        if unit == "RUB" and isinstance(exponent, int) and exponent < 0:
            short = value.quantize(Decimal("0.01"))
        return f"{short:,f} {unit}".strip()
    text = printed(value)
    return f"{text} {unit}".strip() if unit and value is not None else text


def counted(n: int, word: str) -> str:
    """'1 finding', '2 findings', '3 entries'."""
    many = f"{word[:-1]}ies" if word.endswith("y") and word[-2] not in "aeiou" else f"{word}s"
    return f"{n:,} {word if n == 1 else many}"


def say(text: str = "") -> None:
    """A line of data."""
    click.echo(text)


def log(text: str) -> None:
    """A line about what the process does."""
    click.echo(as_dim(text), err=True)


@contextmanager
def progress(title: str) -> Iterator[Callable[[str], None]]:
    """A spinner with the step under way; call what is yielded with each new step. Silent where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console

    with Console(stderr=True).status(title) as status:
        yield lambda step: status.update(f"{title}: {step}")


def require_proofs() -> None:
    """Raise BadInput where z3, which the proofs need, is not installed."""
    from adit.regime.check import can_prove
    from adit.terms.errors import BadInput

    if not can_prove():
        raise BadInput("Proofs need z3, which is not installed.", todo="pip install 'adit[proof]'")


def plain(value: Any) -> Any:
    """The JSON form of what JSON has no form for; exact decimals become text, so that no reader makes them floats."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def write_json(data: Mapping[str, Any]) -> None:
    """One JSON object."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=plain))


def write_out(files: Sequence[Path], record: dict[str, Any], language: str) -> None:
    """A stored decision as the files that `out_option` names, each whole or not at all."""
    for file in files:
        if file.suffix == ".html":
            from adit.decision.stored.telling import tell
            from adit.desk.decision_page import page

            text = page(tell(record, language))
        else:
            text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
        write_whole(file, text)
        log(f"written to {file}")


def write_whole(file: Path, text: str | bytes) -> None:
    """Write the file whole or not at all; what a full disk cut short is taken away again."""
    partial = file.with_name(f".{file.name}.partial")
    try:
        partial.write_bytes(text.encode() if isinstance(text, str) else text)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def write_csv(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Comma-separated values with a header line."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([["" if v is None else printed(v) if isinstance(v, bool) else v for v in row] for row in rows])


def write_table(title: str, header: Sequence[str], rows: Sequence[Sequence[Any]], *, right: Sequence[str] = ()) -> None:
    """A table for people; cells may be styled with ANSI codes."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in header:
        table.add_column(name.strip(), justify="right" if name in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text.from_ansi(v if isinstance(v, str) else printed(v)) for v in row))
    Console(highlight=False, width=None if sys.stdout.isatty() else WIDE).print(table)
