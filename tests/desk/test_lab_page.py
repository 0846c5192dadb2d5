"""The lab's report of a real small run: its figures are those of the results, in both languages, with unit and source, and nothing of it asks a network."""

import base64
import csv
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from io import StringIO

import pytest

from adit.desk.charts import figure
from adit.desk.lab_page import page
from adit.desk.lab_wording import banded, phrase
from adit.lab.comparing import band_of
from adit.lab.model.outcome import FATES
from adit.lab.results.levy_curve import levy_curve, with_levy
from adit.lab.results.measures import MEASURES
from adit.lab.run import Ran, drawn, parameters_of, ran, setting_of
from adit.lab.scenario import Scenario
from adit.lab.store import read_scenario, scenario_names
from adit.terms.errors import BadInput

pytestmark = pytest.mark.slow

DRAWS, MONTHS = 60, 24
HEIGHTS = ("0", "1", "8")


def run(scenario: Scenario, draws: int = DRAWS) -> Ran:
    scenario = replace(scenario, draws=draws, months=MONTHS)
    setting = setting_of(scenario, draws=draws, seed=scenario.seed)
    parameters = parameters_of(scenario)
    return ran(setting, drawn(setting.inputs, scenario, parameters), parameters)


@pytest.fixture(scope="module")
def law() -> Ran:
    return run(read_scenario("ru_law"))


@pytest.fixture(scope="module")
def levy() -> Ran:
    return run(read_scenario("ru_levy"))


@pytest.fixture(scope="module")
def made(law: Ran, levy: Ran) -> dict[str, str]:
    curve = levy_curve(replace(levy.setting.scenario, months=MONTHS), lambda s: run(s, 20), HEIGHTS)
    return {
        language: page([levy], law, language, command="adit lab run ru_levy", curve=curve, curve_draws=20)
        for language in ("en", "ru")
    }


class Words(HTMLParser):
    """The text of a page, and its tables by cell."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.refers: list[str] = []
        self._quiet = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._quiet += tag in ("style", "script")
        self.refers += [v for n in ("src", "href", "action", "srcset", "poster") if (v := given.get(n))]
        if "download" in given:
            self.links.append((given["download"] or "", given["href"] or ""))

    def handle_endtag(self, tag: str) -> None:
        self._quiet -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.text.append(data)

    @property
    def whole(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.text))


def tables(text: str) -> dict[str, list[list[str]]]:
    """The CSV tables that a page holds, by the name of their file."""
    found = {}
    for name, href in Words(text).links:
        content = base64.b64decode(href.partition(",")[2]).decode("utf-8")
        found[name] = list(csv.reader(StringIO(content)))
    return found


def test_the_summary_is_that_of_the_draws(made: dict[str, str], law: Ran, levy: Ran):
    text = Words(made["en"]).whole
    hidden = band_of(levy.outcomes["undeclared_mw"])
    tax = band_of(levy.outcomes["tax_money_m"] - law.outcomes["tax_money_m"])
    assert f"{figure(hidden.middle, 'en')} MW hides ({banded(hidden, 'en')})" in text
    assert (
        f"{figure(tax.middle, 'en', sign=True)} against “Russia as the law stands” ({banded(tax, 'en', sign=True)})"
        in text
    )
    assert f"{DRAWS} draws, seed 1" in text
    assert "2025-01 to 2026-12" in text


def test_every_outcome_of_the_table_is_that_of_the_results_with_its_unit(made: dict[str, str], law: Ran, levy: Ran):
    text = Words(made["en"]).whole
    for name, measure in MEASURES.items():
        if not levy.outcomes[name].any() and not law.outcomes[name].any():
            continue
        unit = measure.unit.replace("money", "RUB")
        difference = band_of(levy.outcomes[name] - law.outcomes[name])
        told = (
            f"{phrase(f'measure {name}', 'en')} {unit} {figure(band_of(law.outcomes[name]).middle, 'en')} {banded(band_of(law.outcomes[name]), 'en')} "
            f"{figure(band_of(levy.outcomes[name]).middle, 'en')} {banded(band_of(levy.outcomes[name]), 'en')} "
            f"{figure(difference.middle, 'en', sign=True)} {banded(difference, 'en', sign=True)}"
        )
        assert told.replace("\N{NO-BREAK SPACE}", " ") in text.replace("\N{NO-BREAK SPACE}", " "), told


def test_tables_to_take_away_hold_the_same_figures(made: dict[str, str], law: Ran, levy: Ran):
    found = tables(made["en"])
    outcomes = {(r[0], r[1]): r for r in found["outcomes.csv"][1:]}
    for name in MEASURES:
        band = band_of(levy.outcomes[name])
        if band.known:
            assert [float(v) for v in outcomes["ru_levy", name][4:7]] == pytest.approx(
                [band.low, band.middle, band.high], rel=1e-5, abs=1e-9
            )
    head, *rows = found["hidden.csv"]
    assert head == ["month", "q10", "q25", "q50", "q75", "q90", "baseline_q50"]
    assert [r[0] for r in rows] == [f"{m:%Y-%m}" for m in levy.outcome.months]
    russia = [i for i, p in enumerate(levy.setting.places) if p.country == "RU"]
    last = band_of(levy.outcome.power_mw[:, -1, russia, 2].sum(axis=1))
    assert [float(rows[-1][k]) for k in (1, 3, 5)] == pytest.approx([last.low, last.middle, last.high], rel=1e-4)
    shares = [sum(map(float, r[1:])) for r in found["shares.csv"][1:]]
    assert shares == pytest.approx([100.0] * MONTHS, rel=1e-4)
    ended = {(r[0], r[1]): float(r[2]) for r in found["ended.csv"][1:]}
    assert {fate for _, fate in ended} == set(FATES)
    merit = found["merit_order.csv"][1:]
    assert [float(r[1]) for r in merit] == sorted(float(r[1]) for r in merit)
    assert [r[0] for r in found["levy_curve.csv"][1:]] == list(HEIGHTS)
    parties = {r[1]: r for r in found["who_gains.csv"][1:]}
    tax = band_of(levy.outcomes["tax_money_m"] - law.outcomes["tax_money_m"])
    assert float(parties["state budget"][4]) == pytest.approx(tax.middle, rel=1e-5)
    assert {r[0] for r in found["law.csv"][1:]} == {"levy_usd_per_kwh"}


def test_everything_drawn_can_be_taken_away(made: dict[str, str]):
    names = set(tables(made["en"]))
    assert names >= {
        "outcomes.csv", "who_gains.csv", "network.csv", "hashprice.csv", "declared.csv", "household.csv", "hidden.csv", "tax.csv", "shares.csv",
        "ended.csv", "regions.csv", "merit_order.csv", "levy_curve.csv", "inputs.csv", "law.csv",
    }  # fmt: skip


def test_the_law_that_differs_is_told_with_its_source(made: dict[str, str]):
    text = Words(made["en"]).whole
    assert "levy_usd_per_kwh" in text
    assert "levy_per_kwh = 1 RUB/kWh since 2026-01-01" in text


def test_sources_versions_and_what_it_decides_are_on_the_page(made: dict[str, str], levy: Ran):
    for language, text in made.items():
        words = Words(text).whole
        assert words.count(phrase("decides nothing", language)) == 2
        for digest in levy.setting.acts.regimes():
            assert digest in words
        for p in levy.parameters.each:
            assert p.name in words
            assert p.source in words
        assert "adit lab run ru_levy" in words
        assert "network/btc_retarget_epochs.csv" in words
        assert ("Крым (UA-43)" if language == "ru" else "(UA-43)") in words


def test_both_languages_have_the_same_figures(made: dict[str, str]):
    """In every link that is taken away, and in every cell of the table of outcomes."""
    english, russian = (tables(made[language]) for language in ("en", "ru"))
    assert set(english) == set(russian)
    for name, rows in english.items():
        if name != "shares.csv":  # whose columns are named in the language
            others = russian[name]
            figures = [[c for c in row if re.fullmatch(r"[-\d.e+]+", c)] for row in rows]
            assert figures == [[c for c in row if re.fullmatch(r"[-\d.e+]+", c)] for row in others], name
    cells = [re.findall(r'<td class="n">(.*?)</td>', made[language]) for language in ("en", "ru")]
    digits = [["".join(c for c in re.sub("<.*?>", "|", cell) if c.isdigit()) for cell in of] for of in cells]
    assert len(digits[0]) > 100
    assert digits[0] == digits[1]


def test_the_russian_page_says_itself_in_russian(made: dict[str, str]):
    heads = re.findall(r"<(?:h1|h2|h3|summary)[^>]*>(.*?)</", made["ru"])
    assert len(heads) > 20
    english = {w for h in heads for w in re.findall(r"[A-Za-z]{3,}", re.sub("<.*?>", "", h))} - {"USD", "RUB", "adit"}
    assert english == set()


def test_the_page_asks_no_network(made: dict[str, str]):
    for text in made.values():
        assert "default-src 'none'" in unescape(text)
        assert {r.partition(":")[0] for r in Words(text).refers if not r.startswith("#")} == {"data"}
        assert "<script" not in text
        assert " style=" not in text
        assert len(text) < 1_500_000


def test_the_same_runs_make_the_same_page(law: Ran, levy: Ran, made: dict[str, str]):
    def without_clock(text: str) -> str:
        return re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", "", text)

    first, second = (page([levy], law, "en", command="x") for _ in range(2))
    assert without_clock(first) == without_clock(second)
    assert re.search(r"\d{4}-\d\d-\d\dT[\d:]+Z", first)


def test_what_somebody_wrote_into_a_scenario_is_text_and_no_markup(law: Ran):
    scenario = replace(law.setting.scenario, title="<script>x</script>", about="A & B <img src=x>", title_ru="")
    odd = replace(law, setting=replace(law.setting, scenario=scenario))
    text = page([odd], odd, "ru", command="adit lab run '<b>'")
    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;script&gt;x&lt;/script&gt;" in text


def test_a_run_alone_has_no_differences(law: Ran):
    text = page([law], law, "en", command="x", curve_none="curve not asked")
    words = Words(text).whole
    assert phrase("who", "en") not in words
    assert phrase("law", "en") not in words
    assert "Not asked for" in words
    assert (
        phrase("curve none", "en", why="Because.")
        in Words(page([law], law, "en", command="x", curve_none="Because.")).whole
    )


def test_with_few_draws_nothing_is_said_of_inputs():
    few = run(read_scenario("ru_law"), 12)
    assert phrase("tornado few", "en", n=50) in Words(page([few], few, "en", command="x")).whole


# The curve --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda s: replace(s, months=14),
            "The levy begins in the second year, and 14 months are too few to see a year of it.",
        ),
        (lambda s: replace(s, focus="PY"), "No act speaks in PY: there is nothing to lay a levy over."),
    ],
)
def test_a_curve_that_cannot_be_made_says_why(change: Callable[[Scenario], Scenario], message: str):
    with pytest.raises(BadInput) as error:
        with_levy(change(read_scenario("ru_law")), "1")
    assert error.value.what == message


@pytest.mark.parametrize(
    ("focus", "line"),
    [
        ("RU", "ru.levy_per_kwh = 2 from 2026-01-01"),
        ("RU-IRK", "ru.levy_per_kwh = 2 from 2026-01-01"),
        ("US-TX", "us-tx.levy_per_kwh = 2 from 2026-01-01"),
    ],
)
def test_the_levy_is_laid_over_the_act_that_speaks_in_the_focus(focus: str, line: str):
    assert with_levy(replace(read_scenario("ru_law"), focus=focus), "2").changes[-1].line == line


# Scenarios --------------------------------------------------------------------------------------------------------
def test_every_shipped_scenario_has_its_words_in_russian():
    for name in scenario_names():
        scenario = read_scenario(name)
        assert re.search("[а-я]", scenario.title_ru), name
        assert re.search("[а-я]", scenario.about_ru), name


def test_a_short_run_says_why_there_is_no_curve_in_both_languages():
    short = run(replace(read_scenario("ru_law"), seed=2), 6)
    short = replace(short, outcome=replace(short.outcome, months=short.outcome.months[:13]))
    from adit.desk.lab_page import _why

    assert "13 months are too few" in _why("some reason", short, "en")
    assert "за месяцы расчёта (13)" in _why("some reason", short, "ru")
    assert _why("curve to come", short, "ru") == phrase("curve to come", "ru")


def test_a_place_without_hours_on_record_says_so_and_what_is_assumed_of_it_is_no_rule(law: Ran):
    def told(focus: str) -> str:
        scenario = replace(law.setting.scenario, focus=focus)
        own = replace(law, setting=replace(law.setting, scenario=scenario))
        return Words(page([own], own, "en", command="adit lab run ru_law")).whole

    unknown = "There is no record of the power system's hours here, so what it lacks is not known."
    texas, kazakhstan, siberia = (told(focus) for focus in ("US-TX", "KZ", "RU-IRK"))
    assert "it is assumed that 80 % of the hours" in texas.replace("\N{NO-BREAK SPACE}", " ")
    assert unknown in texas
    assert unknown in kazakhstan
    assert "so its load is the same in all of them" in kazakhstan
    assert unknown not in siberia
    assert "It is all that lacks, and not what mining adds." in siberia
    assert "hours of the peak (rests_at_peak)" not in siberia


def test_a_run_shorter_than_a_year_says_that_its_flows_are_made_up_to_one():
    scenario = replace(read_scenario("ru_law"), draws=4, months=3)
    setting = setting_of(scenario, draws=4, seed=scenario.seed)
    short = ran(setting, drawn(setting.inputs, scenario, parameters_of(scenario)), parameters_of(scenario))
    text = Words(page([short], short, "en", command="adit lab run ru_law")).whole
    assert "flows a year are those of the run, shorter than a year (3 of 12 months), made up to one" in text
    assert "peak 876" in text
