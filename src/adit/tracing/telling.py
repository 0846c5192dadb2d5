"""A finding in words, English and Russian. Careful words: amounts, ways and their bounds; never a verdict on a coin or its owner."""

from dataclasses import dataclass
from decimal import Decimal

from adit.terms.language import day, number, percent
from adit.tracing.finding import End, Finding, Path
from adit.tracing.haircut import HOPS_MOST
from adit.tracing.labels import Label
from adit.tracing.store import words

__all__ = ["BREAKS", "Told", "btc", "hops_said", "label_said", "path_said", "phrase", "tell"]

BREAKS = ("coinjoin", "exchange", "mixer", "not seen", "budget")
_ALWAYS_8 = 8  # decimals of a coin: a satoshi is one of the last


@dataclass(frozen=True, slots=True)
class Told:
    """One finding in words of one language; each pair is what it is and how much."""

    headline: str
    sentences: tuple[str, ...]
    numbers: tuple[tuple[str, str, str], ...]  # measure, amount, share of all
    ends: tuple[tuple[str, str, str], ...]  # where it ended, amount, output
    breaks: tuple[tuple[str, str, str], ...]
    labels: tuple[tuple[str, bool], ...]  # and whether it is grey
    clears: tuple[str, ...]
    notes: tuple[str, ...]


def phrase(key: str, language: str, **parts: object) -> str:
    """The words under this key."""
    text = words()[key][language]
    return text.format(**parts) if parts else text


def btc(sat: int, language: str) -> str:
    """Satoshi as coins, exactly."""
    return f"{number(Decimal(sat).scaleb(-_ALWAYS_8), language, places=_ALWAYS_8)} BTC"


def tell(f: Finding, language: str) -> Told:
    """What was found, why, what breaks the chain, and what would clear it."""
    n = f.numbers
    rows = [
        ("amount", n.amount_sat), ("poison", n.poison_sat), ("haircut", n.haircut_sat), ("fifo", n.fifo_sat),
        ("haircut unseen", n.haircut_unseen_sat), ("fifo unresolved", n.fifo_unresolved_sat),
    ]  # fmt: skip
    ends = tuple((_end(e, language), btc(e.sat, language), e.where) for e in f.ends)
    return Told(
        headline=phrase(f"grade {f.grade}", language),
        sentences=tuple(_sentences(f, language)),
        numbers=tuple(
            (phrase(f"measure {code}", language), btc(sat, language), _share(sat, n.amount_sat, language))
            for code, sat in rows
        ),
        ends=ends,
        breaks=tuple(row for row, e in zip(ends, f.ends, strict=True) if e.code in BREAKS),
        labels=tuple((label_said(label, language), label.basis == "heuristic") for label in f.labels),
        clears=tuple(phrase(f"clear {code}", language) for code in f.clears),
        notes=tuple(_notes(f, language)),
    )


def hops_said(hops: int, language: str) -> str:
    """A number of transactions."""
    if hops >= HOPS_MOST:
        return phrase("so many or more", language, n=number(Decimal(hops), language))
    if hops == 0:
        return phrase("nothing", language)
    ends_in_one, few = hops % 10 == 1 and hops % 100 != 11, hops % 10 in (2, 3, 4) and hops % 100 not in (12, 13, 14)
    if hops == 1 or (language == "ru" and ends_in_one):
        return phrase("one hop", language).replace("1", str(hops))
    return phrase("few hops" if few else "many hops", language, n=number(Decimal(hops), language))


def label_said(label: Label, language: str) -> str:
    """Who is said to hold it, on whose word, as of which day."""
    dated = (
        phrase("content of", language, date=day(label.content_date, language))
        if label.content_date
        else phrase("no content date", language)
    )
    entry = f" {label.entry}" if label.entry else ""
    return phrase(
        "label", language, name=label.name, basis=phrase(f"basis {label.basis}", language), entry=entry, date=dated
    )


def path_said(path: Path, language: str) -> str:
    """The heading of a path."""
    said = phrase(f"path {path.measure}", language, sat=btc(path.sat, language))
    if not path.left_out:
        return said
    return f"{said}; {phrase('steps left out', language, n=number(Decimal(path.left_out), language))}"


def _sentences(f: Finding, language: str) -> list[str]:
    said = _exposure(f, language) if f.question == "exposure" else _parts(f, language)
    if f.numbers.fifo_unresolved_sat or f.numbers.haircut_unseen_sat:
        said.append(
            phrase("says unresolved", language, fifo=btc(f.numbers.fifo_unresolved_sat, language), haircut=btc(f.numbers.haircut_unseen_sat, language))
        )  # fmt: skip
    if f.rule:
        said.append(
            phrase(
                "says rule", language, rule=f.rule.id, hops=number(Decimal(f.rule.hops_most), language), sat=btc(f.rule.sat_least, language),
                share=percent(Decimal(f.rule.share_least_ppm) / 1_000_000, language), measure=phrase(f"name {f.rule.measure}", language),
                cite=f.rule.cite,
            ).strip()
        )  # fmt: skip
    return said


def _exposure(f: Finding, language: str) -> list[str]:
    amount = btc(f.numbers.amount_sat, language)
    hit = [e for e in f.ends if e.code == "listed" and e.label is not None and e.label.basis != "heuristic"]
    if f.hops == 0:
        names = ", ".join(dict.fromkeys(label_said(e.label, language) for e in hit if e.label)) or phrase(
            "the source", language
        )
        return [phrase("says at source", language, subject=f.subject, label=names)]
    if hit:
        return [
            phrase(
                "says fifo", language, fifo=btc(e.sat, language), amount=amount, subject=f.subject, hops=hops_said(e.hops, language),
                label=label_said(e.label, language) if e.label else phrase("the source", language),
            )
            for e in hit
        ]  # fmt: skip
    if f.hops is not None:
        return [phrase("says poison", language, amount=amount, subject=f.subject, hops=hops_said(f.hops, language))]
    return [phrase("says nothing", language, amount=amount, subject=f.subject)]


def _parts(f: Finding, language: str) -> list[str]:
    return [
        phrase(f"says part {grade}", language, sat=btc(sat, language), miner=miner) for grade, miner, sat in f.parts
    ]


def _end(e: End, language: str) -> str:
    more = [label_said(e.label, language)] if e.label else []
    more += [e.miner] if e.miner else []
    more += [e.said] if e.said else []
    return phrase(f"end {e.code}", language) + (f" · {', '.join(more)}" if more else "")


def _share(sat: int, of: int, language: str) -> str:
    return percent((Decimal(sat) / of).quantize(Decimal("0.0001")), language) if of else ""


def _notes(f: Finding, language: str) -> list[str]:
    said = [phrase(f"measured {f.question}", language), phrase("says range", language)]
    if f.outputs > 1:
        said.append(phrase("several outputs", language, n=number(Decimal(f.outputs), language)))
    fragments, budget = (number(Decimal(n), language) for n in (f.fragments, f.budget))
    return [*said, phrase("budget said", language, fragments=fragments, budget=budget)]
