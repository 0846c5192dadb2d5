"""The page of a decision: whole, escaped, in its language, without script, every link going somewhere."""

import copy
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from adit.decision.stored.record import Record, rules_in
from adit.decision.stored.store import read_record
from adit.decision.stored.telling import tell
from adit.desk.decision_page import page

STORED = Path(__file__).parents[1] / "decision" / "stored" / "decision-1.json"
EMPTY = {"meta", "link", "br", "path"}


class Page(HTMLParser):
    """Every tag with its attributes, what was never closed, and the text by the language it is marked with."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[tuple[str, str]] = []
        self.text: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        self.tags.append((tag, given))
        if tag not in EMPTY:
            self.open.append((tag, given.get("lang", self.open[-1][1] if self.open else "")))

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY:
            assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] not in ("style", "title"):
            self.text[self.open[-1][1]] = self.text.get(self.open[-1][1], "") + data

    def all(self, name: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.tags if tag == name]


@pytest.fixture(scope="module")
def record() -> Record:
    return read_record(STORED)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_it_is_one_whole_page_in_its_language(record: Record, language: str):
    text = page(tell(record, language))
    read = Page(text)
    assert read.open == []
    assert read.all("html") == [{"lang": language}]
    assert read.all("script") == []
    assert not re.search(r"\son\w+=|\sstyle=|<img|<iframe", text)
    policy = next(m["content"] for m in read.all("meta") if "http-equiv" in m)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert set(read.text) <= {language, ""}
    ids = [attrs["id"] for _, attrs in read.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_links_go_to_the_provisions_and_to_the_sources(record: Record):
    read = Page(page(tell(record, "en")))
    ids = {attrs["id"] for _, attrs in read.tags if "id" in attrs}
    links = [a["href"] for a in read.all("a")]
    assert {x[1:] for x in links if x.startswith("#")} <= ids
    outside = [x for x in links if not x.startswith("#")]
    assert len(outside) > 8
    assert all(x.startswith("https://") for x in outside)


def test_everything_that_decided_stands_on_it(record: Record):
    text = page(tell(record, "en"))
    for needle in (
        "part of the period",
        "a ban covers the place on some days of the period",
        "no ban covers the place in the period",  # what would have come next
        "2025-04-07",
        "2031-03-15",
        "Irkutsk Oblast (RU-IRK)",
        "Kachugsky District",
        "mean of 3 market quotations in 2025-01",
        "413,957 RUB",
        "above 2,400,000 RUB: 15",
        "No levy on electricity",
        record["regime"]["digest"],
    ):
        assert needle in text, needle


def test_headings_are_in_order(record: Record):
    levels = [int(tag[1]) for tag, _ in Page(page(tell(record, "ru"))).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_what_is_not_translated_is_marked_as_english(record: Record):
    foreign = copy.deepcopy(record)
    sentence = next(rules_in(foreign))["because"]
    del foreign["languages"]["ru"]["texts"][sentence]
    read = Page(page(tell(foreign, "ru")))
    assert sentence in read.text["en"]
    assert "приведены на английском языке" in read.text["ru"]


def test_a_decision_under_a_bill_says_that_it_decides_no_case(record: Record):
    bill = copy.deepcopy(record)
    bill["simulated"] = True
    assert "decides no real case" in page(tell(bill, "en"))
    assert "decides no real case" not in page(tell(record, "en"))


def test_whatever_a_file_holds_is_escaped(record: Record):
    evil = "<script>alert(1)</script>\"'&"
    damaged = copy.deepcopy(record)
    damaged["regime"]["title"] = evil
    for rule in rules_in(damaged):
        rule["because"] = rule["sentence"] = rule["cites"] = evil
        for fact in rule["facts"]:
            fact["origin"] = evil
            if fact["kind"] == "word" and fact["name"] != "region":
                fact["value"] = evil
        for value in rule["values"]:
            value["note"] = value["cite"] = evil
    for source in damaged["sources"].values():
        source["address"] = "javascript:alert(1)"
    for language in damaged["languages"].values():
        language["names"] = dict.fromkeys(language["names"], evil)
    text = page(tell(damaged, "en"))
    assert "<script" not in text
    assert 'href="javascript' not in text
    assert Page(text).open == []
