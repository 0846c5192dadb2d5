"""The page in Chromium, as its readers have it: from the disk, at three widths, light and dark, by keyboard, on paper.

These tests fail where Chromium is missing; a page that nobody opened is not a page that works. `make test` installs it.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from adit import law
from adit.decision.comparison import compare
from adit.desk.comparison_page import page as render
from adit.evidence.sources.sites import read_sites

pytestmark = pytest.mark.slow

WIDTHS = (360, 900, 1440)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "comparison.html"
    regimes = [law.load(name) for name in law.names("ru")]
    path.write_text(render(compare(regimes, read_sites(), date(2025, 5, 1))), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "Chromium is missing: apt-get install chromium (make test does it)."
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@contextmanager
def opened(browser: Browser, file: Path, width: int = 1440, **more: Any) -> Iterator[Page]:
    """The page at this width; afterwards, that it wrote no error and asked nothing of any network."""
    context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce", **more)
    page = context.new_page()
    errors: list[str] = []
    asked: list[str] = []
    page.on("console", lambda m: errors.append(m.text))
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("request", lambda r: asked.append(r.url))
    page.goto(file.as_uri())
    yield page
    assert errors == []
    assert [url for url in asked if url != file.as_uri() and not url.startswith("data:")] == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_and_can_be_read(browser: Browser, file: Path, width: int, scheme: str) -> None:
    with opened(browser, file, width, color_scheme=scheme) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        lost = page.evaluate(
            """() => [...document.querySelectorAll('main *')].filter(e => e.checkVisibility()
               && !e.closest('.scroll, .mapbox, .vh, svg, thead')
               && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"""
        )
        assert lost == []
        assert weak_contrast(page) == []


def weak_contrast(page: Page) -> list[str]:
    """Texts with less contrast against their background than WCAG 2.2 AA asks of text (4.5, large text 3)."""
    found: list[str] = page.evaluate(
        """() => {
          const c = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
          const rgba = s => {
            c.clearRect(0, 0, 1, 1); c.fillStyle = s; c.fillRect(0, 0, 1, 1);
            const d = c.getImageData(0, 0, 1, 1).data;
            return [d[0], d[1], d[2], d[3] / 255];
          };
          const linear = v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
          const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
          const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
          const behind = e => {
            const chain = [];
            for (; e; e = e.parentElement) chain.push(rgba(getComputedStyle(e).backgroundColor));
            return chain.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
          };
          const seen = new Map();
          for (const e of document.querySelectorAll('body *')) {
            if (e.closest('svg, .vh, script, style') || !e.checkVisibility()) continue;
            if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
            const style = getComputedStyle(e), a = light(rgba(style.color)), b = light(behind(e));
            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), size = parseFloat(style.fontSize);
            const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
            if (ratio < (large ? 3 : 4.5)) {
              seen.set(`${e.tagName}.${e.className}`, `${ratio.toFixed(2)} ${e.textContent.slice(0, 40)}`);
            }
          }
          return [...seen].map(x => x.join(': '));
        }"""
    )
    return found


def test_choosing_a_regime_changes_the_map_and_what_is_said_of_it(browser: Browser, file: Path) -> None:
    with opened(browser, file) as page:
        signs = "[...document.querySelectorAll('#marks use')].map(u => u.getAttribute('href')).join()"
        labels = "[...document.querySelectorAll('#marks .m')].map(m => m.getAttribute('aria-label')).join()"
        seen = set()
        for radio in page.query_selector_all("#regime-choice input"):
            radio.check(force=True)
            seen.add((page.evaluate(signs), page.evaluate(labels), page.inner_text("#map-sum")))
        choices = page.locator("#regime-choice input").count()
        assert len({said for _, _, said in seen}) == choices
        assert len({drawn for drawn, _, _ in seen}) > choices / 2  # some regimes say the same of every site
        page.locator('#regime-choice label:has-text("central bank 2022") input').check(force=True)
        assert set(page.evaluate(signs).split(",")) == {"#m-no", "#s-no"}
        assert "672.5\N{NO-BREAK SPACE}MW stopped" in page.inner_text("#map-sum")


def test_the_map_by_keyboard(browser: Browser, file: Path) -> None:
    with opened(browser, file) as page:
        page.focus("#regime-choice input:checked")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Tab")  # the box of the map
        page.keyboard.press("Tab")
        first = page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert page.is_visible("#tip")
        assert page.inner_text("#tip .head") in first
        page.keyboard.press("ArrowRight")
        second = page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert second != first
        page.keyboard.press("Escape")
        assert not page.is_visible("#tip")
        page.keyboard.press("Enter")
        name = page.evaluate("document.activeElement.textContent")
        assert second.startswith(name)
        assert page.evaluate("document.activeElement.parentElement.open")


def test_a_cell_gives_its_reason_by_keyboard_and_by_mouse(browser: Browser, file: Path) -> None:
    with opened(browser, file) as page:
        cell = page.locator(".panel .t a").first
        cell.focus()
        note = page.locator(cell.get_attribute("href") or "")
        reason = note.locator("div").inner_text().strip()
        assert reason.split("\n")[-1] in page.inner_text("#tip")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 2
        assert page.evaluate("document.activeElement.parentElement.cellIndex") == 2
        stops = page.evaluate("[...document.querySelectorAll('.panel .t a')].filter(a => a.tabIndex === 0).length")
        assert stops == page.locator(".panel table").count()  # one stop of the tab key for a table
        page.keyboard.press("Escape")
        page.locator(".panel .t a").nth(3).hover()
        page.locator("#tip").wait_for(timeout=2000)


def test_pointing_at_a_region_tells_of_its_sites(browser: Browser, file: Path) -> None:
    with opened(browser, file) as page:
        page.locator("#map").scroll_into_view_if_needed()
        page.locator('#land path[data-r="RU-SA"]').hover()
        page.locator("#tip").wait_for(timeout=2000)
        assert "Sakha" in page.inner_text("#tip")
        assert "No site of the list lies here" in page.inner_text("#tip")


def test_the_table_is_filtered_and_sorted(browser: Browser, file: Path) -> None:
    with opened(browser, file) as page:
        rows = page.locator("#site-table tbody tr:visible")
        every = rows.count()
        page.select_option("#filters [name=region]", "RU-DA")
        assert 0 < rows.count() < every
        assert page.inner_text("#shown").startswith(f"{rows.count()} of {every} sites")
        assert page.locator("#marks .m:not(.off)").count() == rows.count()
        page.select_option("#filters [name=region]", "")
        page.fill("#filters [name=text]", "bratsk operating")
        assert 0 < rows.count() < 10
        page.fill("#filters [name=text]", "")
        page.click('#site-table th[data-sort="kw"] button')
        assert page.get_attribute('#site-table th[data-sort="kw"]', "aria-sort") == "descending"
        assert "200" in rows.first.inner_text()
        assert "not reported" in rows.last.inner_text()
        page.click('#site-table th[data-sort="kw"] button')
        assert "not reported" in rows.last.inner_text()  # never sorted as a zero


def test_any_two_regimes(browser: Browser, file: Path) -> None:
    with opened(browser, file) as page:
        assert page.locator(".pairbox:visible").count() == 1
        count = page.locator("#two [name=a] option").count()
        page.select_option("#two [name=a]", "1")
        page.select_option("#two [name=b]", str(count))
        assert page.locator(".pairbox:visible").get_attribute("id") == f"d-1-{count}"
        page.select_option("#two [name=b]", "1")
        assert "nothing differs" in page.inner_text("#two-sum")
        page.click(".counts-matrix a >> nth=0")
        assert page.locator(".pairbox:visible").get_attribute("id") == "d-1-2"


def test_light_and_dark_can_be_chosen(browser: Browser, file: Path) -> None:
    with opened(browser, file, color_scheme="light") as page:
        colour = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(colour)
        page.click("#theme")
        assert page.evaluate(colour) != light
        page.reload()
        assert page.evaluate(colour) != light  # remembered
        page.click("#theme")
        assert page.evaluate(colour) == light


def test_without_javascript_everything_can_be_read(browser: Browser, file: Path) -> None:
    with opened(browser, file, java_script_enabled=False) as page:
        sites = len(read_sites().rows)
        assert page.locator("#site-table tbody tr:visible").count() == sites
        assert page.locator("#marks .m").count() > 50
        assert page.locator(".notes li:visible").count() > 20
        assert page.locator(".pairbox:visible").count() > 1
        assert page.locator(".js:visible").count() == 0


def test_on_a_phone_the_map_scrolls_in_its_own_box(browser: Browser, file: Path) -> None:
    with opened(browser, file, 360) as page:
        assert page.evaluate("document.querySelector('.mapbox').scrollLeft") > 0
        assert page.evaluate("document.querySelector('#map').getBoundingClientRect().width") > 800


def test_on_paper(browser: Browser, file: Path, tmp_path: Path) -> None:
    with opened(browser, file, color_scheme="dark") as page:
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.locator(".toc:visible, #filters:visible, #theme:visible").count() == 0
        pdf = tmp_path / "page.pdf"
        page.pdf(path=pdf, prefer_css_page_size=True)
        assert pdf.stat().st_size > 50_000
