"""The page of back-tests: every forecast with its band and what came, targets met and missed as they are, what was left out, in both languages."""

import base64
import csv
import json
import re
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest

from adit.desk.backtest_page import KEPT, in_report, kept, page
from adit.desk.backtest_wording import score_told, target_told, text
from adit.evidence.sources.tables import DATA
from adit.lab.backtests.kept import report_of
from adit.lab.backtests.results import Assumed, BackTest, Forecast, Report, Score, as_data
from adit.lab.backtests.run import BACK_TESTS, run_backtests
from adit.terms.errors import BadInput


def forecast(month: int, outcome: float, pit: float, *, what: str = "hash rate", place: str = "world") -> Forecast:
    return Forecast(
        what, place, date(2021, 5, 1), date(2021, month, 1), "EH/s", (90.0, 100.0, 110.0), 101.0, outcome, pit, {"no change": 95.0}
    )  # fmt: skip


def small(*forecasts: Forecast, scores: tuple[Score, ...] = ()) -> Report:
    test = BackTest(
        "one", "A test <of> ours", date(2021, 6, 1), "observed: x", ("the law, as it came",), 100, 7, forecasts, scores,
        (Assumed("pue", "1.1", "other episode", date(2021, 3, 4), "Cambridge & others"),), ("A note.",),
    )  # fmt: skip
    return Report("1.2", 7, 100, (test,), {"ten units of the map": "Because."}, {"a.csv": "2021; retrieved 2026-01-02"})


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("<main")[2]))


def links(html: str) -> dict[str, list[dict[str, str]]]:
    found = {}
    for name, content in re.findall(r'download="([^"]+)" href="data:text/csv;charset=utf-8;base64,([^"]+)"', html):
        found[name] = list(csv.DictReader(StringIO(base64.b64decode(content).decode("utf-8"))))
    return found


def test_a_forecast_stands_beside_what_came_and_the_naive_one():
    html = page(small(forecast(6, 112.0, 0.95), forecast(7, 99.0, 0.4)), "en", command="adit lab backtest one")
    told = words(html)
    assert "came 112 101 (90 to 110); outside the band" in told
    assert "came 99 101 (90 to 110)" in told
    assert html.count('class="hollow"') == 1
    assert "no change" in told
    assert "2 outcomes in all; 50" in told
    assert "A test &lt;of&gt; ours" in html
    assert "ten units of the map: Because." in told.replace("Ten", "ten")
    assert "pue 1.1 another episode 2021-03-04 Cambridge &amp; others" in told
    assert "a.csv 2021; retrieved 2026-01-02" in told


def test_many_months_are_a_chart_over_time_with_a_table_and_a_histogram():
    html = page(small(*(forecast(m, 100.0, m / 13) for m in range(1, 13))), "en", command="x")
    assert html.count('class="l-seen"') == 1
    assert html.count('class="l-n0"') == 1
    assert words(html).count("101 (90 to 110)") == 12
    assert [r["outcomes"] for r in links(html)["pit_one.csv"]] == ["1", "1", "1", "2", "1", "1", "2", "1", "1", "1"]


@pytest.mark.parametrize(
    ("value", "least", "most", "told", "target", "met"),
    [
        (12.0091, None, 12.0, "12.01 pp", "at most 12", False),
        (12.0, None, 12.0, "12 pp", "at most 12", True),
        (100.0, 70.0, 90.0, "100 pp", "70 to 90", False),
        (69.96, 70.0, 90.0, "69.96 pp", "70 to 90", False),
        (50.0, 50.0, None, "50 pp", "at least 50", True),
        (5.0, None, None, "5 pp", "told only", None),
    ],
)
def test_rounding_never_hides_a_missed_target(value, least, most, told, target, met):
    score = Score("wrong-country share", value, "pp", least, most, {})
    assert score_told(score, "en").replace("\N{NO-BREAK SPACE}", " ") == told
    assert target_told(score, "en") == target
    assert score.met is met


def test_the_summary_names_what_was_missed_and_where_a_naive_forecast_was_better():
    scores = (
        Score("bias", 9.0, "%", None, 8.0, {"no change": 12.0, "own growth": -3.0}),
        Score("energy of the fleet, 2019", -2.0, "%", -10.0, 10.0, {"as last year": 18.0}),
    )
    told = words(page(small(forecast(6, 100, 0.5), scores=scores), "en", command="x")).replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert "1 of 2 targets that were set beforehand are met." in told
    assert "Missed: bias (A test &lt;of&gt; ours), 9 % with at most 8 as the target." in told
    assert "A naive forecast was better: bias (A test &lt;of&gt; ours), 9 % against −3 by “own growth”." in told
    assert told.count("A naive forecast was better") == 1


def test_an_empty_report_is_a_page_too():
    report = replace(small(), tests=(), left_out={})
    told = words(page(report, "ru", command="x"))
    assert "Как ошибалась модель" in told
    assert "Что не вошло" not in told


# What is shipped --------------------------------------------------------------------------------------------------
def test_the_shipped_report_has_every_back_test_and_every_forecast_is_on_the_page():
    report = kept()
    assert [t.id for t in report.tests] == list(BACK_TESTS)
    assert report.draws >= 1000
    html = page(report, "en", command="adit lab backtest all --report backtests.html")
    rows = links(html)["forecasts.csv"]
    assert len(rows) == len(report.forecasts) > 70
    assert [float(r["outcome"]) for r in rows] == pytest.approx([f.outcome for f in report.forecasts], rel=1e-5)
    assert [r["inside"] for r in rows] == ["yes" if f.inside else "no" for f in report.forecasts]
    scores = [s for t in report.tests for s in t.scores]
    assert [r["met"] for r in links(html)["scores.csv"]] == [
        {True: "yes", False: "no", None: ""}[s.met] for s in scores
    ]
    assert html.count('<b class="missed">') == len(report.missed)
    for t in report.tests:
        assert all(a.source.replace("&", "&amp;").replace("'", "&#39;") in html for a in t.assumed)
    assert "CC BY-NC 4.0" in html
    for why in report.left_out.values():
        assert why.replace("'", "&#39;") in html


def test_what_is_kept_is_read_again_as_it_was():
    data = json.loads((DATA / KEPT).read_text(encoding="utf-8"))
    assert json.loads(json.dumps(as_data(report_of(data)))) == data


def test_all_that_the_shipped_back_tests_say_has_russian_words():
    said = {
        t
        for test in kept().tests
        for t in (
            test.title, test.clock, *test.given, *test.notes,
            *(x for s in test.scores for x in (s.name, s.note, *s.baselines) if x),
            *(x for f in test.forecasts for x in (f.what, *f.baselines)),
        )
    }  # fmt: skip
    assert len(said) > 60
    assert [t for t in sorted(said) if text(t, "ru") == t and re.search("[A-Za-z]{3}", t)] == []


def test_both_languages_have_the_same_figures_on_the_page_of_back_tests():
    english, russian = (page(kept(), language, command="x") for language in ("en", "ru"))
    assert links(english)["forecasts.csv"] == links(russian)["forecasts.csv"]
    cells = [re.findall(r'<td class="n">(.*?)</td>', html) for html in (english, russian)]
    digits = [["".join(c for c in re.sub("<.*?>", "", cell) if c.isdigit()) for cell in of] for of in cells]
    assert len(digits[0]) > 60
    assert digits[0] == digits[1]


def test_the_page_is_the_same_each_time_and_asks_no_network():
    first, second = (page(kept(), "ru", command="x") for _ in range(2))
    assert first == second
    assert "<script" not in first
    assert {a.partition(":")[0] for a in re.findall(r'(?:href|src)="([^"#][^"]*)"', first)} == {"data"}


def test_the_lab_report_tells_the_scores_that_have_a_target():
    lines = in_report(kept(), "en")
    aimed = [s for t in kept().tests for s in t.scores if s.met is not None]
    assert [r.name for r in lines.rows] == [s.name for s in aimed]
    assert f"{len(kept().forecasts)} outcomes" in lines.told
    assert f"{sum(bool(s.met) for s in aimed)} of {len(aimed)} targets met" in lines.told


@pytest.mark.slow
def test_the_shipped_report_is_what_the_command_makes():
    """One back-test made again with the same draws and seed; where this fails, make the file anew with the command in its catalogue entry."""
    report = kept()
    again = run_backtests(("irkutsk",), _options(report), report.version)
    shipped = next(t for t in report.tests if t.id == "irkutsk")
    assert [s.value for s in again.tests[0].scores] == pytest.approx([s.value for s in shipped.scores], rel=1e-9)
    assert [f.point for f in again.tests[0].forecasts] == pytest.approx([f.point for f in shipped.forecasts], rel=1e-9)


def _options(report: Report):
    from adit.lab.backtests.forecasting import Options

    return Options(report.draws, report.seed, None)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"version": "1", "seed": 1, "draws": 1, "tests": [{}], "left_out": {}, "vintages": {}},
        {"version": 1, "seed": 1, "draws": 1, "tests": 5, "left_out": {}, "vintages": {}},
    ],
)
def test_what_is_no_report_is_refused(data):
    with pytest.raises(BadInput, match="This is no report of back-tests") as error:
        report_of(data)
    assert "adit lab backtest all" in error.value.todo
