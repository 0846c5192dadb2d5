"""How a run of the lab is told in the terminal: outcomes with bands, differences, who gains and who pays."""

from typing import TYPE_CHECKING

from adit.cli.output import as_bold, as_dim, as_warning, say, write_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adit.lab.comparing import Band
    from adit.lab.run import Ran

__all__ = ["figure", "print_comparison", "print_run"]

# The outcomes that a comparison shows; `--format csv` has all of them.
_MAIN = (
    "load_mw", "declared_mw", "household_mw", "undeclared_mw", "hashrate_share", "tax_money_m", "margin_formal_money_m", "margin_household_money_m",
    "margin_informal_money_m", "household_cost_money_m", "deficit_change_mw", "co2_mt", "network_ehs",
)  # fmt: skip


def print_run(own: "Ran", base: "Ran | None") -> None:
    """One scenario, beside the baseline where it is another."""
    from adit.lab.comparing import band_of, parties
    from adit.lab.results.folder import money_of
    from adit.lab.results.measures import MEASURES

    _head(own)
    money = money_of(own)
    header = ["", "unit", "80 % of the draws", "middle"]
    if base is not None:
        header += [f"against {base.setting.scenario.name}", "80 % of the differences"]
    rows = []
    for name, measure in MEASURES.items():
        band = band_of(own.outcomes[name])
        if not band.known or (band.low == band.high == 0 and (base is None or not base.outcomes[name].any())):
            continue
        row = [measure.title, measure.unit.replace("money", money), _span(band), figure(band.middle)]
        if base is not None:
            difference = band_of(own.outcomes[name] - base.outcomes[name])
            row += [_signed(difference.middle), _span(difference, signed=True)]
        rows.append(row)
    write_table("", header, rows, right=header[2:])
    if base is not None:
        say(as_bold("Who gains and who pays, a year, against the baseline"))
        told = parties(own.outcomes, base.outcomes)
        cells = [
            (p.name, p.unit.replace("money", money), _word(p.difference), _signed(p.difference.middle), _span(p.difference, signed=True))
            for p in told
        ]  # fmt: skip
        write_table("", ["", "unit", "", "middle", "80 % of the draws"], cells, right=["middle", "80 % of the draws"])
    _foot(own)


def print_comparison(found: "Sequence[Ran]", base: "Ran") -> None:
    """The scenarios as columns: the baseline's middle, and the others' differences to it."""
    from adit.lab.comparing import band_of, parties
    from adit.lab.results.folder import money_of
    from adit.lab.results.measures import MEASURES

    money = money_of(base)
    others = [own for own in found if own is not base]
    say(as_bold(f"Against {base.setting.scenario.name}: {base.setting.scenario.title}"))
    say(as_dim(_made(base)))
    header = ["", "unit", base.setting.scenario.name, *(own.setting.scenario.name for own in others)]
    rows = []
    for name in _MAIN:
        measure, band = MEASURES[name], band_of(base.outcomes[name])
        if not band.known:
            continue
        row = [measure.title, measure.unit.replace("money", money), figure(band.middle)]
        for own in others:
            difference = band_of(own.outcomes[name] - base.outcomes[name])
            row.append(f"{_signed(difference.middle)}\n{_span(difference, signed=True)}")
        rows.append(row)
    write_table("", header, rows, right=header[2:])
    if others:
        say(as_bold("Who gains and who pays, a year: the middle, where four fifths of the draws agree on the sign"))
        told = {own.setting.scenario.name: parties(own.outcomes, base.outcomes) for own in others}
        first = next(iter(told.values()))
        cells = [
            (p.name, p.unit.replace("money", money), *(_word(t[k].difference) for t in told.values())) for k, p in enumerate(first)
        ]  # fmt: skip
        write_table("", ["", "unit", *told], cells, right=list(told))
    _foot(base)


def figure(value: float) -> str:
    """A number with three or so digits that mean something."""
    if value != value:
        return "not known"
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:,.1f}" if size >= 10 else f"{value:.2f}"


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + figure(value)


def _span(band: "Band", *, signed: bool = False) -> str:
    shown = _signed if signed else figure
    return f"{shown(band.low)} to {shown(band.high)}"


def _word(band: "Band") -> str:
    if band.low >= 0 and band.high > 0:
        return f"gains {figure(band.middle)}"
    if band.high <= 0 and band.low < 0:
        return f"pays {figure(-band.middle)}"
    return "alike" if band.low == band.high == 0 else "either way"


def _head(own: "Ran") -> None:
    scenario = own.setting.scenario
    say(f"{as_bold(scenario.name)} · {scenario.title}")
    say(as_dim(scenario.about))
    say(as_dim(_made(own)))


def _made(own: "Ran") -> str:
    months = own.setting.inputs.months
    flows = (
        "flows are of the last twelve months"
        if len(months) >= 12
        else f"flows a year are those of {len(months)} of 12 months, made up"
    )
    return (
        f"{own.setting.scenario.focus} · {months[0]:%Y-%m} to {months[-1]:%Y-%m} · {own.outcome.draws:,} draws, seed {own.outcome.seed} · "
        f"{flows} · prices: {own.setting.prices.said}"
    )


def _foot(own: "Ran") -> None:
    regimes = ", ".join(f"{regime.id} {digest}" for digest, regime in own.setting.acts.regimes().items())
    say(as_dim(f"Law: {regimes}"))
    say(
        as_warning(
            "This is a model. It decides no case, and its bands are as wide as it was wrong before: adit lab backtest."
        )
    )
