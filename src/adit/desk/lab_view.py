"""A lab report in tables and sentences: the summary in words, scenarios side by side, what differs in the law, the map, the appendix."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from adit.desk.charts import figure
from adit.desk.lab_wording import banded, column_meaning, measure_name, phrase, sectors_told, title_of, unit_name
from adit.evidence.sources.geometry import russia_map
from adit.grid.wording import recognition_notes
from adit.lab.comparing import Band, band_of
from adit.lab.model.outcome import FATES
from adit.lab.results.folder import money_of
from adit.lab.results.law_changes import law_changes
from adit.lab.results.levy_curve import LevyPoint
from adit.lab.results.measures import MEASURES, focus_of
from adit.lab.run import Ran
from adit.terms.errors import UnknownName
from adit.terms.places import region

__all__ = [
    "EDGES",
    "Cell",
    "LawRow",
    "OutcomeRow",
    "Place",
    "curve_told",
    "law_rows",
    "mapped",
    "outcome_table",
    "prior_told",
    "summary",
]

_YEAR = 12
_MOST_LAW_ROWS = 80
_FIRST = frozenset(
    (
        "load_mw", "declared_mw", "household_mw", "undeclared_mw", "hashrate_share", "tax_money_m", "margin_formal_money_m",
        "margin_household_money_m", "margin_informal_money_m", "household_cost_money_m", "deficit_change_mw", "co2_mt", "network_ehs",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One outcome under one scenario."""

    middle: str
    band: str
    difference: str  # empty for the baseline
    difference_band: str
    sure: bool  # the band of the difference lies on one side of zero


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """An outcome across the scenarios; `first`: one of those by which they are judged."""

    name: str
    unit: str
    cells: tuple[Cell, ...]
    first: bool


@dataclass(frozen=True, slots=True)
class LawRow:
    """What differs in the law: the column, from when, for how many places, both values, and the rule behind it."""

    column: str
    meaning: str
    sectors: str
    since: str
    places: str
    every_place: str
    value: str
    before: str
    rule: str
    cites: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A region on the map."""

    path: str
    tone: str
    said: str
    note: str
    name: str = ""
    iso: str = ""  # empty, as all that follows, where the run tells nothing of it
    declared_mw: float = 0.0
    hidden_mw: float = 0.0
    declared: str = ""
    hidden: str = ""
    rule: str = ""


# In words ---------------------------------------------------------------------------------------------------------
def summary(ran: Ran, baseline: Ran | None, language: str) -> list[str]:
    """The report in sentences, every figure with its band."""
    own, money = ran.outcomes, money_of(ran)
    declared = own["declared_mw"] + own["household_mw"]
    hidden = own["undeclared_mw"]
    title = title_of(ran.setting.scenario, language)

    def told(key: str, declared: Band, hidden: Band, *, sign: bool, **parts: object) -> str:
        return phrase(
            key, language, declared=figure(declared.middle, language, sign=sign), declared_band=banded(declared, language, sign=sign),
            hidden=figure(hidden.middle, language, sign=sign), hidden_band=banded(hidden, language, sign=sign), **parts,
        )  # fmt: skip

    found = [told("sum load", band_of(declared), band_of(hidden), sign=False, title=title)]
    if baseline is not None:
        base, name = baseline.outcomes, title_of(baseline.setting.scenario, language)
        more = hidden - base["undeclared_mw"]
        change, hides = band_of(declared - base["declared_mw"] - base["household_mw"]), band_of(more)
        higher = figure(100 * float(np.mean(more > 0)), language)
        found.append(told("sum difference", change, hides, sign=True, baseline=name, higher=higher))
        tax, difference = band_of(own["tax_money_m"]), band_of(own["tax_money_m"] - base["tax_money_m"])
        found.append(
            phrase(
                "sum money",
                language,
                money=money,
                tax=figure(tax.middle, language),
                tax_band=banded(tax, language),
                baseline=name,
                tax_difference=figure(difference.middle, language, sign=True),
                tax_difference_band=banded(difference, language, sign=True),
            )
        )
        either = [
            measure_name(name, language)
            for name, band in (("declared_mw", change), ("undeclared_mw", hides), ("tax_money_m", difference))
            if band.low < 0 < band.high
        ]
        if either:
            found.append(phrase("unsure", language, names=", ".join(either)))
    here = focus_of(ran.setting.scenario.focus, ran.setting.places)
    amounts = ran.outcome.displaced_mw[:, :, here].sum(axis=(1, 2), dtype=np.float64).mean(axis=0)
    ended = dict(zip(FATES, map(float, amounts), strict=True))
    named = [f for f in FATES[:5] if ended[f] > 0]
    if named:
        fates = ", ".join(f"{phrase(f'fate {f}', language)} {figure(ended[f], language)}" for f in named)
        found.append(phrase("sum ended", language, ended=figure(sum(ended[f] for f in named), language), fates=fates))
    return found


def curve_told(points: Sequence[LevyPoint], money: str, language: str) -> str:
    """Where the levy brings most."""
    best = max(points, key=lambda p: p.revenue.middle)
    return phrase(
        "curve best", language, levy=figure(best.levy, language), money=money, revenue=figure(best.revenue.middle, language),
        hidden=figure(best.undeclared_mw.middle, language),
    )  # fmt: skip


# Tables -----------------------------------------------------------------------------------------------------------
def outcome_table(runs: Sequence[Ran], baseline: Ran, language: str) -> list[OutcomeRow]:
    """Every outcome that is something somewhere, a cell for each scenario."""
    money = money_of(baseline)
    rows = []
    for key, measure in MEASURES.items():
        if not any(np.any(np.nan_to_num(r.outcomes[key])) for r in (*runs, baseline)):
            continue
        cells = tuple(_cell(r, None if r is baseline else baseline, key, language) for r in runs)
        rows.append(
            OutcomeRow(measure_name(key, language), unit_name(measure.unit, money, language), cells, key in _FIRST)
        )
    return rows


def _cell(ran: Ran, baseline: Ran | None, key: str, language: str) -> Cell:
    own = ran.outcomes[key]
    band = band_of(own)
    if baseline is None:
        return Cell(figure(band.middle, language), banded(band, language), "", "", False)
    d = band_of(own - baseline.outcomes[key])
    sure = d.low > 0 or d.high < 0
    return Cell(
        figure(band.middle, language),
        banded(band, language),
        figure(d.middle, language, sign=True),
        banded(d, language, sign=True),
        sure,
    )


def law_rows(ran: Ran, baseline: Ran, language: str) -> tuple[list[LawRow], int]:
    """What differs in the law for the focus, each with its reason: the first of them, and how many there are in all."""
    here = [ran.setting.places[i].code for i in focus_of(ran.setting.scenario.focus, ran.setting.places)]
    found = []
    changes = law_changes(ran, baseline, here)
    for c in changes[:_MOST_LAW_ROWS]:
        places = ", ".join(c.places) if len(c.places) <= 3 else phrase("places", language, n=len(c.places))
        found.append(
            LawRow(
                c.column,
                column_meaning(c.column, language),
                sectors_told(c.sector, language),
                f"{c.since:%Y-%m}",
                places,
                ", ".join(c.places),
                _value(c.value, language),
                _value(c.before, language),
                f"{c.origin.regime}: {c.origin.rule}" if c.origin.rule else c.origin.regime,
                c.origin.cites,
                (c.origin.because, *c.origin.values),
            )
        )
    return found, len(changes)


def _value(value: float, language: str) -> str:
    return "∞" if value == float("inf") else figure(value, language)


def prior_told(kind: str, low: float, mode: float, high: float, language: str) -> str:
    """A prior as: 0.93 – 1 – 1.07."""
    if kind == "fixed" or low == high:
        return figure(low, language)
    middle = [figure(mode, language)] if kind == "triangular" else []
    return " – ".join([figure(low, language), *middle, figure(high, language)])


# The map ----------------------------------------------------------------------------------------------------------
def mapped(ran: Ran, language: str) -> list[Place]:
    """Regions of Russia by what hides there, mean of the last twelve months; empty where the run tells of no Russian region."""
    outcome, places = ran.outcome, ran.setting.places
    index = {p.code: i for i, p in enumerate(places)}
    if not any(places[i].code.startswith("RU-") for i in focus_of(ran.setting.scenario.focus, places)):
        return []
    months = slice(max(0, len(outcome.months) - _YEAR), len(outcome.months))
    load = np.median(outcome.power_mw[:, months].mean(axis=1, dtype=np.float64), axis=0)
    law = ran.setting.inputs.law.column
    found = []
    for iso, path in russia_map().paths.items():
        try:
            place = region(iso)
        except UnknownName:
            continue
        name = place.name_ru if language == "ru" else place.name_en
        if iso not in index:  # no figure of mining was found there, and none is made up
            found.append(Place(path, "unknown", name, " ".join(recognition_notes([iso], language))))
            continue
        p = index[iso]
        hidden, declared = float(load[p, 2]), float(load[p, :2].sum())
        share = float((law["permit_operate"][months, p, 0] * law["season"][months, p, 0]).mean())
        rule = phrase("may operate" if share > 0.99 else "may not operate" if share < 0.01 else "in season", language)
        said = phrase(
            "map region",
            language,
            name=name,
            declared=figure(declared, language),
            hidden=figure(hidden, language),
            rule=rule,
        )
        declared_told, hidden_told = figure(declared, language), figure(hidden, language)
        found.append(
            Place(path, _tone(hidden), said, "", name, iso, declared, hidden, declared_told, hidden_told, rule)
        )
    return found


def _tone(mw: float) -> str:
    return f"h{sum(mw >= edge for edge in EDGES)}"


EDGES = (1.0, 5.0, 20.0, 50.0, 150.0)  # MW that hide, between the tones of the map
