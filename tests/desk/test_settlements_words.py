"""The words of settlements at the desk: every state has its own, and what is translated of `settlement` is said there."""

import ast
from pathlib import Path

import pytest

import adit.settlement
from adit import law
from adit.desk.settling_said import SAID
from adit.desk.settling_words import CALLED, DONE, PLAIN
from adit.desk.web.languages import words
from adit.settlement.states import LINE, PAUSES, State

RUSSIAN = words("ru", "Europe/Moscow", law.load("ru/law"))


def _sentences() -> set[str]:
    """Every text in the modules of settlement and of this desk, with {0}, {1} for what stands in it."""
    folders = (Path(adit.settlement.__file__).parent, Path(adit.settlement.__file__).parents[1] / "desk")
    files = [*folders[0].rglob("*.py"), *(f for f in folders[1].glob("settling*.py") if f.stem != "settling_said")]
    found = set[str]()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [p.value if isinstance(p, ast.Constant) else None for p in node.values]
                numbers = iter(range(20))
                found.add("".join(str(p) if p is not None else f"{{{next(numbers)}}}" for p in parts))
    return found


# worked out of two sentences, or of a text and what stands before it
JOINED = {
    "The list {0} is {1}. This list was never fetched.", "Payment at home, to {0}: {1}, {2}.", "Settlement abroad by {0}: {1}, {2}.",
}  # fmt: skip


def test_what_is_translated_is_said_somewhere():
    assert [s for s in SAID if s not in _sentences() | JOINED] == []


def test_every_state_has_its_words():
    assert set(CALLED) == set(State)
    assert set(DONE) == set(LINE[1:])
    assert set(PLAIN) == set(State) - set(PAUSES)


@pytest.mark.parametrize(
    ("said", "russian"),
    [
        ("It was to be paid by 2025-04-15.", "Его нужно было оплатить до 15.04.2025."),
        ("ru/law allows it, and the contract has room for it", "режим ru/law разрешает, сумма контракта позволяет"),
        (
            "This holds a seed phrase. Adit takes none: it was not read further, and is not kept.",
            "Здесь сид-фраза. Adit такого не принимает: дальше не читалось и не хранится.",
        ),
    ],
)
def test_what_settlement_says_is_told_in_russian(said: str, russian: str):
    assert RUSSIAN.told(said) == russian
