"""Tables of meter readings: what a row states, and which months are entered already."""

from collections.abc import Sequence

from adit.desk.import_kinds.cells import Cells, Wrong
from adit.desk.import_kinds.kind import Kind, Line, Query
from adit.desk.import_kinds.surroundings import Surroundings, meter_of
from adit.desk.office import new_id
from adit.desk.tables import Column
from adit.desk.web.pages import N_
from adit.register.records import Reading

__all__ = ["KIND"]


def _reading(cells: Cells, around: Surroundings) -> Line:
    month, meter = cells.month("month", around.today), meter_of(cells, around)
    made = Reading(meter, cells.number("energy_kwh", 3, 10_000_000_000))
    return Line(cells.row, f"{meter} {month}", ((new_id("reading"), made),), month.start, month.end)


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


KIND = Kind(
    "readings", N_("Meter readings"), N_("What meters of one party counted, month by month."),
    (
        Column("meter", "Meter", "Счётчик", "text", N_("Its serial number."), "M-100042",
               others=("Meter serial", "Номер счётчика", "Прибор учёта", "Номер прибора учёта")),
        Column("month", "Month", "Месяц", "month", N_("As 2025-02 or 02.2025."), "2025-02", others=("Период", "Period")),
        Column("energy_kwh", "Energy, kWh", "Энергия, кВт·ч", "number", N_("What was used in the month, not what the meter shows."), "12000.5",
               others=("kWh", "кВт·ч", "кВтч", "Расход, кВт·ч", "Потребление, кВт·ч", "Электроэнергия, кВт·ч")),
    ),
    _reading, _readings_there,
)  # fmt: skip
