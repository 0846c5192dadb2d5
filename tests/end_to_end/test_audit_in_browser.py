"""The pages of the audit in Chromium: a register and one site, two examples, at three widths, light and dark, as axe-core sees them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser
from tests.end_to_end.test_desk_in_browser import AXE, FINDINGS
from tests.end_to_end.test_page_in_browser import browser, opened, weak_contrast  # noqa: F401 - a fixture

from adit.cli.main import adit

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parents[2] / "examples"
HALF_YEAR = ["--sites", str(EXAMPLES / "audit" / "sites.csv")]
PAGES: dict[str, Callable[[Path], list[str]]] = {
    "register": lambda _: ["run", *HALF_YEAR, "--months", "2024-01..2024-06"],
    "site": lambda _: ["explain", "A-3", "2024-03", "--since", "2024-01", *HALF_YEAR],
    "clean": lambda _: ["explain", "A-1", "2024-03", *HALF_YEAR, "--lang", "ru"],
    "untested": lambda _: ["explain", "A-4", "2024-03", *HALF_YEAR],
    "nothing": lambda _: ["run", *HALF_YEAR, "--months", "2024-01", "--alpha", "0.000001", "--assumptions", str(wide(_))],
    "chain": lambda receipts: ["run", "--sites", str(EXAMPLES / "audit" / "chain" / "sites.csv"), "--receipts", str(receipts), "--months", "2017-08", "--lang", "ru"],
    "chain site": lambda receipts: ["explain", "B-3", "2017-08", "--sites", str(EXAMPLES / "audit" / "chain" / "sites.csv"), "--receipts", str(receipts)],
}  # fmt: skip


def wide(beside: Path) -> Path:
    """Bounds so wide that nothing is found."""
    from adit.audit.store import SHIPPED_ASSUMPTIONS

    text = SHIPPED_ASSUMPTIONS.read_text(encoding="utf-8")
    own = beside.with_name("wide.toml")
    own.write_text(text.replace("least = 0.88", "least = 0.01").replace("[power.stock]  # the", "[power.stock]  #").replace("most = 1.10\nwhy = \"Makers state power", "most = 9\nwhy = \"Makers state power").replace("least = 0.95", "least = 0.1"), encoding="utf-8")  # fmt: skip
    return own


@pytest.fixture(scope="module")
def receipts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("chain") / "receipts.csv"
    blocks, addresses = EXAMPLES / "chain" / "blocks", EXAMPLES / "audit" / "chain" / "addresses.csv"
    arguments = ["chain", "receipts", "--blocks", str(blocks), "--addresses", str(addresses), "--tip", "702960"]
    assert CliRunner().invoke(adit, [*arguments, "--out", str(out)]).exit_code == 0
    return out


@pytest.fixture(scope="module", params=PAGES)
def audited(request: pytest.FixtureRequest, receipts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("audit") / "audit.html"
    done = CliRunner().invoke(adit, ["audit", *PAGES[request.param](receipts), "--report", str(path)])
    assert done.exit_code in (0, 1), done.output
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_it_fits_and_shuts_nobody_out(browser: Browser, audited: Path, width: int, scheme: str) -> None:  # noqa: F811
    with opened(browser, audited, width, color_scheme=scheme) as page:
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert weak_contrast(page) == []


def test_axe_finds_nothing_serious(browser: Browser, audited: Path) -> None:  # noqa: F811
    context = browser.new_context(
        bypass_csp=True, viewport={"width": 360, "height": 800}
    )  # the page runs no script, not even that of the test
    page = context.new_page()
    page.goto(audited.as_uri())
    page.evaluate(AXE)
    assert page.evaluate(FINDINGS) == []
    context.close()


def test_nothing_is_drawn_outside_its_scale(browser: Browser, audited: Path) -> None:  # noqa: F811
    with opened(browser, audited, 1280) as page:
        outside = page.evaluate(
            """() => [...document.querySelectorAll('svg rect, svg line')].filter(e => {
                const frame = e.ownerSVGElement.getBoundingClientRect(), box = e.getBoundingClientRect();
                return box.left < frame.left - 4 || box.right > frame.right + 4 || box.top < frame.top - 4 || box.bottom > frame.bottom + 4;
            }).map(e => e.outerHTML)"""
        )
        assert outside == []
