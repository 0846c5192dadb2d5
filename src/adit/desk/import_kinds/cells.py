"""The cells of one row as values. Everything wrong in a row is told at once, with its column in the words of whoever sent the table."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel import Locale

from adit.desk.tables import Column, Row
from adit.desk.web.languages import Words
from adit.desk.web.pages import N_
from adit.terms.days import Period, months_between, parse_day
from adit.terms.errors import BadInput
from adit.terms.fields import scaled_decimal

__all__ = ["Cells", "Wrong"]

Wrong = tuple[str, str]
"""What is wrong, and what to do about it."""
_TEXT_MAX = 200
_NEVER = Period(date(2000, 1, 1), date(2000, 2, 1))  # in place of what cannot be read; the row is refused


class Cells:
    """The cells of one row as values. What cannot be read is noted in `wrong`, and the row is read on."""

    def __init__(self, row: Row, columns: Sequence[Column], words: Words) -> None:
        self.row = row.number
        self.wrong: list[Wrong] = list(row.wrong)
        self.words = words
        self._cells = row.cells
        self._columns = columns

    def refuse(self, name: str, said: str, todo: str, **values: object) -> None:
        """Note what is wrong with a cell: messages with their values, and {column} for its header."""
        header = next(c.header(self.words.language) for c in self._columns if c.name == name)
        _ = self.words.gettext
        self.wrong.append((_(said, column=f"«{header}»", **values), _(todo, **values)))

    def text(self, name: str, most: int = _TEXT_MAX) -> str:
        """A text, blanks around and between its words made one."""
        text = " ".join(self._cells.get(name, "").split())
        if not text:
            if next(c.needed for c in self._columns if c.name == name):
                self.refuse(name, N_("{column}: nothing is filled in."), N_("Fill in the cell, or leave out the row."))
        elif len(text) > most:
            self.refuse(name, N_("{column}: the text has more than {n} characters."), N_("Shorten it."), n=most)
        elif not text.isprintable():
            self.refuse(name, N_("{column}: there are signs in it that cannot be seen."), N_("Type the text anew."))
        return text

    def number(self, name: str, decimals: int, most: int) -> int:
        """A number from 0 to `most`, as a count of its smallest place."""
        text = self.text(name)
        if not text:
            return 0
        said, digits = text[:40], text.replace(" ", "").replace(",", ".")
        try:
            number = Decimal(digits)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or "_" in text:
            todo = N_("Write digits alone, without a unit: 3500 or 200.5.")
            self.refuse(name, N_("{column}: '{text}' is not a number."), todo, text=said)
        elif number < 0:
            self.refuse(name, N_("{column}: {text} is below zero."), N_("Write what is true."), text=said)
        elif number > most:
            todo, bound = N_("The most is {most}; look at the unit in the header."), self.words.number(most)
            self.refuse(name, N_("{column}: {text} is more than can be."), todo, text=said, most=bound)
        else:
            try:
                return scaled_decimal(digits, decimals, name)
            except BadInput:
                todo = N_("Round it, where you can say how.")
                self.refuse(name, N_("{column}: {text} has more than {n} decimals."), todo, text=said, n=decimals)
        return 0

    def day(self, name: str) -> date:
        """A day, as 2025-02-01 or 01.02.2025."""
        text = self.text(name)
        found = _day(text) if text else _NEVER.start
        if found is None:
            todo = N_("Write it as 01.02.2025 or 2025-02-01.")
            self.refuse(name, N_("{column}: '{text}' is not a day."), todo, text=text[:40])
        return found or _NEVER.start

    def month(self, name: str, today: date) -> Period:
        """A month that has begun, as 2025-02, 02.2025, February 2025, or its first day."""
        text = self.text(name)
        found = _month(text) if text else _NEVER
        if found is None:
            todo = N_("Write it as 2025-02 or 02.2025.")
            self.refuse(name, N_("{column}: '{text}' is not a month."), todo, text=text[:40])
        elif found.start > today:
            todo, month = N_("Send it when the month has ended."), self.words.period(found)
            self.refuse(name, N_("{column}: {month} has not begun."), todo, month=month)
        return found or _NEVER


@lru_cache(4096)
def _day(text: str) -> date | None:
    text = re.sub(r"[ T]0?0:00(:00)?$", "", text)  # of a day that was written as a moment
    parts = text.split(".")
    try:
        return parse_day("-".join(p.zfill(2) for p in reversed(parts)) if len(parts) == 3 else text)
    except BadInput:
        return None


_MONTHS = {
    name.casefold(): number
    for language in ("ru", "en")
    for form in ("format", "stand-alone")
    for number, name in Locale(language).months[form]["wide"].items()
}


@lru_cache(1024)
def _month(text: str) -> Period | None:
    """The month that a text names; a day counts where it is the first, since Excel makes that of 02.2025."""
    day = _day(text)
    if day is not None:
        return months_between(f"{day:%Y-%m}")[0] if day.day == 1 else None
    found = re.fullmatch(
        r"(?:(?P<y>\d{4})-(?P<m>\d{1,2})|(?P<m2>\d{1,2})[./](?P<y2>\d{4})|(?P<w>[^\W\d]+) (?P<y3>\d{4})(?: г\.?)?)",
        text,
    )
    if found is None:
        return None
    year = found["y"] or found["y2"] or found["y3"]
    month = _MONTHS.get(found["w"].casefold(), 0) if found["w"] else int(found["m"] or found["m2"])
    try:
        return months_between(f"{year}-{month:02}")[0]
    except BadInput:
        return None
