"""A folder of lists after somebody was at it: forged reading, broken records, a configuration that means to weaken. Never less strict, always with words."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from tests.screening.list_files import file_of

from adit.evidence.watchlists.entries import Entry, ListedName
from adit.evidence.watchlists.rows import rows_of
from adit.screening import configured, store
from adit.screening.arrivals import history_text
from adit.screening.canaries import check
from adit.screening.loading import load
from adit.screening.matching import matcher
from adit.screening.registry import ListSpec, parse_registry, with_added
from adit.screening.states import State
from adit.terms.errors import BadInput

TODAY = date(2026, 11, 29)
NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
SHIPPED = (Path(store.__file__).parent / "mandatory.toml").read_text(encoding="utf-8")
OWN = '[[list]]\nid = "own"\ntitle = "Our own"\nreader = "national"\n'


@pytest.fixture
def spec() -> ListSpec:
    return parse_registry(SHIPPED).spec("national")


def filled(root: Path, spec: ListSpec) -> Path:
    """The file in which the reading of the list is kept."""
    store.add(root, spec, file_of(spec, TODAY), origin="test", fetched_at_utc=NOW)
    [kept] = (root / spec.id / "parsed").iterdir()
    return kept


def sealed(text: str) -> str:
    return f"{sha256(text.encode()).hexdigest()}\n{text}"


def test_a_reading_with_one_entry_less_is_not_taken_though_its_seal_is_right(tmp_path: Path, spec: ListSpec) -> None:
    kept = filled(tmp_path, spec)
    head, rows = json.loads(kept.read_text(encoding="utf-8").partition("\n")[2])
    kept.write_text(sealed(json.dumps([[head[0], len(rows) - 1, head[2], len(rows) - 1], rows[1:]])), encoding="utf-8")
    found = load(tmp_path, spec, TODAY)
    assert found.version is not None
    assert len(found.version.entries) == len(rows)
    assert found.state.state is State.FRESH


@pytest.mark.parametrize("text", ["", "[]", "[[],[]]", "null", '{"a": 1}'])
def test_a_reading_of_another_form_is_read_anew(tmp_path: Path, spec: ListSpec, text: str) -> None:
    filled(tmp_path, spec).write_text(sealed(text), encoding="utf-8")
    assert load(tmp_path, spec, TODAY).state.state is State.FRESH


def test_what_an_older_reader_read_is_read_anew_and_so_is_the_same_file_when_it_comes_again(
    tmp_path: Path, spec: ListSpec
) -> None:
    kept = filled(tmp_path, spec)
    history = store.history_of(tmp_path, spec)
    older = replace(history, arrivals=(replace(history.arrivals[0], reader="national/0", parsed_sha256=""),))
    (tmp_path / "national" / "history.json").write_text(history_text(older), encoding="utf-8")
    kept.write_text(sealed("[]"), encoding="utf-8")
    assert load(tmp_path, spec, TODAY).state.state is State.FRESH
    store.add(tmp_path, spec, file_of(spec, TODAY), origin="test", fetched_at_utc=NOW)
    assert [a.reader for a in store.history_of(tmp_path, spec).arrivals] == ["national/0", "national/1"]
    assert load(tmp_path, spec, TODAY).state.state is State.FRESH


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"{}", b"\x00"])
def test_a_record_that_cannot_be_read_makes_the_list_suspect(tmp_path: Path, spec: ListSpec, content: bytes) -> None:
    filled(tmp_path, spec)
    (tmp_path / "national" / "history.json").write_bytes(content)
    state = load(tmp_path, spec, TODAY).state
    assert (state.state, state.holds) == (State.SUSPECT, True)
    assert state.why == ("The record of this list cannot be read.",)


def test_an_entry_that_was_struck_off_is_no_reason_to_hold_for_ever(spec: ListSpec) -> None:
    def entry(number: str, name: str, off: date | None = None) -> Entry:
        return Entry("national", number, "person", (ListedName(name),), delisted_on=off)

    entries = [entry("1", "Vydumanov Ivan"), entry("2", "Primerov Petr", date(2025, 3, 21)), entry("3", "Zvezdin Oleg")]
    assert check(replace(spec, known=()), entries, (), matcher) == ()
    assert (
        check(replace(spec, known=()), [replace(e, delisted_on=date(2025, 1, 1)) for e in entries], (), matcher) == ()
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[list]\nid = "own"\n', r"described under \[\[list\]\]"),
        ("list = 5\n", r"described under \[\[list\]\]"),
        (OWN + 'rows_min = "1"\n', "rows_min of the list 'own' is '1', which is no whole number"),
        (OWN + "rows_max = true\n", "rows_max of the list 'own' is True, which is no whole number"),
        (OWN + "max_age_days = 1.5\n", "which is no whole number"),
        (OWN + 'mandatory = "no"\n', "mandatory of the list 'own' is 'no', which is no true or false"),
        (OWN + 'retired_on = "2020-01-01"\n', "retired_on of the list 'own' is '2020-01-01', which is no day"),
        (OWN + "addresses = 5\n", "which is no list"),
        (OWN + "addresses = [5]\n", "The addresses and hosts of 'own' are texts"),
        (OWN + "known = [1]\n", "A canary of 'own' needs id and name"),
        (OWN.replace('"Our own"', "5"), "title of the list 'own' is 5, which is no text"),
        ('[[list]]\nid = 5\ntitle = "t"\nreader = "national"\n', "id of the list '5' is 5, which is no text"),
        ("[tokens]\nun_sc = 5\n", "A token is a text"),
    ],
)
def test_a_configuration_of_the_wrong_kind_is_told_in_words(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        with_added(parse_registry(SHIPPED), text)


def test_a_configuration_in_another_encoding_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "added.toml").write_bytes("[tokens]\n".encode("utf-16"))
    with pytest.raises(BadInput, match="The text is not UTF-8"):
        configured.registry_of(tmp_path)


def test_a_column_that_stands_twice_would_hide_the_first() -> None:
    with pytest.raises(BadInput, match="The file has the column name twice"):
        rows_of("id,name,name\n1,Ivanov,Nobody\n", ("id", "name"))
