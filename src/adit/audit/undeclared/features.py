"""What is computed of a year of readings, each figure in words that an inspector can say aloud, and which way it may push."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["BY_NAME", "FEATURES", "ROW", "STATUSES", "Feature"]

# What the row of one meter holds besides the figures, in front of them.
SIDE = (
    "status",
    "hours",  # with a reading
    "days",  # with readings of at least 20 hours
    "gap_hours",  # between the first reading and the last
    "first_day",  # days since 1970, local
    "step_day",  # first day after the step in the floor
    "floor_before_kw",
    "floor_after_kw",
    "months_whole",
    "months_under_limit",
    "trouble",  # what the status is about: a count, or the minutes of an interval
)
STATUSES = (
    "tested",
    "no readings",
    "a negative reading",
    "the same interval twice",
    "times run backwards",
    "intervals that do not divide an hour",
    "a reading above 500 MWh an hour",
    "too few whole days",
    "too many gaps",
    "no use at all",
    "a time before 1990 or after 2099",
)


@dataclass(frozen=True, slots=True)
class Feature:
    """One figure: its name, its unit, the only way in which it may push (+1: more of it looks like mining), and its words."""

    name: str
    unit: str  # kW, share, ratio, days
    direction: int
    title: str
    meaning: str  # how it is worked out


FEATURES = (
    Feature("mean_kw", "kW", 1, "mean power", "all use divided by all hours with a reading"),
    Feature(
        "floor_kw", "kW", 1, "floor", "the power below which it did not fall on four days of five: the weather apart"
    ),
    Feature("floor_share", "share", 1, "floor in the mean", "the floor as a share of the mean power"),
    Feature(
        "flat_days", "share", 1, "flat days", "days on which the highest and the lowest hour lie within a quarter of the mean"
    ),
    Feature("flat_run_days", "days", 1, "longest flat stretch", "flat days in a row"),
    Feature("day_change", "share", -1, "change from day to day", "mean difference of a day to the day before"),
    Feature("hour_share", "share", -1, "daily rhythm", "share of the variation that the hour of the day explains"),
    Feature("week_share", "share", -1, "weekly rhythm", "share of the variation of days that the day of the week explains"),
    Feature("night_ratio", "ratio", 1, "night", "mean power from 1 to 5 o'clock against the mean"),
    Feature("evening_excess", "share", -1, "evening", "how far 18 to 22 o'clock lies above the mean"),
    Feature("step_kw", "kW", 1, "step in the floor", "by how much the lowest hour of the day rose: at the day that parts best, if it explains half of it"),
    Feature("two_level", "share", 1, "two levels", "share of the variation that lies between two levels, on and off"),
    Feature("switch_kw", "kW", 1, "height of switching", "what lies between the two levels"),
    Feature("switch_regularity", "share", 1, "switching by the clock", "hours on the same level as 24 hours before"),
    Feature("peak_ratio", "ratio", -1, "peak", "the highest hour of a day against the mean"),
    Feature("summer_winter", "ratio", 1, "summer against winter", "June to August against December to February"),
    Feature("low_month", "ratio", 1, "lowest month", "the month of least use against the mean"),
    Feature("still_hours", "share", 1, "still hours", "hours that differ from the hour before by less than 3 % of the mean"),
    Feature("idle_hours", "share", -1, "idle hours", "hours below a tenth of the mean"),
    Feature("temperature_share", "share", -1, "weather", "share of the variation of days that cold and heat explain"),
)  # fmt: skip
BY_NAME: Mapping[str, Feature] = MappingProxyType({f.name: f for f in FEATURES})

HOURS = tuple(f"hour_{h:02d}_kw" for h in range(24))  # mean power by hour of the day
MONTHS = tuple(f"month_{m:02d}_kw" for m in range(1, 13))  # mean power by month of the year
ROW = (*SIDE, *(f.name for f in FEATURES), *HOURS, *MONTHS)  # the columns of the kernel's answer, in order
