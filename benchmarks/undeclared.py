"""How many connections that mine are found, at a fixed number of false alarms in a thousand, on years that are semi-synthetic.

`python -m benchmarks.undeclared --traces DIR` prints the tables. `--ship FILE` fits the points that come with Adit, on the traces whose licence
allows it alone.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from adit.audit.undeclared.features import FEATURES, ROW, SIDE
from adit.audit.undeclared.fit import fit
from adit.audit.undeclared.kernel import scan_meters
from adit.audit.undeclared.peers import p_values, pooled
from adit.audit.undeclared.scan import FROM, MONTH_OF_DAY
from adit.audit.undeclared.score import Model, term_points
from adit.audit.undeclared.store import shipped_model, write_model
from adit.engines.dense import MISSING
from benchmarks.undeclared_loads import (
    FIRST_DAY,
    HARD,
    HOURS,
    OPEN,
    STRATEGIES,
    Made,
    Trace,
    as_wh,
    clean,
    mining,
    traces,
    works,
)

SEED = 20260101
PER_1000 = (1, 5, 10, 20)
BASE_RATES = (0.005, 0.01, 0.02)
VISITS = 100


def figures_of(made: Sequence[Made]) -> Any:
    """The figures of `features.FEATURES`, a row for each."""
    wh = as_wh(made)
    ticks = (np.int64(FIRST_DAY.astype(int)) * 24 + np.arange(HOURS)) * 3600
    out = np.empty((len(made), len(ROW)))
    scan_meters(
        np.arange(len(made) + 1) * HOURS, np.tile(ticks, len(made)), wh.ravel(), MISSING, 3600, 0, np.zeros(len(made), np.int64),
        MONTH_OF_DAY, FROM, np.empty(0), 0, out,
    )  # fmt: skip
    assert (out[:, 0] == 0).all()
    return out[:, len(SIDE) : len(SIDE) + len(FEATURES)]


class Population:
    """Connections with their figures, worked out a hundred at a time."""

    def __init__(self, sources: Sequence[Trace], n_clean: int, n_mining: int, rng: np.random.Generator) -> None:
        of_kind = {kind: [s for s in sources if s.kind == kind] for kind in HARD}
        wanted = [("", kind, i) for kind, alike in of_kind.items() if alike for i in range(n_clean)]
        wanted += [
            (strategy, kind, i) for strategy, kind in STRATEGIES.items() if of_kind[kind] for i in range(n_mining)
        ]

        def made(strategy: str, kind: str, i: int) -> list[Made]:
            trace = of_kind[kind][i % len(of_kind[kind])]
            owner = f"{strategy or 'clean'}-{i}"
            return mining(strategy, trace, rng, owner) if strategy else [clean(trace, rng, owner)]

        parts, told = [], []
        for start in range(0, len(wanted), 100):
            some = [m for one in wanted[start : start + 100] for m in made(*one)]
            parts.append(figures_of(some))
            told += [(m.source, m.label, m.owner, m.group, m.mining, m.kept) for m in some]
        self.figures = np.concatenate(parts)
        self.sources, self.labels, self.owners, self.groups = (np.array([t[i] for t in told], object) for i in range(4))
        self.mining, self.kept = np.array([t[4] for t in told]), np.array([t[5] for t in told])

    def part(self, chosen: Any) -> "Population":
        """Only these connections."""
        some = object.__new__(Population)
        for name, column in vars(self).items():
            setattr(some, name, column[chosen])
        return some


def scored(model: Model, figures: Any) -> Any:
    return model.base + term_points(model, figures).sum(axis=1, dtype=np.int64)


def folds(sources: Sequence[str], k: int) -> dict[str, int]:
    """Each source in one fold; those with a calendar of their own are spread first."""
    ordered = sorted(set(sources), key=lambda s: (s.startswith("tsrepr"), s))
    return {source: i % k for i, source in enumerate(ordered)}


class Outcome:
    """The p-value of every connection under a model that saw neither its source nor, where `unseen`, its strategy; or under a fixed one.

    The peers are of other sources than the connection and the model, too.
    """

    def __init__(self, people: Population, k: int, *, unseen: bool, fixed: Model | None = None) -> None:
        fold_of = folds(people.sources.tolist(), k)
        fold = np.array([fold_of[s] for s in people.sources])
        self.p = np.full(len(fold), np.nan)
        self.score = np.full(len(fold), np.nan)
        self.pooled: dict[str, float] = {}
        for f in range(k):
            calibrate = fold == (f + 1) % k
            train = (fold != f) & ~calibrate
            for strategy in STRATEGIES if unseen else ("",):
                use = train & (people.labels != strategy)
                model = fixed or fit(people.figures[use], people.mining[use], {})
                about = (fold == f) & ((people.labels == strategy) if strategy else True)
                if strategy == next(iter(STRATEGIES)):
                    about |= (fold == f) & ~people.mining
                for group in ("home", "business"):
                    peers = scored(model, people.figures[calibrate & ~people.mining & (people.groups == group)])
                    of_group = about & (people.groups == group)
                    self.score[of_group] = scored(model, people.figures[of_group])
                    self.p[of_group] = p_values(self.score[of_group], peers, among=False)
                    if group == "home" and strategy in ("", "split over three"):
                        self._pool(people, of_group & (people.labels == "split over three"), peers)

    def _pool(self, people: Population, about: Any, peers: Any) -> None:
        scores = np.concatenate([peers, self.score[about].astype(np.int64)])
        n = len(peers)
        names = [f"{i}" for i in range(len(scores))]
        pools = [""] * n + people.owners[about].tolist()
        for result in pooled(names, scores, pools, np.arange(len(scores)) < n, np.ones(len(scores), np.bool_)):
            self.pooled[result.pool] = result.p


def interval(hit: Any, sources: Any, rng: np.random.Generator, draws: int = 1000) -> tuple[float, float, float]:
    """A share, with 95 % by drawing the sources anew."""
    groups = [hit[sources == s] for s in dict.fromkeys(sources.tolist())]
    sums, sizes = np.array([g.sum() for g in groups], float), np.array([len(g) for g in groups], float)
    drawn = rng.integers(0, len(groups), (draws, len(groups)))
    shares = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(hit.mean()), float(low), float(high)


def hits(people: Population, outcome: Outcome, base_rate: float, connections: int = 10_000) -> float:
    """How many of VISITS find machines, when so many connections are visited in the order of the score and so many mine."""
    known = ~np.isnan(outcome.score)
    mines, score = people.mining[known], outcome.score[known]
    weight = np.where(mines, base_rate / mines.sum(), (1 - base_rate) / (~mines).sum()) * connections
    order = np.lexsort((-score, outcome.p[known]))  # by how rare among the peers, then by the score
    so_far = weight[order].cumsum()
    part = np.clip((VISITS - (so_far - weight[order])) / weight[order], 0.0, 1.0)
    return float((weight[order] * part * mines[order]).sum())


def table(people: Population, outcome: Outcome, rng: np.random.Generator) -> str:
    """Recall by strategy, as Markdown."""
    head = " | ".join(f"{n} in 1,000" for n in PER_1000)
    lines = [f"| | {head} |", "|---|" + "---|" * len(PER_1000)]

    def line(name: str, p: Any, sources: Any, scale: float) -> None:
        cells = []
        for n in PER_1000:
            share, low, high = (scale * x for x in interval(p <= n / 1000, sources, rng))
            cells.append(
                f"{share:.0f} ({low:.0f} to {high:.0f})" if scale == 100 else f"{share:.1f} ({low:.1f} to {high:.1f})"
            )
        lines.append(f"| {name} | {' | '.join(cells)} |")

    for group in ("home", "business"):
        about = ~people.mining & (people.groups == group)
        line(f"false alarms seen, in 1,000, {group} ({about.sum():,})", outcome.p[about], people.sources[about], 1000)
    for strategy in STRATEGIES:
        about = people.labels == strategy
        if not about.any():
            continue
        kept = f"{100 * people.kept[about].mean():.0f} % of full output kept"
        line(
            f"found, %: {strategy}{', each meter' if 'split' in strategy else ''} ({kept})",
            outcome.p[about],
            people.sources[about],
            100,
        )
    about = people.labels == "split over three"
    source_of = dict(zip(people.owners[about].tolist(), people.sources[about].tolist(), strict=True))
    owners = list(outcome.pooled)
    line(
        "found, %: split over three, pooled",
        np.array([outcome.pooled[o] for o in owners]),
        np.array([source_of[o] for o in owners], object),
        100,
    )
    return "\n".join(lines)


def by_label(people: Population, outcome: Outcome) -> str:
    """Which connections without mining are flagged at 10 in 1,000."""
    lines = ["| tariff | without mining | connections | flagged at 10 in 1,000, % |", "|---|---|---|---|"]
    for group, hard in HARD.items():
        for label in ("plain", *hard):
            about = (people.labels == label) & (people.groups == group)
            if about.any():
                lines.append(f"| {group} | {label} | {about.sum():,} | {100 * (outcome.p[about] <= 0.01).mean():.1f} |")
    return "\n".join(lines)


def report(people: Population, absent: Sequence[str], k: int) -> None:
    rng = np.random.default_rng(SEED)
    n = len(set(people.sources.tolist()))
    print(
        f"{(~people.mining).sum():,} connections without and {people.mining.sum():,} with mining, all semi-synthetic, from {n} real sources."
    )
    if absent:
        print(f"Left out, because absent: {', '.join(absent)}.")
    known, new = Outcome(people, k, unseen=False), Outcome(people, k, unseen=True)
    print("\nEach connection judged by points and peers from other sources:\n\n" + table(people, known, rng))
    print("\nThe strategy left out of the fitting, too:\n\n" + table(people, new, rng))
    kept = people.sources != "london"
    shipped = Outcome(people.part(kept), k, unseen=False, fixed=shipped_model())
    print(
        "\nThe points that come with Adit, on the sources that they never saw:\n\n"
        + table(people.part(kept), shipped, rng)
    )
    print("\n| share that mines | machines found in 100 visits |\n|---|---|")
    for rate in BASE_RATES:
        print(f"| {100 * rate:.1f} % | {hits(people, known, rate):.0f} |")
    print("\n" + by_label(people, known))
    print("\nNo boosted trees beside it: they would need a dependency that nothing else uses.")


def ship(people: Population, file: Path, sources: Sequence[str]) -> None:
    """Fit on everything that may be used for it, and write."""
    provenance = {
        "kind": "semi-synthetic: no connection was inspected, and none exists",
        "household": "days of one London home, 2012-10 to 2014-02 (Low Carbon London, UK Power Networks, CC BY 4.0), put together anew",
        "businesses": "shifts by the clock, invented",
        "others": "loads by physics with invented sizes: heating, servers, telecom, pumps, cars, cold stores, lights",
        "machines": "data sheets of air-cooled models, hardware/asic_models_2021_2025.csv",
        "population": f"{(~people.mining).sum()} connections without and {people.mining.sum()} with mining, of sources {', '.join(sources)}",
        "made": f"python -m benchmarks.undeclared --ship, seed {SEED}",
        "use": "a start until inspections are there: fit anew on confirmed meters with adit meters scan --fit",
    }
    write_model(fit(people.figures, people.mining, provenance), file)
    print(f"written to {file}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--traces", type=Path, required=True, help="the folder with the real traces")
    arguments.add_argument("--clean", type=int, default=6000, help="connections without mining, of each tariff")
    arguments.add_argument("--mining", type=int, default=270, help="of each strategy")
    arguments.add_argument("--folds", type=int, default=5)
    arguments.add_argument("--ship", type=Path, help="fit the points that come with Adit and write them here")
    chosen = arguments.parse_args()
    sources, absent = traces(chosen.traces, OPEN if chosen.ship else ())
    if not sources:
        print(f"Skipped: {chosen.traces} has none of the traces ({', '.join(absent)}).")
        return
    rng = np.random.default_rng(SEED)
    if chosen.ship:
        ship(
            Population([*sources, *(works(f"works-{i}", i) for i in range(20))], chosen.clean, chosen.mining, rng),
            chosen.ship,
            [s.source for s in sources],
        )
        return
    report(Population(sources, chosen.clean, chosen.mining, rng), absent, chosen.folds)


if __name__ == "__main__":
    main()
