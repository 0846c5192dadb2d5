"""How a page is made: a template, the words of a language, who is there, and what keeps a form safe."""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from adit import __version__
from adit.desk.office import Office
from adit.desk.web.hands import Hand, anyone
from adit.desk.web.languages import Words, words
from adit.terms.errors import AditError
from adit.terms.language import titled

__all__ = ["cookie", "language_of", "office_of", "page", "redirect", "told", "words_of"]

DESK = Path(__file__).parents[1]


def N_(message: str) -> str:  # noqa: N802 - the name that is usual for it
    """Marks a message that is translated where it is shown."""
    return message


# part of the desk -> its pages: (path, message, the key that goes there after g)
_NAVIGATION: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    ("act for a party", (
        ("/mine", N_("Overview"), "o"), ("/mine/declare", N_("Declare"), "d"), ("/mine/sites", N_("Sites and machines"), "s"),
        ("/mine/pools", N_("Pools"), "w"), ("/mine/letters", N_("Letters"), "l"),
    )),
    ("host miners", (("/mine/clients", N_("Clients"), "c"),)),
    ("prepare settlements", (("/settlements/mine", N_("Settlements"), "t"),)),
    ("handle cases", (("/queue", N_("Queue"), "q"), ("/reports", N_("Monthly reports"), "m"))),
    ("see the register", (("/members", N_("Register"), "r"), ("/figures", N_("Figures"), "f"), ("/map", N_("Map"), "k"))),
    ("handle suspicions", (("/suspicions", N_("Suspicions"), "u"),)),
    ("see settlements", (("/settlements", N_("Settlements"), "t"),)),
    ("see the screening", (("/screening", N_("Screening"), "n"),)),
    ("try laws", (("/lab", N_("Policy lab"), "b"),)),
    ("visit sites", (("/visits", N_("Visits"), "v"),)),
    ("bring tables", (("/imports", N_("Import"), "i"),)),
    ("guard accounts", (("/resets", N_("Lost access"), "x"),)),
    ("run the office", (("/admin", N_("Office"), "a"), ("/admin/preview", N_("Preview an act"), "p"), ("/erasures", N_("Erasures"), "e"))),
)  # fmt: skip


@cache
def environment() -> Environment:
    """Templates of the desk: everything is escaped, and a name that is not given is a mistake."""
    made = Environment(
        loader=FileSystemLoader(DESK / "templates" / "office"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["static"] = static_address
    made.filters["tone"] = tone
    made.filters["sentence"] = sentence
    made.filters["titled"] = titled
    return made


@cache
def static_address(name: str) -> str:
    """The address of a file of the desk, with its hash, so that browsers may keep it for good."""
    content = (DESK / "static" / name).read_bytes()
    return f"/static/{name}?v={sha256(content).hexdigest()[:10]}"


_TONES = {
    "good": ("approved", "on time", "filed", "upheld", "restored", "dropped", "yes", "corrected", "done", "confirmed"),
    "attention": ("sent", "in review", "noticed", "due soon", "late", "pending", "planned", "after registration", "part of the period", "undecided",
                  "waiting", "running"),
    "bad": ("missing", "refused", "excluded", "no", "rejected", "declined", "failed"),
}  # fmt: skip


def tone(state: object) -> str:
    """The tone of a badge; the words say the same, so that colour is never alone."""
    return next((name for name, states in _TONES.items() if str(state) in states), "neutral")


def sentence(text: str) -> str:
    """A text with a capital and a full stop; what is capital already stays so."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}" if text else ""


def office_of(request: Request) -> Office:
    found: Office = request.app.state.office
    return found


def cookie(request: Request, name: str) -> str:
    """What one of our cookies holds. On https it bears the prefix that binds it to this host, which `headers` gives to all."""
    secure = office_of(request).settings.url.startswith("https:")
    return request.cookies.get(f"__Host-{name}" if secure else name, "")


def language_of(request: Request) -> str:
    """The language of whoever is signed in, else of the cookie, else what the browser asks for."""
    who = anyone(request)
    if who is not None:
        return who.language
    chosen = cookie(request, "language") or request.headers.get("accept-language", "")[:2]
    return chosen if chosen in ("ru", "en") else "ru"


def words_of(request: Request) -> Words:
    return words(language_of(request), office_of(request).settings.zone, office_of(request).regime)


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A whole page, or the part of it that a template without a frame makes."""
    who, said, office = anyone(request), words_of(request), office_of(request)
    text = (
        environment()
        .get_template(template)
        .render(
            hand=who,
            w=said,
            _=said.gettext,
            ngettext=said.ngettext,
            language=said.language,
            office=office.settings,
            theme=who.theme if who else _theme(request),
            today=office.today(),
            nonce=request.state.nonce,
            csrf=who.csrf if who else "",
            key=token_urlsafe(18),
            path=request.url.path,
            navigation=_navigation(request, who, said),
            flash=_flash(request),
            version=__version__,
            **context,
        )
    )
    response = HTMLResponse(re.sub(r"\n\s*\n+", "\n", text), status_code=status)
    if cookie(request, "flash"):
        response.delete_cookie("flash", path="/")
    return response


def _theme(request: Request) -> str:
    chosen = cookie(request, "theme")
    return chosen if chosen in ("light", "dark") else "auto"


def told(request: Request, error: AditError | None) -> str:
    """What went wrong and what to do, in the language of the page; empty for nothing."""
    if error is None:
        return ""
    said = words_of(request)
    return f"{said.told(error.what)} {said.told(error.todo)}".strip()


def _navigation(request: Request, who: Hand | None, said: Words) -> list[tuple[str, str, str, bool]]:
    path = request.url.path
    entries = [p for act, pages in _NAVIGATION if who is not None and who.may(act) for p in pages]
    best = max((p for p, _, _ in entries if path == p or path.startswith(f"{p}/")), key=len, default="")
    return [(address, said.gettext(label), key, address == best) for address, label, key in entries]


# Messages that a redirect carries; by number, so that a cookie holds no text that a stranger could have put there
_FLASHES = (
    N_("Saved."), N_("Sent."), N_("Declared. The receipt is among your letters."), N_("Proposed: a second officer has to approve it."),
    N_("Approved and entered."), N_("Declined."), N_("Signed out."), N_("Cancelled."), N_("Imported."), N_("The appeal was sent."),
    N_("Filed."), N_("The password was changed: sign in again."), N_("Withdrawn."), N_("Started."),
    N_("Cleared away."), N_("Proposed: an officer has to accept it."), N_("Proposed: another of you has to decide it."), N_("Decided."), N_("Noted."),
    N_("Everybody is clear: it stays closed."), N_("The office has it now."),
    N_("It is yours now."), N_("Left to others."),
)  # fmt: skip


def _flash(request: Request) -> str:
    number = cookie(request, "flash")
    return (
        words_of(request).gettext(_FLASHES[int(number)]) if number.isdecimal() and int(number) < len(_FLASHES) else ""
    )


def redirect(path: str, flash: str = "", **query: str) -> RedirectResponse:
    """Go on to a page of ours, perhaps with a message there."""
    assert path[:1] == "/", "pages of ours only"
    assert path[:2] != "//", "pages of ours only"
    response = RedirectResponse(path + (f"?{urlencode(query)}" if query else ""), status_code=303)
    if flash:
        response.set_cookie("flash", str(_FLASHES.index(flash)), max_age=30, httponly=True, samesite="lax", path="/")
    return response


def svg(text: str) -> Markup:
    """A picture that we drew ourselves."""
    return Markup(text)
