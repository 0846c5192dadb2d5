"""What is asked of every page that opens offline: that it fits, can be read, shuts nobody out, and draws nothing outside its scale."""

from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page
from tests.end_to_end.test_desk_in_browser import AXE, FINDINGS
from tests.end_to_end.test_page_in_browser import opened, weak_contrast

__all__ = ["fits_and_can_be_read", "outside_their_scale", "serious_findings"]


def fits_and_can_be_read(browser: Browser, page_file: Path, width: int, scheme: str) -> None:
    """All of it unfolded."""
    with opened(browser, page_file, width, color_scheme=scheme) as page:
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert weak_contrast(page) == []


def serious_findings(browser: Browser, page_file: Path, scheme: Literal["light", "dark"] = "light") -> Any:
    """Of axe, on a phone. The page runs no script, not even that of the test, so its policy is set aside."""
    context = browser.new_context(bypass_csp=True, viewport={"width": 360, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(page_file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.evaluate(AXE)
    found = page.evaluate(FINDINGS)
    context.close()
    return found


def outside_their_scale(page: Page, margin: int) -> Any:
    """What is drawn more than so many pixels outside its drawing."""
    return page.evaluate(
        """margin => [...document.querySelectorAll('svg rect, svg line, svg path')].filter(e => {
            const frame = e.ownerSVGElement.getBoundingClientRect(), box = e.getBoundingClientRect();
            return box.left < frame.left - margin || box.right > frame.right + margin
                || box.top < frame.top - margin || box.bottom > frame.bottom + margin;
        }).map(e => e.outerHTML.slice(0, 200))""",
        margin,
    )
