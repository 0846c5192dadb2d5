"""What columns are, by their names; and that nothing is guessed where names do not say it."""

import pytest

from adit.evidence.meters.columns import How, columns_of
from adit.terms.errors import BadInput


@pytest.mark.parametrize(
    ("header", "how", "layout", "roles", "unit"),
    [
        (("meter_id", "start_utc", "end_utc", "energy_wh"), How(), "intervals", ("meter_id", "start_utc", "end_utc", "", "energy_wh"), "wh"),
        (("Номер счётчика", "Начало", "Конец", "Расход, кВт·ч"), How(), "intervals", ("Номер счётчика", "Начало", "Конец", "", "Расход, кВт·ч"), "kwh"),
        (("LCLid", "DateTime", "KWH/hh (per half hour) "), How(length_s=1800), "intervals", ("LCLid", "DateTime", "", "", "KWH/hh (per half hour) "), "kwh"),
        (("Прибор учёта", "Дата", "Время", "Показания, кВт*ч"), How(), "registers", ("Прибор учёта", "Дата", "", "Время", "Показания, кВт*ч"), "kwh"),
        (("meter", "time", "MWh"), How(length_s=3600), "intervals", ("meter", "time", "", "", "MWh"), "mwh"),
        (("meter", "end", "kwh"), How(length_s=3600), "intervals", ("meter", "", "end", "", "kwh"), "kwh"),
        (("m", "t", "v"), How(unit="wh", length_s=60, columns={"meter": "m", "start": "t", "energy": "v"}), "intervals", ("m", "t", "", "", "v"), "wh"),
        (("meter", "timestamp", "register_kwh", "usage_kwh"), How(columns={"register": "register_kwh"}), "registers",
         ("meter", "timestamp", "", "", "register_kwh"), "kwh"),
    ],
)  # fmt: skip
def test_names_in_two_languages_are_understood(header, how: How, layout: str, roles, unit: str):
    found = columns_of(header, how, "f.csv")
    assert (found.layout, found.unit) == (layout, unit)
    assert (found.meter, found.start, found.end, found.clock, found.value) == roles


def test_what_is_not_used_is_said():
    found = columns_of(("meter", "start", "end", "energy_kwh", "cost", "tariff"), How(), "f.csv")
    assert found.ignored == ("cost", "tariff")


def test_a_wide_table_takes_every_other_column_for_a_meter():
    found = columns_of(("timestamp", "B-1", "B-2"), How(wide=True, unit="kwh", length_s=3600), "f.csv")
    assert (found.layout, found.wide) == ("wide", ("B-1", "B-2"))


@pytest.mark.parametrize(
    ("header", "how", "what", "todo"),
    [
        (("meter", "start", "end", "energy"), How(), "Nothing says in which unit 'energy' counts.", "--unit wh, kwh or mwh"),
        (("meter", "start", "end", "energy_kwh"), How(unit="wh"), "'energy_kwh' says kwh, and --unit says wh.", "Leave --unit out"),
        (("meter", "start", "end", "power_kw"), How(columns={"energy": "power_kw"}), "'power_kw' holds power, by its name, and no energy.", "--unit"),
        (("meter", "time", "kwh"), How(), "'time' gives one end of an interval, and nothing says how long it is.", "--length 1h, 30m or 15m"),
        (("time", "kwh"), How(length_s=60), "no column that is named as a column of meters", "--column meter=NAME, or --meter NUMBER"),
        (("meter", "kwh"), How(), "no column that is named as a column of times", "--column start=NAME"),
        (("meter", "start", "end", "B-1"), How(), "No column is named as energy or as a register", "pass --wide if each column is a meter"),
        (("timestamp", "B-1"), How(wide=True, length_s=60), "Nothing says in which unit a wide table counts.", "--unit"),
        (("timestamp",), How(wide=True, length_s=60, unit="wh"), "The table has no column beside the time.", "a column for each meter"),
        (("meter", "start", "end", "usage_kwh", "value"), How(), "Several columns may be the energy of the interval: usage_kwh, value.", "--column energy=NAME"),
        (("meter", "start", "end", "kwh", "register_kwh"), How(), "'kwh' may be the energy of an interval and 'register_kwh' a register.", "--column energy='kwh'"),
        (("meter", "meter", "start", "kwh"), How(), "The header repeats a column: meter.", "Rename"),
        (("meter", "start", "end", "kwh"), How(columns={"energy": "wh"}), "There is no column 'wh'.", "The header has meter, start, end, kwh"),
        (("meter", "start", "end", "kwh"), How(columns={"value": "kwh"}), "There is no role 'value'.", "Roles are meter, start, end"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused_with_what_to_say(header, how: How, what: str, todo: str):
    with pytest.raises(BadInput) as refused:
        columns_of(header, how, "f.csv")
    assert what in refused.value.what
    assert todo in refused.value.todo
