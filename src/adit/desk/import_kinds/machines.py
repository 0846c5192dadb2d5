"""Tables of machines: what a row states, and which machines are entered already."""

from collections.abc import Sequence

from adit.desk.import_kinds.cells import Cells, Wrong
from adit.desk.import_kinds.kind import Kind, Line, Query
from adit.desk.import_kinds.surroundings import Surroundings, site_of
from adit.desk.office import new_id
from adit.desk.tables import Column
from adit.desk.web.languages import Words
from adit.desk.web.pages import N_
from adit.register.records import Machine

__all__ = ["KIND", "of_others"]


def _machine(cells: Cells, around: Surroundings) -> Line:
    made = Machine(
        around.party, site_of(cells, around), cells.text("maker"), cells.text("model"), cells.text("serial"),
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
        else of_others(around.words)
        for row, owner, since in found
    }


def of_others(words: Words) -> Wrong:
    """That another party has this machine; which, is not told."""
    _ = words.gettext
    return (
        _("A machine of this maker with this serial number is entered already, by another party."),
        _("Compare the number with the plate on the machine; if it is right, write to the office."),
    )


KIND = Kind(
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
)  # fmt: skip
