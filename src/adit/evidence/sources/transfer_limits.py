"""How much the lines into a system can carry: only what a cited source says. None is shipped, since none was found."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from adit.evidence.sources.balances import read_balances
from adit.evidence.sources.semicolons import read_semicolons
from adit.evidence.sources.tables import CellError, Cells, decimal_of, given, whole_number_of
from adit.terms.errors import BadInput

__all__ = ["TransferLimit", "read_transfer_limits"]

_COLUMNS = ("system", "month", "import_limit_mw", "largest_element_mw", "source")


@dataclass(frozen=True, slots=True)
class TransferLimit:
    """What may be imported into a system in a month, and what is lost when its strongest line or transformer fails."""

    system: str
    month: int
    import_limit_mw: Decimal
    largest_element_mw: Decimal  # 0 where the limit was stated with one element out
    source: str


def read_transfer_limits(file: Path) -> tuple[TransferLimit, ...]:
    """The user's table, one row for a system and month; a blank month is every month. Raises BadInput and BadRows."""
    found: dict[tuple[str, int], TransferLimit] = {}
    for limits in read_semicolons(file, _COLUMNS).read_all(_limits):
        for limit in limits:
            if (limit.system, limit.month) in found:
                raise BadInput(
                    f"{limit.system} has two limits for month {limit.month}.", where=str(file), todo="Keep one of them."
                )
            found[limit.system, limit.month] = limit
    return tuple(found.values())


def _limits(cells: Cells) -> list[TransferLimit]:
    known = {b.system for b in read_balances()}
    if cells["system"] not in known:
        raise CellError("system", f"'{cells['system']}' is none of {', '.join(sorted(known))}")
    if not cells["source"]:
        raise CellError("source", "a limit without a source cannot be used")
    month = whole_number_of(cells, "month")
    if month is not None and not 1 <= month <= 12:
        raise CellError("month", f"{month} is no month")
    limit, element = (given(cells, c, decimal_of) for c in ("import_limit_mw", "largest_element_mw"))
    if limit < 0 or element < 0:
        raise CellError("import_limit_mw", "a limit is not below zero")
    if element > limit:
        raise CellError("largest_element_mw", f"{element} MW is more than the whole limit of {limit} MW")
    months = range(1, 13) if month is None else (month,)
    return [TransferLimit(cells["system"], m, limit, element, cells["source"]) for m in months]
