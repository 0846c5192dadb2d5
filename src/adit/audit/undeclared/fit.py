"""How the points come about: steps at borders, each added where it explains most, never against the direction of its figure.

Boosting of one-step trees under the logistic loss (Friedman 2001) with a sign held fixed, one figure after the other in small steps (as
Lou, Caruana and Gehrke 2012), so that figures that say nearly the same share the points, and a miner who bends one is still seen by the
others. Nothing is drawn by chance: the same data give the same points.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from adit.audit.undeclared.features import FEATURES
from adit.audit.undeclared.scan import Table
from adit.audit.undeclared.score import Model, Term, check_model, term_points
from adit.terms.errors import BadInput

__all__ = ["fit", "fit_on"]

BORDERS = 24  # candidates for each figure: shares of what was seen
ROUNDS = 200  # over all figures
RATE = 0.05
LEAST_GAIN = 1e-5  # for each meter
STIFFNESS = 20.0  # what a step must overcome: so many meters count against it
LEAST = 30  # meters of each kind below which nothing is fitted


def fit(figures: Any, mining: Any, provenance: Mapping[str, str]) -> Model:
    """Points from meters of which it is known whether machines mined behind them. Raises BadInput where there are too few.

    Both kinds weigh the same in sum, so that the score does not depend on how many of each were given. The points of each figure are
    counted from what the ordinary meter without mining gets.
    """
    mining = np.asarray(mining, np.bool_)
    n_mining, n_clean = int(mining.sum()), int((~mining).sum())
    if min(n_mining, n_clean) < LEAST:
        raise BadInput(
            f"{n_mining} mining and {n_clean} other meters are too few to fit points on.",
            todo=f"Give at least {LEAST} of each, confirmed by inspection.",
        )
    weights = np.where(mining, 0.5 / n_mining, 0.5 / n_clean) * len(mining)
    candidates, codes = _candidates(figures)
    steps = [np.zeros(len(borders)) for borders in candidates]
    margin = np.zeros(len(mining))
    for _ in range(ROUNDS):
        moved = False
        # steps only ever go up, so what is common to all has to come down between them
        chance = 1.0 / (1.0 + np.exp(-margin))
        margin -= float((weights * (chance - mining)).sum() / ((weights * chance * (1.0 - chance)).sum() + 1e-9))
        for f, borders in enumerate(candidates):
            if not len(borders):
                continue
            chance = 1.0 / (1.0 + np.exp(-margin))
            pull, curve = weights * (mining - chance), weights * chance * (1.0 - chance)
            # beyond each border, in the direction of the figure, lie these sums
            g = np.bincount(codes[f], pull, len(borders) + 2)[1:]
            h = np.bincount(codes[f], curve, len(borders) + 2)[1:]
            beyond_g, beyond_h = g[::-1].cumsum()[::-1][1:], h[::-1].cumsum()[::-1][1:] + STIFFNESS
            gain = np.maximum(beyond_g, 0.0) ** 2 / beyond_h
            at = int(gain.argmax())
            if gain[at] > LEAST_GAIN * len(mining):
                step = RATE * float(beyond_g[at] / beyond_h[at])
                steps[f][at] += step
                margin += np.where(codes[f] > at + 1, step, 0.0)
                moved = True
        if not moved:
            break
    return check_model(_model(figures, mining, weights, candidates, steps, provenance))


def fit_on(table: Table, mines: Mapping[str, bool], provenance: Mapping[str, str]) -> Model:
    """Points from the meters of a scan of which an inspection says whether machines mined. Raises BadInput where there are too few."""
    known = [i for i, name in enumerate(table.names) if name in mines and table.side[i, 0] == 0]
    mining = np.array([mines[table.names[i]] for i in known], np.bool_)
    population = f"{(~mining).sum()} connections without and {mining.sum()} with mining"
    return fit(table.figures[known], mining, {**provenance, "population": population})


def _candidates(figures: Any) -> tuple[list[Any], list[Any]]:
    """For each figure the borders in its own direction (values times the direction), and of each meter how many it passes, from 1; 0 where
    the figure does not exist."""
    candidates, codes = [], []
    for f, feature in enumerate(FEATURES):
        values = figures[:, f] * feature.direction
        known = values[~np.isnan(values)]
        if len(known) < LEAST:
            borders = np.empty(0)
        else:
            borders = np.unique([_short(q) for q in np.quantile(known, np.arange(1, BORDERS) / BORDERS)])
            borders = borders[(borders > known.min()) & (borders < known.max())]
        candidates.append(borders)
        # on the border itself a value counts as below it, whichever the direction
        passed = np.searchsorted(borders, values, side="left" if feature.direction > 0 else "right")
        codes.append(np.where(np.isnan(values), 0, passed + 1))
    return candidates, codes


def _short(value: float) -> float:
    """Three digits, so that the table can be read aloud."""
    return float(f"{value:.3g}")


def _model(
    figures: Any, mining: Any, weights: Any, candidates: Any, steps: Any, provenance: Mapping[str, str]
) -> Model:
    terms = []
    for f, feature in enumerate(FEATURES):
        points = np.rint(100 * steps[f].cumsum()).astype(int).tolist()
        used = [i for i, p in enumerate(points) if p != [0, *points][i]]
        if not used:
            continue
        borders, levels = [float(candidates[f][i]) for i in used], [0, *(points[i] for i in used)]
        if feature.direction < 0:
            # from values times -1 to the values themselves: what was beyond is now below
            borders, levels = [-b for b in reversed(borders)], levels[::-1]
        ordinary = float(np.nanmedian(figures[~mining, f]))
        middle = levels[int(np.searchsorted(borders, ordinary, side="left"))]
        terms.append(Term(feature.name, tuple(borders), tuple(level - middle for level in levels)))
    made = Model(0, tuple(terms), dict(provenance))
    return Model(_base(made, figures, mining, weights), made.terms, made.provenance)


def _base(model: Model, figures: Any, mining: Any, weights: Any) -> int:
    """Where the sum begins, so that it is zero where both kinds, weighing the same, are equally likely: one step of Newton after another."""
    sums = term_points(model, figures).sum(axis=1) / 100.0
    base = 0.0
    for _ in range(50):
        chance = 1.0 / (1.0 + np.exp(-(sums + base)))
        base += float((weights * (mining - chance)).sum() / max(1e-9, (weights * chance * (1.0 - chance)).sum()))
        base = min(50.0, max(-50.0, base))
    return round(100 * base)
