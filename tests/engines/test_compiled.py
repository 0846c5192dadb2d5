"""A loop is compiled once: its text stays in the user's cache, and where nothing can be written it still runs."""

import subprocess
import sys
from pathlib import Path

import pytest

from adit.engines.compiled import kept


def test_the_text_is_written_once_and_under_its_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made = kept("def loop():\n    return 41\n")
    [file] = (tmp_path / "adit").glob("*.py")
    assert made.loop() == 41
    assert file.stem == made.__name__
    assert kept("def loop():\n    return 41\n") is made
    assert kept("def loop():\n    return 42\n").loop() == 42
    assert len([*(tmp_path / "adit").glob("*.py")]) == 2


def test_a_file_that_was_damaged_is_written_anew(tmp_path: Path):
    code = "import os; os.environ['XDG_CACHE_HOME'] = {!r}; from adit.engines.compiled import kept; print(kept('n = 7\\n').n)"
    for _ in range(2):
        run = subprocess.run(
            [sys.executable, "-c", code.format(str(tmp_path))], capture_output=True, text=True, check=True
        )
        assert run.stdout == "7\n"
        [file] = (tmp_path / "adit").glob("*.py")
        file.write_text("n = ", encoding="utf-8")


def test_it_runs_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "adit").write_text("a file, and no folder", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made = kept("def loop():\n    return 43\n")
    assert made.loop() == 43
    assert made.__file__ is not None
    assert not made.__file__.startswith(str(tmp_path))
