"""The reference is whole: every regime, command, field, word, unit, error and data set stands in it, and it is made the same way twice."""

import importlib.util
import shlex
from pathlib import Path
from types import ModuleType

import click
import pytest
from tests.docs.pages import ROOT, adit

from adit import law
from adit import regime as language
from adit.evidence.sources.catalogue import datasets
from adit.terms import errors, units
from adit.terms.fields import facts, questions


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_reference", ROOT / "docs" / "make_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = _generator()
COMMANDS: list[tuple[str, click.Command, str]] = list(GENERATOR.commands())
DOING = [(path, text) for path, command, text in COMMANDS if not isinstance(command, click.Group)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("generated")
    return {p.name: p.read_text(encoding="utf-8") for p in GENERATOR.make(folder)}


def test_every_regime_has_its_page(made: dict[str, str]) -> None:
    assert len(law.names()) > 5
    for name in law.names():
        act, page = law.load(name), made[GENERATOR.page_of(name)]
        assert act.title in page
        for part in (*act.values, *act.rules, *act.silent):
            assert f"`{part}`" in page, part
        for case in act.cases:
            assert case.id in page
        own = [row for v in act.values.values() for row in v.rows if f"/law/{name}/" in row.where]
        assert own
        for row in own:
            assert str(row.first) in page
            for key in row.sources:
                assert f"| {key} | " in page, key
        assert f"({GENERATOR.page_of(name)})" in made["regimes.md"]


def test_every_field_word_unit_error_and_data_set_appears(made: dict[str, str]) -> None:
    assert len({**facts(), **questions()}) > 50
    for name in (*facts(), *questions()):
        assert f"| `{name}` |" in made["fields.md"]
    for name in language.__all__:
        assert f"### `{name}`" in made["language.md"]
    for name in units.BASES:
        assert f"| `{name}` |" in made["units.md"]
    for name in errors.__all__:
        assert f"## `{name}`" in made["errors.md"]
    for dataset in datasets():
        assert f"## `{dataset.file}`" in made["data.md"]


def test_every_command_has_a_sentence_and_an_example(made: dict[str, str]) -> None:
    assert len(DOING) >= 10
    for path, command, text in COMMANDS:
        assert command.help, path
        assert f"## `{path}`" in made["commands.md"]
        assert text.rstrip() in made["commands.md"]
    for path, text in DOING:
        assert any(line.strip().startswith(f"{path} ") or line.strip() == path for line in text.splitlines()), path


# They need an office that is there: run by docs/how-to/run-an-office.md, tests/cli/test_register_commands.py, tests/end_to_end/test_desk_command.py,
# tests/cli/test_settlement_commands.py
OFFICE = ("adit desk", "adit register", "adit settlement")
BEFORE = {"adit lab explain": "adit lab run ru_levy --draws 20 --out levy"}  # what its example looks at
QUICKLY = {  # a look is enough here
    "adit lab run": "--draws 20 --months 18",
    "adit lab compare": "--draws 20 --months 18",
    "adit lab backtest": "--draws 50",
}
NETWORK = ("adit data refresh rates",)  # asks publishers: tests/evidence/test_live_connectors.py, on recorded answers


@pytest.mark.slow
@pytest.mark.parametrize("path", [path for path, _ in DOING if not path.startswith(OFFICE)])
def test_every_example_of_a_command_runs(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = dict(DOING)[path]
    examples = [line.strip() for line in text.splitlines() if line.startswith(f"    {path}")]
    assert examples
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    for example in (*filter(None, [BEFORE.get(path)]), *(e for e in examples if not e.startswith(NETWORK))):
        code, printed = adit(shlex.split(f"{example} {QUICKLY.get(path, '')}")[1:], monkeypatch)
        assert code in (0, 1), f"{example}\n{printed}"


def test_no_page_names_the_machine(made: dict[str, str]) -> None:
    for name, text in made.items():
        assert text.startswith("% Made by docs/make_reference.py"), name
        assert str(ROOT) not in text, name


def test_it_is_made_the_same_way_twice(made: dict[str, str], tmp_path: Path) -> None:
    assert {p.name: p.read_text(encoding="utf-8") for p in GENERATOR.make(tmp_path)} == made
