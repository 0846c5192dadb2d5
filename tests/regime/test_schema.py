"""The schemas that editors get say what the loader says: every shipped file is valid, and wrong ones are not."""

import tomllib
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.regime.acts import HEAD, LIMIT, act

import adit.law
from adit.regime import form
from adit.regime.schema import KINDS, schema_of
from adit.terms.errors import AditError, UnknownName
from adit.terms.fields import facts, questions

LAW = Path(adit.law.__file__).parent
VALIDATORS = {kind: Draft202012Validator(schema_of(kind)) for kind in KINDS}


def as_json(value: Any) -> Any:
    """TOML as an editor hands it to a schema: days are text."""
    if isinstance(value, dict):
        return {k: as_json(v) for k, v in value.items()}
    if isinstance(value, list):
        return [as_json(v) for v in value]
    return (
        value.isoformat() if isinstance(value, date | time) else float(value) if isinstance(value, Decimal) else value
    )


def kind_of(file: Path) -> str:
    return file.parent.name if file.parent.name in KINDS else file.stem


def problems(kind: str, text: str) -> list[str]:
    found = VALIDATORS[kind].iter_errors(as_json(tomllib.loads(text)))
    return [f"{'.'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in found]


def shipped() -> Iterator[Path]:
    return LAW.rglob("*.toml")


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_schema_of_draft_2020_12(kind: str):
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    assert "2020-12" in schema["$schema"]
    with pytest.raises(UnknownName, match="value"):
        schema_of("value")


def test_there_are_files_of_each_kind():
    assert {kind_of(f) for f in shipped()} == set(KINDS)
    assert len(list(shipped())) >= 40


@pytest.mark.parametrize("file", [pytest.param(f, id=f.relative_to(LAW).as_posix()) for f in sorted(shipped())])
def test_every_shipped_file_is_valid(file: Path):
    assert problems(kind_of(file), file.read_text(encoding="utf-8")) == []


def test_what_the_dictionary_knows_stands_in_the_schema():
    assert set(schema_of("regime")["properties"]["silent"]["properties"]) == {*questions(), "rest"}
    case = schema_of("cases")["properties"]["case"]["items"]["properties"]
    assert set(case["given"]["properties"]) == set(facts())
    assert set(case["expect"]["properties"]) == set(questions())
    row = schema_of("values")["additionalProperties"]["properties"]["values"]["items"]["properties"]
    assert set(row) == form.names(form.ROW_KEYS)
    assert "RU-IRK" in row["region"]["enum"]
    assert len(row["municipalities"]["items"]["enum"]) > 50


CASE = """
[[case]]
name = "a name"
period = "2025-01"
given = { coins_btc = 1 }
expect = { may_mine = "yes" }
source = "art. 1"
"""
BRACKETS = LIMIT.replace("value = 6000", "brackets = [{ above = 0, rate = 0.13 }]")
BAN = LIMIT.replace("value = 6000", 'region = "RU-IRK"')
WRONG = {
    "a row without a first day": ("values", LIMIT.replace("from = 2024-01-01", "")),
    "a first day in words": ("values", LIMIT.replace("from = 2024-01-01", 'from = "January 2024"')),
    "a row without a citation": ("values", LIMIT.replace('cite = "art. 1"', "")),
    "an empty citation": ("values", LIMIT.replace('"art. 1"', '" "')),
    "an unknown status": ("values", LIMIT.replace("in force", "inforce")),
    "an unknown word for what was read": ("values", LIMIT.replace("official text", "newspaper")),
    "an unknown confidence": ("values", LIMIT.replace("high", "certain")),
    "a misspelt key": ("values", LIMIT.replace("read =", "raed =")),
    "a number without a unit": ("values", LIMIT.replace('unit = "kWh/month"', "")),
    "a unit that does not exist": ("values", LIMIT.replace("kWh/month", "kwh/month")),
    "no rows": ("values", '[limit]\nabout = "A limit."\nunit = "1"\n'),
    "a row that holds nothing": ("values", LIMIT.replace("value = 6000", "")),
    "a bracket without a rate": ("values", BRACKETS.replace(", rate = 0.13", "")),
    "a bracket with another key": ("values", BRACKETS.replace("above", "threshold")),
    "a region that does not exist": ("values", BAN.replace("RU-IRK", "RU-XXX")),
    "a municipality that does not exist": ("values", BAN + 'municipalities = ["atlantis"]\n'),
    "a season day first": ("values", BAN + 'season = "15-11 to 15-03"\n'),
    "a regime without a title": ("regime", HEAD.replace('title = "A small act"', "")),
    "a status that does not exist": ("regime", HEAD.replace("in force", "inforce")),
    "a silence on no question": ("regime", HEAD + '[silent]\nmay_min = "Not said."\n'),
    "a fact that does not exist": ("cases", CASE.replace("coins_btc", "coins")),
    "a fact out of range": ("cases", CASE.replace("coins_btc = 1", "coins_btc = -1")),
    "a case without a source": ("cases", CASE.replace('source = "art. 1"', "")),
    "a case that is not covered without a reason": ("cases", CASE + "covered = false\n"),
    "an answer that the question does not have": ("cases", CASE.replace('"yes"', '"perhaps"')),
    "an empty translation": ("texts", '[texts]\n"A limit." = " "\n'),
    "a translation that is no text": ("texts", "[texts]\nlimit = 3\n"),
    "words that are no table": ("texts", '[words]\nr = "x"\n'),
    "a misspelt table of texts": ("texts", '[text]\nlimit = "x"\n'),
    "a source without an address": ("sources", 'S1 = { kind = "news" }\n'),
    "a source of no kind": ("sources", 'S1 = { address = "example.org", kind = "rumour" }\n'),
}


def test_the_right_forms_are_valid():
    for kind, text in (("values", LIMIT), ("values", BRACKETS), ("regime", HEAD), ("cases", CASE)):
        assert problems(kind, text) == []
    assert problems("values", BAN.replace('unit = "kWh/month"', "")) == []


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_not_valid(name: str):
    kind, text = WRONG[name]
    assert problems(kind, text), name


# What the schema can tell and the loader does not: it leaves these to `adit law check`, or takes them.
SCHEMA_ONLY = {
    "an answer that the question does not have",
    "a fact that does not exist",
    "a fact out of range",
    "a source of no kind",
}


@pytest.mark.parametrize("name", sorted(WRONG.keys() - SCHEMA_ONLY))
def test_the_loader_refuses_it_too(name: str, tmp_path: Path):
    kind, text = WRONG[name]
    (tmp_path / "sources.toml").write_text(text if kind == "sources" else "", encoding="utf-8")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "ru.toml").write_text(text if kind == "texts" else "", encoding="utf-8")
    part = {"values": "values", "regime": "head", "cases": "cases"}.get(kind)

    def load() -> object:
        regime = act(tmp_path, **({part: text} if part else {}))
        return regime.cases, regime.own_wordings

    with pytest.raises(AditError):
        load()
