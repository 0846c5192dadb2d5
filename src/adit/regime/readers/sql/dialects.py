"""How engines spell the few things of a query that they spell differently."""

from dataclasses import dataclass

__all__ = ["DIALECTS", "DUCKDB", "SPARK", "Dialect"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one engine spells the few things that engines spell differently."""

    name: str
    wide: str  # the integer type that holds a product of two 64-bit numbers
    whole_division: str  # integer division of two non-negative numbers, with {n} and {d}


DUCKDB = Dialect("duckdb", "HUGEINT", "({n} // {d})")
SPARK = Dialect("spark", "DECIMAL(38, 0)", "({n} div {d})")
DIALECTS = {d.name: d for d in (DUCKDB, SPARK)}
