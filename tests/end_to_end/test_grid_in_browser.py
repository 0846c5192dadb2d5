"""The pages of hosting, impact and site in Chromium: two languages, three widths, light and dark, as axe-core sees them."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser
from tests.end_to_end.offline_pages import fits_and_can_be_read, outside_their_scale, serious_findings
from tests.end_to_end.test_page_in_browser import browser, opened  # noqa: F401 - a fixture

from adit.cli.main import adit

pytestmark = pytest.mark.slow

EXAMPLE = str(Path(__file__).parents[2] / "examples" / "grid" / "two_zones.toml")
HOSTING = ["grid", "hosting", "--year", "2020", "--accept-hours", "300"]
SOME_DAYS = ["--year", "2020", "--from", "2020-01-10", "--to", "2020-02-03"]
SITE = ["site", "--machine", "Antminer S21", "--power-mw", "10", "--on", "2025-02-01", "--paths", "60"]
PAGES = {
    "hosting": [*HOSTING, "--regions", "RU-IRK,RU-KYA,RU-KR,UA-43,RU-AMU", "--prices"],
    "hosting in Russian": [*HOSTING, "--regions", "RU-IRK,RU-KYA,RU-KR,UA-43,RU-AMU", "--lang", "ru"],
    "one system in Russian": ["grid", "hosting", "--year", "2017", "--regions", "Siberia", "--lang", "ru"],
    "impact": ["grid", "impact", "--load", "RU-IRK=6000,UA-43=50", *SOME_DAYS],
    "impact in Russian": ["grid", "impact", "--load", "RU-IRK=6000,UA-43=50", *SOME_DAYS, "--lang", "ru"],
    "own network in Russian": ["grid", "impact", "--load", "South=200", "--network", EXAMPLE, "--firm", "--lang", "ru"],
    "site": [*SITE, "--region", "RU-BU", "--fact", "municipality=ulan-ude", "--price-rub-per-kwh", "1.2", "--regimes", "ru/central_bank_2022"],
    "site in Russian": [*SITE, "--region", "RU-BU", "--fact", "municipality=ulan-ude", "--price-rub-per-kwh", "1.2", "--regimes", "ru/central_bank_2022", "--lang", "ru"],
    "site of another state": [*SITE, "--region", "KZ-55", "--climate", "RU-OMS", "--regime", "kz/law", "--price-rub-per-kwh", "4.5", "--months", "24", "--lang", "ru"],
}  # fmt: skip
BOTH = [("hosting", "hosting in Russian"), ("impact", "impact in Russian"), ("site", "site in Russian")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("grid")
    pages = {}
    for name, arguments in PAGES.items():
        path = folder / f"{name.replace(' ', '-')}.html"
        done = CliRunner().invoke(adit, [*arguments, "--report", str(path)])
        assert done.exit_code in (0, 1), done.output
        pages[name] = path
    return pages


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_it_fits_and_shuts_nobody_out(
    browser: Browser,  # noqa: F811
    made: dict[str, Path],
    name: str,
    width: int,
    scheme: str,
) -> None:
    fits_and_can_be_read(browser, made[name], width, scheme)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(browser: Browser, made: dict[str, Path], name: str) -> None:  # noqa: F811
    assert serious_findings(browser, made[name]) == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_drawn_outside_its_scale(browser: Browser, made: dict[str, Path], name: str) -> None:  # noqa: F811
    with opened(browser, made[name], 1280) as page:
        assert outside_their_scale(page, 4) == []


@pytest.mark.parametrize(("english", "russian"), BOTH)
def test_both_languages_say_the_same_figures(
    browser: Browser,  # noqa: F811
    made: dict[str, Path],
    english: str,
    russian: str,
) -> None:
    """Cell by cell of the first table: the digits are the same, the words are not."""
    digits = "() => [...document.querySelectorAll('table')][0].querySelectorAll('td.n, table.grid td')"
    cells = []
    for name in (english, russian):
        with opened(browser, made[name], 1280) as page:
            told = page.evaluate(f"[...({digits})()].map(e => e.firstChild ? e.firstChild.textContent : '')")
            cells.append(["".join(c for c in text if c.isdigit()) for text in told])
            assert page.evaluate("document.documentElement.lang") == ("ru" if name == russian else "en")
            assert page.evaluate("document.querySelector('h1').innerText.search(/[а-я]/) >= 0") == (name == russian)
    assert any(cells[0])
    assert cells[0] == cells[1]


def test_no_english_is_left_in_the_russian_figures(browser: Browser, made: dict[str, Path]) -> None:  # noqa: F811
    """What the pages say themselves; the scenario, the assumptions and names of sources are quoted as they are."""
    for name in ("hosting in Russian", "impact in Russian", "own network in Russian"):
        with opened(browser, made[name], 1280) as page:
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            page.evaluate("document.querySelectorAll('[lang=en], .sources, .cmd, #how ~ p').forEach(e => e.remove())")
            heads = page.evaluate(
                "[...document.querySelectorAll('h1, h2, th, .key li, summary')].map(e => e.innerText)"
            )
            own = {"Adit", "North", "South", "CO", "UTC"}
            words = {w for text in heads for w in re.findall("[A-Za-z]{2,}", text)} - own
            assert {w for w in words if not re.fullmatch("RU|UA|KR|IRK|KYA|AMU|UPS", w)} == set(), name


@pytest.mark.parametrize("name", ["hosting", "hosting in Russian", "impact", "impact in Russian"])
def test_territories_of_ukraine_carry_their_code_and_the_note(
    browser: Browser,  # noqa: F811
    made: dict[str, Path],
    name: str,
) -> None:
    with opened(browser, made[name], 1280) as page:
        text = page.evaluate("document.body.innerText")
        assert "UA-43" in text
        assert ("Украине" if "Russian" in name else "internationally recognised as part of Ukraine") in text
