"""Reads a lock: each package with its version, its hashes and what asks for it; and the vendored scripts."""

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ROOT", "Locked", "locked", "vendored"]

ROOT = Path(__file__).parents[1]
_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([^ ;\\]+)(?: *; *([^\\]*?))? *\\?")
_HASH = re.compile(r" +--hash=sha256:([0-9a-f]{64})")
_VIA = re.compile(r" +# (?:via *)?(.*)")
_ROW = re.compile(r"\| `[^|]*\| ([a-z0-9.@/-]+) \| ([0-9][^ |]*) \|")


@dataclass(frozen=True, slots=True)
class Locked:
    """A package as a lock pins it, perhaps twice: for one version of Python and for another. `line` counts from one.

    `asked_by`: the packages that need it, `adit` among them where the project does.
    """

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    asked_by: tuple[str, ...]
    line: int


def locked(file: Path) -> list[Locked]:
    """What a lock pins, in its order. Raises ValueError for a line that is none of a lock."""
    found: list[Locked] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if pin := _PIN.fullmatch(line):
            found.append(Locked(pin[1], pin[2], (pin[3] or "").strip(), (), (), number))
        elif not found and line.strip() and not line.startswith("#"):
            raise ValueError(f"{file.name}:{number} is no line of a lock: {line!r}")
        elif hashed := _HASH.match(line):
            found[-1] = _with(found[-1], hashes=(*found[-1].hashes, hashed[1]))
        elif via := _VIA.fullmatch(line):
            name = via[1].strip().partition(" (")[0]
            if name and not name.startswith("-c "):  # a lock that this one follows asks for nothing
                found[-1] = _with(found[-1], asked_by=(*found[-1].asked_by, name))
        elif line.strip() and not line.startswith("#"):
            raise ValueError(f"{file.name}:{number} is no line of a lock: {line!r}")
    return found


def _with(one: Locked, *, hashes: tuple[str, ...] | None = None, asked_by: tuple[str, ...] | None = None) -> Locked:
    return Locked(
        one.name,
        one.version,
        one.marker,
        one.hashes if hashes is None else hashes,
        one.asked_by if asked_by is None else asked_by,
        one.line,
    )


def vendored(
    file: Path = ROOT / "src" / "adit" / "desk" / "static" / "vendor" / "VENDORED.md",
) -> list[tuple[str, str]]:
    """The scripts that are taken over unchanged: package and version."""
    return [(m[1], m[2]) for line in file.read_text(encoding="utf-8").splitlines() if (m := _ROW.match(line))]
