"""`adit site`: what a mining site would earn at a place, under a regime; it describes and gives no advice."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adit.cli.output import (
    amount,
    as_dim,
    as_warning,
    format_option,
    log,
    progress,
    say,
    write_csv,
    write_json,
    write_table,
    write_whole,
)
from adit.terms.errors import BadInput
from adit.terms.fields import facts as all_facts
from adit.terms.fields import written

if TYPE_CHECKING:
    from adit.site.feasibility import Feasibility, Outcome
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
@format_option
def site(
    region: str, power_mw: str, machine: str, price_rub_per_kwh: str, regime: str, regimes: str, on: str, months: int, count: int,
    price_paths: str, seed: int, climate: str, machine_price_usd: str, assumptions: Path | None, fact: tuple[str, ...],
    report: Path | None, format_: str,
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

            write_whole(report, page(found))
    match format_:
        case "json":
            from adit.site.record import record_of

            write_json(record_of(found))
        case "csv":
            _write_months(found.first)
        case _:
            _print(found)
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


# Printing ---------------------------------------------------------------------------------------------------------
def _print(f: "Feasibility") -> None:
    from adit.site.record import NO_ADVICE, totals

    s, m, first = f.site, f.market, f.first
    say(
        f"{s.machines:,} x {s.machine.manufacturer} {s.machine.model} at {s.region_name} ({s.region}), {s.plan.power_mw} MW, "
        f"{s.plan.price_rub_per_kwh} RUB/kWh, {s.months[0]} to {s.months[-1]}"
    )
    say(
        f"{s.hashrate_ths / 1000:,.1f} PH/s · cooling by {s.cooling.kind}, PUE {s.cooling.pue:.3f}, "
        f"{s.cooling.free_hours_per_year:,.0f} h a year on outside air alone · "
        f"hashprice {m.hashprice_rub:.4f} RUB/TH/day ({m.hashprice_rub / m.rub_per_usd:.5f} USD) on {m.on}"
    )
    say(
        f"coins of a kilowatt-hour bring {f.spot_break_even_rub_per_kwh:.2f} RUB on that day; difficulty {m.growth_per_month:+.2%} a month"
    )
    say(
        as_dim(
            f"paths: {f.paths.said}; {max(f.paths.count - 1, 1):,} of them, seed {f.paths.seed}; price of {m.priced_on}, {m.price_source}"
        )
    )
    sums = totals(first)
    lines = [
        ("coins mined, pool's fee taken off", sums["income"]), ("heat sold", sums["heat"]), ("power", -sums["power"]),
        ("levy on electricity", -sums["levy"]), ("operation", -sums["operations"]), ("tax on profit", -sums["tax"]), ("VAT", -sums["vat"]),
        ("building and machines", -sums["capital"]), ("left", sums["left"]),
    ]  # fmt: skip
    write_table(
        f"{first.answers.regime.id}, central path", ("", "RUB"), [(n, f"{v:,.0f}") for n, v in lines], right=("RUB",)
    )
    header = (
        "regime",
        "may run",
        "NPV, million RUB",
        "5 %",
        "95 %",
        "IRR a year",
        "payback",
        "break-even RUB/kWh",
        "P(loss)",
    )
    write_table("", header, [_row(o) for o in f.outcomes], right=header[1:])
    for o in f.outcomes:
        _print_regime(o)
    say(
        as_dim(
            f"NPV at {f.assumptions['money.discount_per_year']:.0%} a year. Assumptions: adit site ... --format json lists each with its reason."
        )
    )
    say(as_dim(NO_ADVICE))


def _print_regime(o: "Outcome") -> None:
    from adit.site.record import what_stops

    if o.answers.simulated:
        say(as_warning(f"{o.answers.regime.id} is no law in force ({o.answers.regime.status}): simulated."))
    for may, why, n, cites in what_stops(o)[:3]:
        say(f"{o.answers.regime.id}: {may}, {n} of {len(o.months)} months: {why}" + (f"   {cites}" if cites else ""))
    if o.answers.silent():
        say(as_dim(f"{o.answers.regime.id} does not say: {'; '.join(o.answers.silent())}"))
    if o.stopped_months:
        say(
            as_dim(
                f"{o.answers.regime.id}: machines stand still in {o.stopped_months} months of the central path, for they cost more than they bring"
            )
        )


def _row(o: "Outcome") -> tuple[str, ...]:
    return (
        o.answers.regime.id,
        f"{o.hours_allowed:.0%}",
        f"{o.npv / 1_000_000:,.1f}",
        f"{o.npv_quantiles[0] / 1e6:,.1f}",
        f"{o.npv_quantiles[-1] / 1e6:,.1f}",
        "none" if o.irr is None else f"{o.irr:.1%}",
        "never" if o.payback is None else f"{o.payback} months",
        "none" if o.break_even_rub_per_kwh is None else amount(o.break_even_rub_per_kwh, ""),
        f"{o.loss_probability:.1%}",
    )


def _write_months(o: "Outcome") -> None:
    header = ("month", "may_mine", "share_allowed", "energy_kwh", "coins_sat", "income_rub", "power_rub", "levy_rub", "heat_rub",
              "operations_rub", "tax_rub", "vat_rub", "cash_rub")  # fmt: skip
    write_csv(
        header,
        [
            (m.period, a.may_mine, f"{a.share:.4f}", m.energy_kwh, m.coins_sat, m.income, m.power, m.levy, m.heat, m.operations, m.tax, m.vat, m.cash)
            for m, a in zip(o.months, o.answers.months, strict=True)
        ],
    )  # fmt: skip
