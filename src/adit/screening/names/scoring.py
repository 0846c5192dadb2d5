"""The score of two names in thousandths: a function of the two names alone, equal whichever is asked first, whole numbers throughout.

score = met / (all - relief): the weight of what met on both sides, over the weight of both names. The relief forgives that one name is longer
(a patronymic, a middle name that only one side has): in part as what met sets people apart, in full when both ends of both names met.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from adit.screening.names.distance import near
from adit.screening.names.tokens import LIGHT, Name, Unit

__all__ = [
    "ANCHORED", "DOUBT", "ENOUGH", "EXCUSED", "FLOOR", "INITIAL", "JOINED", "JOINED_FLOOR", "LITTLE", "RELIEF", "SHORT", "SHORT_FLOOR", "WHOLE",
    "Alignment", "Met", "align", "meets", "rated", "score",
]  # fmt: skip

FLOOR = 700  # tokens that are less alike do not meet
SHORT, SHORT_FLOOR = 6, 600  # two tokens of so many letters together may differ in one of them
JOINED_FLOOR = 880  # stricter where two tokens are read as one
JOINED = 980  # of a thousand: what a meeting of joined tokens counts
WHOLE = 970  # of a thousand: what two names count that differ in their spaces alone
INITIAL = 850  # an initial and a name that begins with it
RELIEF = 600  # of a thousand of the difference in length that are forgiven at most
ANCHORED = 700  # the same, when both ends of both names met
EXCUSED = 900  # the same, for a patronymic that only one of the two has, when both ends of both names met
DOUBT = 4  # how many times as much is forgiven less, as what met is less than equal
LITTLE, ENOUGH = (
    64,
    104,
)  # what has to set people apart before the relief begins: one long name on both sides is too little; and until it is full


@dataclass(frozen=True, slots=True)
class Met:
    """Two units that met, and how near they are."""

    ours: Unit
    theirs: Unit
    near: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """The best way to lay two names against each other. `spaced`: the score comes from the names without their spaces."""

    score: int
    met: tuple[Met, ...]
    spaced: bool = False


def meets(ours: Unit, theirs: Unit) -> int:
    """How near two units are, in thousandths; 0 if they do not meet."""
    if ours.initial or theirs.initial:
        best = _initials(ours, theirs)
    elif ours.joined or theirs.joined:
        best = max(near(a, b) for a in ours.keys for b in theirs.keys)
        return best * JOINED // 1000 if best >= JOINED_FLOOR else 0
    else:
        best = max(_near_enough(a, b) for a in ours.keys for b in theirs.keys)
    return best if best == 1000 or min(ours.weight, theirs.weight) > LIGHT else 0  # a particle meets its like alone


def _near_enough(a: str, b: str) -> int:
    best = near(a, b)
    return best if best >= (SHORT_FLOOR if len(a) + len(b) <= SHORT else FLOOR) else 0


def _initials(ours: Unit, theirs: Unit) -> int:
    if ours.joined or theirs.joined:
        return 0
    if ours.initial and theirs.initial:
        return 1000 if set(ours.keys) & set(theirs.keys) else 0
    short, long = (ours, theirs) if ours.initial else (theirs, ours)
    return INITIAL if any(b.startswith(a) for a in short.keys for b in long.keys) else 0


def score(ours: Name, theirs: Name) -> int:
    """How near two names are, in thousandths."""
    return align(ours, theirs).score


def align(ours: Name, theirs: Name) -> Alignment:
    """The score of two names with the tokens that met."""
    if not ours.tokens or not theirs.tokens:
        return Alignment(0, ())
    best = max(_alignments(ours, theirs), key=lambda a: a.score)
    letters = [(ours.whole, theirs.whole), (ours.bare, theirs.whole), (ours.whole, theirs.bare)]
    whole = max((near(a, b) for one, other in letters for a in one for b in other), default=0)
    by_letters = whole * WHOLE // 1000 if whole >= JOINED_FLOOR else 0
    return Alignment(by_letters, best.met, spaced=True) if by_letters > best.score else best


def _alignments(ours: Name, theirs: Name) -> Iterator[Alignment]:
    """The two that may score best: the one with the most met weight, and the one with the most of those that hold both ends together."""
    both = (1 << theirs.ends[0]) | (1 << theirs.ends[1])
    two = ours.ends[0] != ours.ends[1] and theirs.ends[0] != theirs.ends[1]
    most: list[State] = [(0, ()), (0, ())]
    for (used, ends), state in _states(ours, theirs).items():
        anchored = two and ends == 3 and used & both == both
        for kind in range(1 + anchored):
            if state[0] > most[kind][0]:
                most[kind] = state
    for kind, (value, pairs) in enumerate(most):
        one_sided = kind == 1 and (ours.patronymics == 0) != (theirs.patronymics == 0)
        excused = ours.patronymics + theirs.patronymics if one_sided else 0
        yield Alignment(rated(value, ours.weight, theirs.weight, kind == 1, excused), pairs)


def rated(value: int, ours: int, theirs: int, anchored: bool, excused: int) -> int:
    """The score from what met and the weights of the two names."""
    tells = value & 1023
    rest = (value - tells) >> 10
    met = -(-rest // 1024)  # in thousandths of weight
    weight_met = met * 1024 - rest
    relief = ANCHORED if anchored else min(max(tells - LITTLE, 0) * RELIEF // (ENOUGH - LITTLE), RELIEF)
    relief = relief * max(met * DOUBT - weight_met * 1000 * (DOUBT - 1), 0) // max(weight_met * 1000, 1)
    longer = min(abs(ours - theirs), ours + theirs - weight_met)
    excused = min(excused, longer)
    return met * 1000 // ((ours + theirs) * 1000 - relief * (longer - excused) - EXCUSED * excused)


State = tuple[int, tuple[Met, ...]]


def _states(ours: Name, theirs: Name) -> dict[tuple[int, int], State]:
    """The best assignment for each set of their tokens and of our two ends, one of our tokens after the other.

    Best is the most met weight; among equals the least weight of what met, then what sets people apart the most. The three stand in one number.
    A meeting that stands in the way of no other is taken without a second thought.
    """
    meetings = _meetings(ours, theirs)
    starts: list[list[Met]] = [[] for _ in ours.tokens]
    for met in meetings:
        starts[met.ours.start].append(met)
    free = {m for m in meetings if not any(_overlap(m, other) for other in meetings if other is not m)}
    states: list[dict[tuple[int, int], State]] = [{} for _ in range(len(ours.tokens) + 1)]
    states[0][0, 0] = (0, ())
    for at, here in enumerate(states[:-1]):
        taken = any(m in free for m in starts[at])
        for (used, ends), (value, pairs) in here.items():
            if not taken:
                _keep(states[at + 1], (used, ends), (value, pairs))
            for met in starts[at]:
                unit, other = met.ours, met.theirs
                reached = (
                    ends | (unit.start <= ours.ends[0] < unit.stop) | (unit.start <= ours.ends[1] < unit.stop) << 1
                )
                bits = (1 << other.stop) - (1 << other.start)
                if not used & bits:
                    weight = unit.weight + other.weight
                    gained = value + (met.near * weight << 20) - (weight << 10) + unit.tells + other.tells
                    _keep(states[unit.stop], (used | bits, reached), (gained, (*pairs, met)))
    return states[-1]


def _meetings(ours: Name, theirs: Name) -> list[Met]:
    """Every two units that meet. Neighbours joined on both sides are left out where they meet one by one at least as well."""
    found = [Met(u, v, near_by) for u in ours.units for v in theirs.units if (near_by := meets(u, v))]
    single = {
        (m.ours.start, m.theirs.start) for m in found if m.near >= JOINED and not m.ours.joined and not m.theirs.joined
    }
    return [
        m
        for m in found
        if not (m.ours.joined and m.ours.stop - m.ours.start == m.theirs.stop - m.theirs.start)
        or not all((m.ours.start + k, m.theirs.start + k) in single for k in range(m.ours.stop - m.ours.start))
    ]


def _overlap(a: Met, b: Met) -> bool:
    return (a.ours.start < b.ours.stop and b.ours.start < a.ours.stop) or (
        a.theirs.start < b.theirs.stop and b.theirs.start < a.theirs.stop
    )


def _keep(states: dict[tuple[int, int], State], key: tuple[int, int], state: State) -> None:
    if key not in states or states[key][0] < state[0]:
        states[key] = state
