"""`adit law new|schema|import|export`: begin an act, help the editor, take over parameters from elsewhere and hand them on."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit import __version__
from adit.cli.output import as_bold, counted, format_option, log, say, write_csv, write_json, write_table
from adit.terms.errors import BadInput

if TYPE_CHECKING:
    from types import ModuleType

    from adit.regime.openfisca import LeftOut

__all__ = ["export", "import_", "new", "schema"]


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
    from adit.law import is_folder, load
    from adit.regime.scaffold import new_act
    from adit.regime.store import load_regime
    from adit.terms.days import parse_day

    base = load(reform_of) if reform_of else None
    over = reform_of  # as seen from the act, so that it holds wherever the act is asked
    if is_folder(reform_of, Path()) and not Path(reform_of).is_absolute():
        over = os.path.relpath(Path(reform_of).resolve(), folder.resolve())
    files = new_act(title, jurisdiction, status, parse_day(first_day), subject, base, over)
    _write_whole(folder, files, lambda made: load_regime(made, made.name, lambda _: load(reform_of)).cases)
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


# OpenFisca and PolicyEngine -----------------------------------------------------------------------------------------
@click.command("import")
@click.argument("parameters", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder for the values in TOML.")
@format_option
@click.pass_context
def import_(context: click.Context, parameters: Path, out: Path, format_: str) -> None:
    """Take over a folder of OpenFisca or PolicyEngine parameters as values of an act; list what was left out, and why.

    Needs the extra: pip install "adit[openfisca]". Every value comes as reported, with low confidence: read the act.

    \b
    Example:
      adit law import examples/openfisca/parameters --out ./values
    """
    from adit.regime.openfisca import LeftOut, as_toml, from_openfisca

    files, refused = _yaml().read_folder(parameters)
    if not files and not refused:
        raise BadInput(f"There is no .yaml file in {parameters}.", todo="Name the folder that holds the parameters.")
    groups, left = from_openfisca(files)
    left = [*(LeftOut(file, "the file", why) for file, why in refused.items()), *left]
    texts = {f"{group}.toml": as_toml(values) for group, values in groups.items()}
    if texts:
        _write_whole(out, texts)
    _report(format_, left, [out / name for name in texts], sum(map(len, groups.values())))
    context.exit(1 if left else 0)


@click.command()
@click.argument("regime")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder for the parameters in YAML.")
@format_option
@click.pass_context
def export(context: click.Context, regime: str, out: Path, format_: str) -> None:
    """Write a regime's numbers and brackets as OpenFisca parameters, one file a value; list the rows that take no effect.

    Needs the extra: pip install "adit[openfisca]". Values of other kinds (bans, tables, words) have no form there.

    \b
    Example:
      adit law export ru/law --out ./parameters
    """
    from adit.law import load
    from adit.regime.openfisca import as_openfisca

    act = load(regime)
    made, left = as_openfisca(act)
    written = _yaml().written
    texts = {f"{name}.yaml": written(parameter) for name, parameter in made.items()}
    if not texts:
        raise BadInput(f"{regime} has no numbers or brackets in effect.", todo=f"See adit law show {regime}.")
    _write_whole(out, texts)
    others = sum(v.kind not in ("number", "brackets") for v in act.values.values())
    if others:
        log(f"{counted(others, 'value')} of other kinds have no form in OpenFisca and stay behind")
    _report(format_, left, [out / name for name in texts], len(texts))
    context.exit(1 if left else 0)


def _yaml() -> "ModuleType":
    try:
        from adit.cli import yaml_text
    except ImportError as error:
        raise BadInput("PyYAML is not installed.", todo='Run: pip install "adit[openfisca]"') from error
    return yaml_text


def _report(format_: str, left: list["LeftOut"], files: list[Path], values: int) -> None:
    header = ("file", "left out", "why")
    rows: list[tuple[Any, ...]] = [(one.file, one.what, one.why) for one in left]
    match format_:
        case "json":
            found = [dict(zip(("file", "what", "why"), row, strict=True)) for row in rows]
            write_json({"adit": __version__, "values": values, "files": [str(f) for f in files], "left_out": found})
        case "csv":
            write_csv(header, rows)
        case _:
            if rows:
                write_table("", header, rows)
            where = f" in {counted(len(files), 'file')} of {files[0].parent}" if files else ""
            say(f"{counted(values, 'value')}{where}; {len(rows)} left out")
