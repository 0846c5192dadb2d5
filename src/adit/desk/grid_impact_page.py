"""What a mining load would do to the grid as one page of HTML that needs nothing else: no network, no font, no script.

The text is a pure function of the two runs; the caller writes it.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from adit import __version__
from adit.desk.comparison_page import environment, policy, squeezed
from adit.desk.grid_impact_view import HIGH, WIDE, assumption_rows, charts_of, sentence, zone_figures
from adit.evidence.sources.catalogue import dataset
from adit.grid.impact import Impact, results

__all__ = ["page"]


def page(found: Impact, asked: Mapping[str, float], facts: Mapping[str, Any], *, command: str) -> str:
    """The whole page. `facts` is what the command knows of the network: its file, data, assumptions, what was measured."""
    css = _css()
    measured = facts.get("measured_net_import_mwh", {})
    carries = [
        (r.zone, r.net_import_mwh / 1e6, measured[r.zone] / 1e6, (r.net_import_mwh - measured[r.zone]) / 1e6)
        for r in results(found.without)
        if r.zone in measured
    ]
    text: str = (
        environment()
        .get_template("grid_impact.html")
        .render(
            found=found,
            network=found.without.network,
            total=sum(found.added_mw),
            lead=sentence(found, asked),
            zones=zone_figures(found),
            charts=charts_of(found, moscow=bool(measured)),
            carries=carries,
            missed=sum(abs(row[3]) for row in carries),
            consumed=sum(r.load_mwh for r in results(found.without)) / 1e6,
            gap=max(found.without.gap, found.with_load.gap),
            assumptions=assumption_rows(facts.get("assumptions", {})),
            file=facts["network"],
            left_out=facts.get("days_left_out", []),
            sources=[dataset(name) for name in facts.get("data", {})],
            command=command,
            version=__version__,
            wide=WIDE,
            high=HIGH,
            css=Markup(css),  # our own file
            policy=policy(css),
        )
    )
    return squeezed(text)


@cache
def _css() -> str:
    static = Path(__file__).parent / "static"
    names = ("decision.css", "grid.css", "grid_impact.css")
    return squeezed("".join((static / name).read_text(encoding="utf-8") for name in names))
