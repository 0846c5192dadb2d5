"""Rules of exposure out of a TOML file: hops, satoshi and share, each with the day from which it holds and its citation."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from adit.terms.errors import BadInput
from adit.tracing.finding import Rule

__all__ = ["read_rules"]

_FIELDS = ("id", "measure", "hops_most", "sat_least", "share_least_ppm", "from")
_WHOLE = ("hops_most", "sat_least", "share_least_ppm")


def read_rules(path: Path) -> tuple[Rule, ...]:
    """The rules under [[rule]]. Raises BadInput that names the rule."""
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(
            f"The file cannot be read ({error.strerror}).", where=str(path), todo="Check the path."
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"The file is not TOML ({error}).", where=str(path)) from error
    entries = held.get("rule")
    if not isinstance(entries, list) or not entries:
        raise BadInput(
            "The file has no [[rule]].",
            where=str(path),
            todo=f"A rule has {', '.join(_FIELDS)}; to and cite may follow.",
        )
    return tuple(_rule(entry, f"{path}, rule {n}") for n, entry in enumerate(entries, 1))


def _rule(entry: dict[str, Any], where: str) -> Rule:
    if missing := [f for f in _FIELDS if f not in entry]:
        raise BadInput(f"The rule lacks {', '.join(missing)}.", where=where, todo="Add it.")
    if unknown := sorted(set(entry) - {*_FIELDS, "to", "cite"}):
        raise BadInput(f"The rule has {', '.join(unknown)}, which means nothing.", where=where, todo="Take it out.")
    if wrong := [f for f in _WHOLE if type(entry[f]) is not int]:
        raise BadInput(
            f"{wrong[0]} is not a whole number.",
            where=where,
            todo="Write satoshi, hops and millionths as whole numbers.",
        )
    if wrong := [f for f in ("from", "to") if type(entry.get(f, date.min)) is not date]:
        raise BadInput(f"{wrong[0]} is not a day.", where=where, todo="Write it as 2025-05-01, without quotes.")
    return Rule(
        id=str(entry["id"]), measure=str(entry["measure"]), hops_most=entry["hops_most"], sat_least=entry["sat_least"],
        share_least_ppm=entry["share_least_ppm"], valid_from=entry["from"], valid_to=entry.get("to"), cite=str(entry.get("cite", "")),
    )  # fmt: skip
