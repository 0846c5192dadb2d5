"""The text of a query: the periods and the bans as tables, the facts joined with them, then stage by stage the columns."""

from collections.abc import Sequence

from adit.regime.readers.periods import ELSEWHERE, PeriodTable, quoted

__all__ = ["Stages", "assemble"]


class Stages:
    """The columns of a query by stage: one may only use the columns of earlier stages."""

    def __init__(self) -> None:
        self.made: list[dict[str, str]] = []  # column -> its SQL, for each stage
        self.of: dict[str, int] = {}  # column -> the stage in which it is made, from 1

    def put(self, column: str, sql: str, stage: int) -> None:
        """Have a column made in a stage."""
        while len(self.made) < stage:
            self.made.append({})
        self.made[stage - 1][column] = sql
        self.of[column] = stage


def assemble(
    stages: Stages,
    table: PeriodTable,
    bans: Sequence[str],
    relation: str,
    facts: Sequence[str],
    carried: Sequence[str],
    problems: Sequence[str],
    answers: Sequence[str],
) -> str:
    """The query over a relation of facts. `bans` are joined by place, `problems` are columns, `answers` columns under their names."""
    parts = [f"periods AS (\n  SELECT * FROM (VALUES\n{table.rows()}\n  ) AS t({', '.join(table.names())})\n)"]
    joins = ["JOIN periods AS p ON p.p__date = f.period_start"]
    own = ["subject", "period_start", *carried]
    through = [*own, *(f"f_{name}" for name in facts)]  # what every stage hands on
    selected = [*(f"f.{name}" for name in own), *(f"f.{name} AS f_{name}" for name in facts)]
    for name in bans:
        parts.append(table.bans(name))
        divided = table.divides_regions(name)  # else every municipality fares like one that no ban names
        places = {f"here_{name}": "f.municipality"} if divided else {}
        for alias, municipality in {**places, f"else_{name}": quoted(ELSEWHERE)}.items():
            joins.append(
                f"LEFT JOIN bans_{name} AS {alias} ON {alias}.d = f.period_start AND {alias}.region = f.region AND {alias}.municipality = {municipality}"
            )
        for kind in ("certain", "doubtful"):
            here = f"here_{name}.{kind}, " if divided else ""
            everywhere = f"p.{table.banned_everywhere(name, kind)}"
            selected.append(f"COALESCE({here}else_{name}.{kind}, {everywhere}) AS ban_{name}_{kind}")
            through.append(f"ban_{name}_{kind}")
    selected.append("p.*")
    parts.append(f"s0 AS (\n  SELECT {', '.join(selected)}\n  FROM {relation} AS f\n  {' '.join(joins)}\n)")
    law_at_hand = True
    for i, stage in enumerate(stages.made, 1):
        made = ",\n    ".join(f"{sql} AS {column}" for column, sql in stage.items())
        source = f"s{i - 1}" + ("" if law_at_hand else " JOIN periods ON p__date = period_start")
        # A window holds every row: the law of its month does not go through it, but is joined again behind it.
        law_at_hand = not any(" OVER (" in sql for sql in stage.values())
        kept = ", ".join(through + (table.names() if law_at_hand else []))
        parts.append(f"s{i} AS (\n  SELECT {kept},\n    {made}\n  FROM {source}\n)")
        through += stage
    problem = f"COALESCE({', '.join(problems)})" if len(problems) > 1 else (problems or ["CAST(NULL AS STRING)"])[0]
    final = ", ".join([*own, f"{problem} AS problem", *answers])
    return "WITH " + ",\n".join(parts) + f"\nSELECT {final}\nFROM s{len(stages.made)}"
