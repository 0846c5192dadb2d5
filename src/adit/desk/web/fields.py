"""What people fill in, as exact numbers and days: commas, blanks and signs of currency are understood; what cannot be read names its field."""

from datetime import date

from adit.desk.web.forms import Form
from adit.terms.days import Period, parse_day, parse_period
from adit.terms.errors import BadInput
from adit.terms.fields import scaled_decimal

__all__ = ["day_of", "month_of", "number_of", "whole_of"]


def number_of(sent: Form, name: str, label: str, decimals: int, *, unit: str = "", empty: int | None = None) -> int:
    """A number as a whole count of its smallest place. Raises BadInput, with the field as its place."""
    text = (
        sent[name]
        .replace("\N{NO-BREAK SPACE}", "")
        .replace("\N{NARROW NO-BREAK SPACE}", "")
        .replace(" ", "")
        .replace("₽", "")
        .replace(",", ".")
    )
    if not text:
        if empty is not None:
            return empty
        raise BadInput(f"{label}: nothing is filled in.", where=name)
    try:
        count = scaled_decimal(text, decimals, label)
    except BadInput as error:
        raise BadInput(error.what, where=name, todo=error.todo) from error
    if count < 0:
        raise BadInput(f"{label} is below zero.", where=name)
    return count


def whole_of(sent: Form, name: str, label: str, *, empty: int | None = None) -> int:
    """A whole number."""
    return number_of(sent, name, label, 0, empty=empty)


def day_of(sent: Form, name: str, label: str) -> date:
    """A day, as a browser sends it or as 01.02.2025."""
    text = sent.needed(name, label)
    parts = text.split(".")
    try:
        return parse_day("-".join(reversed(parts)) if len(parts) == 3 else text)
    except BadInput as error:
        raise BadInput(f"{label}: {error.what}", where=name, todo=error.todo) from error


def month_of(text: str) -> Period:
    """A month, as 2025-02. Raises BadInput for a day or a year."""
    period = parse_period(text)
    if period.days < 28 or period.days > 31:
        raise BadInput(f"'{text}' is not a month.", todo="Write it as 2025-02.")
    return period
