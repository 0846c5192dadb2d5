"""The page on security is whole: every number of the standard once, no other, and what it names is there."""

import ast
import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "security.md"
STATES = ("met", "partly", "not met", "does not apply")
_NUMBERED = re.compile(r"\d+\.\d+\.\d+")


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


@cache
def _rows() -> tuple[tuple[str, list[str]], ...]:
    """Each row of the tables of the standard, with the chapter that it stands in."""
    chapter, found = "", []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            chapter = line.strip("# ").partition(".")[0]
        elif line.startswith("|") and _NUMBERED.fullmatch(_cells(line)[0]):
            found.append((chapter, _cells(line)))
    return tuple(found)


def _named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@cache
def _functions(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(n.name for n in tree.body if isinstance(n, ast.FunctionDef))


def test_every_number_of_the_standard_stands_there_once_in_its_chapter_and_order() -> None:
    with Path(__file__).with_name("asvs_5_0_0.csv").open(encoding="utf-8") as file:
        standard = [(row["number"], row["level"]) for row in csv.DictReader(file)]
    assert len(standard) == len(dict(standard)) == 253
    assert [(cells[0], cells[1]) for _, cells in _rows()] == standard
    assert [c for chapter, c in _rows() if c[0].partition(".")[0] != chapter] == []


@pytest.mark.parametrize(("chapter", "cells"), _rows(), ids=[cells[0] for _, cells in _rows()])
def test_a_row_says_how_it_stands_where_and_by_what_it_is_shown(chapter: str, cells: list[str]) -> None:
    assert chapter
    _, _, about, state, how, where, shown = cells
    assert about
    assert how
    assert state in STATES
    files, tests = _named(where), _named(shown)
    assert files or where == "–"
    assert tests or shown in ("read", "–")
    if state == "met":
        assert files, "where"
        assert shown != "–", "by what it is shown"
    for file in files:
        assert (ROOT / file).is_file(), file
    for test in tests:
        file, _, name = test.partition("::")
        assert name.startswith("test_"), test
        assert name in _functions(file), test


def test_the_counts_at_the_top_are_those_of_the_rows() -> None:
    counted = Counter((cells[3], cells[1]) for _, cells in _rows())
    wanted = [[s, *(str(counted[s, level]) for level in "12"), str(counted[s, "1"] + counted[s, "2"])] for s in STATES]
    wanted.append(["all", *(str(sum(int(row[i]) for row in wanted)) for i in (1, 2, 3))])
    text = PAGE.read_text(encoding="utf-8")
    head = text.index("| stands | level 1 |")
    assert [_cells(line) for line in text[head:].splitlines()[2 : 2 + len(wanted)]] == wanted


def test_what_is_not_met_says_what_would_be_needed() -> None:
    unmet = [cells for _, cells in _rows() if cells[3] == "not met"]
    assert any("Needed:" in cells[4] for _, cells in _rows()), "this is how it is said"
    assert [c[0] for c in unmet if "Needed:" not in c[4]] == []


def test_a_link_within_the_page_leads_to_one_of_its_headings() -> None:
    text = PAGE.read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    links = re.findall(r"\]\(#([^)]+)\)", text)
    assert links
    assert set(links) <= headings
