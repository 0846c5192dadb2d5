"""Why each number of the columns is what it is, worked out when somebody asks: a million numbers share a few hundred reasons."""

from collections.abc import Iterator, Mapping

from adit.lab.columns import Origin
from adit.lab.law_columns_asking import Heard, Told
from adit.lab.places import Behaviour

__all__ = ["Origins"]

_HIDDEN = Origin("", "hidden", "", "Whoever hides asks nobody: this binds only those whom the law can see.", ())
_SOUGHT = Origin("", "hidden", "", "Only hidden mining is looked for, fined and taken.", ())
_SANCTIONS = ("detection_per_month", "fine_usd_per_case", "confiscation")
_INFORMAL = 2
_FROM_BEHAVIOUR = ("detection_per_month", "connection_months", "import_share", "import_duty")

Key = tuple[str, int, int, int]


class Origins(Mapping[Key, Origin]):
    """By column, month, place and sector; the reason is put into words at the first look."""

    def __init__(self, behaviour: Behaviour, columns: tuple[str, ...], shape: tuple[int, int, int]) -> None:
        self._behaviour = behaviour
        self._columns = columns
        self._shape = shape
        self._heard: dict[Key, Heard] = {}
        self._told: dict[int, tuple[Heard, Origin]] = {}

    def note(self, column: str, month: int, place: int, sector: int, heard: Heard) -> None:
        """What was heard of one number."""
        self._heard[column, month, place, sector] = heard

    def __getitem__(self, key: Key) -> Origin:
        column = key[0]
        inside = all(0 <= k < n for k, n in zip(key[1:], self._shape, strict=True))
        if column not in self._columns or not inside:
            raise KeyError(key)
        heard = self._heard.get(key)
        if column in _SANCTIONS and key[3] != _INFORMAL:
            return _SOUGHT
        if column in _FROM_BEHAVIOUR and not _spoken(heard):
            return Origin(
                "",
                f"behaviour.{column}",
                self._behaviour.source(column),
                "No act says it: the scenario assumes it.",
                (),
            )
        if heard is None:
            return _HIDDEN
        if id(heard) not in self._told:
            self._told[id(heard)] = heard, _origin(heard)
        return self._told[id(heard)][1]

    def __iter__(self) -> Iterator[Key]:
        months, places, sectors = self._shape
        for column in self._columns:
            for t in range(months):
                for p in range(places):
                    for s in range(sectors):
                        yield column, t, p, s

    def __len__(self) -> int:
        months, places, sectors = self._shape
        return len(self._columns) * months * places * sectors


def _spoken(heard: Heard | None) -> bool:
    return heard is not None and any(t.value is not None for t in heard.told)


def _origin(heard: Heard) -> Origin:
    if not heard.told:
        return Origin("", "", "", heard.said, ())
    worded = [_worded(t) for t in heard.told]
    first = worded[0]
    if len(worded) == 1:
        return first
    return Origin(
        first.regime,
        first.rule,
        "; ".join(dict.fromkeys(o.cites for o in worded if o.cites)),
        "; ".join(f"{t.asked.question} {t.value}: {o.because}" for t, o in zip(heard.told, worded, strict=True)),
        tuple(dict.fromkeys(v for o in worded for v in o.values)),
        first.confidence,
    )


def _worded(told: Told) -> Origin:
    why = told.asker.why(told.asked)
    regime = told.asker.regime.id
    if why is None:
        return Origin(regime, told.asked.question, "", f"The act does not say. {told.asked.said}".strip(), ())
    said = f"The act does not say: {why.because.rstrip('.')}." if told.value is None else why.because
    return Origin(regime, why.rule, why.cites, said, why.values, why.confidence)
