"""How `adit site` answers: a table and notes for people in English and Russian, the months as CSV."""

from typing import TYPE_CHECKING

from adit.cli.output import as_dim, as_warning, say, write_csv, write_table

if TYPE_CHECKING:
    from adit.site.feasibility import Feasibility, Outcome

__all__ = ["print_site", "write_months"]

_STOPS_MOST = 3


def print_site(f: "Feasibility", language: str) -> None:
    """The site and its market, the central path, the regimes side by side, and what stands in the way."""
    from adit.site.record import totals
    from adit.site.telling import (
        figure,
        how_paths,
        month_in,
        phrase,
        place_in,
        recognition_told,
        share_in,
        untranslated,
    )
    from adit.terms.language import day

    s, m, first = f.site, f.market, f.first
    say(
        phrase(
            "machines at",
            language,
            n=figure(s.machines, language),
            machine=f"{s.machine.manufacturer} {s.machine.model}",
            place=place_in(s.region, language),
            iso=s.region,
            power=_short(s.plan.power_mw, language),
            price=_short(s.plan.price_rub_per_kwh, language),
            first=month_in(s.months[0], language),
            last=month_in(s.months[-1], language),
        )
    )
    say(
        phrase(
            "hashing",
            language,
            phs=figure(s.hashrate_ths / 1000, language, 1),
            kind=phrase(s.cooling.kind, language),
            pue=figure(s.cooling.pue, language, 3),
            free=figure(s.cooling.free_hours_per_year, language),
            rub=figure(m.hashprice_rub, language, 4),
            usd=figure(m.hashprice_rub / m.rub_per_usd, language, 5),
            on=day(m.on, language),
        )
    )
    if note := recognition_told(f, language):
        say(note)
    growth = share_in(m.growth_per_month, language, 2, sign=True)
    say(phrase("spot", language, rub=figure(f.spot_break_even_rub_per_kwh, language, 2), growth=growth))
    say(
        as_dim(
            phrase(
                "paths line",
                language,
                how=how_paths(f.paths, language),
                n=figure(max(f.paths.count - 1, 1), language),
                seed=f.paths.seed,
                on=day(m.priced_on, language),
                source=m.price_source,
            )
        )
    )
    sums = totals(first)
    lines = [
        ("coins mined", sums["income"]), ("heat sold", sums["heat"]), ("power", -sums["power"]), ("levy", -sums["levy"]),
        ("operation", -sums["operations"]), ("profit tax", -sums["tax"]), ("VAT", -sums["vat"]),
        ("building and machines", -sums["capital"]), ("left", sums["left"]),
    ]  # fmt: skip
    rub = "руб." if language == "ru" else "RUB"
    write_table(
        phrase("central path", language, regime=first.answers.regime.id),
        ("", rub),
        [(phrase(n, language), figure(v, language)) for n, v in lines],
        right=(rub,),
    )
    names = ("regime", "may run", "npv column", "", "", "irr column", "payback", "break-even column", "loss column")
    header = [phrase(n, language) if n else share_in(q, language) for n, q in zip(names, (0, 0, 0, 0.05, 0.95, 0, 0, 0, 0), strict=True)]  # fmt: skip
    write_table("", header, [_row(o, language) for o in f.outcomes], right=header[1:])
    for o in f.outcomes:
        _print_regime(f, o, language)
    rate = share_in(f.assumptions["money.discount_per_year"], language)
    say(as_dim(phrase("npv note", language, rate=rate)))
    if told := untranslated(f.outcomes, language):
        say(as_dim(told))
    say(as_dim(phrase("no advice", language)))


def _short(value: object, language: str) -> str:
    from decimal import Decimal

    from adit.terms.language import number

    return number(Decimal(str(value)), language)


def _print_regime(f: "Feasibility", o: "Outcome", language: str) -> None:
    from adit.site.telling import act_status, exchange_told, phrase, silent_told, stops_told

    name = o.answers.regime.id
    if o.answers.simulated:
        say(as_warning(phrase("simulated", language, regime=name, status=act_status(o.answers.regime, language))))
    for told, cites in stops_told(o, language)[:_STOPS_MOST]:
        say(f"{name}: {told}" + (f"   {cites}" if cites else ""))
    if silent := silent_told(o.answers, language):
        say(as_dim(phrase("does not say", language, regime=name, told="; ".join(silent))))
    if o.stopped_months:
        say(as_dim(phrase("stands still", language, regime=name, n=o.stopped_months)))
    for told in exchange_told(f, o, language):
        say(as_dim(told))


def _row(o: "Outcome", language: str) -> tuple[str, ...]:
    from adit.site.telling import figure, phrase, rate_in, share_in

    return (
        o.answers.regime.id,
        share_in(o.hours_allowed, language),
        figure(o.npv / 1_000_000, language, 1),
        figure(o.npv_quantiles[0] / 1e6, language, 1),
        figure(o.npv_quantiles[-1] / 1e6, language, 1),
        rate_in(o.irr, language),
        phrase("never", language) if o.payback is None else phrase("months", language, n=o.payback),
        phrase("none", language) if o.break_even_rub_per_kwh is None else figure(o.break_even_rub_per_kwh, language, 2),
        share_in(o.loss_probability, language, 1),
    )


def write_months(o: "Outcome") -> None:
    """The central path, a row a month."""
    header = ("month", "may_mine", "share_allowed", "energy_kwh", "coins_sat", "income_rub", "power_rub", "levy_rub", "heat_rub",
              "operations_rub", "tax_rub", "vat_rub", "cash_rub")  # fmt: skip
    write_csv(
        header,
        [
            (m.period, a.may_mine, f"{a.share:.4f}", m.energy_kwh, m.coins_sat, m.income, m.power, m.levy, m.heat, m.operations, m.tax, m.vat, m.cash)
            for m, a in zip(o.months, o.answers.months, strict=True)
        ],
    )  # fmt: skip
