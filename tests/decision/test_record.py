"""A stored decision: it has the form of its schema, is told alike today and in ten years, and is refused where it is not whole."""

import copy
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.regime.test_readers_agree import everything

from adit import law
from adit.cli.telling import print_telling
from adit.decision.decide import Decision, decide
from adit.decision.stored.record import FORMAT, Record, record_of, rules_in
from adit.decision.stored.store import read_record, schema
from adit.decision.stored.telling import tell
from adit.desk.decision_page import page
from adit.regime.binding import type_of_field
from adit.regime.check import turning_days
from adit.regime.edges import random_facts
from adit.regime.golden import shown
from adit.terms.days import parse_period
from adit.terms.errors import BadInput, Conflict, UnknownName
from adit.terms.fields import facts
from adit.terms.language import LANGUAGES

STORED = Path(__file__).parent / "stored"
IRKUTSK = {"region": "RU-IRK", "municipality": "irkutsk", "mining_energy_kwh_per_month": 500, "actor": "entrepreneur"}
MONTH = {"coins_btc": "0.3", "mining_costs_rub": "1500.50"}
CASES: list[tuple[str, str, dict[str, object], tuple[str, ...]]] = [
    ("ru/law", "2025-04", {**IRKUTSK, **MONTH}, ()),
    ("ru/law", "2025-12", {**IRKUTSK, "region": "RU-BU", "municipality": ""}, ("may_mine", "levy_per_kwh")),
    ("ru/law", "2022-03-01", {"actor": "company"}, ("may_be_paid_in_coin", "must_report")),
    ("ru/bills_2026", "2026-08-01", {"actor": "company", "income_in_question_rub": 5_000_000}, ()),
    ("ru/trade_pilot_2023", "2023-09-01", {"actor": "company"}, ()),
    ("ru/government_concept_2022", "2023-02", {"actor": "company", "region": "RU-IRK", "mining_energy_kwh_per_month": 1}, ()),
    ("ru/central_bank_2022", "2023-02", {"actor": "citizen"}, ()),
]  # fmt: skip


def decided(regime: str, on: str, facts: dict[str, object], questions: tuple[str, ...]) -> Decision:
    earlier = [(parse_period("2025-01"), {"coins_btc": "0.1"})] if on == "2025-04" else []
    return decide(law.load(regime), facts, parse_period(on), questions=questions, earlier=earlier)


@pytest.fixture(scope="module", params=CASES, ids=lambda c: f"{c[0]} {c[1]}")
def record(request: pytest.FixtureRequest) -> Record:
    return record_of(decided(*request.param))


@pytest.fixture(scope="module")
def old() -> Record:
    return read_record(STORED / "decision-1.json")


def text_of(record: Record, language: str, capsys: pytest.CaptureFixture[str], *, full: bool = True) -> str:
    print_telling(tell(record, language), full=full)
    return capsys.readouterr().out


# The form -----------------------------------------------------------------------------------------------------------
def test_the_schema_is_one_and_every_decision_follows_it(record: Record):
    Draft202012Validator.check_schema(schema())
    assert [e.message for e in Draft202012Validator(schema()).iter_errors(record)] == []
    assert record["format"] == FORMAT == schema()["properties"]["format"]["const"]


def test_it_is_plain_data_without_floats(record: Record):
    def floats(value: Any) -> Iterator[float]:
        if isinstance(value, float):
            yield value
        elif isinstance(value, dict | list):
            for part in value.values() if isinstance(value, dict) else value:
                yield from floats(part)

    assert json.loads(json.dumps(record)) == record
    assert list(floats(record)) == []


def test_it_does_not_name_the_machine(record: Record):
    for rule in rules_in(record):
        for place in (rule, *rule["values"]):
            assert place["where"].count("/") == 1, place["where"]
            assert place["where"].startswith(("rules/", "values/"))


def test_everything_it_names_has_words_in_each_language(record: Record):
    for language in LANGUAGES:
        said = record["languages"][language]
        for rule in rules_in(record):
            for fact in rule["facts"]:
                assert said["names"][fact["name"]]
                assert not fact["unit"] or said["units"][fact["unit"]]
            for value in rule["values"]:
                assert not value["status"] or said["words"]["status"][value["status"]]
                assert set(value["sources"]) <= record["sources"].keys()


def test_the_law_in_force_is_told_in_russian_without_an_english_word_left(capsys: pytest.CaptureFixture[str]):
    told = tell(record_of(decided(*CASES[0])), "ru")
    assert not told.untranslated
    reform = tell(record_of(decided(*CASES[3])), "ru")
    assert reform.untranslated
    print_telling(reform, full=False)
    assert "приведены на английском языке" in capsys.readouterr().out


# Told again -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stored_file_is_told_as_the_decision_was(
    record: Record, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "decision.json"
    file.write_text(json.dumps(record), encoding="utf-8")
    stored = read_record(file)
    for full in (True, False):
        assert text_of(stored, language, capsys, full=full) == text_of(record, language, capsys, full=full)
    assert page(tell(stored, language)) == page(tell(record, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_decision_of_format_1_is_told_as_it_always_was(
    old: Record, language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    """Its regime exists no longer; no law, no dictionary of columns and no list of places may be read."""
    assert old["regime"]["id"] not in law.names()
    for name in ("adit.regime.store.load_regime", "adit.terms.fields._all", "adit.terms.places.regions"):
        monkeypatch.setattr(name, None)
    monkeypatch.setitem(sys.modules, "adit.law", None)
    assert text_of(old, language, capsys) == (STORED / f"decision-1.{language}.txt").read_text(encoding="utf-8")
    assert old["regime"]["digest"] in page(tell(old, language))


def test_the_old_decision_holds_every_kind_of_thing(old: Record):
    kinds = {v["kind"] for rule in rules_in(old) for v in rule["values"]}
    assert {"number", "yes or no", "brackets", "list", "bans"} <= kinds
    assert {a["state"] for a in old["answers"]} == {"answered", "does not say"}
    assert old["earlier"]
    assert any(rule["compared"] for rule in rules_in(old))
    assert any(rule["next"] for rule in rules_in(old))
    assert all(texts for texts in old["languages"]["ru"].values())


def test_a_language_that_is_not_there(old: Record):
    with pytest.raises(UnknownName, match="no language 'fr'"):
        tell(old, "fr")


def test_only_what_was_known_is_in_it():
    facts = {"actor": "company", "mining_energy_kwh_per_month": 1}
    early = decide(
        law.load("ru/law"), facts, parse_period("2025-05"), questions=("must_report",), known=date(2024, 7, 1)
    )
    told = tell(record_of(early), "en")
    assert told.answers[0].silent
    assert told.receipt["known"] == "2024-07-01"


def test_earlier_periods_of_the_year_are_told(capsys: pytest.CaptureFixture[str]):
    record = record_of(decided(*CASES[0]))
    assert [e["period"] for e in record["earlier"]] == ["2025-01"]
    assert "earlier" in text_of(record, "en", capsys)
    assert "2025-01: actor entrepreneur · coins 0.1 BTC" in text_of(record, "en", capsys)


def anything(name: str, chance: Random) -> Iterator[Record]:
    """Decisions under an act about cases at the edges of its thresholds, those that it cannot decide left out."""
    regime = everything() if name == "everything" else law.load(name)
    names = sorted(frozenset[str]().union(*(r.facts for r in regime.rules.values())) - {"municipality"})
    for day in turning_days(regime):
        for _ in range(3):
            drawn = random_facts(regime, names, chance)
            given = {n: shown(v, type_of_field(facts()[n])) for n, v in drawn.items()}
            month = f"{day:%Y-%m}" if day >= regime.first_day and day.day == 1 else day.isoformat()
            for rule in regime.rules:
                try:
                    yield record_of(decide(regime, given, parse_period(month), questions=(rule,)))
                except (BadInput, Conflict):
                    continue


@pytest.mark.slow
@pytest.mark.parametrize("name", ["everything", *law.names()])
def test_whatever_an_act_decides_can_be_stored_and_told(name: str):
    validator, kinds = Draft202012Validator(schema()), set()
    for n, record in enumerate(anything(name, Random(3))):
        kinds |= {v["kind"] for rule in rules_in(record) for v in rule["values"]}
        if n % 5 == 0:
            assert [e.message for e in validator.iter_errors(record)] == []
        for language in LANGUAGES:
            telling = tell(json.loads(json.dumps(record)), language)
            assert page(telling).count("<html") == 1
            assert not [v.value for v in telling.values if "{" in v.value or "[" in v.value or "Decimal" in v.value]
    assert len(kinds) >= (9 if name == "everything" else 1), kinds


# Refused ------------------------------------------------------------------------------------------------------------
def test_what_is_no_decision_is_refused(tmp_path: Path):
    file = tmp_path / "decision.json"
    for text, message in [
        ("{", "not JSON"),
        ("[]", "no format"),
        ('{"format": true}', "no format"),
        ('{"format": 99, "adit": "9.0"}', "has format 99"),
        ('{"format": 1}', "has no adit"),
    ]:
        file.write_text(text, encoding="utf-8")
        with pytest.raises(BadInput, match=message):
            read_record(file)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match="not JSON"):
        read_record(file)
    with pytest.raises(BadInput, match="no such stored decision"):
        read_record(tmp_path / "absent.json")


def paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*at, key)
            yield from paths(part, (*at, key))


def test_a_damaged_file_is_refused_or_told_but_never_breaks(old: Record, tmp_path: Path):
    """One thing taken out, or put in place of another, anywhere in the file."""
    file, refused = tmp_path / "decision.json", 0
    places = [p for p in paths(old) if p[0] not in ("languages", "origins", "sources")]
    for n, path in enumerate(places[:: max(1, len(places) // 150)]):
        damaged = copy.deepcopy(old)
        parent: Any = damaged
        for key in path[:-1]:
            parent = parent[key]
        if n % 2:
            parent[path[-1]] = 17
        else:
            del parent[path[-1]]
        file.write_text(json.dumps(damaged), encoding="utf-8")
        try:
            page(tell(read_record(file), "en"))
        except BadInput:
            refused += 1
    assert refused > 50
