"""Tables as people send them, the good and the bad, read as exact text or told in words what is wrong with them."""

import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

import pytest
from xlsxwriter import Workbook

from adit.desk import tables
from adit.desk.tables import Column, Row, rows
from adit.desk.web.languages import Words
from adit.evidence.sources.workbook import CELL_MAX, MEMBERS_MAX
from adit.terms.errors import BadInput

COLUMNS = (
    Column("maker", "Maker", "Производитель", "text", "", "", others=("Марка",)),
    Column("serial", "Serial number", "Серийный номер", "text", "", ""),
    Column("rate", "Hash rate, TH/s", "Хешрейт, TH/s", "number", "", ""),
    Column("since", "Since", "С какого дня", "day", "", ""),
    Column("note", "Note", "Примечание", "text", "", "", needed=False),
)
HEADER = ("Maker", "Serial number", "Hash rate, TH/s", "Since")
FIRST = "xl/worksheets/sheet1.xml"


def read(content: bytes, language: str = "en") -> list[Row]:
    return list(rows(BytesIO(content), COLUMNS, Words(language)))


def refused(content: bytes, language: str = "en") -> str:
    with pytest.raises(BadInput) as told:
        read(content, language)
    return f"{told.value.what} {told.value.todo}"


def book(*lines: tuple[Any, ...], edit: Callable[[Any, Any], None] | None = None, **options: Any) -> bytes:
    """An Excel file with these rows, the first in row 1, and what `edit` does to it."""
    made = BytesIO()
    workbook = Workbook(made, {"in_memory": True, **options})
    sheet = workbook.add_worksheet()
    day = workbook.add_format({"num_format": "dd.mm.yyyy"})
    for i, line in enumerate(lines):
        for j, value in enumerate(line):
            match value:
                case date():
                    sheet.write_datetime(i, j, value, day)
                case None:
                    pass
                case _:
                    sheet.write(i, j, value)
    if edit is not None:
        edit(workbook, sheet)
    workbook.close()
    return made.getvalue()


def changed(content: bytes, **members: bytes | Callable[[bytes], bytes]) -> bytes:
    """The archive with some of its files replaced; `xl__styles` stands for xl/styles.xml."""
    made = BytesIO()
    new = {f"{name.replace('__', '/')}.xml": what for name, what in members.items()}
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name in old.namelist():
            what = new.pop(name, None)
            held = old.read(name)
            out.writestr(name, held if what is None else what(held) if callable(what) else what)
        for name, what in new.items():
            assert isinstance(what, bytes)
            out.writestr(name, what)
    return made.getvalue()


def sheet_of(inside: str) -> bytes:
    """An Excel file whose sheet is written by hand, below the header."""
    header = "".join(f'<c t="inlineStr"><is><t>{h}</t></is></c>' for h in HEADER)
    made = f'<?xml version="1.0"?><worksheet xmlns="m"><sheetData><row r="1">{header}</row>{inside}</sheetData></worksheet>'
    return changed(book(HEADER), xl__worksheets__sheet1=made.encode())


# What is read -----------------------------------------------------------------------------------------------------
def test_a_row_of_excel_is_its_text_with_the_number_that_excel_shows():
    content = book(HEADER, ("Bitmain", "A1", 200.5, date(2025, 1, 1)), (), ("MicroBT", "A2", 0.1, date(2024, 12, 31)))
    assert read(content) == [
        Row(2, {"maker": "Bitmain", "serial": "A1", "rate": "200.5", "since": "2025-01-01"}),
        Row(4, {"maker": "MicroBT", "serial": "A2", "rate": "0.1", "since": "2024-12-31"}),
    ]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.1, "0.1"), (0.1 + 0.2, "0.3"), (1e-7, "0.0000001"), (3500, "3500"), (1e14, "100000000000000"),
        (123456789012345, "123456789012345"), (-1.5, "-1.5"), (0, "0"),
    ],
)  # fmt: skip
def test_a_number_of_excel_is_written_out_exactly(number: float, text: str):
    assert read(book(HEADER, ("Bitmain", number, 1, "2025-01-01")))[0].cells["serial"] == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("12345678901234567890", "12345678901234567890"),
        ("9007199254740993", "9007199254740993"),
        ("0.10", "0.1"),
        ("1E3", "1000"),
        ("  7 ", "7"),
    ],
)
def test_a_number_keeps_the_digits_that_the_file_has(raw: str, text: str):
    content = sheet_of(f'<row r="2"><c r="A2" t="str"><v>B</v></c><c r="B2"><v>{raw}</v></c></row>')
    assert read(content)[0].cells["serial"] == text


def test_a_serial_number_of_which_excel_dropped_digits_is_told():
    content = sheet_of('<row r="2"><c r="A2" t="str"><v>B</v></c><c r="B2"><v>1.2345678901234599E+19</v></c></row>')
    [row] = read(content)
    assert row.wrong == (
        ("«Serial number»: Excel has dropped digits of this number (12345678901234600000).", "Format the column as text, and type the number anew."),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("serial", "text"),
    [
        ("45658", "2025-01-01"),
        ("45658.5", "2025-01-01 12:00:00"),
        ("59", "1900-02-28"),
        ("60", "1900-02-29"),
        ("61", "1900-03-01"),
        ("1", "1900-01-01"),
        ("0.25", "06:00:00"),
    ],
)
def test_a_day_of_excel_is_the_day_that_it_shows(serial: str, text: str):
    content = changed(
        book(HEADER, ("Bitmain", "A1", 1, date(2025, 1, 1))),
        xl__worksheets__sheet1=lambda held: held.replace(b"<v>45658</v>", f"<v>{serial}</v>".encode()),
    )
    assert read(content)[0].cells["since"] == text


def test_a_book_that_counts_from_1904_has_the_same_days():
    assert read(book(HEADER, ("B", "A1", 1, date(2025, 1, 1)), date_1904=True))[0].cells["since"] == "2025-01-01"


@pytest.mark.parametrize(
    ("code", "is_day"),
    [
        ("dd/mm/yyyy", True), ("[$-419]d mmm yyyy;@", True), ("yyyy\\-mm", True), ("[h]:mm", True), ("mmm yy", True), ("General", False),
        ("0.00", False), ('0.0 "дн. и мес."', False), ("#,##0\\ [$₽-419]", False), ("[Red]0;[Blue]-0", False), ("0.00E+00", False),
    ],
)  # fmt: skip
def test_a_format_is_that_of_days_by_its_letters(code: str, is_day: bool):
    def edit(workbook: Any, sheet: Any) -> None:
        sheet.write_number(1, 3, 45658, workbook.add_format({"num_format": code}))

    assert read(book(HEADER, ("B", "A1", 1), edit=edit))[0].cells["since"] == ("2025-01-01" if is_day else "45658")


def test_texts_of_several_runs_are_joined_and_readings_of_signs_left_out():
    def edit(workbook: Any, sheet: Any) -> None:
        sheet.write_rich_string(1, 0, "Bit", workbook.add_format({"bold": True}), "main")

    held = book(HEADER, (None, "A1", 1, "2025-01-01"), edit=edit)
    spoken = changed(
        held, xl__sharedStrings=lambda x: x.replace(b"<t>A1</t>", b'<t>A1</t><rPh sb="0" eb="1"><t>ei</t></rPh>')
    )
    assert read(spoken)[0].cells == {"maker": "Bitmain", "serial": "A1", "rate": "1", "since": "2025-01-01"}


def test_a_book_of_1c_whose_texts_are_named_with_a_capital_is_read():
    made = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(book(HEADER, ("Bitmain", "A1", 1, "2025-01-01")))) as old,
        zipfile.ZipFile(made, "w") as out,
    ):
        for name in old.namelist():
            out.writestr(name.replace("sharedStrings", "SharedStrings"), old.read(name))
    assert read(made.getvalue())[0].cells["maker"] == "Bitmain"


def test_a_book_whose_tags_have_a_prefix_is_read():
    def prefixed(held: bytes) -> bytes:
        return (
            held.replace(b"xmlns=", b"xmlns:x=").replace(b"<", b"<x:").replace(b"<x:/", b"</x:").replace(b"<x:?", b"<?")
        )

    content = changed(
        book(HEADER, ("Bitmain", "A1", 1, date(2025, 1, 1))),
        xl__worksheets__sheet1=prefixed,
        xl__styles=prefixed,
        xl__sharedStrings=prefixed,
    )
    assert read(content)[0].cells["since"] == "2025-01-01"


def test_cells_without_their_place_stand_one_after_the_other():
    content = sheet_of(
        '<row><c t="str"><v>B</v></c><c t="str"><v>A1</v></c><c><v>1</v></c><c t="d"><v>2025-01-01T00:00:00</v></c></row>'
    )
    assert read(content) == [Row(2, {"maker": "B", "serial": "A1", "rate": "1", "since": "2025-01-01"})]


def test_a_hidden_sheet_is_not_the_first():
    def edit(workbook: Any, sheet: Any) -> None:
        shown = workbook.add_worksheet()
        shown.write_row(0, 0, HEADER)
        shown.write_row(1, 0, ("Shown", "A1", 1, "2025-01-01"))
        shown.activate()
        shown.set_first_sheet()
        sheet.hide()

    assert read(book(("Secret",), edit=edit))[0].cells["maker"] == "Shown"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_csv_is_read_however_it_is_written(delimiter: str, encoding: str):
    header = ["Производитель", "Серийный номер", '"Хешрейт, TH/s"', "С какого дня"]
    content = "\r\n".join(
        (delimiter.join(header), delimiter.join(("Ёлка", "А-1", '"200,5"', "01.02.2025")), "", "")
    ).encode(encoding)
    assert read(content) == [Row(2, {"maker": "Ёлка", "serial": "А-1", "rate": "200,5", "since": "01.02.2025"})]


def test_rows_of_csv_are_counted_as_a_spreadsheet_counts_them():
    content = 'Maker;Serial number;Hash rate;Since;Note\n\n;;;;\nBitmain;A1;1;2025-01-01;"two\nlines"\nBitmain;A2;1;2025-01-01;\n'
    assert [(r.number, r.cells["serial"]) for r in read(content.encode())] == [(4, "A1"), (5, "A2")]


def test_headers_are_understood_in_both_languages_and_by_their_other_names():
    for header in ("Марка;serial_number;Хешрейт;SINCE", "производитель*;СЕРИЙНЫЙ  НОМЕР;hash rate, th/s;с какого дня"):
        assert read(f"{header}\nB;A1;1;2025-01-01\n".encode())[0].cells.keys() == {"maker", "serial", "rate", "since"}


# What is refused as a whole ---------------------------------------------------------------------------------------
def test_a_header_that_lacks_columns_names_them_in_the_language_of_the_reader():
    assert "These columns are missing: «Hash rate, TH/s», «Since»." in refused(b"Maker;Serial number\nB;A1\n")
    assert "«Хешрейт, TH/s», «С какого дня»" in refused("Марка;Серийный номер\nB;A1\n".encode(), "ru")


def test_a_column_that_is_not_known_is_named_with_the_one_that_was_meant():
    told = refused(b"Maker;Serial nomber;Hash rate;Since\nB;A1;1;2025-01-01\n")
    assert "These columns are not known: «Serial nomber»." in told
    assert "Did you mean «Serial number»?" in told
    assert "Known are: «Maker»" in refused(b"Maker;Serial number;Hash rate;Since;Zzz\nB;A1;1;2025-01-01;1\n")


def test_a_column_that_is_there_twice_is_refused():
    assert "«Производитель» is there twice" in refused(
        "Maker;Производитель;Serial number;Hash rate;Since\nA;B;C;1;2025-01-01\n".encode()
    )


def test_a_first_row_that_is_a_title_is_told():
    assert "The first row does not name the columns: it holds «Our machines»." in refused(
        book(("Our machines",), HEADER, ("B", "A", 1, "2025-01-01"))
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \r\n", "The file is empty."),
        (b"Maker;Serial number;Hash rate;Since\n", "a header and no rows"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "an old Excel file"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "This is a PDF"),
        (b"<!DOCTYPE html><table>", "This is a web page"),
        (b"\n  <html><table>", "This is a web page"),
        (b"MZ\x90\x00\x03" + bytes(100), "neither Excel nor CSV"),
        (b"Maker;Serial\x98 number\n\xff\xfe", "letters of this file cannot be read"),
        (b"PK\x03\x04" + bytes(100), "no workbook that can be read"),
        (b"PK\x03\x04", "no workbook that can be read"),
        (b'Maker;Serial number;Hash rate;Since\nB;"A1;1;2025-01-01\nB;A2;1;2025-01-01\n', "Row 2 cannot be read"),
        (b"Maker;Serial number;Hash rate;Since\n" + b"B;A1;1;" + b"x" * 200_000, "Line 2 is longer"),
        (b"Maker;Serial number;Hash rate;Since\n" + b"\n" * 1_200_000 + b"\0", "neither Excel nor CSV"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_told_what_it_is(content: bytes, told: str):
    assert told in refused(content)


def test_an_archive_that_is_no_workbook_is_refused():
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        out.writestr("word/document.xml", "<w:document/>")
    assert "no workbook that can be read" in refused(made.getvalue())


def test_only_a_header_in_excel_is_told():
    assert "a header and no rows" in refused(book(HEADER))
    assert "The file is empty." in refused(book())


def test_a_zip_bomb_is_refused_before_it_is_opened():
    bomb = changed(book(HEADER), xl__worksheets__sheet1=b"<worksheet><sheetData>" + b"<row/>" * 10_000_000)
    assert len(bomb) < 400_000
    assert "unpack into more than can be read" in refused(bomb)


def test_an_archive_that_lies_about_what_is_in_it_gives_no_more_than_it_says():
    held = book(HEADER, ("B", "A1", 1, "2025-01-01"))
    with zipfile.ZipFile(BytesIO(held)) as archive:
        size = archive.getinfo(FIRST).file_size
        crc = crc32(archive.read(FIRST)[:50])
    lying = held.replace(size.to_bytes(4, "little"), (50).to_bytes(4, "little"))
    lying = lying.replace(
        crc32(zipfile.ZipFile(BytesIO(held)).read(FIRST)).to_bytes(4, "little"), crc.to_bytes(4, "little")
    )
    assert "no workbook that can be read" in refused(lying)


def test_an_archive_of_very_many_files_is_refused_before_its_list_is_read():
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        for i in range(MEMBERS_MAX + 1):
            out.writestr(f"xl/{i}.xml", b"")
    assert "unpack into more than can be read" in refused(made.getvalue())


LAUGHS = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY i SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("start", [LAUGHS, OUTSIDE], ids=["a billion laughs", "a file from outside"])
@pytest.mark.parametrize("member", ["xl__sharedStrings", "xl__worksheets__sheet1", "xl__styles", "xl__workbook"])
def test_entities_are_neither_unfolded_nor_fetched(start: str, member: str):
    bomb = f"{start}]><sst><si><t>&i;</t></si></sst>".encode()
    assert "no workbook that can be read" in refused(
        changed(book(HEADER, ("B", "A1", 1, "2025-01-01")), **{member: bomb})
    )


def test_a_tag_without_an_end_is_not_waited_for():
    endless = b'<worksheet><sheetData><row a="' + Random(1).randbytes(6_000_000).hex().encode()
    assert "no workbook that can be read" in refused(changed(book(HEADER), xl__worksheets__sheet1=endless))


def test_two_cells_in_far_corners_take_no_room_between_them():
    far = book(HEADER, ("B", "A1", 1, "2025-01-01"), edit=lambda _, sheet: sheet.write(1_048_575, 16_383, "x"))
    first, last = read(far)
    assert (first.number, last.number) == (2, 1_048_576)
    assert "cells outside the columns: «x»" in last.wrong[0][0]


def test_merged_cells_are_named():
    merged = book(HEADER, ("B", "A1", 1, "2025-01-01"), edit=lambda _, sheet: sheet.merge_range("A3:A4", "B"))
    assert "The sheet has merged cells: A3:A4." in refused(merged)


def test_a_workbook_with_a_password_is_told():
    held = bytearray(book(HEADER))
    for at in (held.find(b"PK\x03\x04") + 6, held.find(b"PK\x01\x02") + 8):
        held[at] |= 1
    assert "protected by a password" in refused(bytes(held))


def test_a_sheet_of_a_million_empty_rows_with_a_format_has_the_rows_that_are_filled(tmp_path: Path):
    path = tmp_path / "formatted.xlsx"
    with Workbook(str(path), {"constant_memory": True}) as workbook:
        sheet, grey = workbook.add_worksheet(), workbook.add_format({"bg_color": "#eeeeee"})
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ("B", "A1", 1, "2025-01-01"))
        for row in range(2, 1_048_576):
            sheet.set_row(row, 15, grey)
    with path.open("rb") as file:
        assert [r.number for r in rows(file, COLUMNS, Words("en"))] == [2]


def test_a_table_of_too_many_rows_is_to_be_divided(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tables, "ROWS_MAX", 2)
    assert "more than 2 rows" in refused(b"Maker;Serial number;Hash rate;Since\n" + b"B;A1;1;2025-01-01\n" * 3)


def test_a_damaged_workbook_is_refused_and_nothing_else_happens():
    held, chance = book(HEADER, *(("Bitmain", f"A{i}", 200.5, date(2025, 1, 1)) for i in range(30))), Random(7)
    outcomes = set()
    for _ in range(300):
        broken = bytearray(held)
        for _ in range(chance.randint(1, 8)):
            broken[chance.randrange(4, len(broken))] = chance.randrange(256)
        try:
            outcomes.add(len(read(bytes(broken))))
        except BadInput:
            outcomes.add(-1)
    assert -1 in outcomes


# What is told of a row --------------------------------------------------------------------------------------------
def test_a_row_that_is_too_short_lacks_cells_and_one_that_is_too_long_is_told():
    short, long = read(b"Maker;Serial number;Hash rate;Since\nB;A1\nB;A2;1;2025-01-01;extra;more\n")
    assert short == Row(2, {"maker": "B", "serial": "A1"})
    assert long.wrong == (
        ("The row has cells outside the columns: «extra», «more».", "Remove them, or name their column in the first row."),
    )  # fmt: skip


@pytest.mark.parametrize("size", [1001, 30_000, 1_000_000])
def test_a_cell_of_a_megabyte_is_told_and_not_kept(size: int):
    text = Random(size).randbytes(size).hex()[:size]
    inline = sheet_of(f'<row r="2"><c r="A2" t="inlineStr"><is><t>{text}</t></is></c></row>')
    shared = changed(book(HEADER, ("Bitmain", "A1")), xl__sharedStrings=lambda x: x.replace(b"Bitmain", text.encode()))
    for content in (inline, shared, f"Maker;Serial number;Hash rate;Since\n{text[:90_000]};A1\n".encode()):
        [row] = read(content)
        assert row.wrong == (("«Maker»: the cell holds more than 1,000 characters.", "Shorten it."),)
        assert len(row.cells["maker"]) == CELL_MAX


def test_a_formula_has_its_value_and_one_without_is_told():
    def edit(_: Any, sheet: Any) -> None:
        sheet.write_formula(1, 2, "=100*2", None, 200)
        sheet.write_formula(2, 2, "=100/0", None, "#DIV/0!")

    held = book(
        HEADER,
        ("B", "A1", None, "2025-01-01"),
        ("B", "A2", None, "2025-01-01"),
        ("B", "A3", None, "2025-01-01"),
        edit=edit,
    )
    content = changed(
        held, xl__worksheets__sheet1=lambda x: x.replace(b'<c r="A4"', b'<c r="C4"><f>C2*2</f></c><c r="A4"')
    )  # fmt: skip
    good, divided, uncomputed = read(content)
    assert good.cells["rate"] == "200"
    assert divided.wrong[0][0] == "«Hash rate, TH/s»: the cell holds an error (#DIV/0!)."
    assert uncomputed.wrong[0][0] == "«Hash rate, TH/s»: the formula was never worked out."


def test_a_serial_number_of_which_excel_made_a_day_is_told():
    [row] = read(book(HEADER, ("B", date(2025, 2, 1), 1, "2025-01-01")))
    assert row.wrong[0] == (
        "«Serial number»: Excel holds a day here (2025-02-01).",
        "Format the column as text or number, and type the value anew.",
    )


def test_words_of_a_fault_are_in_the_language_of_the_reader():
    [row] = read(book(HEADER, ("B", date(2025, 2, 1), 1, "2025-01-01")), "ru")
    assert row.wrong[0][0].startswith("«Серийный номер»")
