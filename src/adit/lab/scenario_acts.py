"""The acts of a scenario: loaded by name, changed by its lines, each from its day on."""

from collections.abc import Callable
from datetime import date
from itertools import combinations

from adit.lab.law_columns import Acts, Chosen
from adit.lab.scenario import Scenario
from adit.lab.scenario_changes import Change, changed, names_to_set
from adit.regime.act import Regime
from adit.terms.errors import AditError, BadInput, UnknownName

__all__ = ["acts_of"]

_WITH = {
    "levy_per_kwh": ("levy_per_kwh_min", "levy_per_kwh_max")
}  # rules that answer where the question's own step was not read


def acts_of(scenario: Scenario, load: Callable[[str], Regime]) -> Acts:
    """The acts, each with the changes of its place. `load` gives an act by name. Raises BadInput or UnknownName, naming the file."""
    chosen: dict[str, list[Chosen]] = {}
    for place, rows in scenario.regimes.items():
        own = [c for c in scenario.changes if c.place == place]
        loaded = [(row.first, _loaded(row.regime, scenario, load)) for row in rows]
        _check_known(own, [regime for _, regime in loaded], scenario)
        _check_order(own, [regime for _, regime in loaded], scenario)
        chosen[place] = [Chosen(first, _with(regime, own, scenario)) for first, regime in loaded]
    for taken in scenario.taken:
        if taken.place not in chosen:
            raise UnknownName("place with an act", taken.place, chosen, where=scenario.at(f"{taken.place}."))
        regime = _loaded(taken.regime, scenario, load)
        if taken.question not in regime.rules:
            raise UnknownName(
                f"rule or question of {regime.id}", taken.question, regime.rules, where=scenario.at(taken.question)
            )
        questions = frozenset((taken.question, *_WITH.get(taken.question, ())))
        chosen[taken.place].append(Chosen(taken.first, regime, questions))
    behind = {}
    for place, name in scenario.where_silent.items():
        if place not in chosen:
            raise UnknownName("place with an act", place, chosen, where=scenario.at(place))
        behind[place] = _with(
            _loaded(name, scenario, load), [c for c in scenario.changes if c.place == place], scenario
        )
    return Acts(chosen, behind)


def _loaded(name: str, scenario: Scenario, load: Callable[[str], Regime]) -> Regime:
    try:
        return load(name)
    except AditError as error:
        raise BadInput(error.what, where=error.where or scenario.at(f'"{name}"'), todo=error.todo) from error


def _settable(regime: Regime, change: Change) -> bool:
    return change.name in regime.values or change.name in names_to_set(regime) or "_per_" in change.name


def _check_known(changes: list[Change], regimes: list[Regime], scenario: Scenario) -> None:
    """A line has to mean something in one of the acts of its place at least."""
    for change in changes:
        if not any(_settable(r, change) for r in regimes):
            changed(regimes[-1], [change], scenario.at)  # says what is wrong, and the nearest names


def _check_order(changes: list[Change], regimes: list[Regime], scenario: Scenario) -> None:
    """Of two lines of one file the later lies over the earlier. One that would never hold is a mistake, and not a choice between the two.

    Lines that are inherited may be laid over, since that is what a scenario is for, and bans add up.
    """
    bans = {name for regime in regimes for name, value in regime.values.items() if value.kind == "bans"}
    here = [c for c in changes if scenario.at(c.line) != scenario.where and c.name not in bans]
    for earlier, later in combinations(here, 2):
        if earlier.name == later.name and earlier.line != later.line and _covers(later, earlier):
            raise BadInput(
                f"'{earlier.line}' never holds: '{later.line}' lies over it.",
                where=scenario.at(earlier.line),
                todo="Sort the lines by their first days, or leave one of them out.",
            )


def _covers(later: Change, earlier: Change) -> bool:
    return later.first <= earlier.first and (later.last or date.max) >= (earlier.last or date.max)


def _with(regime: Regime, changes: list[Change], scenario: Scenario) -> Regime:
    """The act with those lines that it knows; an act that a later one follows keeps what it does not have."""
    return changed(regime, [c for c in changes if _settable(regime, c)], scenario.at)
