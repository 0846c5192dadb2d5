"""What is found of one coin or address: three numbers side by side, the share that is not resolved, paths, labels, what breaks the chain.

Data without behaviour. There is no flag that calls a coin tainted: `grade` says which words of the rule, or of the register, fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from adit.terms.errors import BadInput
from adit.tracing.labels import Label

__all__ = [
    "EXPOSURE_GRADES",
    "MEASURES",
    "PROVENANCE_GRADES",
    "End",
    "Finding",
    "Numbers",
    "Path",
    "Rule",
    "Source",
    "Step",
    "rule_on",
]

EXPOSURE_GRADES = (
    "direct",
    "indirect",
    "below the rule",
    "no rule",
    "only heuristics",
    "nothing found, not all resolved",
    "nothing found",
)
PROVENANCE_GRADES = (
    "not from mining",
    "unresolved",
    "mined, miner not registered",
    "pool payout",
    "mined and registered",
)  # the worst first
MEASURES = ("haircut", "fifo", "poison")


@dataclass(frozen=True, slots=True)
class Numbers:
    """The same question answered in three ways, in satoshi, of `amount_sat` in all.

    Poison counts a coin whole if anything of a source reached it: the most that can be said. Haircut takes the share, FIFO the very satoshi
    by the order of inputs. What came from outputs that were not seen is in none of them.
    """

    amount_sat: int
    poison_sat: int
    haircut_sat: int
    fifo_sat: int
    haircut_unseen_sat: int  # of the haircut, what came from outputs that were not seen: it may come from sources too
    fifo_unresolved_sat: int


@dataclass(frozen=True, slots=True)
class Step:
    """One transaction of a path: which output it spent from whom, to whom, and how many satoshi of the path went along."""

    height: int | None
    txid: str
    payer: str  # empty for new coins and for what was not seen
    payee: str
    sat: int
    hops: int  # transactions since the origin; 0 is the origin itself


@dataclass(frozen=True, slots=True)
class Path:
    """A way from an origin to the coin. By FIFO its satoshi add up with those of other paths; the nearest way shows the haircut at each step."""

    measure: str  # fifo or nearest
    sat: int
    steps: tuple[Step, ...]
    label: Label | None
    left_out: int = 0  # steps in the middle of a long path, which are not shown


@dataclass(frozen=True, slots=True)
class End:
    """Where stretches of satoshi ended by FIFO: new coins, a pool's payout, a label, or what breaks the chain."""

    code: str  # coinbase, payout, listed, exchange, mixer, declared, pool, coinjoin, not seen, budget
    sat: int
    fragments: int
    hops: int  # the least
    where: str  # the output in which the largest stretch ended
    label: Label | None = None
    miner: str = ""  # registered, of new coins and payouts
    said: str = ""  # of new coins: the pool by the dated list; of a coinjoin: its shape


@dataclass(frozen=True, slots=True)
class Source:
    """One source, and how much of the subject it reaches: the coins that it poisons whole, and its satoshi by FIFO."""

    name: str
    poison_sat: int
    fifo_sat: int


@dataclass(frozen=True, slots=True)
class Rule:
    """When indirect exposure counts: hops at most, satoshi at least and a share at least, all three, by one of the measures. Dated, with its citation."""

    id: str
    measure: str
    hops_most: int
    sat_least: int
    share_least_ppm: int  # millionths
    valid_from: date
    valid_to: date | None = None  # the first day on which it holds no more
    cite: str = ""

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise BadInput(
                f"'{self.measure}' is no measure of exposure.", where=self.id, todo=f"Known: {', '.join(MEASURES)}."
            )
        if self.hops_most < 0 or self.sat_least < 0 or not 0 <= self.share_least_ppm <= 1_000_000:
            raise BadInput(
                "A bound of the rule lies outside what can be.",
                where=self.id,
                todo="Give bounds of 0 and more, the share up to 1,000,000.",
            )


@dataclass(frozen=True, slots=True)
class Finding:
    """All that is said of one subject."""

    question: str  # exposure or provenance
    subject: str  # an output as TXID:VOUT, or an address
    outputs: int
    grade: str
    numbers: Numbers
    hops: int | None  # to the nearest source; None where none reaches it
    sources: tuple[Source, ...]
    ends: tuple[End, ...]
    paths: tuple[Path, ...]
    labels: tuple[Label, ...]
    clears: tuple[str, ...]  # codes of what would settle it
    budget: int
    fragments: int  # that were looked at
    parts: tuple[tuple[str, str, int], ...] = ()  # of a provenance: grade, miner, satoshi
    rule: Rule | None = None
    on: date | None = None


def rule_on(rules: Sequence[Rule], day: date) -> Rule | None:
    """The rule that holds on a day; None where none does. Raises BadInput where two do."""
    held = [r for r in rules if r.valid_from <= day and (r.valid_to is None or day < r.valid_to)]
    if len(held) > 1:
        raise BadInput(f"Two rules hold on {day}: {held[0].id} and {held[1].id}.", todo="End one of them before.")
    return held[0] if held else None
