"""`adit law new|schema|import|export`: begin an act, help the editor, take over parameters from elsewhere and hand them on."""

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from adit.cli.output import as_bold, say
from adit.terms.errors import BadInput

__all__ = ["new", "schema"]


def _write_whole(folder: Path, files: Mapping[str, str], check: Callable[[Path], object] = lambda _: None) -> None:
    """Write a new folder whole or not at all: beside its place first, checked there, then renamed."""
    if folder.exists() or folder.is_symlink():
        raise BadInput(
            f"{folder} is there already; nothing was written.", todo="Name a folder that does not exist yet."
        )
    if not folder.parent.is_dir():
        raise BadInput(f"There is no folder {folder.parent}.", todo="Make it first, or name another place.")
    with tempfile.TemporaryDirectory(prefix=".adit-", dir=folder.parent) as beside:
        made = Path(beside) / folder.name
        made.mkdir()
        for name, text in files.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_text(text, encoding="utf-8")
        check(made)
        for compiled in made.rglob("__pycache__"):
            shutil.rmtree(compiled)
        made.rename(folder)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", required=True, help="The name of the act, as it is listed.")
@click.option("--jurisdiction", default="RU", show_default=True, help="The state whose law it is.")
@click.option("--status", default="bill", show_default=True, help="concept, proposal, bill, adopted, in force, ...")
@click.option("--first-day", required=True, metavar="DAY", help="The first day on which it may be asked.")
@click.option("--reform-of", default="", metavar="REGIME", help="The act over which it is laid: ru/law, or a folder.")
@click.option("--subject", default="example", show_default=True, help="What the first files are named after.")
def new(folder: Path, title: str, jurisdiction: str, status: str, first_day: str, reform_of: str, subject: str) -> None:
    """Begin an act in a new FOLDER: it loads and runs; what is still to be written is marked, and found by the check.

    \b
    Examples:
      adit law new ./my_bill --title "A bill on mining" --first-day 2027-01-01 --reform-of ru/law
      adit law new ./my_concept --title "A concept" --status concept --first-day 2027-01-01
    """
    from adit.law import load
    from adit.regime.scaffold import new_act
    from adit.regime.store import load_regime
    from adit.terms.days import parse_day

    base = load(reform_of) if reform_of else None
    files = new_act(title, jurisdiction, status, parse_day(first_day), subject, base, reform_of)
    _write_whole(folder, files, lambda made: load_regime(made, made.name, load).cases)
    path = folder if folder.is_absolute() else f"./{folder}"
    say(f"{as_bold(str(folder))}: {title}")
    for name in files:
        say(f"  {name}")
    say("Write your own over the example, subject by subject; docs/how-to/encode-a-bill.md goes through it. Then:")
    say(f"  adit law check {path}   what is still to be written, and what is unsound")
    say(f"  adit law cases {path}   the golden cases")
    say("  adit law fields   the facts that rules may use, and the questions; adit law schema: for your editor")


@click.command()
@click.argument("kind", required=False, type=click.Choice(["values", "regime", "cases", "sources"]))
@click.option("--out", type=click.Path(path_type=Path), help="A new folder to write them to, as values.schema.json.")
def schema(kind: str | None, out: Path | None) -> None:
    """Print the JSON Schema of an act's TOML files, for editors; of all KINDs by name if none is named.

    \b
    Examples:
      adit law schema values
      adit law schema --out ./schemas
    """
    from adit.regime.schema import KINDS, schema_of

    found = {name: schema_of(name) for name in ([kind] if kind else KINDS)}
    if out:
        _write_whole(out, {f"{name}.schema.json": _as_json(one) for name, one in found.items()})
        say("\n".join(str(out / f"{name}.schema.json") for name in found))
    else:
        say(_as_json(found[kind] if kind else found).rstrip())


def _as_json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
