"""Russian is whole: every rule, branch, value and word of ru/law, every question, and nothing that no longer stands there."""

import re
from pathlib import Path
from random import Random

import pytest
from tests.regime.acts import act, rule

from adit import law
from adit.regime.act import Regime
from adit.regime.check import check
from adit.regime.wording import missing, orphaned, reasons, texts_of
from adit.terms.errors import BadLaw
from adit.terms.fields import facts, field, naming, questions

CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)


@pytest.fixture(scope="module")
def ru() -> Regime:
    return law.load("ru/law")


def test_every_rule_and_branch_has_russian_words(ru: Regime):
    said = ru.wording("ru").texts
    assert len(ru.rules) >= 31
    branches = 0
    for one in ru.rules.values():
        assert CYRILLIC.search(said[one.sentence]), one.name
        assert CYRILLIC.search(said[one.cites]), one.name
        for because in reasons(one):
            assert CYRILLIC.search(said[because]), one.name
            branches += 1
    assert branches > 90


def test_nothing_is_missing_and_nothing_is_left_over(ru: Regime):
    assert list(missing(ru, "ru")) == []
    assert list(orphaned(ru, "ru")) == []
    assert len(dict(texts_of(ru))) > 20


def test_every_question_and_every_fact_of_the_law_has_a_russian_name(ru: Regime):
    said = naming("ru")
    used = frozenset[str]().union(*(r.facts for r in ru.rules.values()))
    assert len(used) > 30
    for name in [*questions(), *sorted(used)]:
        assert CYRILLIC.search(said.names[name]), name
        words = set(field(name).words) if name not in ("region", "municipality") else set()
        assert set(said.words.get(name, {})) == words, name


def test_russian_names_are_those_of_columns():
    said = naming("ru")
    assert set(said.names) <= {*facts(), *questions()}
    assert set(said.words) <= set(said.names)


def test_a_reform_speaks_the_russian_of_what_it_takes_over():
    reform, ru = law.load("ru/bills_2026"), law.load("ru/law")
    assert ru.rules["territory"].sentence in reform.wording("ru").texts
    assert reform.own_wordings == {}
    assert not [f for f in check(reform, Random(0)) if f.kind in ("not translated", "no such text")]


SMALL = rule("return first_match(when(state_tied, True, 'tied'), otherwise=False, because='not tied')", "state_tied")


def findings(folder: Path, text: str) -> set[tuple[str, str]]:
    regime = act(folder, rules=SMALL)
    (folder / "texts").mkdir()
    (folder / "texts" / "ru.toml").write_text(text, encoding="utf-8")
    return {(f.kind, f.what) for f in check(regime, Random(0)) if f.kind in ("not translated", "no such text")}


def test_the_check_finds_what_is_missing_and_what_is_left_over(tmp_path: Path):
    found = findings(
        tmp_path,
        """
[names]
r = "правило"
gone = "ушло"
[words.r]
gone = "ушло"
[texts]
"tied" = "связан"
"A branch of yesterday" = "вчерашнее"
""",
    )
    assert ("not translated", "'not tied' has no words in 'ru'.") in found
    assert ("not translated", "'What it says.' has no words in 'ru'.") in found
    assert ("not translated", "'limit' has no words in 'ru'.") in found
    assert ("not translated", "'tied' has no words in 'ru'.") not in found
    assert {what for kind, what in found if kind == "no such text"} == {
        "'gone' does not stand in the act.",
        "'r: gone' does not stand in the act.",
        "'A branch of yesterday' does not stand in the act.",
    }


def test_an_act_without_another_language_lacks_nothing(tmp_path: Path):
    assert not [f for f in check(act(tmp_path, rules=SMALL), Random(0)) if f.kind == "not translated"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("ru", "[text]\na = 'b'\n", "no key 'text'"),
        ("ru", "[texts]\na = ''\n", "'texts' cannot be"),
        ("ru", "[texts]\na = 3\n", "'texts' cannot be"),
        ("ru", "[words]\nr = 'x'\n", "'words' cannot be"),
        ("rus", "[texts]\n", "no language 'rus'"),
    ],
)
def test_a_file_that_is_wrong(tmp_path: Path, name: str, text: str, message: str):
    regime = act(tmp_path, rules=SMALL)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadLaw, match=message):
        _ = regime.own_wordings
