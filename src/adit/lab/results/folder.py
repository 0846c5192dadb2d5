"""What stands in the folder of a run: the scenario, its results as tables, the law as it was read, the state, and with what it was made."""

import json
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from adit import __version__
from adit.evidence.sources.catalogue import dataset
from adit.lab.columns import SECTORS
from adit.lab.comparing import Band, band_of, share_above
from adit.lab.results.deficit import in_classes
from adit.lab.results.hourly import hourly
from adit.lab.results.measures import MEASURES, focus_of
from adit.lab.results.monthly import QUANTILES, monthly
from adit.lab.results.store import MANIFEST, Draft, now
from adit.lab.run import Ran
from adit.lab.scenario import Scenario
from adit.lab.store import code_hash, scenario_file, text_of

__all__ = ["DATA", "DEFICIT", "OUTCOMES", "deficit_rows", "fill", "manifest_of", "money_of", "outcome_rows"]

DATA = (  # shipped files that a run rests on
    "network/btc_retarget_epochs.csv",
    "network/btc_fees_monthly.csv",
    "network/fx_and_coin_prices_2024_2026.csv",
    "network/usd_rub_cbr_daily.csv",
    "electricity_ru/so_ups_annual_balance.csv",
    "electricity_ru/so_ups_surplus_by_hour_class.csv",
    "power_plants/gppd_russia_v13.csv",
)


def fill(folder: Draft, ran: Ran, baseline: Ran | None, made: Mapping[str, Any]) -> dict[str, Any]:
    """Write everything into the draft, and give the manifest. `made` is what the command adds to it."""
    files = {
        "scenario_files": _scenario(folder, "scenario", ran.setting.scenario),
        "baseline_files": _scenario(folder, "baseline", baseline.setting.scenario) if baseline else [],
    }
    manifest = manifest_of(ran, baseline, {**made, **files})
    folder.table("outcomes", OUTCOMES, outcome_rows(ran, baseline))
    folder.table("draws", ("draw", *MEASURES), _draws(ran.outcomes))
    folder.table("parameters", ("draw", *ran.outcome.parameter_names), _parameters(ran))
    folder.figures("monthly", monthly(ran.outcome, ran.setting.places))
    folder.table("hours", _HOURS, _hours(ran))
    folder.table("deficit", DEFICIT, deficit_rows(ran))
    folder.table("law", _LAW, _law(ran))
    folder.table("state", _STATE, _state(ran))
    folder.table("places", _PLACES, _places(ran))
    if baseline is not None:
        folder.table("baseline_draws", ("draw", *MEASURES), _draws(baseline.outcomes))
    folder.text(MANIFEST, _json(manifest))
    return manifest


def _scenario(folder: Draft, under: str, scenario: Scenario) -> list[str]:
    """The files that a scenario rests on, copied; the last is its own."""
    names = [f"{under}/{scenario_file(where).name}" for where in scenario.chain]
    for name, where in zip(names, scenario.chain, strict=True):
        folder.text(name, text_of(scenario_file(where)))
    home = Path(scenario.where).parent
    for own in (scenario.places, scenario.state):
        if own is not None and own.is_relative_to(home):  # seen from the scenario's file, and so copied beside it
            folder.text(f"{under}/{own.relative_to(home)}", text_of(own))
    return names


def manifest_of(ran: Ran, baseline: Ran | None, made: Mapping[str, Any]) -> dict[str, Any]:
    """With what the run was made, so that it can be made again and checked."""
    setting, scenario = ran.setting, ran.setting.scenario
    law = setting.inputs.law
    return {
        "adit": __version__,
        "made_utc": now(),
        "code": code_hash(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scenario": scenario.name,
        "title": scenario.title,
        "focus": scenario.focus,
        "baseline": baseline.setting.scenario.name if baseline else None,
        "start": scenario.start.isoformat(),
        "months": len(setting.inputs.months),
        "draws": ran.outcome.draws,
        "seed": ran.outcome.seed,
        "regimes": {digest: regime.id for digest, regime in setting.acts.regimes().items()},
        "acts_by_place": dict(law.regimes),
        "simulated": "What is simulated here decides no case.",
        "prices": {"how": setting.prices.said, "sources": list(setting.prices.sources), "known_months": setting.prices.known},
        "state": {"as_of": setting.state.as_of.isoformat(), "network_mw": setting.state.network_mw, "sources": dict(setting.state.sources)},
        "places": dict(setting.sources),
        "behaviour": {name: dict(entry) for name, entry in setting.behaviour.entries.items()},
        "priors": {
            p.name: {"kind": p.prior.kind, "low": p.prior.low, "mode": p.prior.mode, "high": p.prior.high, "unit": p.unit, "source": p.source}
            for p in ran.parameters.each
        },
        "data": {name: dataset(name).vintage for name in DATA},
        **made,
    }  # fmt: skip


OUTCOMES = (
    "scenario", "measure", "title", "unit", "p10", "p50", "p90", "difference_p10", "difference_p50", "difference_p90", "share_of_draws_above_baseline",
)  # fmt: skip


def outcome_rows(ran: Ran, baseline: Ran | None) -> Iterator[tuple[Any, ...]]:
    """Each outcome with its band and the difference to the baseline, by `OUTCOMES`."""
    for name, measure in MEASURES.items():
        own = ran.outcomes[name]
        band = band_of(own)
        unit = measure.unit.replace("money", money_of(ran))
        row: tuple[Any, ...] = (ran.setting.scenario.name, name, measure.title, unit, *_known(band))
        if baseline is None:
            yield (*row, None, None, None, None)
        else:
            difference = own - baseline.outcomes[name]
            d = band_of(difference)
            yield (*row, *_known(d), share_above(difference))


def _known(band: Band) -> tuple[float | None, ...]:
    """The ends and the middle, empty where there is no figure."""
    return (band.low, band.middle, band.high) if band.known else (None, None, None)


def money_of(ran: Ran) -> str:
    """The money of the state that the summary tells of."""
    focus = ran.setting.scenario.focus
    return next(p.currency for p in ran.setting.places if focus in (p.code, p.country))


def _draws(outcomes: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    count = len(next(iter(outcomes.values())))
    for n in range(count):
        yield (n, *(float(outcomes[name][n]) for name in MEASURES))


def _parameters(ran: Ran) -> Iterator[tuple[Any, ...]]:
    for n, row in enumerate(ran.outcome.parameters):
        yield (n, *map(float, row))


_HOURS = (
    "month",
    "place",
    "sector",
    "hour_class",
    "hours",
    "mean_mw",
    *(f"p{round(q * 100):02d}_mw" for q in QUANTILES),
    "mean_mwh",
)


def _hours(ran: Ran) -> Iterator[tuple[Any, ...]]:
    for f in hourly(ran.outcome, ran.setting.places, ran.load_factors):
        yield (f.month, f.place, f.sector, f.hour_class, f.hours, f.mean_mw, *f.quantiles_mw, f.mean_mwh)


DEFICIT = (
    "month", "system", "hour_class", "hours", "surplus_mw_before",
    *(f"{what}_{q}_mw" for what in ("mining", "added", "deficit") for q in ("p10", "p50", "p90")),
)  # fmt: skip


def deficit_rows(ran: Ran) -> Iterator[tuple[Any, ...]]:
    """Each measured power system by month and class of hours, by `DEFICIT`."""
    places = ran.setting.places
    for f in in_classes(ran.outcome, places, focus_of(ran.setting.scenario.focus, places), ran.load_factors):
        bands = [band_of(values) for values in (f.load_mw, f.added_mw, f.deficit_mw)]
        yield (
            f.month,
            f.system,
            f.hour_class,
            f.hours,
            f.surplus_mw,
            *(v for b in bands for v in (b.low, b.middle, b.high)),
        )


_LAW = (
    "place",
    "sector",
    "column",
    "from_month",
    "value",
    "regime",
    "rule",
    "because",
    "article",
    "dated_values",
    "confidence",
)


def _law(ran: Ran) -> Iterator[tuple[Any, ...]]:
    """Every column from the month on which it changes, with its reason."""
    law = ran.setting.inputs.law
    for p, place in enumerate(law.places):
        for s, sector in enumerate(SECTORS):
            for column, values in law.column.items():
                before: float | None = None
                for t, month in enumerate(law.months):
                    value = float(values[t, p, s])
                    if before is not None and (value == before or (value != value and before != before)):
                        continue
                    before = value
                    o = law.origins[column, t, p, s]
                    shown = "endless" if value == float("inf") else "" if value != value else value
                    yield (
                        place,
                        sector,
                        column,
                        f"{month:%Y-%m}",
                        shown,
                        o.regime,
                        o.rule,
                        o.because,
                        o.cites,
                        "; ".join(o.values),
                        o.confidence,
                    )


_STATE = (
    "place",
    "formal_mw",
    "household_mw",
    "informal_mw",
    "former_mw",
    "standard_deviation_of_ln",
    "basis",
    "anchored",
    "source",
)


def _state(ran: Ran) -> Iterator[tuple[Any, ...]]:
    for r in ran.setting.state.rows:
        yield (
            r.place,
            r.formal,
            r.household,
            r.informal,
            r.former,
            r.deviation,
            r.basis,
            "yes" if r.anchored else "no",
            r.source,
        )


_PLACES = (
    "place", "name", "system", "currency", "price_per_kwh", "price_source", "household_price_per_kwh", "household_source", "price_growth_per_year",
    "price_band", "co2_t_per_mwh", "slot_growth_per_month",
)  # fmt: skip


def _places(ran: Ran) -> Iterator[tuple[Any, ...]]:
    for p in ran.setting.places:
        yield (
            p.code, p.name, p.system, p.currency, p.price_per_kwh, p.price_source, p.household_price_per_kwh, p.household_source,
            p.price_growth_per_year, p.price_band, p.co2_t_per_mwh, p.slot_growth_per_month,
        )  # fmt: skip


def _json(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"
