"""The acts, by jurisdiction: values, rules, golden cases and sources side by side.

Not for: machinery (`regime/`). A regime is named by its folder here, `ru/law`, or by the path of a folder of your own.
"""

from functools import cache
from pathlib import Path

from adit.regime.act import Regime
from adit.regime.store import load_regime
from adit.terms.errors import BadLaw, UnknownName

__all__ = ["is_folder", "load", "names"]

_HERE = Path(__file__).parent


@cache
def names(state: str = "*") -> tuple[str, ...]:
    """The regimes that come with Adit, or those in the folder of one state: `ru`."""
    return tuple(sorted(f.parent.relative_to(_HERE).as_posix() for f in _HERE.glob(f"{state}/*/regime.toml")))


def load(name: str) -> Regime:
    """The regime `ru/law`, or the one in the folder `./my/bill`. Raises UnknownName, or BadLaw with file and line.

    Those that come with Adit are kept for the life of the process; a folder of one's own is read anew each time, so that
    what is shown is what stands in its files.
    """
    if name in names():
        return _shipped(name)
    if is_folder(name, Path()):
        return _load_folder(Path(name), ())
    raise UnknownName("regime", name, names())


@cache
def _shipped(name: str) -> Regime:
    return load_regime(_HERE / name, name, _shipped)


def is_folder(name: str, seen_from: Path) -> bool:
    """Whether this names a folder with an act in it, rather than an act that comes with Adit."""
    return name not in names() and (name.startswith((".", "/")) or (seen_from / name / "regime.toml").is_file())


def _load_folder(folder: Path, reforms: tuple[Path, ...]) -> Regime:
    """The act in a folder of one's own, `reforms` being the folders that are laid over it.

    A path in its `reform_of` is read from the folder itself, so that it means the same wherever the command is given.
    """
    home = folder.resolve()
    if home in reforms:
        raise BadLaw(
            f"This reform is laid over itself: {' over '.join(f.name for f in (*reforms[reforms.index(home) :], home))}.",
            where=str(folder / "regime.toml"),
            todo="Let reform_of name the act that is changed.",
        )

    def base(origin: str) -> Regime:
        if is_folder(origin, home):
            return _load_folder(folder / origin, (*reforms, home))
        if origin in names():
            return load(origin)
        raise UnknownName("regime", origin, names(), where=f"{folder / 'regime.toml'} reform_of")

    return load_regime(folder, home.name, base)
