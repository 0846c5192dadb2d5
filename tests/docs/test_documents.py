"""Every page does what it says: its files are written, its commands run, and what it shows is what they print."""

import shlex
import shutil
import tempfile
from pathlib import Path

import pytest
from tests.docs.pages import ROOT, Command, adit, mismatch, pages, play, steps

SLOW = ("adit compare", "adit law check", "adit law cases", "adit lab run")


def _takes_long(page: Path) -> bool:
    return any(isinstance(s, Command) and s.line.startswith(SLOW) for s in steps(page))


PAGES = [
    pytest.param(page, id=page.relative_to(ROOT).as_posix(), marks=[pytest.mark.slow] if _takes_long(page) else [])
    for page in pages()
]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what a page may read or add to, as the current folder."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copytree(ROOT / "src/adit/law/ru", tmp_path / "src/adit/law/ru")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES)
def test_a_page_does_what_it_says(page: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = [s for s in steps(page) if isinstance(s, Command) and s.line.startswith("adit ")]
    assert play(page, monkeypatch) == len(commands)


@pytest.mark.slow
def test_the_commands_that_the_readme_names_run(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = [line.strip() for line in text.splitlines() if line.startswith("    adit ")]
    assert len(named) > 4
    for command in named:
        code, printed = adit(shlex.split(command)[1:], monkeypatch)
        assert code in (0, 1), f"{command}\n{printed}"


def test_the_pages_that_teach_have_commands() -> None:
    taught = [p for p in pages() if p.name == "tutorial.md" or p.parent.name == "how-to"]
    with_commands = {p.name for p in taught if any(isinstance(s, Command) for s in steps(p))}
    in_the_browser = {
        "handle-suspicions.md",
        "run-the-screening.md",
        "settle-in-the-desk.md",
    }  # tests/desk walks what they say
    assert with_commands == {p.name for p in taught} - {"index.md"} - in_the_browser
    assert len(with_commands) >= 8


def test_no_page_has_a_command_outside_a_console_block() -> None:
    """A command in another fence would be shown and never run."""
    for page in pages():
        shown = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("$ adit ")]
        ran = [s for s in steps(page) if isinstance(s, Command) and s.line.startswith("adit ")]
        assert len(shown) == len(ran), page.name


def test_no_page_speaks_of_the_machine_it_was_written_on() -> None:
    for page in pages():
        text = page.read_text(encoding="utf-8")
        for place in (ROOT, Path.home(), Path(tempfile.gettempdir())):
            assert f"{place}/" not in text, f"{page.name} has {place}"


def test_a_line_that_is_not_printed_is_found() -> None:
    assert mismatch(("may mine  yes",), "a\nmay mine        yes\n") == ""
    assert mismatch(("because ... 221-FZ",), "  because   nothing   221-FZ of 2024\n") == ""
    assert mismatch(("may mine  no",), "may mine  yes\n") == "may mine  no"
    assert mismatch(("b", "a"), "a\nb\n") == "a"
