"""OpenFisca-core with the rules of the act as its variables, written for speed.

Keyed parameters are arrays looked up by number (`parameters(period).bans[region]` is a Python loop over the rows and five
times slower), words are numbers, and running sums build on the month before. Floats as shipped are 32 bits wide; with
`wide` they are patched to 64, and integers too, as in the pull request that is open upstream (openfisca-core 1378).
"""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from openfisca_core import periods
from openfisca_core.entities import build_entity
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable, config

from benchmarks.throughput.dated import QUESTIONS, Month, dated
from benchmarks.throughput.population import ACTORS, REGIONS

__all__ = ["calculate", "load", "system", "totals"]

COMPANY, CITIZEN = ACTORS.index("company"), ACTORS.index("citizen")
FACTS: dict[str, tuple[type, float]] = {  # type, and the count that makes one of the unit
    "actor": (int, 1),
    "region": (int, 1),
    "mining_energy_kwh_per_month": (float, 1e3),
    "coins_btc": (float, 1e8),
    "quotation_rub_per_btc": (float, 1e2),
    "mining_costs_rub": (float, 1e2),
    "in_miners_register": (bool, 1),
    "registered_income_declared": (bool, 1),
    "terror_listed": (bool, 1),
}
Person = build_entity("person", "persons", "A miner.", roles=None, is_person=True)
LAW: dict[str, Month] = {str(m.period): m for m in dated()}
BANNED = {month: np.array(m.banned_days) for month, m in LAW.items()}


def half_up(x: Any) -> Any:
    return np.sign(x) * np.floor(np.abs(x) + 0.5)


def in_year(period: Any) -> bool:
    """Whether the month before belongs to the same year and to the data."""
    return bool(period.start.month > 1 and str(period.last_month) in LAW)


class must_register(Variable):  # noqa: N801 - OpenFisca takes the name of a variable from its class
    value_type, entity, definition_period = bool, Person, periods.MONTH

    def formula(person: Any, period: Any, parameters: Any) -> Any:  # noqa: N805
        law = LAW[str(period)]
        more = person("mining_energy_kwh_per_month", period) > law.limit_wh / 1e3
        return law.registered * ((person("actor", period) != CITIZEN) + more)


class banned_days(Variable):  # noqa: N801
    value_type, entity, definition_period = int, Person, periods.MONTH

    def formula(person: Any, period: Any, parameters: Any) -> Any:  # noqa: N805
        return BANNED[str(period)][person("region", period)]


class permission(Variable):  # noqa: N801
    """0 excluded, 1 banned region, 2 register first, 3 part of the month, 4 allowed."""

    value_type, entity, definition_period = int, Person, periods.MONTH

    def formula(person: Any, period: Any, parameters: Any) -> Any:  # noqa: N805
        law, days = LAW[str(period)], person("banned_days", period)
        return np.select(
            [
                law.registered * person("terror_listed", period),
                days == law.period.days,
                person("must_register", period) * np.logical_not(person("in_miners_register", period)),
                days > 0,
            ],
            [0, 1, 2, 3],
            4,
        )


class income_rub(Variable):  # noqa: N801
    value_type, entity, definition_period = float, Person, periods.MONTH

    def formula(person: Any, period: Any, parameters: Any) -> Any:  # noqa: N805
        return half_up(person("coins_btc", period) * person("quotation_rub_per_btc", period) * 100) / 100


class net_ytd(Variable):  # noqa: N801
    value_type, entity, definition_period = float, Person, periods.MONTH

    def formula(person: Any, period: Any, parameters: Any) -> Any:  # noqa: N805
        costs = person("mining_costs_rub", period) * (person("actor", period) != CITIZEN)
        net = person("income_rub", period) - costs
        return person("net_ytd", period.last_month) + net if in_year(period) else net


class base_ytd(Variable):  # noqa: N801
    value_type, entity, definition_period = float, Person, periods.MONTH

    def formula(person: Any, period: Any, parameters: Any) -> Any:  # noqa: N805
        return np.maximum(person("net_ytd", period), 0)


class tax_ytd(Variable):  # noqa: N801
    value_type, entity, definition_period = float, Person, periods.MONTH

    def formula(person: Any, period: Any, parameters: Any) -> Any:  # noqa: N805
        law, base = LAW[str(period)], person("base_ytd", period)
        tax = base * (law.percent[0] / 100)
        for above, rate, below in zip(law.above_rub[1:], law.percent[1:], law.percent, strict=False):
            tax += np.maximum(base - above, 0) * ((rate - below) / 100)
        return half_up(np.where(person("actor", period) == COMPANY, base * (law.profit_percent / 100), tax))


class tax_month(Variable):  # noqa: N801
    value_type, entity, definition_period = float, Person, periods.MONTH

    def formula(person: Any, period: Any, parameters: Any) -> Any:  # noqa: N805
        tax = person("tax_ytd", period)
        return tax - person("tax_ytd", period.last_month) if in_year(period) else tax


class fine(Variable):  # noqa: N801
    value_type, entity, definition_period = float, Person, periods.MONTH

    def formula(person: Any, period: Any, parameters: Any) -> Any:  # noqa: N805
        law = LAW[str(period)]
        owed = law.fixed_fine_rub + half_up(np.maximum(person("tax_month", period), 0) * (law.fine_percent / 100))
        guilty = (person("income_rub", period) > 0) * np.logical_not(person("registered_income_declared", period))
        return (law.fixed_fine_rub > 0) * guilty * owed


def system(*, wide: bool) -> TaxBenefitSystem:
    """The variables as one system; `wide` patches floats and integers to 64 bits, for this process."""
    if wide:
        config.VALUE_TYPES[float]["dtype"] = np.float64
        config.VALUE_TYPES[int]["dtype"] = np.int64
    made = TaxBenefitSystem([Person])
    for name, (kind, _) in FACTS.items():
        attributes = {"value_type": kind, "entity": Person, "definition_period": periods.MONTH}
        made.add_variable(type(name, (Variable,), attributes))
    for variable in (must_register, banned_days, permission, income_rub, net_ytd, base_ytd, tax_ytd, tax_month, fine):
        made.add_variable(variable)
    return made


def load(file: Path, *, wide: bool) -> Simulation:
    """The file as inputs of a simulation. It has to be a complete panel ordered by month, each month in one order."""
    source = pq.ParquetFile(file, read_dictionary=["actor", "region"])
    table = source.read(columns=["period", *FACTS], use_threads=True)
    miners = len(table) // len(LAW)
    made = system(wide=wide)
    simulation = SimulationBuilder().build_default_simulation(made, miners)
    for i, month in enumerate(LAW):
        rows = table.slice(i * miners, miners)
        for name, (kind, unit) in FACTS.items():
            values = _numbers(rows.column(name), {"actor": ACTORS, "region": REGIONS}.get(name, ()))
            wanted = config.VALUE_TYPES[kind]["dtype"]
            simulation.set_input(name, month, values.astype(wanted) if unit == 1 else (values / unit).astype(wanted))
    return simulation


def _numbers(column: pa.ChunkedArray, words: tuple[str, ...]) -> Any:
    if not words:
        return column.to_numpy()
    pieces = []
    for chunk in column.chunks:
        codes = np.array([words.index(w) for w in chunk.dictionary.to_pylist()], np.int64)
        pieces.append(codes[chunk.indices.to_numpy()])
    return np.concatenate(pieces)


def calculate(simulation: Simulation) -> dict[str, float]:
    """Every output of every month, and the totals."""
    sums: dict[str, float] = {}
    for month in LAW:
        for question in QUESTIONS:
            answers = simulation.calculate(question, month)
            sums[question] = sums.get(question, 0) + float(answers.sum(dtype=np.float64))
    return sums


def totals(file: Path, *, wide: bool) -> dict[str, float]:
    """From the file to the totals."""
    return calculate(load(file, wide=wide))
