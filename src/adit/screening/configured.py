"""Which lists an office screens against: those that are shipped, those that it added, and those that were ever mandatory.

FOLDER/added.toml        what the office adds (adit.screening.registry)
FOLDER/mandatory.json    which lists have ever been mandatory, and since when
FOLDER/engines.json      which further engines of names were ever added, and since when
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
    try:
        added = text_at(root / "added.toml")
    except UnicodeDecodeError as error:
        raise BadInput("The text is not UTF-8.", where=str(root / "added.toml"), todo="Save it as UTF-8.") from error
    if added is not None:
        known = with_added(known, added, str(root / "added.toml"))
    return with_remembered(known, _remembered(root / "mandatory.json"), _remembered(root / "engines.json"))


def remember(root: Path, registry: Registry, on: date) -> None:
    """Keeps which lists are mandatory and which engines are asked, so that whoever deletes the configuration later takes nothing away."""
    with locked(root):
        for path, names in ((root / "mandatory.json", registry.mandatory), (root / "engines.json", registry.engines)):
            kept = _remembered(path)
            new = {name: on for name in names if name not in kept}
            if new:
                write(path, (json.dumps({**kept, **new}, default=str, indent=1, sort_keys=True) + "\n").encode())


def _remembered(path: Path) -> dict[str, date]:
    try:
        return {str(name): date.fromisoformat(day) for name, day in json.loads(text_at(path) or "{}").items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise BadInput(
            f"The record {path.name} of what is mandatory cannot be read.",
            where=str(path),
            todo="Restore it from a backup.",
        ) from error
