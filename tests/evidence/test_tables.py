"""Tables of strangers: what is wrong with the file is said once, what is wrong with a row with its line."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.evidence.sources.tables import CellError, day_in, decimal_of, read_table, true_or_false, whole_number_of
from adit.terms.errors import BadInput


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "The columns are missing: c, d."),
        ("a,b,c\n", "The column is missing: d."),
        ("", "The header has: nothing."),
        ("a;b;c;d\n", "The header is separated by semicolons: save the file with commas."),
        ("a,b,c,d,a\n", "The header repeats a column: a."),
        ("имя\n".encode("cp1251"), "The file is not UTF-8.\nSave it as 'CSV UTF-8'"),
        ('a,b,c,d\n"1"x,2,3,4\n', "The file is not CSV"),
    ],
)
def test_a_file_that_is_no_such_table(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(BadInput) as error:
        read_table(written(tmp_path, text), ("a", "b", "c", "d"))
    assert message in str(error.value)
    assert "table.csv" in str(error.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"The file cannot be read \(No such file or directory\)\.\nCheck the path\."):
        read_table(tmp_path / "none.csv", ())


def test_lines_count_from_the_header_through_quotes_and_blank_lines(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, '\ufeffa,b\n"one\nand more",2\n\n3,4\n5\n6,7,8\n'), ("a",))
    assert [line for line, _ in table.rows] == [2, 5]
    assert [str(p) for p in table.problems] == [
        "line 6, a: 1 cells, the header has 2",
        "line 7, b: 3 cells, the header has 2",
    ]
    assert table.total == 4


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_a_number_is_read_exactly(number: Decimal) -> None:
    assert decimal_of({"x": f"{number:f}"}, "x") == number


@pytest.mark.parametrize("text", ["NaN", "inf", "1 000", "٣", "1_0", "+1", ".5", "ten"])
def test_what_is_not_plainly_a_number_is_none(text: str) -> None:
    with pytest.raises(CellError, match="is not a number"):
        decimal_of({"x": text}, "x")


def test_a_decimal_comma_is_shown_its_point() -> None:
    with pytest.raises(CellError, match=r"'11,2' is not a number; write 11\.2"):
        decimal_of({"x": "11,2"}, "x")


def test_blank_is_not_known_and_zero_is_zero() -> None:
    assert decimal_of({"x": ""}, "x") is None
    assert whole_number_of({}, "x") is None
    assert whole_number_of({"x": "0"}, "x") == 0
    assert true_or_false({"x": ""}, "x") is None
    assert day_in({"x": ""}, "x") is None


def test_megawatts_become_whole_kilowatts_or_nothing() -> None:
    assert whole_number_of({"mw": "11.2"}, "mw", times=1000, unit="kilowatts") == 11200
    with pytest.raises(CellError, match=r"0\.0001 is not a whole number of kilowatts"):
        whole_number_of({"mw": "0.0001"}, "mw", times=1000, unit="kilowatts")
    with pytest.raises(CellError, match="-5 is below zero"):
        whole_number_of({"mw": "-5"}, "mw", times=1000, unit="kilowatts")


def test_yes_and_a_day_have_one_way_to_be_written() -> None:
    assert true_or_false({"x": "True"}, "x") is True
    with pytest.raises(CellError, match="'yes' is neither true nor false"):
        true_or_false({"x": "yes"}, "x")
    with pytest.raises(CellError, match=r"'1\.5\.2025' is not a day; write it as 2025-05-01"):
        day_in({"x": "1.5.2025"}, "x")
