"""The lab's report and its page of back-tests in Chromium: two languages, three widths, light and dark, as axe-core sees them."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser
from tests.end_to_end.offline_pages import fits_and_can_be_read, outside_their_scale, serious_findings
from tests.end_to_end.test_page_in_browser import browser, opened  # noqa: F401 - a fixture

from adit.cli.main import adit
from adit.desk.backtest_page import kept, page

pytestmark = pytest.mark.slow

SMALL = ("--draws", "60", "--months", "24")
RUNS = {
    "one against the law": ["run", "ru_levy", *SMALL],
    "one against the law in Russian": ["run", "ru_levy", *SMALL, "--lang", "ru"],
    "three side by side in Russian": ["compare", "ru_ban_with_fines", "ru_levy", "ru_surplus_only", *SMALL, "--no-levy-curve", "--lang", "ru"],
    "alone": ["run", "ru_law", "--draws", "20", "--months", "12"],
    "another state": ["run", "kz_levy", *SMALL, "--no-levy-curve"],
}  # fmt: skip
PAGES = (*RUNS, "back-tests", "back-tests in Russian")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("lab")
    pages = {name: folder / f"{name.replace(' ', '-')}.html" for name in PAGES}
    for name, words in RUNS.items():
        done = CliRunner().invoke(adit, ["lab", *words, "--report", str(pages[name])])
        assert done.exit_code == 0, (done.output, done.exception)
    for name, language in (("back-tests", "en"), ("back-tests in Russian", "ru")):
        pages[name].write_text(page(kept(), language, command="adit lab backtest all"), encoding="utf-8")
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(browser: Browser, made: dict[str, Path], name: str, scheme: Any) -> None:  # noqa: F811
    assert serious_findings(browser, made[name], scheme) == []


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_drawn_outside_its_scale_and_no_labels_lie_on_each_other(
    browser: Browser,  # noqa: F811
    made: dict[str, Path],
    name: str,
    width: int,
) -> None:
    with opened(browser, made[name], width) as page:
        assert outside_their_scale(page, 6) == []
        touching = page.evaluate(
            """() => [...document.querySelectorAll('.under, .ticks, .flow ol')].flatMap(group => {
                const boxes = [...group.children].map(e => [e.textContent, e.getBoundingClientRect()]);
                return boxes.flatMap(([a, p], k) => boxes.slice(k + 1)
                    .filter(([b, q]) => p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 1 && q.top < p.bottom - 1)
                    .map(([b]) => a + ' / ' + b));
            })"""
        )
        assert touching == []


@pytest.mark.parametrize("name", ["one against the law", "back-tests"])
def test_tables_can_be_taken_away_without_a_network(browser: Browser, made: dict[str, Path], name: str) -> None:  # noqa: F811
    with opened(browser, made[name], 1280, accept_downloads=True) as page:
        for link in page.locator("a[download]").all()[:3]:
            with page.expect_download() as waited:
                link.click()
            content = Path(waited.value.path()).read_text(encoding="utf-8")
            assert waited.value.suggested_filename.endswith(".csv")
            assert content.count("\n") > 1
            assert "," in content.splitlines()[0]


def test_every_chart_says_in_words_what_it_shows(browser: Browser, made: dict[str, Path]) -> None:  # noqa: F811
    for name in PAGES:
        with opened(browser, made[name], 1280) as page:
            unnamed = page.evaluate(
                """() => [...document.querySelectorAll('svg:not([aria-hidden])')].filter(e => !(e.getAttribute('aria-label') || '').trim()).length"""
            )
            assert unnamed == 0, name
            digits = page.evaluate(
                "() => [...document.querySelectorAll('svg.chart')].map(e => e.getAttribute('aria-label'))"
            )
            assert len(digits) > 2
            assert all(any(c.isdigit() for c in label) for label in digits), name
