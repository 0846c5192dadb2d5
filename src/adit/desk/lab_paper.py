"""A lab report on paper: PDF/UA with the summary, charts, tables and sources of the page. The same runs make the same bytes.

The text is a pure function of the runs; the caller writes it. Needs typst, which the extra `desk` brings.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adit.desk import lab_hours, lab_plots, lab_view
from adit.desk.backtest_page import InReport, in_report, kept
from adit.desk.chart_rows import Flow, Interval
from adit.desk.chart_svg import KEYS, flow_svg, interval_svg, map_svg, plot_svg
from adit.desk.charts import Plot, figure
from adit.desk.lab_wording import about_of, flows_told, parameter_meaning, phrase, prices_told, title_of, unit_name
from adit.desk.papers import compiled
from adit.evidence.sources import geometry
from adit.lab.columns import SECTORS
from adit.lab.results.folder import manifest_of, money_of
from adit.lab.results.levy_curve import LevyPoint
from adit.lab.run import Ran

__all__ = ["paper"]

_TURNED = ("undeclared_mw", "tax_money_m")
_NO_TIME = 0  # the paper bears no second of its making, so that the same runs make the same bytes
Block = Mapping[str, Any]


def paper(
    runs: Sequence[Ran],
    baseline: Ran,
    language: str,
    *,
    command: str,
    curve: Sequence[LevyPoint] = (),
    curve_draws: int = 0,
) -> bytes:
    """The whole paper. The first of the runs is told at length."""
    main = next((r for r in runs if r is not baseline), baseline)
    against = None if main is baseline else baseline
    scenario, months = main.setting.scenario, main.outcome.months
    columns = [baseline, *(r for r in runs if r is not baseline)]
    blocks = [
        _heading("summary", language),
        {"kind": "list", "items": lab_view.summary(main, against, language)},
        {"kind": "small", "text": phrase("bands", language)},
        *(_gains(columns, baseline, language) if against is not None else ()),
        *_pictures(main, against, language),
        *(_curve(main, curve, curve_draws, language) if curve else ()),
        *_inputs(main, language),
        *_tables(columns, main, against, baseline, language),
        *_back(in_report(kept(), language), language),
        *_sources(main, against, command, language),
    ]
    data = {
        "title": title_of(scenario, language),
        "about": about_of(scenario, language),
        "language": language,
        "made_of": phrase(
            "made of", language, place=scenario.focus, first=f"{months[0]:%Y-%m}", last=f"{months[-1]:%Y-%m}", draws=main.outcome.draws,
            seed=main.outcome.seed, flows=flows_told(main, language), prices=prices_told(main, language),
        ),
        "words": {
            "kicker": phrase("kicker", language), "model": phrase("decides nothing", language), "page": phrase("page", language), "of": phrase("of", language),
        },
        "blocks": blocks,
    }  # fmt: skip
    return compiled("lab.typ", data, _NO_TIME)


# Parts ------------------------------------------------------------------------------------------------------------
def _heading(key: str, language: str) -> Block:
    return {"kind": "heading", "text": phrase(key, language)}


def _gains(columns: Iterable[Ran], baseline: Ran, language: str) -> Iterable[Block]:
    yield _heading("who", language)
    yield {"kind": "text", "text": phrase("who why", language, baseline=title_of(baseline.setting.scenario, language))}
    for r in columns:
        if r is not baseline:
            yield {"kind": "small heading", "text": title_of(r.setting.scenario, language)}
            yield _rows(lab_plots.who_gains(r, baseline, language))


def _pictures(main: Ran, against: Ran | None, language: str) -> Iterable[Block]:
    yield _heading("fans", language)
    if against is not None:
        yield {
            "kind": "text",
            "text": phrase("fans why", language, baseline=title_of(against.setting.scenario, language)),
        }
    yield {"kind": "charts", "charts": [_chart(p, small=True) for p in lab_plots.fans(main, against, language)]}
    yield _chart(lab_plots.share_plot(main, language))
    yield from _hours(main, language)
    yield _heading("fates", language)
    yield {"kind": "text", "text": phrase("fates why", language)}
    for r in [main] if against is None else [main, against]:
        if rows := lab_plots.ended(r, language):
            yield _flow(title_of(r.setting.scenario, language), rows)
    if regions := lab_view.mapped(main, language):
        yield _heading("map", language)
        yield {"kind": "text", "text": phrase("map why", language, title=title_of(main.setting.scenario, language))}
        yield _map(regions, language)
        most = sorted((r for r in regions if r.iso), key=lambda r: -r.hidden_mw)
        yield _table(
            [phrase(k, language) for k in ("region", "declared mw", "hidden mw", "rule")],
            [[r.name, r.declared, r.hidden, r.rule] for r in most if r.declared_mw + r.hidden_mw >= 1],
            (2, 1, 1, 2),
            right=(1, 2),
        )
        yield from ({"kind": "small", "text": r.note} for r in regions if r.note)
    merit = lab_plots.merit_plot(main, against, language)
    yield _heading("merit", language)
    yield {"kind": "text", "text": merit.note}
    yield _chart(merit)


def _hours(main: Ran, language: str) -> Iterable[Block]:
    yield _heading("hours", language)
    yield {"kind": "text", "text": phrase("hours why", language)}
    unit = unit_name("MW", "", language)
    sectors = [f"{phrase(f'sector {s}', language)}, {unit}" for s in SECTORS]
    yield _table(
        [phrase("hours class", language), phrase("hours a year", language), *sectors, phrase("hours all", language)],
        [[r.name, r.hours, *(list(cell) for cell in r.cells)] for r in lab_hours.loads(main, language)],
        (2, 1, 2, 2, 2, 2),
        right=(1, 2, 3, 4, 5),
    )
    for note in lab_hours.notes(main, language):
        yield {"kind": "small", "text": note}
    months, systems = lab_hours.lacks(main, language)
    if systems:
        yield {"kind": "small heading", "text": phrase("hours lacks", language)}
        yield {"kind": "text", "text": phrase("hours lacks why", language)}
        yield _table(
            ["", *(m[2:] for m in months)],
            [[[s.name, c.name], *(cell.middle for cell in c.months)] for s in systems for c in s.classes],
            (3, *([1] * len(months))),
            right=tuple(range(1, len(months) + 1)),
        )


def _curve(main: Ran, curve: Sequence[LevyPoint], draws: int, language: str) -> Iterable[Block]:
    months = main.outcome.months
    yield _heading("curve", language)
    title = title_of(main.setting.scenario, language)
    first = f"{months[min(12, len(months) - 1)]:%Y-%m}"
    yield {"kind": "text", "text": phrase("curve why", language, first=first, title=title, draws=draws)}
    yield {"kind": "text", "text": lab_view.curve_told(curve, money_of(main), language)}
    yield {
        "kind": "charts",
        "charts": [_chart(p, small=True) for p in lab_plots.levy_plots(curve, money_of(main), language)],
    }


def _inputs(main: Ran, language: str) -> Iterable[Block]:
    yield _heading("tornado", language)
    for measure in _TURNED:
        rows, told = lab_plots.tornado(main, measure, language)
        yield {"kind": "text", "text": told}
        if rows:
            yield _rows(rows)


def _tables(columns: Sequence[Ran], main: Ran, against: Ran | None, baseline: Ran, language: str) -> Iterable[Block]:
    yield _heading("scenarios", language)
    names = [title_of(r.setting.scenario, language) for r in columns]
    yield _table(
        [phrase("outcome", language), *names],
        [
            [
                [row.name, row.unit],
                *([c.middle, c.band, *([c.difference, c.difference_band] if c.difference else [])] for c in row.cells),
            ]
            for row in lab_view.outcome_table(columns, baseline, language)
        ],
        (2, *([1] * len(names))),
        right=tuple(range(1, len(names) + 1)),
    )
    if against is None:
        return
    yield _heading("law", language)
    rows, count = lab_view.law_rows(main, baseline, language)
    if not rows:
        yield {"kind": "text", "text": phrase("law none", language)}
        return
    yield _table(
        [phrase(k, language) for k in ("law column", "law since", "law value", "law before", "law why")],
        [
            [[r.column, r.meaning, f"{r.sectors} · {r.places}"], r.since, r.value, r.before, [r.rule, r.cites, *(v for v in r.values if v)]]
            for r in rows
        ],
        (4, 0, 0, 0, 5),
        right=(2, 3),
    )  # fmt: skip
    if count > len(rows):
        yield {"kind": "small", "text": phrase("law most", language, n=len(rows), all=count)}


def _back(back: InReport, language: str) -> Iterable[Block]:
    yield _heading("backtests", language)
    yield {"kind": "text", "text": back.told}
    yield _table(
        [phrase("score", language), *back.heads],
        [
            [
                [r.name, r.test],
                r.value,
                f"{r.target}, {phrase(r.met, language)}",
                "; ".join(f"{n} {v}" for n, v in r.naive),
            ]
            for r in back.rows
        ],
        (3, 1, 2, 3),
        right=(1,),
    )


def _sources(main: Ran, against: Ran | None, command: str, language: str) -> Iterable[Block]:
    manifest = manifest_of(main, against, {})
    yield _heading("sources", language)
    yield {"kind": "small heading", "text": phrase("appendix acts", language)}
    yield {"kind": "list", "items": [f"{name} {digest}" for digest, name in manifest["regimes"].items()]}
    yield {"kind": "small heading", "text": phrase("appendix data", language)}
    data = [f"{name}: {vintage}" for name, vintage in manifest["data"].items()]
    yield {"kind": "list", "items": [*data, *manifest["prices"]["sources"]]}
    yield {"kind": "small heading", "text": phrase("appendix priors", language)}
    yield _table(
        [phrase(k, language) for k in ("name", "prior", "unit", "source")],
        [
            [
                [f"{p.symbol} {p.name}", parameter_meaning(p, language)],
                lab_view.prior_told(p.prior.kind, p.prior.low, p.prior.mode, p.prior.high, language),
                p.unit,
                p.source,
            ]
            for p in main.parameters.each
        ],
        (4, 2, 2, 5),
    )
    yield {"kind": "small heading", "text": phrase("appendix behaviour", language)}
    yield {"kind": "list", "items": [f"{name}: {_assumed(entry)}" for name, entry in manifest["behaviour"].items()]}
    yield {"kind": "small heading", "text": phrase("again", language)}
    yield {"kind": "text", "text": command}
    yield {"kind": "small", "text": phrase("code", language, version=manifest["adit"], code=manifest["code"])}


def _assumed(entry: Mapping[str, Any]) -> str:
    told = ", ".join(f"{k} {v}" for k, v in entry.items() if k != "source")
    return f"{told}. {entry['source']}"


# Blocks -----------------------------------------------------------------------------------------------------------
def _chart(p: Plot, *, small: bool = False) -> Block:
    key = [[*KEYS[tone], label] for tone, label in p.key]
    return {
        "kind": "chart", "title": p.title, "svg": plot_svg(p, small=small), "alt": f"{p.title}. {p.alt}", "key": key, "x_title": p.x_title,
    }  # fmt: skip


def _rows(rows: Sequence[Interval]) -> Block:
    return {
        "kind": "rows",
        "rows": [
            {"label": r.label, "svg": interval_svg(r), "alt": f"{r.label}: {r.value}, {r.said}", "value": r.value, "said": r.said}
            for r in rows
        ],
    }  # fmt: skip


def _flow(title: str, rows: Sequence[Flow]) -> Block:
    alt = f"{title}: {'; '.join(f'{r.label} {r.value}' for r in rows)}"
    return {
        "kind": "flow", "title": title, "svg": flow_svg(rows), "alt": alt, "rows": [[r.label, r.value, r.share] for r in rows],
    }  # fmt: skip


def _map(regions: Sequence[lab_view.Place], language: str) -> Block:
    unit = unit_name("MW", "", language)
    edges = [figure(e, language) for e in lab_view.EDGES]
    key = [[*KEYS[f"h{k}"], f"< {e} {unit}"] for k, e in enumerate(edges)]
    key.append([*KEYS[f"h{len(edges)}"], f"≥ {edges[-1]} {unit}"])
    picture = map_svg([(r.tone, r.path) for r in regions], (geometry.WIDTH, geometry.HEIGHT))
    alt = "; ".join(r.said for r in regions if r.hidden_mw >= lab_view.EDGES[0])
    return {"kind": "map", "svg": picture, "alt": f"{phrase('map', language)}. {alt}", "key": key}


def _table(
    header: Sequence[str], rows: Sequence[Sequence[Any]], columns: Sequence[int], *, right: Sequence[int] = ()
) -> Block:
    """`columns`: their widths as parts of the line, 0 for as wide as need be; a cell may be lines, the first of them large."""
    return {
        "kind": "table",
        "header": list(header),
        "rows": [list(r) for r in rows],
        "columns": list(columns),
        "right": list(right),
    }
