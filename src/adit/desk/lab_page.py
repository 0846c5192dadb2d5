"""A lab report as one page of HTML that needs nothing else: no network, no font, no script. Every chart has its figures with it.

The text is a pure function of the runs; the caller writes it.
"""

from collections.abc import Sequence

from adit.desk import lab_hours, lab_plots, lab_tables, lab_view
from adit.desk.backtest_page import in_report, kept
from adit.desk.charts import HIGH, WIDE, figure, table_link
from adit.desk.lab_css import lab_css
from adit.desk.lab_wording import about_of, flows_told, parameter_meaning, phrase, prices_told, title_of
from adit.desk.offline import made
from adit.evidence.sources import geometry
from adit.lab.results.folder import OUTCOMES, manifest_of, money_of, outcome_rows
from adit.lab.results.levy_curve import TWO_YEARS, LevyPoint
from adit.lab.run import Ran

__all__ = ["page"]

_TURNED = ("undeclared_mw", "tax_money_m")  # outcomes whose inputs are told


def page(
    runs: Sequence[Ran],
    baseline: Ran,
    language: str,
    *,
    command: str,
    curve: Sequence[LevyPoint] = (),
    curve_draws: int = 0,
    curve_none: str = "curve not asked",
    first_look: bool = False,
) -> str:
    """The whole page. The first of the runs is told at length; `command` makes it again.

    `curve` are the heights of a levy that were tried; where there are none, `curve_none` says why: a key of the words, or the reason itself.
    `first_look`: a page with all draws is to follow.
    """
    main = next((r for r in runs if r is not baseline), baseline)
    against = None if main is baseline else baseline
    money = money_of(main)
    manifest = manifest_of(main, against, {})

    def say(key: str, **parts: object) -> str:
        return phrase(key, language, **parts)

    scenario = main.setting.scenario
    months = main.outcome.months
    title = title_of(scenario, language)
    law, law_count = lab_view.law_rows(main, baseline, language) if against is not None else ([], 0)
    regions = lab_view.mapped(main, language)
    lack_months, lacks = lab_hours.lacks(main, language)
    columns = [baseline, *(r for r in runs if r is not baseline)]
    rows = [row for r in columns for row in outcome_rows(r, None if r is baseline else baseline)]
    return made(
        "lab.html",
        lab_css(),
        language,
        version=manifest["adit"],
        say=say,
        title=title,
        first_look=first_look,
        about=about_of(scenario, language),
        baseline=title_of(baseline.setting.scenario, language),
        compared=against is not None,
        made_of=say(
            "made of",
            place=scenario.focus,
            first=f"{months[0]:%Y-%m}",
            last=f"{months[-1]:%Y-%m}",
            draws=main.outcome.draws,
            seed=main.outcome.seed,
            flows=flows_told(main, language),
            prices=prices_told(main, language),
        ),
        summary=lab_view.summary(main, against, language),
        columns=[title_of(r.setting.scenario, language) for r in columns],
        outcomes=lab_view.outcome_table(columns, baseline, language),
        outcomes_table=table_link(OUTCOMES, (["" if c is None else c for c in row] for row in rows)),
        gains=[
            (title_of(r.setting.scenario, language), lab_plots.who_gains(r, baseline, language))
            for r in columns
            if r is not baseline
        ],
        gains_table=lab_tables.gains(columns, baseline),
        ended_table=lab_tables.ended([main] if against is None else [main, baseline]),
        turned_table=lab_tables.turned(main, _TURNED),
        law_table=lab_tables.law(main, baseline) if against is not None else "",
        regions_table=lab_tables.regions(regions),
        fans=lab_plots.fans(main, against, language),
        shares=lab_plots.share_plot(main, language),
        loads=lab_hours.loads(main, language),
        hour_notes=lab_hours.notes(main, language),
        lack_months=lack_months,
        lacks=lacks,
        deficit_table=lab_hours.deficit_table(main) if lacks else "",
        merit=lab_plots.merit_plot(main, against, language),
        ended=[
            (title_of(r.setting.scenario, language), lab_plots.ended(r, language))
            for r in ([main] if against is None else [main, baseline])
        ],
        regions=regions,
        edges=[figure(e, language) for e in lab_view.EDGES],
        map_size=(geometry.WIDTH, geometry.HEIGHT),
        curves=lab_plots.levy_plots(curve, money, language) if curve else [],
        curve_why=say(
            "curve why",
            first=months[min(12, len(months) - 1)].strftime("%Y-%m"),
            title=title,
            draws=curve_draws,
        )
        if curve
        else _why(curve_none, main, language),
        curve_best=lab_view.curve_told(curve, money, language) if curve else "",
        turned=[lab_plots.tornado(main, m, language) for m in _TURNED],
        back=in_report(kept(), language),
        law=law,
        law_most=say("law most", n=len(law), all=law_count) if law_count > len(law) else "",
        priors=[
            (
                p.symbol,
                p.name,
                lab_view.prior_told(p.prior.kind, p.prior.low, p.prior.mode, p.prior.high, language),
                p.unit,
                p.source,
                parameter_meaning(p, language),
            )
            for p in main.parameters.each
        ],
        state=main.setting.state.rows,
        manifest=manifest,
        command=command,
        wide=WIDE,
        high=HIGH,
    )


def _why(none: str, main: Ran, language: str) -> str:
    """Why there is no curve: a key of the words; what a run of this length or place cannot show; or the reason as it was given."""
    focus, months = main.setting.scenario.focus, len(main.outcome.months)
    if none in ("curve not asked", "curve to come"):
        return phrase(none, language)
    if months < TWO_YEARS:
        why = phrase("curve short", language, months=months)
    elif not {focus, focus.partition("-")[0]} & set(main.setting.scenario.regimes):
        why = phrase("curve no act", language, place=focus)
    else:
        why = none
    return phrase("curve none", language, why=why)
