"""What a mining load would do to the grid as one page of HTML that needs nothing else: no network, no font, no script.

The text is a pure function of the two runs; the caller writes it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from adit.desk.grid_assumptions import assumption_rows
from adit.desk.grid_impact_view import HIGH, WIDE, charts_of, gap_told, sentence, zone_figures
from adit.desk.offline import made, style
from adit.evidence.sources.catalogue import dataset
from adit.grid.impact import Impact, results
from adit.grid.wording import figure, phrase, recognition_notes, zone_name
from adit.terms.language import day

__all__ = ["page"]


def page(
    found: Impact, asked: Mapping[str, float], facts: Mapping[str, Any], language: str = "en", *, command: str
) -> str:
    """The whole page. `facts` is what the command knows of the network: its file, data, assumptions, what was measured."""
    measured = facts.get("measured_net_import_mwh", {})
    before = results(found.without)
    twh = [(r.zone, r.net_import_mwh / 1e6, measured[r.zone] / 1e6) for r in before if r.zone in measured]
    carries = [
        (
            zone_name(z, found.without.network.zones, language),
            *(figure(v, language, 2, sign=True) for v in (is_, was, is_ - was)),
        )
        for z, is_, was in twh
    ]

    def say(key: str, **parts: object) -> str:
        return phrase(key, language, **parts)

    def hour(utc: Any) -> str:
        return f"{day(date.fromisoformat(str(utc)[:10]), language)} {str(utc)[11:13]}:00"

    network = found.without.network
    return made(
        "grid_impact.html",
        style("decision", "grid", "grid_impact"),
        language,
        found=found,
        say=say,
        total=figure(sum(found.added_mw), language),
        lead=sentence(found, asked, language),
        notes=recognition_notes(asked, language),
        first=hour(network.hours_utc[0]),
        last=hour(network.hours_utc[-1]),
        zones=zone_figures(found, language),
        charts=charts_of(found, language, moscow=bool(measured)),
        carries=carries,
        missed=figure(sum(abs(is_ - was) for _, is_, was in twh), language, 1),
        consumed=figure(sum(r.load_mwh for r in before) / 1e6, language),
        gap=gap_told(found, language),
        assumptions=assumption_rows(facts.get("assumptions", {})),
        file=facts["network"],
        left_out=", ".join(day(date.fromisoformat(d), language) for d in facts.get("days_left_out", [])),
        sources=[dataset(name) for name in facts.get("data", {})],
        command=command,
        wide=WIDE,
        high=HIGH,
    )
