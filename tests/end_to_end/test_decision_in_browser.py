"""The page of a decision in Chromium: at three widths, light and dark, folded by keyboard, whole on paper."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.end_to_end.test_page_in_browser import browser, opened, weak_contrast  # noqa: F401 - a fixture

from adit.decision.stored.store import read_record
from adit.decision.stored.telling import tell
from adit.desk.decision_page import page as render

pytestmark = pytest.mark.slow

STORED = Path(__file__).parents[1] / "decision" / "stored" / "decision-1.json"


@pytest.fixture(scope="module", params=["en", "ru"])
def decision(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("decision") / f"{request.param}.html"
    path.write_text(render(tell(read_record(STORED), request.param)), encoding="utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 390, 1280])
def test_it_fits_and_can_be_read(browser: Browser, decision: Path, width: int, scheme: str) -> None:  # noqa: F811
    with opened(browser, decision, width, color_scheme=scheme) as page:
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert weak_contrast(page) == []


def test_what_is_folded_opens_by_keyboard(browser: Browser, decision: Path) -> None:  # noqa: F811
    with opened(browser, decision) as page:
        folded = page.locator("details:not([open]) > summary").first
        folded.focus()
        before = page.locator("details[open]").count()
        page.keyboard.press("Enter")
        assert page.locator("details[open]").count() == before + 1


HIDDEN = """() => [...document.querySelectorAll('details > :not(summary)')]
    .filter(e => e.textContent.trim()).filter(e => !e.checkVisibility({contentVisibilityAuto: true}) || e.getBoundingClientRect().height === 0)
    .map(e => e.outerHTML.slice(0, 80))"""


def test_all_of_it_is_printed(browser: Browser, decision: Path) -> None:  # noqa: F811
    with opened(browser, decision) as page:
        assert page.evaluate(HIDDEN) != []
        page.emulate_media(media="print")
        assert page.evaluate(HIDDEN) == []
