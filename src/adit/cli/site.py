"""`adit site`: what a mining site would earn at a place, under a regime; it describes and gives no advice."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adit.cli.output import format_option, language_option, log, progress, write_json, write_whole
from adit.cli.site_telling import print_site, write_months
from adit.terms.errors import BadInput
from adit.terms.fields import facts as all_facts
from adit.terms.fields import written

if TYPE_CHECKING:
    from adit.site.store import GivenMonth

__all__ = ["site"]

_PATHS_MOST = 100_000


@click.command()
@click.option("--region", required=True, help="Where: ISO 3166-2 or a name.")
@click.option("--power-mw", required=True, metavar="MW", help="Power of the connection, cooling included.")
@click.option(
    "--machine", required=True, help='The model, as "Antminer S21": adit data show hardware/asic_models_2021_2025.csv.'
)
@click.option(
    "--price-rub-per-kwh", required=True, metavar="RUB", help="What a kilowatt-hour costs, its delivery included."
)
@click.option("--regime", default="ru/law", show_default=True, help="The regime of the site.")
@click.option("--regimes", default="", metavar="A,B,...", help="Further regimes to lay beside it.")
@click.option(
    "--on",
    default="",
    metavar="DAY",
    help="The day of which market and months are taken.  [default: the last that is known]",
)
@click.option("--months", default=60, show_default=True, help="For how many months.")
@click.option("--paths", "count", default=1000, show_default=True, help="How many paths of the coin's price are drawn.")
@click.option(
    "--price-paths",
    default="gbm",
    show_default=True,
    metavar="KIND|FILE",
    help="gbm, history (blocks of past months), flat, or a CSV file with month, rub_per_btc and, if known, difficulty.",
)
@click.option("--seed", default=1, show_default=True, help="The same seed draws the same paths.")
@click.option("--climate", default="", metavar="REGION", help="Another region whose climate is taken.")
@click.option("--machine-price-usd", default="", metavar="USD", help="Price of a machine before duty and VAT.")
@click.option(
    "--assumptions", type=click.Path(path_type=Path), help="A TOML file of your own, laid over the shipped assumptions."
)
@click.option(
    "--fact",
    multiple=True,
    metavar="NAME=VALUE",
    help="A further fact of the case, such as municipality=...; may be given many times.",
)
@click.option("--report", type=click.Path(path_type=Path), help="Also write a page: site.html.")
@language_option
@format_option
def site(
    region: str, power_mw: str, machine: str, price_rub_per_kwh: str, regime: str, regimes: str, on: str, months: int, count: int,
    price_paths: str, seed: int, climate: str, machine_price_usd: str, assumptions: Path | None, fact: tuple[str, ...],
    report: Path | None, language: str, format_: str,
) -> None:  # fmt: skip
    """Would a mining site pay, and what would each regime do to it?

    Power, cooling by the climate of the place, machines, coins, and permission, levies and taxes month by month by the rules of the regime.
    It describes what follows from its assumptions, and gives no advice.

    \b
    Examples:
      adit site --region RU-KYA --power-mw 10 --machine "Antminer S21" --price-rub-per-kwh 3.2
      adit site --region RU-BU --power-mw 5 --machine "S21 XP Hyd" --price-rub-per-kwh 2.5 --regimes ru/central_bank_2022 --report site.html
    """
    if report is not None and report.suffix != ".html":
        raise BadInput(f"{report} is not a page.", todo="Write --report site.html.")
    if not 1 <= count <= _PATHS_MOST:
        raise BadInput(f"{count} paths cannot be drawn.", todo=f"Give 1 to {_PATHS_MOST:,}.")
    if seed < 0:
        raise BadInput(f"The seed {seed} is below zero.", todo="Give --seed 1.")
    with progress("site") as step:
        step("reading acts and evidence")
        from adit import law
        from adit.site.feasibility import feasibility
        from adit.site.plan import Plan, latest_day
        from adit.site.store import read_assumptions
        from adit.terms.days import parse_day

        plan = Plan(
            region=region,
            power_mw=_number("--power-mw", power_mw),
            machine=machine,
            price_rub_per_kwh=_number("--price-rub-per-kwh", price_rub_per_kwh),
            on=parse_day(on) if on else latest_day(),
            months=months,
            climate=climate,
            machine_price_usd=_number("--machine-price-usd", machine_price_usd) if machine_price_usd else None,
            facts=_facts(fact),
        )
        names = dict.fromkeys([regime, *(r.strip() for r in regimes.split(",") if r.strip())])
        acts = [law.load(name) for name in names]
        own = read_assumptions(assumptions)
        kind, given = _paths(price_paths)
        step("computing")
        found = feasibility(plan, acts, own, kind=kind, count=count, seed=seed, given=given)
        if report is not None:
            step("writing the page")
            from adit.desk.site_feasibility_page import page

            write_whole(report, page(found, language))
    match format_:
        case "json":
            from adit.site.record import record_of

            write_json(record_of(found))
        case "csv":
            write_months(found.first)
        case _:
            print_site(found, language)
    if report is not None:
        log(f"written to {report} (open it in a browser)")


# Reading ----------------------------------------------------------------------------------------------------------
def _number(option: str, text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise BadInput(
            f"{option} is '{text}', which is no number.", todo=f"Write {option} {text.replace(',', '.')}."
        ) from None
    if not number.is_finite():
        raise BadInput(f"{option} is '{text}', which is no number.", todo=f"Write {option} 3.2.")
    return number


def _facts(texts: tuple[str, ...]) -> dict[str, object]:
    from adit.site.answers import OWN_FACTS

    found: dict[str, object] = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not separator:
            raise BadInput(f"'{text}' is not name=value.", todo="Write --fact isolated_generation=yes.")
        name = written(name.strip(), all_facts())
        if name in OWN_FACTS:
            raise BadInput(f"{name} is set by the site.", todo=f"Leave it out. Also set: {', '.join(OWN_FACTS)}.")
        found[name] = value.strip()
    return found


def _paths(text: str) -> "tuple[str, tuple[GivenMonth, ...]]":
    from adit.site.paths import KINDS
    from adit.site.store import read_price_path

    if text in KINDS:
        return text, ()
    if not Path(text).suffix:
        raise BadInput(f"There is no kind of path '{text}'.", todo=f"Known: {', '.join(KINDS)}, or a CSV file.")
    return "flat", read_price_path(Path(text))
