"""What goes before the rows of `adit grid hosting` in JSON: versions, data, on what the figures rest, and the notes."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from adit import __version__

if TYPE_CHECKING:
    from adit.grid.answer import Answer

__all__ = ["envelope_of"]


def envelope_of(found: "Answer", hours: Path | None) -> dict[str, Any]:
    """All of it but the rows and the facts."""
    from dataclasses import asdict

    from adit.evidence.sources.catalogue import dataset
    from adit.evidence.sources.hourly_power import HOURLY
    from adit.evidence.sources.kazakhstan import CONSUMPTION, KAZAKH_PLANTS
    from adit.evidence.sources.plants import PLANTS, ROSSTAT
    from adit.grid.telling import method_notes, notes

    shipped = [PLANTS, ROSSTAT, CONSUMPTION, KAZAKH_PLANTS, *([] if hours else [HOURLY])]
    return {
        "adit": __version__,
        "data": {name: dataset(name).vintage for name in shipped},
        "files": [str(hours)] if hours else [],
        "year": found.year,
        "record": sorted({y for h in found.systems for y in h.record}),
        "accept_hours": found.accept_hours,
        "units": {h.system: asdict(h.unit) for h in found.systems},
        "import_limits": {h.system: list(h.lines.sources) for h in found.systems},
        "net_imports": [asdict(run) for run in found.imports.values()],
        "model_error": asdict(found.error),
        "simultaneous": asdict(found.together) | {"unit": "MW", "label": "scenario"} if found.together else None,
        "price": asdict(found.price) | {"unit": f"{found.price.currency}/MWh", "label": "scenario"}
        if found.price
        else None,
        "notes": [*notes(found, "en"), *method_notes(found, "en")],
    }
