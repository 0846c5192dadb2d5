"""Findings in words: every code has its words in both languages, amounts are exact, and no sentence calls a coin tainted."""

import re
from dataclasses import replace
from datetime import date

import pytest

from adit.terms.language import LANGUAGES
from adit.tracing.finding import EXPOSURE_GRADES, MEASURES, PROVENANCE_GRADES, End, Finding, Numbers, Path, Rule, Step
from adit.tracing.haircut import HOPS_MOST
from adit.tracing.labels import BASES, Label
from adit.tracing.store import words
from adit.tracing.telling import BREAKS, btc, hops_said, label_said, path_said, tell

LISTED = Label("list L", "listed", "list entry", "12", date(2026, 2, 1))
RULE = Rule("rule 1", "haircut", 3, 100_000_000, 125_000, date(2026, 1, 1), cite="Order 5")
ENDS = (
    End("listed", 42_130_000, 2, 2, "aa:0", LISTED),
    End("coinjoin", 1, 1, 1, "bb:1", said="like Wasabi"),
    End("coinbase", 7, 1, 4, "cc:0", miner="M-1", said="Pool P, tag only (list of 2026-02-24)"),
)
NUMBERS = Numbers(312_500_000, 312_500_000, 42_129_999, 42_130_000, 5, 1)
FOUND = Finding(
    "exposure", "dd:0", 1, "indirect", NUMBERS, 2, (), ENDS, (Path("fifo", 42_130_000, (Step(1, "aa", "", "x", 1, 0),), LISTED),),
    (LISTED,), ("coinjoin", "entry", "own account"), 100_000, 17, rule=RULE, on=date(2026, 3, 1),
)  # fmt: skip


def test_the_sentence_says_how_much_of_how_much_how_far_and_on_whose_word():
    told = tell(FOUND, "en")
    assert told.headline == "Indirect exposure to a listed address, by the rule of the day"
    assert told.sentences[0] == (
        "0.42130000 BTC of the 3.12500000 BTC at dd:0 came, 2 transactions later, from list L: list entry 12, content of 2026-02-01."
    )
    assert told.sentences[2] == (
        "Rule rule 1: at most 3 hops, at least 1.00000000 BTC and at least 12.5\N{NO-BREAK SPACE}% of the coin, by haircut. Order 5"
    )
    assert [row[0].split(":")[0] for row in told.numbers][:4] == [
        "all of it",
        "poison",
        "haircut",
        "first in, first out",
    ]
    assert [row[0] for row in told.breaks] == ["a suspected coinjoin · like Wasabi"]
    assert told.labels == (("list L: list entry 12, content of 2026-02-01", False),)
    assert told.numbers[3][1:] == ("0.42130000 BTC", "13.48\N{NO-BREAK SPACE}%")


def test_the_same_in_russian():
    told = tell(FOUND, "ru")
    assert told.sentences[0] == (
        "Из 3,12500000 BTC на dd:0 0,42130000 BTC поступило через 2 операции от: list L: запись списка 12, содержание от 01.02.2026."
    )
    assert told.headline.startswith("Косвенная связь")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("grade", EXPOSURE_GRADES + PROVENANCE_GRADES)
def test_every_grade_can_be_told(language, grade):
    question = "exposure" if grade in EXPOSURE_GRADES else "provenance"
    parts = ((grade, "M-1", 5),) if question == "provenance" else ()
    for hops, ends in ((None, ()), (0, ENDS), (2, ENDS[1:]), (2, ENDS)):
        told = tell(
            replace(FOUND, question=question, grade=grade, parts=parts, hops=hops, ends=ends, outputs=3), language
        )
        assert told.headline
        assert all(told.sentences)
        assert not re.search(r"[{}]", " ".join((*told.sentences, *told.notes, *told.clears)))


def test_every_code_has_words_in_both_languages_and_none_condemns():
    keys = words()
    assert len(keys) > 80
    for key, text in keys.items():
        assert set(text) == set(LANGUAGES), key
        assert set(re.findall(r"{(\w+)}", text["en"])) == set(re.findall(r"{(\w+)}", text["ru"])), key
        assert all(text.values()), key
    needed = (
        [f"measure {m}" for m in MEASURES]
        + [f"end {b}" for b in BREAKS]
        + [f"clear {b}" for b in BREAKS]
        + [f"basis {b}" for b in BASES]
    )
    assert not [k for k in needed if k not in keys]
    said = " ".join(t[lang] for t in keys.values() for lang in LANGUAGES).lower()
    for verdict in ("dirty", "guilty", "criminal", "грязн", "преступн", "виновн"):
        assert verdict not in said


@pytest.mark.parametrize(
    ("hops", "english", "russian"),
    [(1, "1 transaction", "1 операцию"), (2, "2 transactions", "2 операции"), (5, "5 transactions", "5 операций"), (11, "11 transactions", "11 операций"), (21, "21 transactions", "21 операцию"), (22, "22 transactions", "22 операции"), (112, "112 transactions", "112 операций"), (HOPS_MOST, "8,191 transactions or more", "8\N{NO-BREAK SPACE}191 операций или больше")],
)  # fmt: skip
def test_numbers_of_transactions(hops, english, russian):
    assert (hops_said(hops, "en"), hops_said(hops, "ru")) == (english, russian)


def test_a_satoshi_is_never_rounded_away():
    assert btc(1, "en") == "0.00000001 BTC"
    assert btc(20_999_999_99999999, "ru") == "20\N{NO-BREAK SPACE}999\N{NO-BREAK SPACE}999,99999999 BTC"


def test_a_heuristic_is_grey_and_an_undated_label_says_so():
    grey = Label("somebody", "listed", "heuristic")
    assert tell(replace(FOUND, labels=(grey,)), "en").labels == (
        ("somebody: heuristic, counts for nothing alone, without a content date", True),
    )
    assert (
        label_said(replace(LISTED, content_date=None, entry=""), "en") == "list L: list entry, without a content date"
    )
    assert path_said(Path("nearest", 5, (), None), "en").startswith("The nearest way; the satoshi are shares (haircut)")
