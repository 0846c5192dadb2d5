"""Whatever stands in an act's TOML, what is wrong with it is said: no mistake of a writer ends in a mistake of ours."""

import copy
import shutil
from pathlib import Path
from random import Random
from typing import Any

import pytest

from adit import law
from adit.regime.store import load_regime, read_toml
from adit.terms.errors import AditError

EVERYTHING = Path(__file__).parent / "everything"
STRANGE: tuple[Any, ...] = (0, -1, 10**30, "", "x", True, [], {}, [[]], [{}], {"a": 1}, 1.5, "2025-01-01", None)


def places(table: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every entry of a TOML document."""
    found = [path] if path else []
    if isinstance(table, dict):
        for key, value in table.items():
            found += places(value, (*path, key))
    elif isinstance(table, list):
        for i, value in enumerate(table):
            found += places(value, (*path, i))
    return found


def changed(table: Any, path: tuple[Any, ...], value: Any) -> Any:
    result = copy.deepcopy(table)
    at = result
    for key in path[:-1]:
        at = at[key]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return result


@pytest.mark.parametrize("seed", range(12))
def test_a_changed_act_is_read_or_refused(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Each entry of each file in turn is taken out or replaced by something strange, behind the parser's back."""
    folder = tmp_path / "act"
    shutil.copytree(EVERYTHING, folder)
    (folder / "cases").mkdir(exist_ok=True)
    case = '[[case]]\nid="a"\nname="x"\nperiod="2025-02"\ngiven={ actor = "company" }\nexpect={ favoured = true }\nsource="y"\n'
    (folder / "cases" / "a.toml").write_text(
        case + '[[case.earlier]]\nperiod = "2025-01"\ngiven = { actor = "company" }\n'
    )
    (folder / "sources.toml").write_text('S1 = { address = "example.org", kind = "news" }\n')
    (folder / "regime.toml").write_text((folder / "regime.toml").read_text() + '\n[silent]\nmay_hold = "not said"\n')
    files = sorted(folder.rglob("*.toml"))
    originals = {file: read_toml(file) for file in files}
    everywhere = [(file, path) for file in files for path in places(originals[file])]
    chance = Random(seed)
    refused = 0
    for file, path in chance.sample(everywhere, 40):
        broken = {**originals, file: changed(originals[file], path, chance.choice(STRANGE))}
        monkeypatch.setattr("adit.regime.store.read_toml", lambda f, broken=broken: copy.deepcopy(broken[f]))
        try:
            regime = load_regime(folder, "broken", law.load)
            _ = (regime.cases, regime.digest)
        except AditError:
            refused += 1
    assert refused > 10
