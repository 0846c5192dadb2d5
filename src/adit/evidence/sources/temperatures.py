"""How warm each day was in the regions: daily means of 2019 to 2021, as the weather stations had them. Days without a reading are absent."""

from dataclasses import dataclass
from functools import cache

from adit.evidence.sources.tables import shipped
from adit.terms.errors import BadInput

__all__ = ["FILE", "DayMeans", "day_means"]

FILE = "climate/russia_regions_daily_temp_2019_2021.parquet"
LEAST_DAYS = 20  # of a calendar month, over all years, below which nothing is said of it


@dataclass(frozen=True, slots=True)
class DayMeans:
    """The daily means of a region by calendar month, January first."""

    region: str
    months: tuple[tuple[float, ...], ...]

    @property
    def days(self) -> int:
        return sum(map(len, self.months))


@cache
def day_means(region: str) -> DayMeans:
    """The days of a region by its ISO code. Raises BadInput where it has no stations, or a month with too few days."""
    from adit.engines.duckdb import query  # an engine is loaded only when it is asked to run

    rows = query(
        "SELECT month(date) AS month, temp_mean_c FROM read_parquet($file) WHERE iso_3166_2 = $region AND isfinite(temp_mean_c) ORDER BY date",
        {"file": str(shipped(FILE)), "region": region},
    )
    months: list[list[float]] = [[] for _ in range(12)]
    for row in rows:
        months[int(row["month"]) - 1].append(float(row["temp_mean_c"]))
    short = [n for n, days in enumerate(months, start=1) if len(days) < LEAST_DAYS]
    if short:
        known = "no day" if not rows else f"fewer than {LEAST_DAYS} days in month {', '.join(map(str, short))}"
        raise BadInput(
            f"The climate of {region} is not known: the table has {known} of it.",
            where=FILE,
            todo="Take that of a neighbour: --climate RU-KYA.",
        )
    return DayMeans(region, tuple(map(tuple, months)))
