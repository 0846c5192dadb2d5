"""The words in which findings are told, read from the file beside."""

import tomllib
from functools import cache
from pathlib import Path

__all__ = ["words"]


@cache
def words() -> dict[str, dict[str, str]]:
    """Each key with its text by language."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
