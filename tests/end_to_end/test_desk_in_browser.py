"""The desk in Chromium: every page at three widths, light and dark, in both languages, under its policy, as axe-core sees it.

The pages are found by following links, one of each kind for each role, so that a page that is new is looked at too.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from tests.desk.at_work import Person, office_at_work, served
from tests.end_to_end.test_page_in_browser import browser as browser

from adit.desk.office import Office

pytestmark = pytest.mark.slow

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
ROLES = (
    "",
    "miner",
    "household",
    "operator",
    "trader",
    "officer",
    "inspector",
    "analyst",
    "watcher",
    "admin",
    "newcomer",
)
WIDTHS = (360, 768, 1280)
MOST = 60  # pages of one role


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(office: Office) -> Iterator[str]:
    with served(office) as url:
        yield url


def _context(
    browser: Browser,
    office: Office,
    address: str,
    login: str,
    width: int,
    scheme: Literal["light", "dark"],
    language: str,
) -> BrowserContext:
    """A browser in which somebody is signed in."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    cookies = [("language", language)]
    if login:
        cookies += [(c.name, str(c.value)) for c in Person(office, login, language).client.cookies.jar]
    context.add_cookies([{"name": n, "value": v, "url": address} for n, v in cookies])
    return context


def _kind(path: str) -> str:
    """A path with its ids, days and searches left out: pages of one kind are made by one template."""
    return re.sub(r"[a-z]+-[0-9a-z]{8,16}|[0-9a-f]{64}|\d+", "*", path.partition("?")[0])


def _crawl(page: Page, address: str, start: str) -> Iterator[str]:
    """The pages that can be reached by links, the first of each kind; each is open when it is yielded."""
    waiting, seen = [start], set[str]()
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        if _kind(path) in seen:
            continue
        seen.add(_kind(path))
        response = page.goto(address + path)
        assert response is not None
        assert response.status == 200, f"{path}: {response.status}"
        yield path
        found = page.eval_on_selector_all("a[href]", "links => links.map(a => a.getAttribute('href'))")
        waiting += [
            f
            for f in found
            if f.startswith("/")
            and not f.startswith(("/static", "//"))
            and not re.search(r"\.(pdf|csv|xlsx|txt|json|xml)\b|/photos/", f)
        ]


def _start(login: str) -> str:
    return {
        "": "/",
        "trader": "/settlements/mine",
        "officer": "/queue",
        "inspector": "/visits",
        "analyst": "/figures",
        "watcher": "/suspicions",
        "admin": "/admin",
        "newcomer": "/joining",
    }.get(login, "/mine")


def _fits(page: Page, width: int) -> bool:
    """Whether the page comes to stand within the window: charts are drawn anew some frames after it changed."""
    try:
        page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width, timeout=5000)
    except PlaywrightTimeout:
        return False
    return True


FINDINGS = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
    .filter(v => ['serious', 'critical'].includes(v.impact))
    .map(v => `${v.id}: ${v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(', ')}`)"""


@pytest.mark.parametrize("login", ROLES)
@pytest.mark.parametrize(("width", "scheme", "language"), [(360, "light", "ru"), (1280, "dark", "en")])
def test_every_page_fits_and_shuts_nobody_out(
    browser: Browser,
    office: Office,
    address: str,
    login: str,
    width: int,
    scheme: Literal["light", "dark"],
    language: str,
) -> None:
    """One way through the pages: each is drawn at every width, and asked of axe at its own."""
    context = _context(browser, office, address, login, width, scheme, language)
    page, told, findings, wide = context.new_page(), list[str](), dict[str, list[str]](), dict[str, int]()
    page.on("console", lambda m: told.append(f"{page.url}: {m.text}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: told.append(f"{page.url}: {e}"))
    for path in _crawl(page, address, _start(login)):
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        for tried in (*(w for w in WIDTHS if w != width), width):
            page.set_viewport_size({"width": tried, "height": 800})
            if not _fits(page, tried):
                wide[f"{path} at {tried}"] = page.evaluate("document.documentElement.scrollWidth")
        page.evaluate(AXE)
        found = page.evaluate(FINDINGS)
        if found:
            findings[path] = found
    context.close()
    assert wide == {}
    assert findings == {}
    assert told == []


def _sign_in(page: Page, address: str, login: str, language: str) -> None:
    """As a person does it: the form, and the code that the demonstration shows."""
    page.context.add_cookies([{"name": "language", "value": language, "url": address}])
    page.goto(f"{address}/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", "demonstration office")
    page.press("[name=password]", "Enter")
    if "/second" in page.url:
        code = re.search(r"\b\d{6}\b", page.inner_text("main"))
        assert code is not None
        page.fill("[name=code]", code[0])
        page.press("[name=code]", "Enter")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_a_declaration_means_is_told_while_it_is_filled_in(
    browser: Browser, office: Office, address: str, language: str
) -> None:
    page = _context(browser, office, address, "miner", 1280, "light", language).new_page()
    page.goto(f"{address}/mine/declare?month=2025-03")
    page.fill("[name=coins]", "0,25")
    page.fill("[name=energy]", "100000")
    expect(page.locator("#owed")).to_contain_text("₽")
    expect(page.locator("#owed cite").first).not_to_be_empty()
    page.fill("[name=coins]", "many")
    page.locator("[name=coins]").blur()
    expect(page.locator("#owed")).not_to_contain_text("₽")


def test_a_row_is_reached_by_keyboard(browser: Browser, office: Office, address: str) -> None:
    page = _context(browser, office, address, "officer", 1280, "light", "en").new_page()
    page.goto(f"{address}/queue")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator("tr[aria-selected=true]").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(applications|proposals|exclusions|appeals)/"))
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url(re.compile(r"/queue"))
    page.keyboard.press("/")
    page.keyboard.type("Ангара")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search"))
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_be_visible()


def test_an_act_is_shown_as_it_is_being_written(browser: Browser, office: Office, address: str) -> None:
    from datetime import date

    from adit.regime.scaffold import new_act

    folder = office.settings.folder / "acts" / "levy"
    for name, text in new_act("A levy on mining", "ru", "bill", date(2026, 1, 1), "mining").items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    page = _context(browser, office, address, "admin", 1280, "light", "en").new_page()
    page.goto(f"{address}/admin/preview?act=levy")
    expect(page.locator("#act")).to_contain_text("A levy on mining")
    head = folder / "regime.toml"
    head.write_text(head.read_text(encoding="utf-8").replace("A levy on mining", "A levy on heat"), encoding="utf-8")
    expect(page.locator("#act")).to_contain_text("A levy on heat")  # by itself


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_case_goes_through_the_house(browser: Browser, language: str) -> None:
    """A miner enters itself, applies and declares, two officers decide, the miner appeals, others answer; each in a browser of his own."""
    with office_at_work() as office, served(office) as address:

        def opened(login: str) -> Page:
            page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
            _sign_in(page, address, login, language)
            page.context.add_cookies([{"name": "language", "value": language, "url": address}])
            if page.locator("html").get_attribute("lang") != language:
                page.click(f"button[name=language][value={language}]")
            office.clock.pass_(seconds=31)  # type: ignore[attr-defined]  # a code of the second factor counts once
            return page

        household = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        household.context.add_cookies([{"name": "language", "value": language, "url": address}])
        household.goto(f"{address}/sign-in")
        household.click("a[href='/join']")
        for name, value in (
            ("name", "Новосёлов Новый Вымышленный"), ("inn", "500100732259"), ("person", "Новосёлов Новый Вымышленный"),
            ("email", "new@example.org"), ("login", "novoselov"), ("password", "rain over the old ferry"),
        ):  # fmt: skip
            household.fill(f"[name={name}]", value)
        household.locator("form[action='/join'] > button").click()
        household.wait_for_url(re.compile("/joining$"))
        expect(household.locator("main")).to_contain_text("novoselov")

        officer, second = opened("officer"), opened("second")
        officer.goto(f"{address}/queue?what=joinings")
        officer.get_by_role("link", name="Новосёлов").click()
        officer.check("input[name=party][value=new]")
        officer.select_option("[name=seen_of]", "passport in person")
        officer.fill("[name=remark]", "Passport 00 00 000001.")
        officer.locator("form[action$='/propose'] > button").click()
        expect(officer.locator(".flash")).to_be_visible()
        household.goto(f"{address}/mine")
        assert (
            household.locator("h1").inner_text() != "Новосёлов Новый Вымышленный"
        )  # not before a second officer says so
        second.goto(f"{address}/queue?what=proposals")
        second.get_by_role("link", name="Новосёлов").click()
        expect(second.locator("main")).to_contain_text("Passport 00 00 000001.")
        second.click("button[name=outcome][value=approve]")
        expect(second.locator(".flash")).to_be_visible()
        household.goto(f"{address}/mine")
        expect(household.locator("h1")).to_have_text("Новосёлов Новый Вымышленный")

        household.goto(f"{address}/mine/apply")
        household.fill("[name=statement]", "Two machines at home.")
        household.click("main form button")
        expect(household.locator(".flash")).to_be_visible()

        officer.goto(f"{address}/queue?what=applications")
        officer.get_by_role("link", name="Новосёлов").click()
        officer.check("input[name=outcome][value=approve]")
        officer.fill("[name=reason]", "Nothing stands in the way.")
        officer.fill("[name=cites]", "221-FZ of 2024-08-08")
        officer.locator("form[action$='/propose'] button").click()
        expect(officer.locator(".flash")).to_be_visible()

        second.goto(f"{address}/queue?what=proposals")
        second.get_by_role("link", name="Новосёлов").click()
        expect(second.locator("main")).to_contain_text("Nothing stands in the way.")
        second.click("button[name=outcome][value=approve]")
        expect(second.locator(".flash")).to_be_visible()

        household.goto(f"{address}/mine/declare?month=2025-03")
        household.fill("[name=coins]", "0.05")
        household.fill("[name=energy]", "5900")
        household.locator("form[action='/mine/declare'][method=post] > button").click()
        expect(household.locator(".flash")).to_be_visible()

        party = re.search(r"party-\w+", household.url)
        assert party is not None
        officer.goto(f"{address}/parties/{party[0]}")
        officer.select_option("[name=month]", "2025-03")
        officer.locator("form[action$='/decide'] button").click()
        officer.wait_for_url(re.compile("/decisions/"))

        household.goto(f"{address}/mine")
        household.locator("a[href^='/mine/appeal']").first.click()
        household.fill("[name=statement]", "The meter counts the house.")
        household.click("main form button")
        expect(household.locator(".flash")).to_be_visible()

        third, fourth = opened("third"), opened("fourth")
        third.goto(f"{address}/queue?what=appeals")
        third.get_by_role("link", name="Новосёлов").click()
        third.check("input[name=outcome][value=uphold]")
        third.fill("[name=reason]", "The meter is of the house.")
        third.locator("form[action$='/propose'] button").click()
        fourth.goto(f"{address}/queue?what=proposals")
        fourth.get_by_role("link", name="Новосёлов").click()
        fourth.click("button[name=outcome][value=approve]")
        household.goto(f"{address}/mine")
        expect(household.locator("main")).to_contain_text("удовлетворена" if language == "ru" else "upheld")
