"""Which lists are mandatory: whatever an office configures, sets or deletes, none that was mandatory ceases to be."""

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.evidence.watchlists.readers import reader
from adit.screening import configured, store
from adit.screening.loading import load_all
from adit.screening.registry import ALWAYS, ListSpec, Registry, parse_registry, with_added, with_remembered
from adit.screening.states import State
from adit.terms.errors import BadInput, UnknownName

TODAY = date(2026, 11, 29)
SHIPPED = (Path(store.__file__).parent / "mandatory.toml").read_text(encoding="utf-8")
OWN = '[[list]]\nid = "own"\ntitle = "Our own"\nreader = "national"\nmandatory = true\n'


def registry() -> Registry:
    return parse_registry(SHIPPED)


def test_the_registry_is_whole() -> None:
    found = registry()
    assert found.mandatory == ALWAYS == {"un_sc", "national"}
    assert len(found.lists) == 8
    assert len({s.id for s in found.lists}) == 8
    for spec in found.lists:
        reader(spec.reader)
        assert spec.title
        assert spec.publisher
        assert spec.licence
        assert bool(spec.addresses) == bool(spec.hosts)
        assert spec.retired_on is None or spec.successor in {s.id for s in found.lists}
    assert found.strangers


@pytest.mark.parametrize("gone", sorted(ALWAYS))
def test_the_data_cannot_leave_one_out(gone: str) -> None:
    for text in (
        SHIPPED.replace(f'id = "{gone}"', 'id = "renamed"'),
        SHIPPED.replace("mandatory = true", "mandatory = false"),
    ):
        with pytest.raises(BadInput, match=f"{gone}.* must be mandatory"):
            parse_registry(text)


def test_an_office_adds() -> None:
    grown = with_added(
        registry(), f'mandatory = ["us_ofac_sdn"]\n{OWN}\n[[known]]\nlist = "own"\nid = "1"\nname = "Somebody"\n'
    )
    assert grown.mandatory == ALWAYS | {"us_ofac_sdn", "own"}
    assert [k.name for k in grown.spec("own").known] == ["Somebody"]
    assert with_added(registry(), "").mandatory == ALWAYS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mandatory = []\noptional = ['un_sc']", "'optional' is no word of this configuration."),
        ("remove = ['un_sc']", "'remove' is no word of this configuration."),
        ("disabled = true", "'disabled' is no word of this configuration."),
        ('[[list]]\nid = "un_sc"\ntitle = "x"\nreader = "un"\nmandatory = false', "The list 'un_sc' is known already and cannot be described anew."),
        ('[[list]]\nid = "own"\ntitle = "x"\nreader = "national"\nmax_age_days = 9999', "The bounds of 'own' cannot be."),
        ('[[list]]\nid = "own"\ntitle = "x"\nreader = "national"\nrows_min = 0', "The bounds of 'own' cannot be."),
        ('[[list]]\nid = "own"\ntitle = "x"\nreader = "national"\naddresses = ["http://a.example/"]', "An address of 'own' is not https."),
        ('[[list]]\nid = "../own"\ntitle = "x"\nreader = "national"', "'../own' is no name of a list."),
        ('[[list]]\nid = "own"\nreader = "national"', "The list 'own' is not described rightly"),
        ('mandatory = "us_ofac_sdn"', "mandatory and known are lists, tokens is a table."),
        ("known = [{list = 'un_sc'}]", "A canary needs list, id and name."),
        ("mandatory = [", "The text is not TOML"),
    ],
)  # fmt: skip
def test_what_a_configuration_may_not_say(text: str, said: str) -> None:
    with pytest.raises(BadInput) as error:
        with_added(registry(), text)
    assert said in error.value.what
    assert error.value.where == "added.toml"


def test_a_list_that_does_not_exist_is_no_list_that_is_ignored() -> None:
    with pytest.raises(UnknownName, match="There is no list 'us_ofac_snd'"):
        with_added(registry(), 'mandatory = ["us_ofac_snd"]')


@given(
    st.lists(st.sampled_from(["un_sc", "national", "us_ofac_sdn", "eu_consolidated", "uk_sanctions", "uk_ofsi"])),
    st.booleans(),
    st.dictionaries(st.sampled_from(["us_ofac_cons", "uk_sanctions", "gone"]), st.just(TODAY)),
)
def test_no_configuration_takes_one_away(names: list[str], own: bool, remembered: dict[str, date]) -> None:
    before = registry()
    grown = with_remembered(with_added(before, f"mandatory = {names!r}\n{OWN if own else ''}"), remembered)
    assert grown.mandatory >= before.mandatory | set(names) | remembered.keys()
    for spec in before.lists:  # and none becomes easier to satisfy
        after = grown.spec(spec.id)
        assert (after.max_age_days, after.rows_min, after.rows_max, after.reader) == (
            spec.max_age_days,
            spec.rows_min,
            spec.rows_max,
            spec.reader,
        )
        assert set(after.known) >= set(spec.known)


def test_no_variable_of_the_environment_takes_one_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "ADIT_MANDATORY",
        "ADIT_SCREENING",
        "ADIT_SCREEN",
        "ADIT_LISTS",
        "ADIT_SKIP_SCREENING",
        "ADIT_WATCHLISTS",
        "ADIT_NO_LISTS",
    ):
        for value in ("", "0", "off", "false", "none", "1"):
            monkeypatch.setenv(name, value)
            assert configured.registry_of(tmp_path).mandatory == ALWAYS
    monkeypatch.setenv("ADIT_DATA", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "elsewhere"))
    states = [each.state for each in load_all(store.folder(), TODAY)]
    assert {s.list_id for s in states if s.holds} == set(ALWAYS)
    assert all(s.state is not State.FRESH for s in states)


def test_the_modules_of_lists_read_no_variable() -> None:
    folder = Path(store.__file__).parent
    texts = {p.name: p.read_text(encoding="utf-8") for p in folder.glob("*.py")}
    assert {"store.py", "registry.py", "states.py", "loading.py", "canaries.py"} <= texts.keys()
    for name, text in texts.items():
        assert "environ" not in text, name
        assert "getenv" not in text, name


def test_no_parameter_says_what_is_mandatory() -> None:
    words = {"mandatory", "skip", "force", "optional", "ignore", "strict"}
    for function in (store.add, store.refresh, configured.registry_of, configured.remember, load_all):
        assert not words & set(
            function.__code__.co_varnames[: function.__code__.co_argcount + function.__code__.co_kwonlyargcount]
        )


def test_to_delete_the_configuration_takes_nothing_away(tmp_path: Path) -> None:
    added = tmp_path / "added.toml"
    added.write_text(f'mandatory = ["us_ofac_sdn"]\n{OWN}', encoding="utf-8")
    configured.remember(tmp_path, configured.registry_of(tmp_path), TODAY)
    added.unlink()
    found = configured.registry_of(tmp_path)
    assert found.mandatory == ALWAYS | {"us_ofac_sdn", "own"}
    assert "whose description is gone from added.toml" in found.spec("own").title
    holding = {each.state.list_id for each in load_all(tmp_path, TODAY) if each.state.holds}
    assert holding == found.mandatory


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("added.toml", "mandatory = ["),
        ("mandatory.json", "{"),
        ("mandatory.json", '{"a": "soon"}'),
        ("mandatory.json", "[]"),
    ],
)
def test_a_configuration_that_cannot_be_read_stops_everything(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(BadInput):
        load_all(tmp_path, TODAY)


def test_a_folder_that_may_only_be_read_can_be_looked_at(tmp_path: Path) -> None:
    os.chmod(tmp_path, 0o500)  # noqa: PTH101
    try:
        assert configured.registry_of(tmp_path).mandatory == ALWAYS
    finally:
        os.chmod(tmp_path, 0o700)  # noqa: PTH101


def test_every_list_has_a_spec_that_is_frozen() -> None:
    spec: ListSpec = registry().lists[0]
    with pytest.raises(AttributeError):
        spec.mandatory = False  # type: ignore[misc]
