"""The outcomes of one or more scenarios as data for a program: bands, differences, who gains and who pays, and with what it was made."""

from collections.abc import Sequence
from typing import Any

from adit.lab.comparing import Band, band_of, compared, parties
from adit.lab.results.folder import manifest_of, money_of
from adit.lab.run import Ran

__all__ = ["record_of"]


def record_of(found: Sequence[Ran], baseline: Ran) -> dict[str, Any]:
    """Each scenario beside the baseline."""
    return {
        "note": "What is simulated here decides no case.",
        "baseline": baseline.setting.scenario.name,
        "scenarios": [_scenario(own, None if own is baseline else baseline) for own in found],
    }


def _scenario(own: Ran, baseline: Ran | None) -> dict[str, Any]:
    name = own.setting.scenario.name
    money = money_of(own)
    told: dict[str, Any] = {"manifest": manifest_of(own, baseline, {}), "money": money, "outcomes": {}}
    if baseline is None:
        told["outcomes"] = {key: {"band_80": _band(band_of(values))} for key, values in own.outcomes.items()}
        return told
    for c in compared({"": baseline.outcomes, name: own.outcomes}, ""):
        if c.scenario == name and c.difference is not None:
            told["outcomes"][c.measure] = {
                "title": c.title, "unit": c.unit.replace("money", money), "band_80": _band(c.band), "difference_80": _band(c.difference),
                "share_of_draws_above_baseline": c.higher,
            }  # fmt: skip
    told["who_gains"] = {
        p.name: {"unit": p.unit.replace("money", money), "gain_80": _band(p.difference)}
        for p in parties(own.outcomes, baseline.outcomes)
    }
    return told


def _band(band: Band) -> list[float] | None:
    return [band.low, band.middle, band.high] if band.known else None
