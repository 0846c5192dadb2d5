"""`adit lab list`, `show`, `new`: the scenarios that there are, what one of them says, and the beginning of one's own."""

import json
from pathlib import Path

import click

from adit.cli.output import as_bold, as_dim, format_option, log, say, write_csv, write_json, write_table, write_whole
from adit.terms.errors import BadInput

__all__ = ["list_", "new", "show"]

_NEW = """title = {title}
about = "What is tried, and why."
from  = {of}

# One line changes one thing: a value of the act by its own name (adit law show {regime}), a question that the scenario answers, or an addition.
#   ru.household_limit = 3000 from 2026-01-01
#   ru.levy_per_kwh = 1 from 2026-01-01
#   ru.may_mine = no from 2026-01-01
#   ru.territories = RU-TVE, RU-BA from 2026-01-01
#   ru.surplus_only = yes from 2026-01-01
set = []
"""


@click.command(name="list")
@format_option
def list_(format_: str) -> None:
    """The scenarios that come with Adit.

    \b
    Example:
      adit lab list
    """
    from adit.lab.store import read_scenario, scenario_names

    found = [read_scenario(name) for name in scenario_names()]
    rows = [(s.name, s.title, "; ".join(c.line for c in s.changes)) for s in found]
    match format_:
        case "json":
            from adit import __version__

            write_json(
                {"adit": __version__, "scenarios": [{"name": n, "title": t, "set": line} for n, t, line in rows]}
            )
        case "csv":
            write_csv(("name", "title", "set"), rows)
        case _:
            write_table("", ("name", "title", "set"), rows)
            say(as_dim("adit lab show NAME prints one; adit lab new FILE --from NAME begins your own."))


@click.command()
@click.argument("scenario")
def show(scenario: str) -> None:
    """The text of a scenario, and of those that it changes.

    \b
    Example:
      adit lab show ru_ban
    """
    from adit.lab.store import read_scenario, scenario_file, text_of

    found = read_scenario(scenario)
    for where in reversed(found.chain):
        say(as_bold(f"# {where}"))
        say(text_of(scenario_file(where)))


@click.command()
@click.argument("name")
@click.option("--from", "of", default="ru_law", show_default=True, metavar="SCENARIO", help="What it changes.")
@click.option("--title", default="", help="What it is called.")
def new(name: str, of: str, title: str) -> None:
    """Begin a scenario of your own: NAME.toml, a few lines that change another one.

    \b
    Example:
      adit lab new my_levy --from ru_law
    """
    from adit.lab.store import read_scenario

    file = Path(name if name.endswith(".toml") else f"{name}.toml")
    if file.exists():
        raise BadInput("The file is there already.", where=str(file), todo="Take another name.")
    if not file.parent.is_dir():
        raise BadInput("There is no such folder.", where=str(file.parent), todo="Make it first.")
    base = read_scenario(of)
    regimes = base.regimes.get("RU") or next(iter(base.regimes.values()))
    base_name = of if Path(of).is_file() and Path(of).suffix == ".toml" else base.name
    named = title or file.stem.replace("_", " ")
    write_whole(file, _NEW.format(title=_quoted(named), of=_quoted(base_name), regime=regimes[-1].regime))
    log(f"written to {file}; next: adit lab run {file} --draws 200")


def _quoted(text: str) -> str:
    """A text as TOML has it; JSON escapes the same characters in the same way."""
    return json.dumps(text, ensure_ascii=False)
