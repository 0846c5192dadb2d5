"""`adit compare`: the main job. Regimes side by side on one day, in the terminal and as a page."""

import csv
import io
import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit import __version__
from adit.cli.output import (
    amount,
    as_bold,
    as_dim,
    as_warning,
    format_option,
    log,
    plain,
    progress,
    say,
    write_csv,
    write_json,
    write_table,
    write_whole,
)

if TYPE_CHECKING:
    from adit.decision.comparison import Cell, Comparison
    from adit.decision.dues import PowerPrice
    from adit.regime.act import Regime

__all__ = ["compare"]

_COLOURS = {"yes": "green", "no": "red", "partly": "yellow", "undecided": "magenta", "silent": None}
_GLYPHS = {"yes": "●", "no": "○", "partly": "◐", "undecided": "?", "silent": "–"}
Rows = list[tuple[Any, ...]]


@click.command()
@click.option("--regimes", default="", help="Regimes, separated by commas.  [default: all]")
@click.option("--sites", type=click.Path(path_type=Path), help="A site file of your own (CSV).")
@click.option("--on", default="2025-05-01", show_default=True, metavar="DAY", help="The day.")
@click.option("--region", default="RU-MOW", show_default=True, help="Where the actors live: ISO 3166-2 or a name.")
@click.option("--power-price", default="", metavar="LOW,HIGH", help="Roubles per kWh, for the costs of mining.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for comparison.html, comparison.json and the CSV tables."
)
@click.option("--skip-bad-rows", is_flag=True, help="Go on with the good rows of a site file; list the others.")
@format_option
@click.pass_context
def compare(
    context: click.Context,
    regimes: str,
    sites: Path | None,
    on: str,
    region: str,
    power_price: str,
    out: Path | None,
    skip_bad_rows: bool,
    format_: str,
) -> None:
    """What would each regime do to the sites that exist, and to the people who mine?

    \b
    Examples:
      adit compare --out demo
      adit compare --on 2026-05-01 --regimes ru/law,ru/bills_2026 --region RU-IRK
    """
    with progress("comparing") as step:
        step("reading acts and evidence")
        from adit.decision.comparison import compare as compare_regimes
        from adit.decision.dues import POWER_PRICE
        from adit.evidence.sources.sites import read_sites
        from adit.terms.days import parse_day
        from adit.terms.places import region as region_named

        result = compare_regimes(
            _chosen(regimes),
            read_sites(sites, skip_bad_rows=skip_bad_rows),
            parse_day(on),
            region=region_named(region).iso,
            power_price=_price(power_price) if power_price else POWER_PRICE,
        )
        if out is not None:
            step("writing the page")
            _write(result, out)
    match format_:
        case "json":
            write_json(_as_data(result))
        case "csv":
            write_csv(SITE_HEADER, _site_rows(result))
        case _:
            _print(result)
    if out is not None:
        log(
            f"written to {out}: comparison.html (open it in a browser), comparison.json, sites.csv, actors.csv, dues.csv, differences.csv"
        )
    context.exit(1 if result.site_problems else 0)


def _chosen(names: str) -> list["Regime"]:
    """The regimes as named, or all of them: the law in force, then the others by their first day."""
    from adit import law

    if names:
        return [law.load(name.strip()) for name in names.split(",")]
    return sorted(
        (law.load(name) for name in law.names("ru")), key=lambda r: (r.status != "in force", r.first_day, r.id)
    )


def _price(text: str) -> "PowerPrice":
    from adit.terms.errors import BadInput

    try:
        low, high = (Decimal(part) for part in text.split(","))
    except (InvalidOperation, ValueError):
        raise BadInput(f"'{text}' is not low,high.", todo="Write --power-price 3.50,6.00 in roubles per kWh.") from None
    if not 0 <= low <= high <= 1000:
        raise BadInput(
            f"The prices {low} and {high} RUB/kWh are not a range.",
            todo="Write the lower one first; both at least zero.",
        )
    return low, high


# Tables -----------------------------------------------------------------------------------------------------------
SITE_HEADER = (
    "site_id",
    "name",
    "region",
    "municipality",
    "status",
    "capacity_mw",
    "energy_kwh_month",
    "regime",
    "may_mine",
    "because",
    "cites",
    "source",
)
ACTOR_HEADER = ("actor", "activity", "regime", "answer", "because", "cites")
DUE_HEADER = (
    "who",
    "kind",
    "regime",
    "energy_kwh",
    "coins_btc_low",
    "coins_btc_high",
    "income_rub_low",
    "income_rub_high",
    "tax",
    "tax_rub_low",
    "tax_rub_high",
    "cites",
)
DIFFERENCE_HEADER = ("a", "b", "kind", "name")


def _site_rows(c: "Comparison") -> Rows:
    return [
        (o.site.site_id, o.site.name, o.site.region, o.site.municipality, o.site.status, _mw(o.site.capacity_kw), o.energy_kwh,
         x.regime, x.answer, x.because, x.cites, " ".join(o.site.source_urls))
        for o in c.sites for x in o.cells
    ]  # fmt: skip


def _mw(kw: int | None) -> str:
    return "not reported" if kw is None else f"{Decimal(kw) / 1000:f}"


def _btc(sat: int) -> str:
    return f"{Decimal(sat) / 100_000_000:.8f}"


def _actor_rows(c: "Comparison") -> Rows:
    return [(r.actor.name, r.activity.name, x.regime, x.answer, x.because, x.cites) for r in c.actors for x in r.cells]


def _due_rows(c: "Comparison") -> Rows:
    return [
        (
            d.who,
            d.kind,
            d.regime,
            d.energy_kwh,
            _btc(d.coins_low_sat),
            _btc(d.coins_high_sat),
            d.income_low,
            d.income_high,
            d.tax_kind,
            d.tax_low,
            d.tax_high,
            d.cites,
        )
        for d in c.dues
    ]


def _difference_rows(c: "Comparison") -> Rows:
    return [
        (d.a, d.b, kind, name)
        for d in c.differences
        for kind, names in (("site", d.sites), ("actor", d.actors), ("article", d.articles))
        for name in names
    ]


def _as_data(c: "Comparison") -> dict[str, Any]:
    return {
        "adit": __version__,
        "regime_versions": {r.id: r.digest for r in c.regimes},
        "data_vintages": [list(v) for v in c.vintages],
        **asdict(c),
    }


def _write(c: "Comparison", folder: Path) -> None:
    """The page and the tables: each file whole or not at all."""
    from adit.desk.comparison_page import page

    folder.mkdir(parents=True, exist_ok=True)

    def put(name: str, text: str) -> None:
        write_whole(folder / name, text)

    def table(header: tuple[str, ...], rows: Rows) -> str:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([header, *rows])
        return text.getvalue()

    put("comparison.html", page(c, made_on=date.today()))  # noqa: DTZ011 - the day where the person sits
    put("comparison.json", json.dumps(_as_data(c), ensure_ascii=False, indent=1, default=plain))
    put("sites.csv", table(SITE_HEADER, _site_rows(c)))
    put("actors.csv", table(ACTOR_HEADER, _actor_rows(c)))
    put("dues.csv", table(DUE_HEADER, _due_rows(c)))
    put("differences.csv", table(DIFFERENCE_HEADER, _difference_rows(c)))


# The terminal -----------------------------------------------------------------------------------------------------
def _print(c: "Comparison") -> None:
    names = [r.id.split("/", 1)[-1].replace("_", " ") for r in c.regimes]  # spaces let a header wrap
    say(as_bold(f"{len(c.regimes)} regimes on {c.on}"))
    for r in c.regimes:
        mark = "" if r.status == "in force" else "  " + as_warning("simulated, decides no real case")
        say(f"  {r.id:<28} {r.status:<10} {r.title}{mark}")
    for left in c.left_out:
        say(as_dim(f"  left out: {left}"))
    say("\n● yes   ○ no   ◐ yes, with a condition   ? undecided   – does not say\n")
    _print_actors(c, names)
    _print_loads(c)
    _print_sites(c, names)
    say(as_bold("Where is the surplus?"))
    for note in c.surplus_notes:
        say(f"  {note}")
    say()
    _print_dues(c)
    write_table(
        "What differs",
        ("a", "b", "sites", "actor rows", "articles"),
        [(d.a, d.b, len(d.sites), len(d.actors), len(d.articles)) for d in c.differences],
        right=("sites", "actor rows", "articles"),
    )
    if c.site_problems:
        say(as_warning(f"{len(c.site_problems)} problems in the site file; these rows were left out:"))
        for problem in c.site_problems:
            say(f"  {problem}")
    say(as_dim(f"adit {__version__} · " + " · ".join(f"{r.id} {r.digest}" for r in c.regimes)))


def _mark(cell: "Cell") -> str:
    return click.style(_GLYPHS[cell.tone], fg=_COLOURS[cell.tone])


def _glyph(cell: "Cell") -> str:
    spoken = cell.answer in ("yes", "no", "undecided", "does not say")
    return _mark(cell) if spoken else f"{_mark(cell)} {cell.answer}"


def _print_actors(c: "Comparison", names: list[str]) -> None:
    rows = []
    for r in c.actors:
        first = r.activity.key == c.actors[0].activity.key
        rows.append((as_bold(r.actor.name) if first else "", r.activity.name, *(_glyph(x) for x in r.cells)))
    write_table(
        f"Who may do what, in {c.region} (reasons and articles: --format json, or the page)",
        ("actor", "activity", *names),
        rows,
    )


def _print_loads(c: "Comparison") -> None:
    def both(kw: int, sites: int) -> str:
        return f"{_mw(kw)} MW, {sites} sites"

    rows = [
        (
            x.regime,
            both(x.permitted_kw, x.sites_permitted),
            both(x.stopped_kw, x.sites_stopped),
            both(x.undecided_kw, x.sites_undecided),
            both(x.silent_kw, x.sites_silent),
            f"{x.not_reported} sites",
        )
        for x in c.loads
    ]
    header = ("regime", "permitted", "stopped", "undecided", "does not say", "capacity not reported")
    write_table(
        "The known sites (each capacity counted once, as reported, in the year in which it was)",
        header,
        rows,
        right=header[1:],
    )


def _print_sites(c: "Comparison", names: list[str]) -> None:
    rows = [
        (o.site.name, o.site.region, _mw(o.site.capacity_kw), o.site.status, *(_mark(x) for x in o.cells))
        for o in c.sites
    ]
    write_table(
        "Which sites: may a registered company mine at this place?",
        ("site", "region", "MW", "status", *names),
        rows,
        right=("MW",),
    )


def _print_dues(c: "Comparison") -> None:
    def money(low: Decimal | None, high: Decimal | None) -> str:
        return "does not say" if low is None or high is None else f"{amount(low, '')} – {amount(high, 'RUB')}"

    rows: dict[tuple[str, ...], list[str]] = {}  # what is the same under several regimes stands on one line
    for d in c.dues:
        if d.tax_low is not None:
            coins = f"{_btc(d.coins_low_sat)} – {_btc(d.coins_high_sat)} BTC"
            income, owed = money(d.income_low, d.income_high), money(d.tax_low, d.tax_high)
            rows.setdefault((d.who, f"{d.energy_kwh:,} kWh", coins, income, d.tax_kind, owed), []).append(d.regime)
    lines = [(who, ", ".join(regimes), *rest) for (who, *rest), regimes in rows.items()]
    header = ("who", "regime", "electricity", "coins", "income", "tax", "owed")
    write_table(f"What mining at full load would owe for {c.on:%Y-%m}, also where it is banned", header, lines)
    quiet = sorted({d.regime for d in c.dues} - {d.regime for d in c.dues if d.tax_low is not None})
    if quiet:
        say(f"does not say what is owed: {', '.join(quiet)}")
    for assumption in c.assumptions:
        say(as_dim(f"· {assumption}"))
    say()
