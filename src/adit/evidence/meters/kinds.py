"""The kinds of things that can be wrong with readings: what becomes of the reading, what is wrong, what to do."""

from dataclasses import dataclass

__all__ = ["KEPT", "KINDS", "LEFT_OUT", "TOLD", "Kind"]

LEFT_OUT, KEPT, TOLD = "left out", "kept", "told"  # what became of the reading; `told` is of no single reading


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding: what became of the reading, what is wrong, what to do. `what` may be made more precise by a finding."""

    became: str
    what: str
    todo: str


KINDS = {
    # a row that cannot be read
    "row": Kind(LEFT_OUT, "the row cannot be read", "Write the row anew, with a cell for each column."),
    "no-meter": Kind(LEFT_OUT, "the row names no meter", "Write the meter's number."),
    "not-a-time": Kind(
        LEFT_OUT,
        "this is not a time",
        "Write it as 2024-10-27 01:30 or 27.10.2024 01:30, with +03:00 where it is known.",
    ),
    "day-or-month": Kind(
        LEFT_OUT,
        "which of the numbers is the day, and which the month, cannot be told",
        "Write it as 2024-10-27 01:30.",
    ),
    "no-zone": Kind(
        LEFT_OUT,
        "the time has no offset, and nothing says in which zone it is",
        "Pass --zone, as --zone Europe/Moscow.",
    ),
    "backwards": Kind(
        LEFT_OUT, "the interval does not end after it begins", "Look whether begin and end are exchanged."
    ),
    "not-a-number": Kind(
        LEFT_OUT,
        "this is not a number",
        "Write a number, as 12.345 or 12,345 (a comma in quotes between commas is not read).",
    ),
    "formula": Kind(
        LEFT_OUT, "this is a formula or looks like one, and is not worked out", "Write the value in its place."
    ),
    "not-finite": Kind(LEFT_OUT, "this is no finite number", "Leave the cell empty where nothing was read."),
    "too-large": Kind(LEFT_OUT, "no meter counts so much", "Look at the unit, and at the cell."),
    "no-energy": Kind(LEFT_OUT, "nothing was read: the cell is empty", "Nothing: the interval is a gap, and no zero."),
    # numbers that are not whole watt-hours
    "not-whole": Kind(
        KEPT,
        "this is no whole number of watt-hours, and was rounded to the nearest",
        "Nothing, if the meter counts more finely.",
    ),
    "imprecise": Kind(
        KEPT,
        "a float of 32 bits cannot hold this number to the watt-hour",
        "Export the column as a decimal or with 64 bits.",
    ),
    # times
    "skipped-hour": Kind(
        LEFT_OUT,
        "the clock was set forward over this time, which there never was",
        "Look whether the file is in standard time: pass --zone UTC or Etc/GMT-3.",
    ),
    "ambiguous-hour": Kind(
        LEFT_OUT,
        "the clock showed this time twice, and the file has it once or more than twice",
        "Export the hour with its offset, or both of its readings.",
    ),
    "future": Kind(LEFT_OUT, "the reading ends in the future", "Look at the year, and at the clock of the meter."),
    "out-of-order": Kind(
        TOLD,
        "the rows of the meter are not in the order of time",
        "Nothing: they were sorted. Two meters under one number look like this too.",
    ),
    "offsets": Kind(
        TOLD,
        "the times of the file have more than one offset from UTC",
        "Look whether the offsets change where the clocks did, or two sources were put together.",
    ),
    "other-offset": Kind(
        KEPT,
        "the offset is not that of the zone on this day; the offset was followed",
        "Look which of the two is right, the offset or --zone.",
    ),
    # one against another
    "duplicate": Kind(LEFT_OUT, "the same reading stands there already", "Nothing: it was counted once."),
    "superseded": Kind(
        LEFT_OUT,
        "the same interval was recorded later with another value, which replaced this",
        "Nothing, if the later one is a correction.",
    ),
    "conflict": Kind(
        LEFT_OUT,
        "the same interval stands there with another value, and nothing says which is right; neither is counted",
        "Give the right one, or a column of when each was recorded.",
    ),
    "overlap": Kind(
        LEFT_OUT,
        "the interval overlaps one that is shorter, or as long",
        "Look whether totals stand between the readings; of two that are as long neither is counted.",
    ),
    "two-meters": Kind(
        TOLD,
        "many readings of the meter contradict each other: two meters may have one number",
        "Part the two, each with a number of its own.",
    ),
    "gap": Kind(
        TOLD,
        "there is no reading for a time between readings",
        "Ask for the readings; what never came is not counted as zero.",
    ),
    # values
    "negative": Kind(
        LEFT_OUT, "the energy is below zero", "Give what flows back in a column or under a number of its own."
    ),
    "spike": Kind(
        KEPT,
        "more than the connection can carry",
        "Look at the reading, at the unit, and at power_kw_max in the list of meters.",
    ),
    "factor-1000": Kind(
        KEPT,
        "from here on the readings are about a thousand times what they were, or a thousandth",
        "Look whether the file goes from kWh to Wh or back.",
    ),
    "unit": Kind(
        KEPT,
        "half of the readings are many times what the connection can carry, and a thousandth of them is not",
        "Look whether the file counts in Wh: pass --unit wh.",
    ),
    # registers
    "reset": Kind(
        LEFT_OUT,
        "the register shows less than before: what was used in between is not known",
        "Say where the meter was replaced; pass --rollover if it went past its last digit.",
    ),
    "rollover": Kind(
        KEPT, "the register went past its last digit and began again", "Nothing, if the value is plausible."
    ),
    # against the list of meters
    "unknown-meter": Kind(KEPT, "the meter is not in the list of meters", "Add it to the list, or correct its number."),
    "outside-dates": Kind(
        KEPT,
        "the reading lies outside the days for which the list has the meter",
        "Correct `from` and `to` in the list, or the reading.",
    ),
    # the whole file
    "no-rows": Kind(TOLD, "the file has a header and no rows", "Look whether the export was cut off."),
}
