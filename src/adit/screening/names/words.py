"""An alignment in words: which tokens met and how, what stands on one side only, what was read as something else, and what was left aside."""

from collections.abc import Iterator

from adit.screening.names.distance import near
from adit.screening.names.scoring import Alignment, Met
from adit.screening.names.tokens import Name, Unit

__all__ = ["quality", "tell"]

_ALMOST = 875


def quality(score: int) -> str:
    """A score in words."""
    steps = ((1000, "the same in sound"), (950, "all but the same"), (900, "very near"), (800, "near"))
    return next((words for least, words in steps if score >= least), "somewhat near")


def tell(alignment: Alignment, ours: Name, theirs: Name) -> tuple[str, ...]:
    """Sentences on two names that were laid against each other."""
    sentences: list[str] = []
    if alignment.met:
        sentences.append(
            "; ".join(_pair(met, ours, theirs) for met in sorted(alignment.met, key=lambda m: m.ours.start)) + "."
        )
    if alignment.spaced:
        sentences.append("Written without their spaces the two names are almost the same.")
    else:
        sentences += _alone(ours, [m.ours for m in alignment.met], "stands on our side only", "stand on our side only")
        sentences += _alone(
            theirs, [m.theirs for m in alignment.met], "stands on the list's side only", "stand on the list's side only"
        )
    sentences += [*_folded(ours, "ours"), *_folded(theirs, "the list's")]
    sentences += [*_aside(ours, "ours"), *_aside(theirs, "the list's")]
    return tuple(sentences)


def _pair(met: Met, ours: Name, theirs: Name) -> str:
    a, b = _text(ours, met.ours), _text(theirs, met.theirs)
    if met.ours.initial or met.theirs.initial:
        return f"{a} = {b}" if a.casefold() == b.casefold() else f"{a} ~ {b}: {_of_initials(met)}"
    if a.casefold() == b.casefold():
        return f"{a} = {b}"
    if met.ours.joined or met.theirs.joined:
        same = max(near(x, y) for x in met.ours.keys for y in met.theirs.keys) == 1000
        return f"{a} ~ {b}: {'the same' if same else 'almost the same'} when written together"
    if met.near == 1000:
        if met.ours.keys[0] == met.theirs.keys[0]:
            return f"{a} ~ {b}: the same sound"
        return f"{a} ~ {b}: the same sound in another way of transliteration"
    return f"{a} ~ {b}: {'almost the same sound' if met.near >= _ALMOST else 'alike'}, {met.near} of 1000"


def _of_initials(met: Met) -> str:
    return (
        "the same initial" if met.ours.initial and met.theirs.initial else "an initial and a name that begins with it"
    )


def _text(name: Name, unit: Unit) -> str:
    return " ".join(t.text for t in name.tokens[unit.start : unit.stop])


def _alone(name: Name, met: list[Unit], one: str, many: str) -> Iterator[str]:
    covered = {i for unit in met for i in range(unit.start, unit.stop)}
    left = [t.text for i, t in enumerate(name.tokens) if i not in covered]
    if left:
        yield f"{', '.join(left)} {one if len(left) == 1 else many}."


def _folded(name: Name, whose: str) -> Iterator[str]:
    for token in name.tokens:
        if token.folded:
            mixed = "digits and letters" if any(c.isdigit() for c in token.text) else "letters of two alphabets"
            yield f"{token.text} ({whose}) mixes {mixed} that look alike; it was read as {token.folded}."


def _aside(name: Name, whose: str) -> Iterator[str]:
    if name.aside:
        meaning = f" ({name.form})" if name.form else ""
        yield f"Left aside on {'our' if whose == 'ours' else whose} side: {', '.join(name.aside)}{meaning}."
