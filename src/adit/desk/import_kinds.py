"""What can be imported: the columns of each kind of table, and what one of its rows states.

Everything wrong in a row is told at once, with its column in the words of whoever sent the table. What contradicts the register is found
for a whole chunk by one query, so that a table that comes twice is told quickly; the database has the last word.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from babel import Locale

from adit.desk.office import new_id
from adit.desk.tables import Column, Row
from adit.desk.web.languages import Words
from adit.desk.web.pages import N_
from adit.engines.database import Connection
from adit.register.procedures import declarations
from adit.register.records import Declaration, Identity, Machine, Meter, Party, Reading, Record, Site
from adit.register.refusals import REFUSALS
from adit.register.store import Books, listed
from adit.terms.days import Period, months_between, parse_day
from adit.terms.errors import BadInput
from adit.terms.fields import scaled_decimal
from adit.terms.identifiers import inn as checked_inn
from adit.terms.identifiers import ogrn as checked_ogrn

__all__ = ["KINDS", "Cells", "Kind", "Line", "Query", "Surroundings", "Wrong", "refusal", "surroundings"]

Query = Callable[[str, Sequence[Any]], Sequence[tuple[Any, ...]]]
Wrong = tuple[str, str]
"""What is wrong, and what to do about it."""
_TEXT_MAX = 200
_SITES_COMPARED = 200  # names with which one that is not known is compared
_NEVER = Period(date(2000, 1, 1), date(2000, 2, 1))  # in place of what cannot be read; the row is refused


@dataclass(frozen=True, slots=True)
class Line:
    """What a row states. `once` is what no other row may say of the same."""

    row: int
    once: str
    records: tuple[tuple[str, Record], ...]
    since: date
    until: date | None = None


@dataclass(slots=True)
class Surroundings:
    """What rows may refer to, as it stands when the import begins: the party's sites and meters."""

    party: str
    today: date
    words: Words
    sites: dict[str, set[str]] = field(default_factory=dict)  # folded name or id -> ids
    site_names: list[str] = field(default_factory=list)
    meters: dict[str, set[str]] = field(default_factory=dict)


def _state(books: Books, line: Line, _today: date) -> int:
    return min(books.state(i, r, since=line.since, until=line.until, new=True).seq for i, r in line.records)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of table. `there` tells which rows the register holds already; `used`, which records others rest on by now."""

    name: str
    title: str
    lead: str
    columns: tuple[Column, ...]
    read: "Callable[[Cells, Surroundings], Line]"
    there: Callable[[Query, Sequence[Line], Surroundings], dict[int, Wrong]] = lambda _query, _lines, _around: {}
    used: Callable[[Query, Sequence[tuple[str, int]], Words], dict[str, Wrong]] = lambda _query, _ids, _words: {}
    enter: Callable[[Books, Line, date], int] = _state  # the first entry that a row led to
    entries: int = 1  # that a row leads to
    officers: bool = False  # alone may bring it; it is of no party


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


def surroundings(connection: Connection, kind: Kind, party: str, today: date, words: Words) -> Surroundings:
    """The sites of a party, its own, those it runs and those where it is hosted, and its meters."""
    found = Surroundings(party, today, words)
    if kind.officers:
        return found
    sites = listed(
        connection, Site,
        "owner = %s OR operator = %s OR id IN (SELECT site FROM register.client WHERE miner = %s AND upper_inf(known) AND valid @> %s::date)",
        [party, party, party, today], on=today, limit=100_000,
    )  # fmt: skip
    for site in sites:
        for name in (site.id, site.record.name):
            found.sites.setdefault(_folded(name), set()).add(site.id)
    found.site_names = sorted({s.record.name for s in sites})
    own = [s.id for s in sites if party in (s.record.owner, s.record.operator)]
    for meter in listed(connection, Meter, "site = ANY(%s)", [own], on=today, limit=100_000):
        found.meters.setdefault(meter.record.serial.upper(), set()).add(meter.id)
    return found


def _folded(text: str) -> str:
    return " ".join(re.sub(r'[«»"“”„\'’]', " ", text.casefold()).split())


def _site(cells: Cells, around: Surroundings) -> str:
    text = cells.text("site")
    found = around.sites.get(_folded(text), set())
    if len(found) == 1 or not text:
        return next(iter(found), "")
    if found:
        todo = N_("Write the id of the site, as site-….")
        cells.refuse("site", N_("{column}: there are several sites '{text}'."), todo, text=text[:60])
    else:
        near = _nearest(text, tuple(around.site_names[:_SITES_COMPARED])) or around.site_names[:5]
        todo = N_("Its sites are: {names}.") if near else N_("Enter the site first.")
        said = N_("{column}: the party has no site '{text}'.")
        cells.refuse("site", said, todo, text=text[:60], names=", ".join(near))
    return ""


@lru_cache(1024)
def _nearest(text: str, names: tuple[str, ...]) -> list[str]:
    return get_close_matches(text, names, n=3, cutoff=0.5)


# Machines ---------------------------------------------------------------------------------------------------------
def _machine(cells: Cells, around: Surroundings) -> Line:
    made = Machine(
        around.party, _site(cells, around), cells.text("maker"), cells.text("model"), cells.text("serial"),
        cells.number("hashrate_ths", 3, 1_000_000), cells.number("power_w", 0, 1_000_000),
    )  # fmt: skip
    return Line(cells.row, f"{made.maker} {made.serial}".upper(), ((new_id("machine"), made),), cells.day("since"))


def _machines_there(query: Query, lines: Sequence[Line], around: Surroundings) -> dict[int, Wrong]:
    _ = around.words.gettext
    found = query(
        "SELECT g.row, m.owner, lower(m.valid) FROM unnest(%s::int[], %s::text[], %s::date[]) AS g(row, key, since)"
        " JOIN register.machine m ON register.key(upper(m.maker || ' ' || m.serial)) && register.key(upper(g.key))"
        " AND m.valid && daterange(g.since, NULL) AND upper_inf(m.known)",
        ([x.row for x in lines], [f"{m.maker} {m.serial}" for x in lines for _id, m in x.records if isinstance(m, Machine)], [x.since for x in lines]),
    )  # fmt: skip
    return {
        row: (
            _("This machine is entered already, since {day}.", day=around.words.day(since)),
            _("Leave out the row; if the machine has moved, end it at its old site first."),
        )
        if owner == around.party
        else _of_others(around.words)
        for row, owner, since in found
    }


def _of_others(words: Words) -> Wrong:
    _ = words.gettext
    return (
        _("A machine of this maker with this serial number is entered already, by another party."),
        _("Compare the number with the plate on the machine; if it is right, write to the office."),
    )


# Readings ---------------------------------------------------------------------------------------------------------
def _reading(cells: Cells, around: Surroundings) -> Line:
    month, meter = cells.month("month", around.today), _meter(cells, around)
    made = Reading(meter, cells.number("energy_kwh", 3, 10_000_000_000))
    return Line(cells.row, f"{meter} {month}", ((new_id("reading"), made),), month.start, month.end)


def _meter(cells: Cells, around: Surroundings) -> str:
    text = cells.text("meter")
    found = around.meters.get(text.upper(), set())
    if len(found) == 1 or not text:
        return next(iter(found), "")
    if found:
        todo = N_("Enter the reading on the page of the site.")
        cells.refuse("meter", N_("{column}: there are several meters '{text}'."), todo, text=text[:60])
    else:
        todo = N_("Write its serial number as on the page of its site, or enter the meter first.")
        cells.refuse("meter", N_("{column}: the party has no meter '{text}'."), todo, text=text[:60])
    return ""


def _readings_there(query: Query, lines: Sequence[Line], around: Surroundings) -> dict[int, Wrong]:
    _ = around.words.gettext
    found = query(
        "SELECT g.row, r.energy_wh FROM unnest(%s::int[], %s::text[], %s::date[], %s::date[]) AS g(row, meter, since, until)"
        " JOIN register.reading r ON register.key(r.meter) && register.key(g.meter) AND r.valid && daterange(g.since, g.until) AND upper_inf(r.known)",
        (
            [x.row for x in lines],
            [x.once.split()[0] for x in lines],
            [x.since for x in lines],
            [x.until for x in lines],
        ),
    )
    return {
        row: (
            _("A reading of this meter for this month is entered already: {energy}.", energy=around.words.energy(energy)),
            _("Leave out the row; if the reading is wrong, write to the office."),
        )
        for row, energy in found
    }  # fmt: skip


# Declarations -----------------------------------------------------------------------------------------------------
def _declaration(cells: Cells, around: Surroundings) -> Line:
    month = cells.month("month", around.today)
    made = Declaration(
        around.party, "BTC", cells.number("coins_btc", 8, 21_000_000), cells.number("energy_kwh", 3, 10_000_000_000),
        cells.number("costs_rub", 2, 10**12), (), cells.text("note", 1000),
    )  # fmt: skip
    return Line(cells.row, str(month), ((new_id("declaration"), made),), month.start, month.end)


def _declare(books: Books, line: Line, today: date) -> int:
    [(id_, record)] = line.records
    assert isinstance(record, Declaration)
    assert line.until is not None
    return declarations.declare(books, id_, record, Period(line.since, line.until), on=today)


def _declarations_used(query: Query, ids: Sequence[tuple[str, int]], words: Words) -> dict[str, Wrong]:
    _ = words.gettext
    found = query(
        "SELECT d.id, m.id FROM unnest(%s::text[], %s::bigint[]) AS g(id, entry) JOIN register.declaration d ON d.id = g.id AND d.entry = g.entry"
        " JOIN register.decision m ON m.party = d.party AND m.period = to_char(lower(d.valid), 'YYYY-MM') AND m.entry > g.entry AND upper_inf(m.known)",
        ([i for i, _entry in ids], [e for _id, e in ids]),
    )
    return {
        id_: (_("The month was decided since: {decision}.", decision=decision), _("Correct the declaration instead."))
        for id_, decision in found
    }


# Parties ----------------------------------------------------------------------------------------------------------
_PARTY_WORDS = {
    "citizen": ("citizen", "person", "гражданин", "физлицо", "физическое лицо"),
    "entrepreneur": ("entrepreneur", "sole trader", "ип", "предприниматель", "индивидуальный предприниматель"),
    "company": ("company", "organisation", "organization", "организация", "компания", "юрлицо", "юридическое лицо", "ооо", "ао"),
}  # fmt: skip


def _party(cells: Cells, around: Surroundings) -> Line:
    said, since = cells.text("kind"), cells.day("since")
    kind = next((k for k, words in _PARTY_WORDS.items() if _folded(said) in words), "")
    if said and not kind:
        todo = N_("Write citizen, entrepreneur or company.")
        cells.refuse("kind", N_("{column}: '{text}' is no kind of party."), todo, text=said[:40])
    party = new_id("party")
    made = Identity(party, cells.text("name"), _inn(cells, kind), _ogrn(cells, kind), cells.text("address", 500))
    return Line(cells.row, made.inn, ((party, Party(kind)), (new_id("identity"), made)), since)


def _inn(cells: Cells, kind: str) -> str:
    lengths = {"company": (10,), "": (10, 12)}.get(kind, (12,))
    todo = N_(
        "It has 10 digits of a company and 12 of a person. A zero at the beginning counts: format the column as text."
    )
    return _numbered(cells, "inn", lengths, checked_inn, todo)


def _ogrn(cells: Cells, kind: str) -> str:
    lengths = {"company": (13,), "entrepreneur": (15,), "": (13, 15)}.get(kind, ())
    todo = N_("It has 13 digits of a company and 15 of an entrepreneur; a citizen has none.")
    return _numbered(cells, "ogrn", lengths, checked_ogrn, todo)


def _numbered(cells: Cells, name: str, lengths: Sequence[int], checked: Callable[[str], str], todo: str) -> str:
    """A number with control digits, as digits alone."""
    text = cells.text(name)
    digits = re.sub(r"[\s-]", "", text)
    if not text:
        return ""
    if not (digits.isascii() and digits.isdecimal()) or len(digits) not in lengths:
        cells.refuse(name, N_("{column}: '{text}' is not the number of such a party."), todo, text=text[:40])
        return ""
    try:
        return checked(digits)
    except BadInput:
        said = N_("{column}: {text} has a wrong control digit: a digit was mistyped.")
        cells.refuse(name, said, N_("Compare it with the certificate."), text=digits)
        return ""


def _parties_there(query: Query, lines: Sequence[Line], around: Surroundings) -> dict[int, Wrong]:
    _ = around.words.gettext
    rows = {x.once: x.row for x in lines}
    found = query("SELECT inn, party FROM register.identity WHERE inn = ANY(%s) AND upper_inf(known)", [list(rows)])
    return {
        rows[inn]: (
            _("A party with this INN is entered already: {party}.", party=party),
            _("Leave out the row; change the party on its own page."),
        )
        for inn, party in found
    }  # fmt: skip


_OF_PARTY = (
    "site.owner", "site.operator", "machine.owner", "client.operator", "client.miner", "share.owner", "share.owned", "membership.party",
    "participation.party", "address.party", "declaration.party", "application.party", "appeal.party", "decision.party", "letter.party",
)  # fmt: skip


def _parties_used(query: Query, ids: Sequence[tuple[str, int]], words: Words) -> dict[str, Wrong]:
    _, parties = words.gettext, [i for i, _entry in ids]
    parts = [
        f"SELECT {c.split('.')[1]} FROM register.{c.split('.')[0]} WHERE {c.split('.')[1]} = ANY(%s) AND upper_inf(known)"
        for c in _OF_PARTY
    ]
    parts.append("SELECT party FROM desk.account_party WHERE party = ANY(%s)")
    found = query(" UNION ".join(parts), [parties] * len(parts))
    return {
        str(party): (
            _("Other entries rest on this party by now."),
            _("Take those back first, or end the party on its own page."),
        )
        for (party,) in found
    }


def refusal(name: str, said: str, todo: str, words: Words) -> Wrong:
    """What the database refuses, in words for whoever sent the row."""
    if name == "machine_one_owner_a_serial":
        return _of_others(words)
    what, advice = REFUSALS.get(name, (said, todo))
    return words.told(what), words.told(advice)


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "machines", N_("Machines"), N_("Machines of one party at its sites."),
            (
                Column("site", "Site", "Площадка", "text", N_("Its name, or its id."), "Цех 1", others=("Объект", "Место")),
                Column("maker", "Maker", "Производитель", "text", N_("As on the plate."), "Bitmain", others=("Manufacturer", "Изготовитель", "Марка")),
                Column("model", "Model", "Модель", "text", N_("As on the plate."), "S21"),
                Column("serial", "Serial number", "Серийный номер", "text", N_("Letters and digits; once for each maker."), "HTMDD1234567",
                       others=("Serial", "S/N", "SN", "Заводской номер", "Серийник")),
                Column("hashrate_ths", "Hash rate, TH/s", "Хешрейт, TH/s", "number", N_("In terahashes a second, up to three decimals."), "200",
                       others=("Hashrate", "Хэшрейт", "Хешрейт, Тх/с", "Хэшрейт, TH/s")),
                Column("power_w", "Power, W", "Мощность, Вт", "number", N_("In watts, by the data sheet."), "3500", others=("Потребление",)),
                Column("since", "Since", "С какого дня", "day", N_("The day from which it stands there."), "01.02.2025",
                       others=("Дата", "Дата установки", "Установлен", "С", "Date")),
            ),
            _machine, _machines_there,
        ),
        Kind(
            "readings", N_("Meter readings"), N_("What meters of one party counted, month by month."),
            (
                Column("meter", "Meter", "Счётчик", "text", N_("Its serial number."), "M-100042",
                       others=("Meter serial", "Номер счётчика", "Прибор учёта", "Номер прибора учёта")),
                Column("month", "Month", "Месяц", "month", N_("As 2025-02 or 02.2025."), "2025-02", others=("Период", "Period")),
                Column("energy_kwh", "Energy, kWh", "Энергия, кВт·ч", "number", N_("What was used in the month, not what the meter shows."), "12000.5",
                       others=("kWh", "кВт·ч", "кВтч", "Расход, кВт·ч", "Потребление, кВт·ч", "Электроэнергия, кВт·ч")),
            ),
            _reading, _readings_there,
        ),
        Kind(
            "declarations", N_("Monthly declarations"), N_("Months that one party has not declared yet."),
            (
                Column("month", "Month", "Месяц", "month", N_("As 2025-02 or 02.2025."), "2025-02", others=("Период", "Period")),
                Column("coins_btc", "Coins, BTC", "Монеты, BTC", "number", N_("All that was received, up to eight decimals."), "0.12345678",
                       others=("BTC", "Добыто, BTC", "Получено, BTC")),
                Column("energy_kwh", "Energy, kWh", "Энергия, кВт·ч", "number", N_("What was used for mining."), "12000.5",
                       others=("kWh", "кВт·ч", "кВтч", "Расход, кВт·ч", "Потребление, кВт·ч", "Электроэнергия, кВт·ч")),
                Column("costs_rub", "Costs, RUB", "Расходы, руб.", "number", N_("Documented costs of mining; empty if none."), "62400.00", needed=False,
                       others=("Расходы, ₽", "Затраты, руб.")),
                Column("note", "Note", "Примечание", "text", N_("What the office should know."), "", needed=False, others=("Комментарий",)),
            ),
            _declaration, used=_declarations_used, enter=_declare,
        ),
        Kind(
            "parties", N_("Parties"), N_("Citizens, entrepreneurs and companies that are not in the register yet."),
            (
                Column("name", "Name", "Наименование", "text", N_("In full, as in the papers."), "ООО «Пример»",
                       others=("ФИО", "Название", "Полное наименование")),
                Column("kind", "Kind", "Вид лица", "text", N_("Citizen, entrepreneur or company."), "company", others=("Вид", "Тип", "Type")),
                Column("inn", "INN", "ИНН", "text", N_("10 digits of a company, 12 of a person."), "7707083893"),
                Column("ogrn", "OGRN", "ОГРН", "text", N_("13 digits of a company, 15 of an entrepreneur."), "1027700132195", needed=False,
                       others=("ОГРН/ОГРНИП", "ОГРНИП")),
                Column("address", "Address", "Адрес", "text", N_("Where letters go."), "Иркутск, ул. Примерная, 1", needed=False),
                Column("since", "Since", "С какого дня", "day", N_("The day from which this is so."), "01.02.2025", others=("Дата", "Date")),
            ),
            _party, _parties_there, _parties_used, entries=2, officers=True,
        ),
    )
}  # fmt: skip
