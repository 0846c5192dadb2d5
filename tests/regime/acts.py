"""Writes a small act into a folder, for the tests of what may be written wrongly."""

from pathlib import Path

from adit import law
from adit.regime.act import Regime
from adit.regime.store import load_regime

HEAD = """
title = "A small act"
jurisdiction = "RU"
status = "in force"
about = "Made for one test."
first_day = 2024-01-01
counts = ["in force"]
"""
LIMIT = """
[limit]
about = "A limit."
unit = "kWh/month"
[[limit.values]]
from = 2024-01-01
value = 6000
status = "in force"
cite = "art. 1"
read = "official text"
confidence = "high"
"""
IMPORTS = "from adit.regime import *\nfrom adit.regime import SILENT, Expr, ValuesOfTheAct\n\n"


def act(folder: Path, *, values: str = LIMIT, rules: str = "", cases: str = "", head: str = HEAD) -> Regime:
    """The act as written here, read from `folder`."""
    for name in ("values", "rules", "cases"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "regime.toml").write_text(head, encoding="utf-8")
    (folder / "values" / "all.toml").write_text(values, encoding="utf-8")
    (folder / "rules" / "all.py").write_text(IMPORTS + rules, encoding="utf-8")
    (folder / "cases" / "all.toml").write_text(cases, encoding="utf-8")
    return load_regime(folder, "small", law.load)


def rule(
    body: str,
    arguments: str = "mining_energy_kwh_per_month, coins_btc, mining_costs_rub, actor, state_tied, p",
    name: str = "r",
) -> str:
    """A rule with this body."""
    return f'@rule(cites="art. 1")\ndef {name}({arguments}):\n    """What it says."""\n    {body}\n\n'
