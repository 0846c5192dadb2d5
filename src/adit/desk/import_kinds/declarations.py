"""Tables of monthly declarations: what a row states, how it is entered, and which months were decided since."""

from collections.abc import Sequence
from datetime import date

from adit.desk.import_kinds.cells import Cells, Wrong
from adit.desk.import_kinds.kind import Kind, Line, Query
from adit.desk.import_kinds.surroundings import Surroundings
from adit.desk.office import new_id
from adit.desk.tables import Column
from adit.desk.web.languages import Words
from adit.desk.web.pages import N_
from adit.register.procedures import declarations
from adit.register.records import Declaration
from adit.register.store import Books
from adit.terms.days import Period

__all__ = ["KIND"]


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


KIND = Kind(
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
)  # fmt: skip
