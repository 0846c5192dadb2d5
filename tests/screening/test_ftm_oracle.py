"""A second opinion on our entities: followthemoney's own model takes every one of them, and gives back what we put in."""

import json
from collections import Counter
from pathlib import Path
from typing import Any, cast

import pytest

from adit.evidence.watchlists.entries import Entry
from adit.evidence.watchlists.ftm_out import entities_of, ftm_lines
from adit.evidence.watchlists.readers import reader
from adit.screening.ftm_subjects import entity_of, subject_lines, subjects_of
from adit.screening.subjects import Subject

pytestmark = pytest.mark.slow
DATA = Path(__file__).parents[1] / "data" / "watchlists"
FILES = [
    ("un", "un_consolidated.xml"),
    ("eu", "eu_full.csv"),
    ("uk", "uk_list.csv"),
    ("national", "national.csv"),
    ("ofac", "sdn.csv"),
    ("ofac", "sdn.xml"),
    ("ofac", "sdn_advanced.xml"),
    ("ftm", "entities.ftm.json"),
]
SUBJECTS = [
    Subject("person", ("Invented Person", "Выдуман Человеков"), "1970-04-28", ("RU", "CY"), (("inn", "500100732259"), ("passport", "4509123456"))),
    Subject("organisation", ("Invented Works",), identifiers=(("inn", "7707083893"), ("ogrn", "1027700132195"), ("lei", "5493001KJTIIGC8Y1R12"))),
    Subject("bank", ("Invented Bank",), countries=("KZ",), identifiers=(("bic", "SABRRUMM"),)),
    Subject("vessel", ("Invented Star",), countries=("GA",), identifiers=(("imo", "9187629"),)),
    Subject("address", address="12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h"),
]  # fmt: skip


def entries(name: str, file: str) -> tuple[Entry, ...]:
    return reader(name).read((DATA / file).read_bytes(), name).entries


def checked(data: dict) -> tuple[object, list[str]]:
    """The entity as followthemoney holds it, and the values that it does not take as they are."""
    from followthemoney import model

    proxy = model.get_proxy({"id": data["id"], "schema": data["schema"], "properties": {}})
    schema = model.get(data["schema"])
    assert schema is not None, data["schema"]
    lost: list[str] = []
    for name, values in data["properties"].items():
        assert name in schema.properties, f"{data['schema']} has no property {name}"
        for value in values:
            proxy.add(name, value, cleaned=False)
            kept = proxy.get(name)
            if not kept:
                lost.append(f"{name} {value}")
    schema.validate(cast(Any, proxy.to_dict()))
    for required in schema.required:
        assert proxy.get(required), f"{data['schema']} needs {required}"
    return proxy, lost


@pytest.mark.parametrize(("name", "file"), FILES)
def test_every_entity_of_every_list_is_taken(name: str, file: str) -> None:
    found = entries(name, file)
    data = [entity for entry in found for entity in entities_of(entry)]
    assert len({d["id"] for d in data}) == len(data)
    lost = [
        line
        for d in data
        if d["properties"].get("name") or d["schema"] in ("Sanction", "CryptoWallet")
        for line in checked(d)[1]
    ]
    assert lost == []
    kinds = Counter(d["schema"] for d in data)
    assert kinds["Sanction"] == len(found)
    assert kinds["CryptoWallet"] == sum(len(e.addresses) for e in found)


def test_names_and_countries_come_back() -> None:
    person = entries("un", "un_consolidated.xml")[0]
    proxy, lost = checked(next(iter(entities_of(person))))
    assert not lost
    assert proxy.get("nationality") == ["cd"]  # type: ignore[attr-defined]
    assert set(proxy.names) >= {n.text for n in person.names}  # type: ignore[attr-defined]
    assert sorted(proxy.get("birthDate")) == ["1973", "1974", "1975-02-01"]  # type: ignore[attr-defined]


def test_a_number_with_a_wrong_control_digit_is_not_lost() -> None:
    person = entries("eu", "eu_full.csv")[0]
    assert person.identifiers == (("inn", "770708389312"),)
    proxy, lost = checked(next(iter(entities_of(person))))
    assert not lost
    assert proxy.get("taxNumber") == ["770708389312"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda s: s.kind)
def test_a_subject_is_taken_and_comes_back(subject: Subject) -> None:
    _, lost = checked(entity_of(subject))
    assert lost == []
    assert subjects_of(subject_lines([subject])) == (subject,)


def test_the_model_has_a_place_for_private_keys_which_is_why_we_refuse_it() -> None:
    from followthemoney import model

    schema = model.get("CryptoWallet")
    assert schema is not None
    assert "privateKey" in schema.properties


def test_every_line_is_one_json_object() -> None:
    text = ftm_lines(entries("national", "national.csv"))
    assert all(set(json.loads(line)) == {"id", "schema", "properties"} for line in text.splitlines())
