"""The score: whole points for each figure, added up. A figure only ever pushes the way an inspector expects, and the sum is exact."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adit.audit.undeclared.features import BY_NAME, FEATURES
from adit.audit.undeclared.scan import Table
from adit.terms.errors import BadInput

__all__ = ["Model", "Term", "check_model", "points_of", "scores_of", "term_points"]


@dataclass(frozen=True, slots=True)
class Term:
    """The points of one figure: at or below the first border the first number, above it the second, and so on.

    For a figure that pushes down the numbers fall. A figure that does not exist gives no points.
    """

    feature: str
    borders: tuple[float, ...]
    points: tuple[int, ...]  # one more than borders


@dataclass(frozen=True, slots=True)
class Model:
    """All terms, where the sum begins, and what they were fitted on. 100 points are a factor of e in the odds of the fitting population."""

    base: int
    terms: tuple[Term, ...]
    provenance: Mapping[str, str]


def check_model(model: Model, where: str = "") -> Model:
    """The model itself. Raises BadInput where a term pushes the wrong way, or names what is not measured."""
    for term in model.terms:
        if term.feature not in BY_NAME:
            raise BadInput(
                f"There is no figure '{term.feature}'.", where=where, todo=f"Figures are {', '.join(BY_NAME)}."
            )
        direction = BY_NAME[term.feature].direction
        if len(term.points) != len(term.borders) + 1:
            raise BadInput(
                f"{term.feature} has {len(term.borders)} borders and {len(term.points)} points.",
                where=where,
                todo="Give one more number of points than borders.",
            )
        if list(term.borders) != sorted(set(term.borders)):
            raise BadInput(f"The borders of {term.feature} do not rise.", where=where, todo="Sort them.")
        if list(term.points) != sorted(term.points, reverse=direction < 0):
            way = "rise" if direction > 0 else "fall"
            raise BadInput(
                f"The points of {term.feature} do not {way}.", where=where, todo="A figure may push in one way alone."
            )
    return model


def points_of(term: Term, value: float) -> int:
    """The points of one value, as one would read them off the table."""
    return 0 if value != value else term.points[bisect_left(term.borders, value)]


def term_points(model: Model, figures: Any) -> Any:
    """The points of every meter and feature, whole numbers, columns as `features.FEATURES`."""
    points = np.zeros(figures.shape, np.int32)
    at = {f.name: i for i, f in enumerate(FEATURES)}
    for term in model.terms:
        values = figures[:, at[term.feature]]
        known = ~np.isnan(values)
        places = np.searchsorted(np.asarray(term.borders), values[known], side="left")
        points[known, at[term.feature]] = np.asarray(term.points, np.int32)[places]
    return points


def scores_of(model: Model, table: Table) -> Any:
    """The score of every meter, whole points; of those that were not tested it means nothing."""
    return model.base + term_points(model, table.figures).sum(axis=1, dtype=np.int64)


def table_of(names: Sequence[str], figures: Mapping[str, Sequence[float]]) -> Any:
    """Figures by name as an array in the order of `features.FEATURES`; what is not given does not exist."""
    return np.column_stack([figures.get(f.name, [np.nan] * len(names)) for f in FEATURES])
