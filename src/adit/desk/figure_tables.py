"""The tables of the figures: what is summed over the register, as people read it and as it goes into a file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from adit.desk import totals
from adit.desk.exports import Cell as Raw
from adit.desk.listing import KINDS, region_name
from adit.desk.summed import Key, Question, Sums
from adit.desk.totals import LEAST, NOWHERE, SEVERAL, TAXES
from adit.desk.web.filters import address
from adit.desk.web.languages import Words
from adit.desk.web.pages import N_
from adit.regime.act import Regime

__all__ = ["FEWER", "KEPT_BACK", "TABLES", "Cell", "Figures", "Table", "small_groups"]

# in place of an amount: of a small group, and of one from which a small one would follow
FEWER, KEPT_BACK = f"< {LEAST}", "×"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: as it goes into a file, and as people read it."""

    raw: Raw
    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures. `series`: what is drawn of it over the months; `bars`: (label, value, text, address)."""

    key: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    whole: tuple[Cell, ...] = ()
    series: Sequence[Any] = ()
    bars: tuple[tuple[str, int, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """What tables are made of. `shown`: whether amounts of small groups may be shown; `leads_on`: whether to the cases behind them."""

    question: Question
    sums: Sums
    regime: Regime
    words: Words
    shown: bool
    leads_on: bool


def small_groups(words: Words) -> str:
    """What the marks mean."""
    return words.gettext(
        "Coins, electricity and tax of fewer than three parties are not shown (“{fewer}”), nor amounts from which they would follow (“{kept_back}”).",
        fewer=FEWER, kept_back=KEPT_BACK,
    )  # fmt: skip


# Tables -----------------------------------------------------------------------------------------------------------
def _members(of: Figures) -> Table:
    """Who stands in the register of miners, and what runs, by region."""
    _, w = of.words.gettext, of.words
    stand, run = of.sums.members, of.sums.machines
    kinds = [k for k in KINDS if not k.startswith("foreign") or any(kind == k for _, kind in stand)]
    everywhere = {place for place, _ in stand} | set(run)

    def row(place: str, label: str) -> tuple[Cell, ...]:
        counted = [stand.get((place, k), 0) for k in kinds]
        m = run.get(place, totals.Machines(0, 0, 0))
        petahash, megawatt = Decimal(m.hashrate_ghs).scaleb(-6), Decimal(m.power_w).scaleb(-6)
        link = address("/members", {"register": "miners", "region": place}) if place.startswith("RU-") else ""
        return (
            Cell(label, label, link), *(_count(w, n) for n in counted), _count(w, sum(counted)), _count(w, m.machines),
            Cell(petahash, w.number(round(petahash, 1))), Cell(megawatt, w.number(round(megawatt, 2))),
        )  # fmt: skip

    rows = [row(place, _place(w, place)) for place in everywhere if place]
    rows.sort(key=lambda r: (-int(str(r[len(kinds) + 1].raw)), str(r[0].raw)))
    total = len(kinds) + 1
    return Table(
        "members",
        _("Miners and machines"),
        (_("Region"), *(w.word("actor", k) for k in kinds), _("Miners"), _("Machines"), _("PH/s"), _("MW")),
        tuple(rows),
        _(
            "Miners: who stands in the register on the day, in every region where it has a site or a machine; in the last line each once."
            " Machines: of all who are known to the register, at the power and the SHA-256 hash rate of their nameplates."
        ),
        row("", _("All, each once")),
        bars=tuple((r[0].text, int(str(r[total].raw)), r[total].text, r[0].link) for r in rows[:12] if r[total].raw)
        if len(rows) > 1
        else (),
    )


def _amounts(of: Figures) -> Table:
    """What was declared and metered."""
    _, w = of.words.gettext, of.words
    declared, metered = of.sums.declared, of.sums.metered
    apart = (
        _kept(of, {k: d.parties for k, d in declared.items()}),
        _kept(of, {k: m.parties for k, m in metered.items()}),
    )

    def row(key: Key, label: str, link: str = "") -> tuple[Cell, ...]:
        d, m = declared.get(key, totals.Declared(0, 0, 0, 0)), metered.get(key, totals.Metered(0, 0))
        energy, coins, counted = (
            Decimal(n).scaleb(-p) for n, p in ((d.energy_wh, 3), (d.amount_sat, 8), (m.energy_wh, 3))
        )
        return (
            Cell(label, label, link),
            _count(w, d.parties),
            _amount(d.parties, apart[0].get(key, ""), energy, w.number(round(energy))),
            _amount(d.parties, apart[0].get(key, ""), coins, w.number(coins)),
            _count(w, m.parties),
            _amount(m.parties, apart[1].get(key, ""), counted, w.number(round(counted))),
        )

    rows, whole = _lines(of, row, {k for k, _ in [*declared.items(), *metered.items()]})
    return Table(
        "amounts",
        _("Electricity and coins"),
        (
            _lead(of),
            _("Parties that declared"),
            _("kWh declared"),
            _("BTC declared"),
            _("Parties with readings"),
            _("kWh metered"),
        ),
        rows,
        _("Declared: by all, members or not, of the months chosen.")
        + (
            " "
            + _(
                "A declaration is of a party: one with places in several regions stands in a line of its own. Readings stand where the meter is."
            )
            if of.question.placed
            else ""
        ),
        whole,
        series=_series(of, rows, ((2, _("kWh declared")), (5, _("kWh metered"))), ((3, _("BTC declared")),))
        if of.question.by == "month"
        else (),
    )


def _compliance(of: Figures) -> Table:
    """How the reports of the months stand."""
    _, w = of.words.gettext, of.words
    rows: list[tuple[Cell, ...]] = []
    for month, n in of.sums.reports.items():
        sent = n["on time"] + n["corrected"]
        decided = sent + n["late"] + n["missing"]
        link = address("/reports", {"month": str(month), "region": of.question.region}) if of.leads_on else ""
        rows.append((
            Cell(str(month), w.period(month), link), _count(w, decided + n["due"] + n["due soon"]), _count(w, sent), _share(w, sent, decided),
            _count(w, n["late"]), _share(w, n["late"], decided), _count(w, n["missing"]), _share(w, n["missing"], decided),
            _count(w, n["due"] + n["due soon"]), _count(w, n["not owed"]), _count(w, n["law silent"]),
        ))  # fmt: skip
    return Table(
        "compliance",
        _("Monthly reports"),
        (
            _("Month"), _("Owed"), _("On time"), _("On time, %"), _("Late"), _("Late, %"), _("Missing"), _("Missing, %"), _("Not due yet"),
            _("Not owed"), _("The law is silent"),
        ),
        tuple(rows),
        _(
            "Shares are of the reports that came or whose last day has passed. Corrected ones count as they first came. State on {day}.",
            day=w.day(of.sums.day),
        ),
        series=_series(of, rows, ((3, _("On time, %")), (5, _("Late, %")), (7, _("Missing, %")))),
    )  # fmt: skip


def _dues(of: Figures) -> Table:
    """What is due by the decisions that stand."""
    _, w = of.words.gettext, of.words
    found, declared = of.sums.dues, of.sums.declared
    asked_of = [q for q in TAXES if q in of.regime.rules or any(d.taxes[q][0] for d in found.values())]
    apart = {q: _kept(of, {k: d.taxes[q][0] for k, d in found.items()}) for q in asked_of}
    none = totals.Dues(0, 0, 0, dict.fromkeys(TAXES, (0, Decimal(0))))

    def row(key: Key, label: str, link: str = "") -> tuple[Cell, ...]:
        d, months = found.get(key, none), declared[key].months if key in declared else 0
        sums = (
            _amount(n, apart[q].get(key, ""), tax, w.money(int(tax.scaleb(2))))
            for q, (n, tax) in d.taxes.items()
            if q in asked_of
        )
        return (
            Cell(label, label, link), _count(w, months), Cell(d.decided, _("{n} of {all}", n=w.number(d.decided), all=w.number(months))),
            _count(w, d.older), _count(w, d.undeclared), *sums,
        )  # fmt: skip

    rows, whole = _lines(of, row, {*found, *declared})
    return Table(
        "dues",
        _("Dues, as far as they were decided"),
        (
            _lead(of), _("Months declared"), _("Of these decided"), _("Decided before the newest declaration"), _("Decided without a declaration"),
            *(_(_TAX[q]) for q in asked_of),
        ),
        rows,
        _(
            "Only what the office has decided is summed: of each party and month the newest decision. What is not decided yet is missing from"
            " the sums, and so are answers that were left open."
        ),
        whole,
    )  # fmt: skip


TABLES: dict[str, Callable[[Figures], Table]] = {
    "members": _members, "amounts": _amounts, "compliance": _compliance, "dues": _dues,
}  # fmt: skip


_TAX = {
    "tax_this_period_rub": N_("Tax on income or profit that the month adds, RUB"), "vat_rub": N_("VAT, RUB"), "levy_due": N_("Levy on electricity, RUB"),
}  # fmt: skip


# What tables are made of ------------------------------------------------------------------------------------------
def _lead(of: Figures) -> str:
    return of.words.gettext("Region") if of.question.by == "region" else of.words.gettext("Month")


def _lines(
    of: Figures, row: Callable[..., tuple[Cell, ...]], keys: set[Key]
) -> tuple[tuple[tuple[Cell, ...], ...], tuple[Cell, ...]]:
    """A line for each month or for each region, and one for all of them, unless it would give away what was kept back."""
    _, w = of.words.gettext, of.words
    if of.question.by == "region":
        found = sorted(
            {p for m, p in keys if m is None and p and of.question.region in ("", p)}, key=lambda p: _place(w, p)
        )
        rows = tuple(row((None, p), _place(w, p)) for p in found)
        return rows, row((None, ""), _("All")) if not of.question.region and len(rows) > 1 else ()
    rows = tuple(row((m, of.question.region), w.period(m)) for m in of.question.months)
    kept_back = any(c.raw in (FEWER, KEPT_BACK) for r in rows for c in r)
    return rows, row((None, of.question.region), _("All months")) if len(rows) > 1 and not kept_back else ()


def _kept(of: Figures, counts: Mapping[Key, int]) -> dict[Key, str]:
    """What stands in place of the amounts that are kept back from this hand, where so many parties are behind each."""
    if of.shown:
        return {}
    groups = {m: {p: n for (month, p), n in counts.items() if month == m and p} for m in of.question.months}
    every: list[Key] = [(m, p) for m, group in groups.items() for p in totals.kept_back([group])]
    every += [(None, p) for p in totals.kept_back(groups.values())]
    return dict.fromkeys(every, KEPT_BACK) | {key: FEWER for key, n in counts.items() if 0 < n < LEAST}


def _count(w: Words, n: int) -> Cell:
    return Cell(n, w.number(n))


def _amount(parties: int, instead: str, raw: Decimal, text: str) -> Cell:
    """A sum; nothing where nobody stated any of it, and a mark where it is kept back."""
    return Cell(None, "–") if not parties else Cell(instead, instead) if instead else Cell(raw, text)


def _share(w: Words, part: int, whole: int) -> Cell:
    if not whole:
        return Cell(None, "–")
    share = round(Decimal(100 * part) / whole, 1)
    return Cell(share, w.number(share))


def _place(w: Words, place: str) -> str:
    if place in (SEVERAL, NOWHERE):
        return w.gettext("several regions") if place == SEVERAL else w.gettext("no place known")
    return region_name(w, place)


def _series(
    of: Figures, rows: Sequence[tuple[Cell, ...]], *charts: tuple[tuple[int, str], ...]
) -> list[dict[str, Any]]:
    """What is drawn over the months: columns of the table, several to a chart; what is kept back is a gap."""
    if len(rows) < 2:
        return []
    x, labels = list(range(len(rows))), [str(m) for m in of.question.months]
    drawn = [
        [{"label": label, "values": [_drawn(r[column].raw) for r in rows]} for column, label in chart]
        for chart in charts
    ]
    return [{"x": x, "labels": labels, "series": chart} for chart in drawn]


def _drawn(value: Raw) -> float | None:
    return float(value) if isinstance(value, int | Decimal) else None  # of a picture, and of nothing else
