"""What several systems host at once, as the page's table shows it: by end and system, with the price that it moves."""

from dataclasses import dataclass

from adit.grid.answer import Answer
from adit.grid.wording import figure, megawatts, phrase, system_name

__all__ = ["TogetherRow", "together_rows"]


@dataclass(frozen=True, slots=True)
class TogetherRow:
    """A system at one end, or the sum of all at that end."""

    end: str
    place: str
    firm: str
    firm_alone: str
    interruptible: str
    interruptible_alone: str
    cut: str
    price: str
    is_sum: bool


def together_rows(found: Answer, language: str) -> list[list[TogetherRow]]:
    """For each end every system, then what all of them host; nothing where it is not known at all."""
    together = found.together
    if together is None or together.lacking:
        return []
    moved = {(s, e.end): e.with_load[s] - e.without[s] for e in (found.price.ends if found.price else ()) for s in e.added_mw}  # fmt: skip
    unknown, ends = phrase("not known", language), []
    for end in together.ends:
        carried, name = end.carried, phrase(end.name, language)
        rows = []
        for k, system in enumerate(together.systems):
            price = moved.get((system, end.name))
            rows.append(
                TogetherRow(
                    end=name,
                    place=phrase("system", language, name=system_name(system, language)),
                    firm=_mw(end.part_mw[k], language) if end.sum_mw is not None else unknown,
                    firm_alone=_mw(end.alone_mw[k], language) if end.sum_mw is not None else "",
                    interruptible=_mw(carried.part_mw[k], language) if carried else unknown,
                    interruptible_alone=_mw(carried.alone_mw[k], language) if carried else "",
                    cut=str(carried.cut_hours[k] + end.short_hours + together.year_hours_missing) if carried else "",
                    price="" if price is None else figure(price, language, sign=True),
                    is_sum=False,
                )
            )
        most = phrase("at most", language, mw=_mw(carried.bound_mw, language)) if carried else ""
        rows.append(
            TogetherRow(
                end=name,
                place=phrase("all at once", language),
                firm=_mw(end.sum_mw, language) if end.sum_mw is not None else unknown,
                firm_alone="",
                interruptible=_mw(carried.sum_mw, language) if carried else unknown,
                interruptible_alone=most,
                cut="",
                price="",
                is_sum=True,
            )
        )
        ends.append(rows)
    return ends


def _mw(value: float, language: str) -> str:
    return megawatts(value + 1e-6, language)
