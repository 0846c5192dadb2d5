"""The page of a finding: everything the officer needs, in both languages, offline, with nothing of what was given run or left unescaped."""

import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from tests.tracing.made_graphs import chain

from adit.desk.trace_page import page
from adit.desk.trace_view import WIDTH, view_of
from adit.tracing.answer import Answer, basis_of, record
from adit.tracing.chain import output_at
from adit.tracing.exposure import exposures, of_coin
from adit.tracing.finding import Rule
from adit.tracing.labels import Label


@pytest.fixture(scope="module")
def answer():
    found, ids = chain(
        [("a", [], [(1, 1000)])],
        [("b", [], [(2, 1000)]), ("c", [("a", 0), ("nobody", 0)], [(7, 1500)])],
        [("d", [], [(3, 1000)]), ("e", [("c", 0), ("b", 0)], [(8, 2400)])],
    )
    label = Label("<b>list</b> & co", "listed", "list entry", "4", date(2026, 2, 1))
    scripts = {
        b"\x00\x14" + (7).to_bytes(20, "big"): label,
        b"\x00\x14" + (2).to_bytes(20, "big"): Label("maybe", "mixer", "heuristic"),
    }
    asked = exposures(found, scripts, (Rule("r", "haircut", 3, 1, 1, date(2026, 1, 1), cite="Order 5"),))
    finding = of_coin(asked, output_at(found, f"{ids['e']}:0"), on=date(2026, 3, 1))
    basis = basis_of(
        found,
        command="adit trace back",
        files={"listed.csv": "ab" * 32},
        vintages={"pools": "2026-02-24"},
        version="1.2.3",
    )
    return Answer((finding,), basis, {})


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_page_stands_alone_and_escapes_what_it_was_given(answer, language):
    text = page(answer, language)
    assert f'<html lang="{language}">' in text
    assert not re.search(
        r"<script|<link[^>]+href=\"(?!data:)|https?://(?!www\.w3\.org/2000/svg)|@import|url\((?!#open|&#34;#open)", text
    )
    assert "default-src 'none'" in unescape(text)
    assert "<b>list</b> & co" not in text
    assert "&lt;b&gt;list&lt;/b&gt; &amp; co" in text
    assert not re.search(r"[{}]{2}|None", text.partition("</style>")[2])


def test_the_page_says_what_an_officer_needs(answer):
    text = page(answer, "en")
    [finding] = answer.findings
    for part in (
        "Direct exposure to a listed address", finding.subject, "Three numbers side by side", "The largest paths", "Why each label is believed",
        "list entry 4, content of 2026-02-01", "What breaks the chain", "a mixer", "What would clear it", "To run it again", "adit trace back",
        "ab" * 32, answer.basis.digest, "1.2.3", "pools", "heuristic, counts for nothing alone", "Rule r: at most 3 hops", "Order 5",
        "Inputs that spend what is not among these blocks: 1",
    ):  # fmt: skip
        assert part in text, part
    assert '<h1 id="finding-1" class="finding">' in text
    assert 'class="grey"' in text, "a label that rests on a heuristic is grey"
    for step in (s for p in finding.paths for s in p.steps):
        assert step.txid in text
        assert f"{step.sat:,}" in text


def test_bars_are_parts_of_the_whole(answer):
    [finding] = answer.findings
    view = view_of(finding, 1, "en")
    poison, _, fifo = view.bars
    assert poison.known == WIDTH
    assert fifo.known == round(finding.numbers.fifo_sat / finding.numbers.amount_sat * WIDTH, 1)
    assert all(0 <= b.known <= b.known + b.open <= WIDTH for b in view.bars)
    assert view_of(replace(finding, numbers=replace(finding.numbers, amount_sat=0)), 1, "en").bars[0].known == 0


def test_several_findings_and_none(answer):
    [finding] = answer.findings
    assert page(replace(answer, findings=(finding, finding)), "en").count("<h1") == 2
    assert "Nothing was reached." in page(replace(answer, findings=()), "en")


def test_the_record_is_whole_numbers_and_names_its_basis(answer):
    kept = record(answer)
    assert kept["adit"] == "1.2.3"
    assert kept["data"] == {"pools": "2026-02-24"}
    assert kept["findings"][0]["numbers"]["amount_sat"] == 2400
    assert kept["basis"]["digest"] == answer.basis.digest
    assert not [v for v in kept["findings"][0]["numbers"].values() if not isinstance(v, int)]
