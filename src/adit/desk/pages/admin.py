"""Running the office: accounts, the regime in force, the preview of an act that somebody is writing, the journal."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from random import Random

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit import law
from adit.desk.web.accounts import account, close_account
from adit.desk.web.first_passwords import invite, replace_first
from adit.desk.web.forms import Sent
from adit.desk.web.hands import ASKING, ROLES, Admin
from adit.desk.web.pages import office_of, page, redirect, told
from adit.engines.database import named
from adit.journal import store as journal
from adit.regime.check import Finding, check
from adit.regime.store import stamp
from adit.terms.errors import AditError, BadInput

__all__ = ["router"]

router = APIRouter(prefix="/admin", include_in_schema=False)


@router.get("")
def office_page(request: Request, who: Admin) -> Response:
    return _office(request, {}, "")


def _office(request: Request, filled: object, error: str, *, made: tuple[str, str] | None = None) -> Response:
    """The page; `made`: a login and its first password, shown this once."""
    office = office_of(request)
    with office.reading() as connection:
        accounts = named(
            connection,
            "SELECT hand, login, name, roles, totp_secret IS NOT NULL AS second, external_subject, closed_at, password_until FROM desk.account"
            " WHERE roles <> %s ORDER BY closed_at NULLS FIRST, login LIMIT 500",
            [[ASKING]],  # those stand in the queue of officers
        )
        size, newest = journal.size(connection), journal.latest_checkpoint(connection)
    return page(
        request,
        "admin/office.html",
        status=422 if error else 200,
        accounts=accounts,
        roles=ROLES,
        size=size,
        newest=newest,
        filled=filled,
        error=error,
        made=made,
        days=office.settings.first_password_days,
    )


@router.post("/accounts")
def new_account(request: Request, who: Admin, sent: Sent) -> Response:
    try:
        _, password = invite(
            office_of(request), login=sent["login"], name=sent["name"], roles=sent.all("role"), by=who.code, parties=sent["parties"].split()
        )  # fmt: skip
    except AditError as error:
        return _office(request, sent, told(request, error))
    return _office(request, {}, "", made=(sent["login"].lower(), password))


@router.post("/accounts/{hand}/first-password")
def another_first(request: Request, who: Admin, hand: str, sent: Sent) -> Response:
    """Another first password, for somebody who has not signed in with the one before."""
    assert sent is not None
    office = office_of(request)
    password = replace_first(office, hand, by=who.code)
    with office.reading() as connection:
        found = account(connection, hand)
    assert found is not None, "it was just given a password"
    return _office(request, {}, "", made=(found.login, password))


@router.post("/accounts/{hand}/close")
def close(request: Request, who: Admin, hand: str, sent: Sent) -> Response:
    if hand == who.code:
        raise BadInput("You cannot close your own account.", todo="Another administrator has to.")
    assert sent is not None
    close_account(office_of(request), hand, by=who.code)
    return redirect("/admin", "Saved.")


@router.post("/checkpoint")
def checkpoint(request: Request, who: Admin, sent: Sent) -> Response:
    assert sent is not None
    office = office_of(request)
    with office.reading() as connection:
        journal.make_checkpoint(connection, office.key, office.now())
    return redirect("/admin", "Saved.")


@router.get("/preview")
def preview(request: Request, who: Admin, act: str = "", seen: str = "") -> Response:
    """An act as it stands in its folder now: read anew each time, so that what was just saved is seen. It decides nothing.

    Read are folders below `acts` in the office's own folder, where only whoever has the machine puts rules. With `seen`, the part of
    the page that follows the files, or nothing where they have not changed.
    """
    folder = office_of(request).settings.folder / "acts"
    own = (
        sorted(p.parent.relative_to(folder).as_posix() for p in folder.rglob("regime.toml")) if folder.is_dir() else []
    )
    shown, found, error, now = None, list[Finding](), "", ""
    if act:
        place = _own_folder(folder, act, own)
        now = sha256(repr(stamp(place)).encode()).hexdigest()[:16]
        if seen == now:
            return Response(status_code=204)
        try:
            shown = law.load(str(place))
            found = check(shown, Random(1))
        except AditError as wrong:  # the file is being written, or written wrongly: said, and looked at again
            error = str(wrong)
    template = "admin/preview_part.html" if seen else "admin/preview.html"
    return page(
        request, template, act=act, acts=own, shown=shown, findings=found, error=error, folder=folder, now=now or "none"
    )


def _own_folder(folder: Path, act: str, own: Sequence[str]) -> Path:
    if act not in own:
        raise BadInput(
            f"There is no act '{act}' in the office's folder.", todo="Put its folder, with a regime.toml, below acts/."
        )
    return folder / act
