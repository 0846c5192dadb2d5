"""The acts, by jurisdiction: values, rules, golden cases and sources side by side.

Not for: machinery (`regime/`). A regime is named by its folder here, `ru/law`, or by the path of a folder of your own.
"""

from functools import cache
from pathlib import Path

from adit.regime.act import Regime
from adit.regime.store import load_regime
from adit.terms.errors import UnknownName

__all__ = ["load", "names"]

_HERE = Path(__file__).parent


@cache
def names() -> tuple[str, ...]:
    """The regimes that come with Adit."""
    return tuple(sorted(f.parent.relative_to(_HERE).as_posix() for f in _HERE.glob("*/*/regime.toml")))


@cache
def load(name: str) -> Regime:
    """The regime `ru/law`, or the one in the folder `./my/bill`. Raises UnknownName, or BadLaw with file and line."""
    if name in names():
        return load_regime(_HERE / name, name, load)
    folder = Path(name)
    if name.startswith((".", "/")) or (folder / "regime.toml").is_file():
        return load_regime(folder, folder.resolve().name, load)
    raise UnknownName("regime", name, names())
