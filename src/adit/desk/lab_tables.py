"""The figures behind the drawings of a lab report that have no axis, as links that hold CSV: who gains, what ended, inputs, law, regions."""

from collections.abc import Iterable, Sequence

import numpy as np

from adit.desk.charts import table_link
from adit.desk.lab_view import Place
from adit.lab.comparing import parties
from adit.lab.model.outcome import FATES
from adit.lab.results.folder import money_of
from adit.lab.results.law_changes import law_changes
from adit.lab.results.measures import focus_of
from adit.lab.results.sensitivity import strongest
from adit.lab.run import Ran

__all__ = ["ended", "gains", "law", "regions", "turned"]


def gains(runs: Iterable[Ran], baseline: Ran) -> str:
    """Parties with what they gain against the baseline, under each scenario."""
    head = ("scenario", "party", "unit", "p10", "p50", "p90")
    return table_link(
        head,
        (
            (r.setting.scenario.name, p.name, p.unit.replace("money", money_of(r)), p.difference.low, p.difference.middle, p.difference.high)
            for r in runs
            if r is not baseline
            for p in parties(r.outcomes, baseline.outcomes)
        ),
    )  # fmt: skip


def ended(runs: Iterable[Ran]) -> str:
    """Mining that ended, by what became of it, mean of the draws."""
    rows = []
    for r in runs:
        here = focus_of(r.setting.scenario.focus, r.setting.places)
        amounts = r.outcome.displaced_mw[:, :, here].sum(axis=(1, 2), dtype=np.float64).mean(axis=0)
        rows += [(r.setting.scenario.name, fate, float(a)) for fate, a in zip(FATES, amounts, strict=True)]
    return table_link(("scenario", "fate", "mean_mw_all_months"), rows)


def turned(ran: Ran, measures: Sequence[str]) -> str:
    """The inputs on which outcomes turn."""
    head = ("outcome", "input", "mean_of_lowest_fifth", "mean_of_highest_fifth", "standard_error")
    return table_link(head, ((m, t.name, t.low, t.high, t.noise) for m in measures for t in strongest(ran, m)))


def law(ran: Ran, baseline: Ran) -> str:
    """All that differs in the law of the focus."""
    here = [ran.setting.places[i].code for i in focus_of(ran.setting.scenario.focus, ran.setting.places)]
    head = ("column", "sectors", "since", "places", "value", "baseline", "regime", "rule", "because", "cites", "values")
    return table_link(
        head,
        (
            (c.column, c.sector, f"{c.since:%Y-%m}", " ".join(c.places), c.value, c.before, c.origin.regime, c.origin.rule,
             c.origin.because, c.origin.cites, "; ".join(c.origin.values))
            for c in law_changes(ran, baseline, here)
        ),
    )  # fmt: skip


def regions(places: Iterable[Place]) -> str:
    """The regions of the map of which the run tells something."""
    rows = ((p.iso, p.name, p.declared_mw, p.hidden_mw, p.rule) for p in places if p.iso)
    return table_link(("region", "name", "declared_mw", "hidden_mw", "rule"), rows)
