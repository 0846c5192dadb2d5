"""Which lists an office screens against: those that are shipped, those that it added, and those that were ever mandatory.

FOLDER/added.toml        what the office adds (adit.screening.registry)
FOLDER/mandatory.json    which lists have ever been mandatory, and since when
"""

import json
from datetime import date
from pathlib import Path

from adit.evidence.sources.watchlist_files import locked, text_at, write
from adit.screening.registry import Registry, parse_registry, with_added, with_remembered
from adit.terms.errors import BadInput

__all__ = ["registry_of", "remember"]

_SHIPPED = Path(__file__).parent / "mandatory.toml"


def registry_of(root: Path) -> Registry:
    """The lists of the office whose folder this is. Raises BadInput for a configuration that cannot be read."""
    shipped = text_at(_SHIPPED)
    assert shipped, "mandatory.toml is shipped"
    known = parse_registry(shipped)
    added = text_at(root / "added.toml")
    if added is not None:
        known = with_added(known, added, str(root / "added.toml"))
    return with_remembered(known, _remembered(root))


def remember(root: Path, registry: Registry, on: date) -> None:
    """Keeps which lists are mandatory, so that whoever deletes the configuration later takes nothing away."""
    with locked(root):
        kept = _remembered(root)
        new = {name: on for name in registry.mandatory if name not in kept}
        if new:
            text = json.dumps({**kept, **new}, default=str, indent=1, sort_keys=True) + "\n"
            write(root / "mandatory.json", text.encode())


def _remembered(root: Path) -> dict[str, date]:
    path = root / "mandatory.json"
    try:
        return {str(name): date.fromisoformat(day) for name, day in json.loads(text_at(path) or "{}").items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise BadInput(
            "The record of mandatory lists cannot be read.", where=str(path), todo="Restore it from a backup."
        ) from error
