"""A visit on a phone, in Chromium: planned, half written when the signal is lost, taken up again, filed with a photo. And the map by keyboard."""

import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect
from tests.databases import Clock
from tests.desk.at_work import office_at_work
from tests.end_to_end.test_page_in_browser import browser, weak_contrast  # noqa: F401 - a fixture

from adit.desk.app import create_app
from adit.desk.demo import PASSWORD, SECRET
from adit.desk.office import Office
from adit.desk.web.accounts import STEP_S, code_at
from adit.register.records import Inspection, Site
from adit.register.store import Stated, listed

pytestmark = pytest.mark.slow

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
ON_PURPOSE = ("ERR_INTERNET_DISCONNECTED", "status of 422")  # a line that was cut, a form that was refused


class Desk:
    """An office that is served: its address, and what it holds."""

    def __init__(self, office: Office, url: str) -> None:
        self.office, self.url = office, url

    def visit(self, state: str, site: str = "") -> Stated[Inspection]:
        with self.office.reading() as connection:
            found = listed(connection, Inspection, "state = %s AND upper_inf(valid)", [state])
        return next(v for v in found if site in ("", v.record.site))

    def site(self, name: str) -> str:
        with self.office.reading() as connection:
            return listed(connection, Site, "name LIKE %s", [f"%{name}%"])[0].id


@pytest.fixture
def desk() -> Iterator[Desk]:
    with office_at_work() as office:
        config = uvicorn.Config(
            create_app(office), host="127.0.0.1", port=0, log_config=None, access_log=False, ws="none"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Desk(office, f"http://127.0.0.1:{port}")
        server.should_exit = True
        thread.join()


@contextmanager
def opened(browser: Browser, desk: Desk, login: str = "inspector", **more: Any) -> Iterator[Page]:  # noqa: F811
    """A page of somebody who has signed in; afterwards, that it wrote no error but those that were meant."""
    context = browser.new_context(locale="en-GB", reduced_motion="reduce", **more)
    page = context.new_page()
    page.set_default_timeout(10_000)
    errors: list[str] = []
    page.on("console", lambda m: errors.append(m.text))
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("dialog", lambda d: d.accept())
    _sign_in(page, desk, login)
    if page.locator("button[name=language][value=en]").count():
        page.click("button[name=language][value=en]")
    yield page
    assert [e for e in errors if not any(meant in e for meant in ON_PURPOSE)] == []
    context.close()


def _sign_in(page: Page, desk: Desk, login: str) -> None:
    clock = desk.office.clock
    assert isinstance(clock, Clock)
    clock.pass_(seconds=STEP_S)
    page.goto(f"{desk.url}/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.fill("[name=code]", code_at(SECRET, int(clock.now.timestamp()) // STEP_S))
    page.click("main button")
    page.wait_for_url(lambda url: "/second" not in url)


def _photo(folder: Path) -> Path:
    """A picture of sixty by forty dots."""
    rows = b"".join(b"\x00" + bytes((x * 4, y * 6, 128)) * 60 for y in range(40) for x in [y])

    def chunk(kind: bytes, held: bytes) -> bytes:
        return struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))

    file = folder / "rack.png"
    head = struct.pack(">IIBBBBB", 60, 40, 8, 2, 0, 0, 0)
    file.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )
    return file


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_lost_signal_loses_nothing(browser: Browser, desk: Desk, tmp_path: Path) -> None:  # noqa: F811
    site = desk.site("Карелия")
    with opened(browser, desk, **PHONE) as page:
        assert page.url == f"{desk.url}/visits"
        _fits(page)
        page.goto(f"{desk.url}/sites/{site}")
        _fits(page)
        page.fill("#day", "2025-04-01")
        page.fill("#why", "To count the machines.")
        page.tap("#plan button")
        page.wait_for_selector(".flash")
        visit = desk.visit("planned", site)
        page.tap(f"a[href='/visits/{visit.id}']")
        page.wait_for_selector("form[data-draft]")
        _fits(page)
        assert page.inner_text(".protocol .lead").endswith("To count the machines.")

        # half of it is written, then the signal is lost: what follows is kept too, and sending says so
        page.fill("[name=machines]", "23")
        page.context.set_offline(True)
        page.fill("[name=reading_kwh]", "123456,5")
        page.fill("[name=protocol]", "Two racks are empty.")
        assert "Kept on this phone" in page.inner_text("[data-state]")
        page.tap("form[data-draft] > button")
        page.wait_for_selector("[data-wrong]:not([hidden])")
        assert "there is no connection" in page.inner_text("[data-wrong]")
        assert page.is_enabled("form[data-draft] > button")
        assert desk.visit("planned", site).id == visit.id

        # the phone is put away and the page comes anew: the draft is there
        page.context.set_offline(False)
        page.reload()
        expect(page.locator("[data-state]")).to_contain_text("Taken up again")
        assert page.input_value("[name=machines]") == "23"
        assert page.input_value("[name=reading_kwh]") == "123456,5"
        assert page.input_value("[name=protocol]") == "Two racks are empty."

        page.set_input_files("#photos", _photo(tmp_path))
        page.tap("form[data-draft] > button")
        page.wait_for_selector(".photos img")
        assert page.inner_text(".flash") == "Filed."
        assert "23 machines found" in page.inner_text("main")
        assert "2 fewer than in the register" in page.inner_text("main")
        assert (
            page.evaluate(
                "document.querySelector('.photos img').decode().then(() => document.querySelector('.photos img').naturalWidth)"
            )
            == 60
        )
        assert page.evaluate("localStorage.length") == 0
        _fits(page)
    filed = desk.visit("filed", site).record
    assert (filed.machines_found, filed.reading_wh, len(filed.photos)) == (23, 123_456_500, 1)


def test_a_protocol_that_went_through_unheard_counts_once(browser: Browser, desk: Desk) -> None:  # noqa: F811
    """The office has it, and the answer is lost on the way: it is sent again with the same key."""
    visit = desk.visit("planned")
    with opened(browser, desk, **PHONE) as page:
        page.goto(f"{desk.url}/visits/{visit.id}")
        page.fill("[name=machines]", "60")
        dropped: list[int] = []

        def once(route: Any) -> None:
            if dropped:
                route.continue_()
                return
            dropped.append(route.fetch().status)  # it arrives
            route.abort("internetdisconnected")  # and nobody hears of it

        page.route("**/file", once)
        page.tap("form[data-draft] > button")
        page.wait_for_selector("[data-wrong]:not([hidden])")
        assert dropped == [200]
        page.tap("form[data-draft] > button")
        page.wait_for_selector(".callout.good")
        assert "as many as in the register" in page.inner_text("main")


def test_what_is_refused_is_told_and_photos_stay(browser: Browser, desk: Desk, tmp_path: Path) -> None:  # noqa: F811
    visit = desk.visit("planned")
    drawing = tmp_path / "drawing.jpg"
    drawing.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    with opened(browser, desk, **PHONE) as page:
        page.goto(f"{desk.url}/visits/{visit.id}")
        page.fill("[name=machines]", "-3")
        page.set_input_files("#photos", _photo(tmp_path))
        page.tap("form[data-draft] > button")
        page.wait_for_selector("[data-wrong]:not([hidden])")
        assert "below zero" in page.inner_text("[data-wrong]")
        assert page.evaluate("document.activeElement.name") == "machines"
        assert page.evaluate("document.getElementById('photos').files.length") == 1
        page.fill("[name=machines]", "60")
        page.set_input_files("#photos", drawing)  # one more: a camera gives one at a time
        assert page.evaluate("document.getElementById('photos').files.length") == 2
        page.tap("form[data-draft] > button")
        expect(page.locator("[data-wrong]")).to_contain_text("no photo")
        page.get_by_label("Take away: drawing.jpg").tap()
        assert page.evaluate("[...document.getElementById('photos').files].map(f => f.name)") == ["rack.png"]
        page.set_input_files("#photos", [_photo(tmp_path)] * 12)
        assert "more than 12 photos" in page.inner_text("[data-wrong]")
        page.reload()
        assert page.input_value("[name=machines]") == "60"


def test_who_is_signed_out_meanwhile_finds_the_draft_again(browser: Browser, desk: Desk) -> None:  # noqa: F811
    visit = desk.visit("planned")
    with opened(browser, desk, **PHONE) as page:
        page.goto(f"{desk.url}/visits/{visit.id}")
        page.check("[name=no_entry]")
        assert page.is_hidden("[name=machines]")
        page.fill("[name=protocol]", "The gate was locked.")
        page.context.clear_cookies()
        page.tap("form[data-draft] > button")
        page.wait_for_url("**/sign-in*")
        _sign_in(page, desk, "inspector")
        page.goto(f"{desk.url}/visits/{visit.id}")
        assert page.is_checked("[name=no_entry]")
        assert page.input_value("[name=protocol]") == "The gate was locked."
        page.tap("form[data-draft] > button")
        page.wait_for_selector("[data-done]")
        assert page.locator(".badge", has_text="could not enter").count() == 1


def test_without_javascript_it_is_a_form_like_any_other(browser: Browser, desk: Desk, tmp_path: Path) -> None:  # noqa: F811
    visit = desk.visit("planned")
    with opened(browser, desk, java_script_enabled=False, **PHONE) as page:
        page.goto(f"{desk.url}/visits/{visit.id}")
        page.fill("[name=machines]", "lots")
        page.fill("[name=protocol]", "Kept.")
        page.tap("form[data-draft] > button")
        expect(page.locator("[role=alert][tabindex]")).to_contain_text("is not a number")
        assert page.input_value("[name=protocol]") == "Kept."
        page.fill("[name=machines]", "60")
        page.set_input_files("#photos", _photo(tmp_path))
        page.tap("form[data-draft] > button")
        expect(page.locator("main")).to_contain_text("60 machines found")
        assert page.locator(".photos img").count() == 1


def test_a_thumb_hits_what_it_aims_at(browser: Browser, desk: Desk) -> None:  # noqa: F811
    with opened(browser, desk, **PHONE) as page:
        page.goto(f"{desk.url}/visits/{desk.visit('planned').id}")
        small = page.evaluate(
            """() => [...document.querySelectorAll('.protocol :is(input:not([type=checkbox], [type=hidden]), button, textarea, summary, .tick label)')]
               .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 80))"""
        )
        assert small == []
        modes = page.evaluate("[...document.querySelectorAll('.found input:not([type=hidden])')].map(e => e.inputMode)")
        assert modes == ["numeric", "decimal"]
        assert page.get_attribute("#photos", "capture") == "environment"
        assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('[name=machines]')).fontSize)") >= 16


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_pages_fit_and_can_be_read(browser: Browser, desk: Desk, width: int, scheme: Any) -> None:  # noqa: F811
    pages = [
        "/visits",
        f"/sites/{desk.site('Ангара')}",
        f"/visits/{desk.visit('planned').id}",
        f"/visits/{desk.visit('filed').id}",
        "/map",
    ]
    with opened(browser, desk, color_scheme=scheme, viewport={"width": width, "height": 800}) as page:
        for path in pages:
            page.goto(desk.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert weak_contrast(page) == [], path


def test_the_map_is_gone_through_by_keyboard(browser: Browser, desk: Desk) -> None:  # noqa: F811
    with opened(browser, desk, viewport={"width": 1280, "height": 900}) as page:
        page.goto(f"{desk.url}/map")
        page.locator(".mapbox").focus()
        labels = page.evaluate("[...document.querySelectorAll('.sites a')].map(a => a.getAttribute('aria-label'))")
        seen: list[str] = []
        while not seen or "Ангара Вычисления" not in seen[-1]:
            page.keyboard.press("Tab")
            seen.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
        assert seen == labels[: len(seen)]
        assert seen[-1] == "Площадка «Ангара Вычисления»: 1 site, 9\N{NO-BREAK SPACE}MW"
        page.keyboard.press("Enter")
        page.wait_for_url("**/sites/site-*")
        assert page.inner_text("h1") == "Площадка «Ангара Вычисления»"
        page.goto(f"{desk.url}/map?on=2025-11-15")
        filled = "getComputedStyle(document.querySelectorAll('.russia path.h')[0]).fill"
        assert "hatch" in page.evaluate(filled)  # told apart by more than colour
